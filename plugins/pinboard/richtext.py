"""What people write, as HTML: of residents paragraphs and links, of staff the house's Markdown.

A link gets a card below the text: its address, and what the page says of itself. We ask for that once, when the post is
written; a reader's browser asks nobody, so nobody learns who reads what.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from quartier.sdk import RichText, render_markdown

_LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"\n\s*\n")
_TRAILING = ".,;:!?…»”’"
LONGEST_PATH = 40


class LinkCard(NamedTuple):
    """Where a link leads, to read before following it; `title` and `about` once we have looked there."""

    url: str
    host: str
    path: str
    title: str = ""
    about: str = ""


def markdown(source: str) -> RichText:
    """A text of staff."""
    return render_markdown(source)


def paragraphs(text: str) -> Markup:
    """A text of residents: paragraphs, lines and links, and nothing that could be markup."""
    parts = [part for part in _PARAGRAPHS.split(text.strip()) if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(_lines(part)) for part in parts)


def link_card(found: Mapping[str, str] | None, text: str) -> LinkCard | None:
    """The card of a post: of what was found behind its first link, or of the address alone."""
    if found is None:
        return first_link(text)
    card = first_link(found["url"])
    return card._replace(title=found["title"], about=found["about"]) if card else None


def first_link(text: str) -> LinkCard | None:
    """The card of the first link."""
    for found in _LINK.finditer(text):
        url = _trimmed(found[0])
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            continue
        if host:
            path = urlsplit(url).path.strip("/")
            return LinkCard(url, host.removeprefix("www."), path[:LONGEST_PATH] + "…" * (len(path) > LONGEST_PATH))
    return None


def _lines(part: str) -> Markup:
    return Markup("<br>").join(_linked(line) for line in part.split("\n"))


def _linked(line: str) -> Markup:
    done, at = Markup(""), 0
    for found in _LINK.finditer(line):
        url = _trimmed(found[0])
        done += escape(line[at : found.start()])
        done += Markup('<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>').format(url)
        at = found.start() + len(url)
    return done + escape(line[at:])


def _trimmed(url: str) -> str:
    """Without what ends the sentence; a bracket stays where it was opened inside."""
    url = url.rstrip(_TRAILING)
    while url.endswith(")") and url.count("(") < url.count(")"):
        url = url[:-1].rstrip(_TRAILING)
    return url
