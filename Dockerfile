# One image for all processes: `quartier web`, `quartier worker`, `quartier migrate`.
FROM python:3.11-slim AS build
WORKDIR /src
COPY . .
RUN apt-get update && apt-get install -y --no-install-recommends make && make wheel

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home quartier
COPY --from=build /src/requirements/runtime.txt /src/dist/*.whl /tmp/
RUN pip install --no-cache-dir --require-hashes -r /tmp/runtime.txt && pip install --no-cache-dir --no-deps /tmp/*.whl && rm /tmp/*
USER 10001
ENTRYPOINT ["quartier"]
CMD ["web", "--host", "0.0.0.0"]
