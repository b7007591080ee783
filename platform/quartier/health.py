"""Is this process alive, and can it serve? For the machines that watch it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger(__name__)

PREFIX = "/-/"
DATABASE = "SELECT true"
WORKER = "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds')"
QUESTIONS = {"/-/ready": DATABASE, "/-/worker": WORKER}


def answer(engine: Engine, path: str, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Live: the process answers; ready: the database does, too; worker: somebody does the jobs.

    They say nothing about any company. Pages are served without a worker, so being ready does not ask for one.
    """
    line = _status(engine, path)
    body = line.split(" ", 1)[1].encode()
    start_response(line, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def _status(engine: Engine, path: str) -> str:
    if path == "/-/live":
        return "200 OK"
    if path in QUESTIONS:
        return "200 OK" if _yes(engine, QUESTIONS[path]) else "503 Service Unavailable"
    return "404 Not Found"


def _yes(engine: Engine, question: str) -> bool:
    try:
        with engine.connect() as connection:
            return bool(connection.scalar(text(question)))
    except SQLAlchemyError as error:
        log.warning("not_ready", error=str(error))
        return False
