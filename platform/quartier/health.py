"""Is this process alive, and can it serve? For the machines that watch it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger(__name__)

PREFIX = "/-/"


def answer(engine: Engine, path: str, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """`/-/live`: the process answers. `/-/ready`: the database does, too. They say nothing about any company."""
    line = _status(engine, path)
    body = line.split(" ", 1)[1].encode()
    start_response(line, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def _status(engine: Engine, path: str) -> str:
    if path == "/-/live":
        return "200 OK"
    if path == "/-/ready":
        return "200 OK" if _database_answers(engine) else "503 Service Unavailable"
    return "404 Not Found"


def _database_answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        log.warning("not_ready", error=str(error))
        return False
    return True
