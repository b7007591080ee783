"""Language and zone of a visit for Flask-Babel, which is what other people's Flask code asks.

Our own words and formats do not go through it: they are bound once per request, its functions look the request up at
each call. Here it costs nothing until somebody calls.
"""

from __future__ import annotations

from datetime import tzinfo

from babel import Locale
from flask import Flask, g
from flask_babel import Babel

from quartier.i18n.texts import current_voice


def follow_visits(app: Flask) -> None:
    """Make Flask-Babel speak and count time as the visit does."""
    Babel(app, configure_jinja=False, locale_selector=_locale, timezone_selector=_zone)


def _locale() -> Locale:
    return current_voice().locale


def _zone() -> tzinfo | None:
    """The reader's or the company's; at the console, where there is none, Flask-Babel's default of UTC."""
    company, own = g.get("company"), current_voice().zone
    return own or (company.zone if company else None)
