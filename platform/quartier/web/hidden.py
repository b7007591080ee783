"""What no view is asked about: a module that is off answers 404 to every method, not only to those that it knows.

Flask answers OPTIONS by itself, and a method that no rule has with 405: both would tell strangers that a module exists.
"""

from __future__ import annotations

from flask import current_app, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from quartier.web.visit import Visit


def refuse_hidden(visit: Visit) -> None:
    """404 for OPTIONS and for foreign methods, if the page belongs to a module that is off here."""
    endpoint = _endpoint()
    module = getattr(current_app.view_functions.get(endpoint), "module", None) if endpoint else None
    if module is not None and module not in visit.modules:
        raise NotFound


def _endpoint() -> str | None:
    wrong = request.routing_exception
    if not isinstance(wrong, MethodNotAllowed) or not wrong.valid_methods:
        return request.endpoint
    address = current_app.url_map.bind_to_environ(request.environ)
    endpoint, _arguments = address.match(method=next(iter(wrong.valid_methods)))
    return str(endpoint)
