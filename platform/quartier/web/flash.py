"""One sentence carried over a redirect, in a cookie of its own: it needs no session and no table."""

from __future__ import annotations

from urllib.parse import quote, unquote

from flask import Response, g, redirect, request

COOKIE = "__Host-flash"
LONGEST = 400


def back_to(path: str, message: str = "") -> Response:
    """Answer a form that was taken: go to a page (303), and say there what was done."""
    answer = redirect(path, 303)
    if message:
        value = quote(message[:LONGEST])
        answer.set_cookie(COOKIE, value, max_age=60, secure=True, httponly=True, samesite="Strict", path="/")
    return answer  # type: ignore[return-value]


def flashed() -> list[str]:
    """What the last form had to say; shown once. Autoescaping makes it text, whoever wrote the cookie."""
    value = request.cookies.get(COOKIE)
    if not value:
        return []
    g.flash_shown = True
    return [unquote(value)[:LONGEST]]


def forget_shown(response: Response) -> Response:
    """Drop the cookie once its sentence was shown."""
    if g.get("flash_shown"):
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    return response
