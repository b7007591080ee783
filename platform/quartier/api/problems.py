"""Errors of the API: problem documents (RFC 9457) in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from flask import Response, g, request
from marshmallow import Schema, ValidationError, fields
from psycopg import Error as DriverError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, InternalServerError

from quartier.api.complaints import complaints
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l

log = structlog.get_logger(__name__)

TYPE = "application/problem+json"
PLACE = "/api/problems"
REALM = 'Bearer realm="API"'
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
    423: _l("The module can only be read at the moment"),
    428: _l("The If-Match header is missing"),
    429: _l("Too many requests"),
    500: _l("Something went wrong on our side"),
    503: _l("The service is not available at the moment"),
}


class Complaint(Schema):
    """One value that cannot be used, and why."""

    pointer = fields.String(metadata={"description": "Where in the body, as a JSON pointer in a fragment (RFC 6901)."})
    parameter = fields.String(metadata={"description": "Which parameter of the path, the query or the headers."})
    detail = fields.String(required=True, metadata={"description": "A sentence in the caller's language."})


class ProblemSchema(Schema):
    """An error (RFC 9457), in the language that `Accept-Language` asks for."""

    type = fields.String(required=True, metadata={"description": "A page that explains this kind of problem."})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    instance = fields.String(metadata={"description": "The path that was asked for."})
    detail = fields.String(metadata={"description": "What is particular about this case."})
    errors = fields.List(fields.Nested(Complaint), metadata={"description": "One entry for each unusable value."})
    request_id = fields.String(metadata={"description": "Name it when you write to support; with status 5xx only."})


class Problem(HTTPException):
    """An error with more to say than its status.

    `detail` is a sentence for people. `errors` has sentences by field, nested as the data is; they are about the body,
    or about another `location` ("query", "path", "headers").
    """

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        errors: Mapping[str, Any] | None = None,
        location: str = "json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(description=detail)
        self.code = status
        self.messages, self.extra_headers = {location: errors or {}}, dict(headers or {})


def answer(error: HTTPException) -> Response:
    """The problem document of any HTTP error below /api/."""
    status = error.code or 500
    if status < 400:
        return error.get_response(request.environ)  # type: ignore[return-value]
    body: dict[str, Any] = {
        "type": f"{PLACE}/{status}",
        "title": str(TITLES.get(status, error.name)),
        "status": status,
        "instance": request.path,
    }
    if isinstance(error, Problem) and error.description:
        body["detail"] = str(error.description)
    if errors := complaints(_messages(error)):
        body["errors"] = errors
    if status >= 500:
        body["request_id"] = g.get("request_id", "")
    response = Response(orjson.dumps(body), status=status, content_type=TYPE)
    response.headers.update(_headers(error, status))
    return response


def invalid(error: ValidationError) -> Response:
    """A service has loaded something with a schema, and the schema did not like it."""
    messages = error.messages if isinstance(error.messages, Mapping) else {"_schema": error.messages}
    return answer(Problem(422, errors=messages))


def unstorable(error: DBAPIError | DriverError) -> Response:
    """The database cannot hold a value that a schema let through: a NUL in a text, a number beyond its column."""
    log.warning("api_value_unstorable", path=request.path, request_id=g.get("request_id"), error=str(error))
    return answer(Problem(422, _("One of the values cannot be stored.")))


def contradicted(error: DBAPIError | DriverError) -> Response:
    """Somebody else was quicker: the number is taken, or what it refers to is gone."""
    log.warning("api_write_contradicted", path=request.path, request_id=g.get("request_id"), error=str(error))
    return answer(Problem(409))


def unavailable(error: DBAPIError | DriverError) -> Response:
    """The database is away for a moment."""
    log.error("database_unavailable", error=str(error))
    return answer(Problem(503, headers={"Retry-After": RETRY_AFTER}))


def suspended() -> Response:
    """The company's portal is closed for now."""
    return answer(Problem(503, _("This portal is closed at the moment.")))


def crashed(error: Exception) -> Response:
    """Our mistake: the log has the trace, the caller a number to name."""
    log.error("api_request_failed", path=request.path, request_id=g.get("request_id"), exc_info=error)
    return answer(InternalServerError())


def _messages(error: HTTPException) -> Mapping[str, Any]:
    """Sentences by location and field, whoever found them: a view or, through webargs, a schema."""
    if isinstance(error, Problem):
        return error.messages
    return (getattr(error, "data", None) or {}).get("messages") or {}


def _headers(error: HTTPException, status: int) -> dict[str, str]:
    headers = dict(error.extra_headers) if isinstance(error, Problem) else {}
    if status == 401:
        headers["WWW-Authenticate"] = f'{REALM}, error="invalid_token"' if "Authorization" in request.headers else REALM
    if status == 405 and getattr(error, "valid_methods", None):
        headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return headers
