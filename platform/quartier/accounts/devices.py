"""What to call a browser, from what it says of itself: enough to recognise one's own phone in a list."""

from __future__ import annotations

from typing import Final

from quartier.i18n.texts import gettext as _

# The first that occurs wins; browsers claim to be each other, so the more special stand first.
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
PHONES: Final = frozenset({"iPhone", "Android"})


def name_of(user_agent: str) -> str:
    """Such as "Firefox, Windows"; a browser that says nothing is unknown."""
    parts = [part for part in (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)) if part]
    return ", ".join(parts) or _("Unknown device")


def icon_of(user_agent: str) -> str:
    """A phone, or something with a keyboard."""
    return "app" if _first(SYSTEMS, user_agent) in PHONES else "globe"


def _first(table: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for sign, name in table if sign in user_agent), None)
