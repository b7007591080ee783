"""Errors as people meet them: branded, in their language, with a next step. Never a stack trace."""

from __future__ import annotations

from urllib.parse import quote

import structlog
from flask import Flask, Response, g, make_response, redirect, request
from psycopg import OperationalError as DriverError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable, Unauthorized

from quartier.web.render import render
from quartier.web.shell import shell

log = structlog.get_logger(__name__)

PAGES = frozenset({400, 403, 404, 409, 410, 413, 429, 500, 503})
RETRY_AFTER = "5"


def install(app: Flask) -> None:
    """Answer every error of an app's pages; the API registers its own problem documents for its paths."""
    app.register_error_handler(HTTPException, page)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(DriverError, unavailable)
    app.register_error_handler(Exception, crashed)


def page(error: HTTPException) -> Response:
    """The page of an HTTP error; without a company known, the neutral one."""
    if error.response is not None and error.code is not None and error.code < 400:
        return error.response  # type: ignore[return-value]
    if isinstance(error, Unauthorized) and "visit" in g:
        return _to_sign_in()
    status = error.code or 500
    if "visit" not in g:
        return neutral(status)
    number = status if status in PAGES else (500 if status >= 500 else 400)
    response = make_response(render("errors/error.html", status=number), status)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def unavailable(error: Exception) -> Response:
    """The database is away for a moment: say so, and when to come back."""
    log.error("database_unavailable", error=str(error))
    answer = page(ServiceUnavailable())
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def crashed(error: Exception) -> Response:
    """Our mistake. The log has the trace; the person gets a number to name on the phone."""
    log.exception("request_failed", path=request.path, request_id=g.get("request_id"), exc_info=error)
    return page(InternalServerError())


def unknown_host() -> Response:
    """Somebody asks for a host that is nobody's: no brand, no hint."""
    return neutral(404)


def suspended() -> Response:
    """The company's portal is closed for now; its people read that under its own name."""
    return make_response(render("errors/suspended.html"), 503)


def neutral(status: int) -> Response:
    """A page that belongs to no company."""
    body = shell().renderer.page("errors/neutral.html", "klar", {"status": status})
    return make_response(body, status)


def _to_sign_in() -> Response:
    if request.method != "GET":
        return make_response(render("errors/error.html", status=403), 401)
    return redirect(f"/sign-in?next={quote(request.full_path.removesuffix('?'))}")  # type: ignore[return-value]
