"""The language a person has chosen on this device: stronger than the profile and the browser."""

from __future__ import annotations

from flask import Response

LANGUAGE_COOKIE = "__Host-language"
YEAR = 365 * 24 * 3600


def remember_language(response: Response, language: str) -> Response:
    """Keep the choice on this device for a year."""
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, secure=True, httponly=True, samesite="Lax", path="/")
    return response
