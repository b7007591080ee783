"""Errors of the API: problem documents (RFC 9457) in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from flask import Response, g, request
from psycopg import OperationalError as DriverError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from quartier.i18n.texts import lazy_gettext as _l

log = structlog.get_logger(__name__)

TYPE = "application/problem+json"
RETRY_AFTER = "5"

TITLES: Mapping[int, str] = {
    400: _l("The request cannot be read"),
    401: _l("A valid token is missing"),
    403: _l("The token does not have the scope for this"),
    404: _l("There is no such thing"),
    405: _l("This method does not exist here"),
    409: _l("The request contradicts the present state"),
    412: _l("The thing has been changed in the meantime"),
    413: _l("The request is too large"),
    415: _l("This content type is not understood"),
    422: _l("Some values cannot be used"),
    428: _l("The If-Match header is missing"),
    429: _l("Too many requests"),
    500: _l("Something went wrong on our side"),
    503: _l("The service is not available at the moment"),
}


class Problem(HTTPException):
    """An error with more to say than its status: `detail` is a sentence for people, `errors` one list per field."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        errors: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(description=detail)
        self.code = status
        self.errors, self.extra_headers = errors, dict(headers or {})


def answer(error: HTTPException) -> Response:
    """The problem document of any HTTP error below /api/."""
    status = error.code or 500
    body: dict[str, Any] = {
        "type": f"/api/problems/{status}",
        "title": str(TITLES.get(status, error.name)),
        "status": status,
        "instance": request.path,
    }
    if isinstance(error, Problem) and error.description:
        body["detail"] = str(error.description)
    if errors := _errors(error):
        body["errors"] = errors
    if status >= 500:
        body["request_id"] = g.get("request_id", "")
    response = Response(orjson.dumps(body), status=status, content_type=TYPE)
    response.headers.update(_headers(error, status))
    return response


def crashed(error: Exception) -> Response:
    """Our mistake: the log has the trace, the caller a number to name."""
    log.exception("api_request_failed", path=request.path, request_id=g.get("request_id"), exc_info=error)
    return answer(InternalServerError())


def unavailable(error: OperationalError | DriverError) -> Response:
    """The database is away for a moment."""
    log.error("database_unavailable", error=str(error))
    return answer(ServiceUnavailable())


def _errors(error: HTTPException) -> list[dict[str, Any]]:
    """Field errors as a list of JSON pointers and sentences, whoever found them: a schema or a service."""
    if isinstance(error, Problem):
        return _pointers(error.errors or {})
    data = getattr(error, "data", None) or {}
    found: list[dict[str, Any]] = []
    for location in (data.get("messages") or {}).values():
        found += _pointers(location)
    return found


def _pointers(errors: Any, path: str = "") -> list[dict[str, Any]]:
    if isinstance(errors, Mapping):
        return [item for key, value in errors.items() for item in _pointers(value, f"{path}/{_escaped(key)}")]
    sentences = errors if isinstance(errors, list | tuple) else [errors]
    return [{"pointer": f"#{path}", "detail": str(sentence)} for sentence in sentences]


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def _headers(error: HTTPException, status: int) -> dict[str, str]:
    headers = dict(error.extra_headers) if isinstance(error, Problem) else {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="Quartier"'
    if status == 503:
        headers["Retry-After"] = RETRY_AFTER
    if status == 405 and getattr(error, "valid_methods", None):
        headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return headers
