"""Is this process alive, and can it serve? For the machines that watch it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from quartier.tenancy.hosts import domain_key, normal_host
from quartier.web.shell import Shell

log = structlog.get_logger(__name__)

PREFIX = "/-/"
TLS = "/-/tls"
DATABASE = "SELECT true"
WORKER = "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds')"
QUESTIONS = {"/-/ready": DATABASE, "/-/worker": WORKER}


def answer(shell: Shell, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Live: the process answers; ready: the database does, too; worker: somebody does the jobs.

    They say nothing about any company. Pages are served without a worker, so being ready does not ask for one. And
    `tls?domain=…`: whether we answer on this host, so that a proxy may get a certificate for it (Caddy calls this the
    ask endpoint). Whoever asks learns what a visit to the host would tell them as well.
    """
    path = environ["PATH_INFO"]
    line = _certificate(shell, environ.get("QUERY_STRING", "")) if path == TLS else _status(shell.platform, path)
    body = line.split(" ", 1)[1].encode()
    start_response(line, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def _certificate(shell: Shell, query: str) -> str:
    host = normal_host((parse_qs(query).get("domain") or [""])[0])
    key = domain_key(host, shell.config.platform_domain) if host else None
    if host in {shell.config.platform_domain, shell.config.console_host} or (key and shell.hosts(key)):
        return "200 OK"
    return "404 Not Found"


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
