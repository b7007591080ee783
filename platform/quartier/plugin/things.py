"""The small things that hooks hand to the shells."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Hit:
    """One result of a search. `language` is that of the texts, for the `lang` attribute."""

    title: str
    url: str
    text: str = ""
    language: str | None = None
    icon: str = "search"


@dataclass(frozen=True)
class Offer:
    """A button in a place that another module left: what it says, and where it sends the form of that place (POST)."""

    label: str
    url: str
    icon: str = "right"


@dataclass(frozen=True)
class Card:
    """A panel on a first page: a heading, ready HTML, and where "all of it" is. Lower `order` stands higher.

    Below zero it is important and stands above everything else. `desk` puts it on the Cockpit's first page instead of
    the app's home page.
    """

    title: str
    body: Markup
    url: str | None = None
    link_text: str = ""
    order: int = 100
    desk: bool = False
