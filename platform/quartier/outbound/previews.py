"""What a page says of itself: its title and a sentence. Never a picture, for that would have to come from there."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from quartier.config import Config
from quartier.outbound.addresses import Resolve, resolve
from quartier.outbound.fetching import fetch_page

TITLES: Final = ("og:title", "twitter:title", "title")
ABOUT: Final = ("og:description", "description", "twitter:description")
LONGEST_TITLE, LONGEST_ABOUT = 160, 300


@dataclass(frozen=True)
class LinkPreview:
    """A page in a few words: plain text, `title` at most 160 and `about` at most 300 characters long."""

    title: str
    about: str


def look_up(url: str, config: Config, *, resolver: Resolve = resolve) -> LinkPreview | None:
    """What the page behind an address says of itself; None where it says nothing, or cannot be asked."""
    found = fetch_page(url, config, resolver=resolver)
    return preview_in(found.html) if found else None


def preview_in(html: str) -> LinkPreview | None:
    """The title and the sentence in a page's head; None without a title."""
    head = _Head()
    head.feed(html)
    title, about = (
        next((words for name in names if (words := _line(head.said.get(name, "")))), "") for names in (TITLES, ABOUT)
    )
    if not title:
        return None
    return LinkPreview(_short(title, LONGEST_TITLE), "" if about == title else _short(about, LONGEST_ABOUT))


class _Head(HTMLParser):
    """Reads until the body begins; the first of each name counts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self._over = self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._over = self._over or tag == "body"
        self._in_title = tag == "title" and "title" not in self.said
        if tag == "meta" and not self._over:
            name = (found.get("property") or found.get("name") or "").strip().lower()
            self.said.setdefault(name, found.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title and not self._over:
            self.said["title"] = self.said.get("title", "") + data


def _line(text: str) -> str:
    """One line of what can be seen: nothing that turns the direction of what follows, or hides in it."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
