"""A form that cannot be taken is shown again by a page of its own: what was typed and what is wrong with it go along.

Were it answered on the spot, the answer would be a page that came of sending, and whoever goes back to it, or loads it
anew, is asked by the browser whether to send everything once more. This way only what can be looked at is in its
history. What goes along stays in this browser, for the page it belongs to and some minutes; passwords never do.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson
from flask import Response, g, redirect, request
from werkzeug.datastructures import MultiDict

from quartier.web.forms import Errors, Form

COOKIE: Final = "__Host-quartier-form"
SECONDS: Final = 15 * 60
LARGEST: Final = 3_800
"""Browsers keep cookies of 4,096 bytes, with their names and all."""
LONGEST: Final = 300
"""So much of each value is shown again; what is longer is none of the things that these forms ask."""


@dataclass(frozen=True)
class Left:
    """What somebody left at a page: the values by field, sentences by field, and one about the form as a whole."""

    typed: Mapping[str, list[str]] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)
    error: str = ""

    def __bool__(self) -> bool:
        return bool(self.typed or self.errors or self.error)

    def get(self, name: str, default: str = "") -> str:
        """What was typed into a field."""
        return next(iter(self.typed.get(name, ())), default)

    def sent(self) -> MultiDict[str, str]:
        """The same, as a browser sent it."""
        return MultiDict({name: list(values) for name, values in self.typed.items()})

    def over(self, form: Form) -> Form:
        """The form as it was begun, with what was left instead."""
        return replace(form, typed={**form.typed, **self.sent()}, errors=self.errors)


def again(there: str, *names: str, errors: Errors | None = None, error: str = "", seconds: int = 0) -> Response:
    """Answer a form by going to its page, with what was typed into these fields and what is wrong; `seconds` is when
    to try again. A page is known by its path; what its address says behind a question mark goes along as it is."""
    path, _mark, _query = there.partition("?")
    typed = {name: [value[:LONGEST] for value in values] for name in names if (values := request.form.getlist(name))}
    answer = redirect(there, 303)
    if seconds:
        answer.headers["Retry-After"] = str(seconds)
    kept = _packed(path, typed, errors, error)
    answer.set_cookie(COOKIE, kept, max_age=SECONDS, secure=True, httponly=True, samesite="Lax", path="/")
    g.left_at = path
    return answer  # type: ignore[return-value]


def fits(*names: str) -> bool:
    """Whether all that was typed into these fields can go along; what cannot has to be answered on the spot."""
    return all(len(value) <= LONGEST for name in names for value in request.form.getlist(name))


def left_at(path: str) -> Left:
    """What was left at this page. It may be looked at again: only a form that is taken ends it."""
    try:
        there, typed, errors, error = orjson.loads(urlsafe_b64decode(request.cookies.get(COOKIE, "")))
        if there == path:
            return Left(_lists(typed), _lists(errors), str(error))
    except (ValueError, TypeError, AttributeError, binascii.Error):
        pass  # whoever writes cookies by hand starts anew
    return Left()


def forget_left(answer: Response) -> Response:
    """For after_request: a form that was taken leaves nothing behind."""
    if request.method == "POST" and "left_at" not in g and COOKIE in request.cookies:
        answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return answer


def _lists(given: Mapping[str, Any]) -> dict[str, list[str]]:
    return {str(name): [str(one) for one in values] for name, values in given.items()}


def _packed(path: str, typed: Mapping[str, Any], errors: Errors | None, error: str) -> str:
    def packed(values: Mapping[str, Any]) -> str:
        return urlsafe_b64encode(orjson.dumps((path, values, errors or {}, error), default=str)).decode()

    kept = packed(typed)
    return kept if len(kept) <= LARGEST else packed({})
