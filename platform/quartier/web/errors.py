"""Errors as people meet them: branded, in their language, with a next step. Never a stack trace."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import orjson
import structlog
from flask import Flask, Response, g, make_response, redirect, request
from psycopg import OperationalError as DriverError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable, Unauthorized

from quartier.i18n import texts
from quartier.i18n.voice import Voice, choose_language
from quartier.viewer import ANONYMOUS
from quartier.web import neutral
from quartier.web.error_words import STEPS, WORDS
from quartier.web.language import LANGUAGE_COOKIE
from quartier.web.origin import safe_next
from quartier.web.render import render
from quartier.web.visit import Visit

log = structlog.get_logger(__name__)

RETRY_AFTER = "5"
PROBLEM = "application/problem+json"
SAME_AS = {405: 404, 406: 404, 408: 400, 412: 409, 414: 400, 415: 400, 422: 400, 428: 409, 502: 503, 504: 503}


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
    if isinstance(error, Unauthorized) and "visit" in g and request.method in {"GET", "HEAD"} and not _wants_json():
        return _to_sign_in()
    answer = _answer(error.code or 500)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def unavailable(error: Exception) -> Response:
    """The database is away for a moment: say so, and when to come back."""
    log.error("database_unavailable", error=str(error), request_id=g.get("request_id"))
    answer = page(ServiceUnavailable())
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def crashed(error: Exception) -> Response:
    """Our mistake. The log has the trace; the person gets a number to name on the phone."""
    log.error("request_failed", path=request.path, request_id=g.get("request_id"), exc_info=error)
    return page(InternalServerError())


def unknown_host() -> Response:
    """Somebody asks for a host that is nobody's: no brand, no hint."""
    return neutral.page(404)


def suspended() -> Response:
    """The company's portal is closed for now; its people read that under its own name."""
    if _wants_json():
        return _problem(503)
    return make_response(render("errors/suspended.html"), 503)


def words_for(status: int) -> int:
    """The status whose words fit: there are more statuses than things that one can say to a person."""
    known = SAME_AS.get(status, status)
    return known if known in WORDS else (500 if status >= 500 else 400)


def reference() -> str:
    """What a person can name on the phone: the beginning of the request's id in the log, in two groups."""
    given = str(g.get("request_id", "")).upper()
    return f"{given[:4]} {given[4:8]}".strip()


def _answer(status: int) -> Response:
    """The best page there is. When making it fails as well, the neutral one needs nothing that could fail."""
    if _wants_json():
        return _problem(status)
    if "visit" not in g and "company" in g:
        g.visit = _stranger()
    if "visit" not in g:
        return neutral.page(status)
    try:
        answer = make_response(render("errors/error.html", **_facts(status)), status)
    except Exception as second:
        log.error("error_page_failed", request_id=g.get("request_id"), exc_info=second)
        return neutral.page(status)
    if request.headers.get("HX-Request"):
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "body", "innerHTML"
    return answer


def _facts(status: int) -> dict[str, Any]:
    number = words_for(status)
    heading, advice = WORDS[number]
    back = where_from()
    again = request.full_path.removesuffix("?") if request.method in {"GET", "HEAD"} else back
    targets = {"back": back, "again": again, "sign-in": f"/sign-in?next={quote(back or '/')}", "home": _first_page()}
    steps = [(label, targets[step], step) for step, label in STEPS[number] if targets[step]]
    return {"status": status, "heading": heading, "advice": advice, "steps": steps, "reference": reference()}


def _problem(status: int) -> Response:
    """The same for programs, as RFC 9457 has it."""
    heading, advice = WORDS[words_for(status)]
    body = {"type": "about:blank", "title": str(heading), "status": status, "detail": str(advice)}
    return Response(orjson.dumps({**body, "request_id": g.get("request_id")}), status, content_type=PROBLEM)


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json", PROBLEM], "text/html") != "text/html"


def _stranger() -> Visit:
    """The company is known but not the viewer, for the database went away in between."""
    company = g.company
    language = choose_language(
        company.languages, request.cookies.get(LANGUAGE_COOKIE), request.headers.get("Accept-Language")
    )
    voice = Voice(language, company.tone, company.country)  # type: ignore[arg-type]
    texts.bind(voice)
    return Visit(company, ANONYMOUS, voice, g.get("db"))


def where_from() -> str:
    """The page of ours that the reader came from, or nothing."""
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host:
        return ""
    return safe_next(came.path + (f"?{came.query}" if came.query else ""), "")


def _first_page() -> str:
    inside = request.path.startswith("/cockpit/") and getattr(g.visit.viewer, "is_agent", False)
    return "/cockpit/" if inside else "/"


def _to_sign_in() -> Response:
    target = f"/sign-in?next={quote(request.full_path.removesuffix('?'))}"
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": f"/sign-in?next={quote(where_from() or '/')}"})
    return redirect(target)  # type: ignore[return-value]
