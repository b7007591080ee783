"""What surrounds a page and is the same for everybody of a kind: rendered once, kept with the company's snapshot.

A name in the menu, a right or a module that changes makes a new snapshot or another key, so nothing here is ever stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from quartier.web.environment import Renderer
from quartier.web.navigation import Entry, Navigation, place

CHROME = "shells/chrome.html"
LAW = "legal/links.html"
BY_LAW = frozenset({"legal_links", "app_foot"})
"""Pieces that stand in a template which no theme replaces."""
FIXED = ("/", "/search", "/more", "/cockpit/")
KEPT = 500

Kept = dict[tuple[object, ...], object]


class Frame:
    """Pieces of one visit's page by name: the macros of `shells/chrome.html`, and of `legal/links.html`."""

    def __init__(
        self, visit: Any, entries: Mapping[str, list[Entry]], renderer: Renderer, *, theme: str, kept: Kept, path: str
    ) -> None:
        self._visit, self._entries, self._renderer, self._theme = visit, entries, renderer, theme
        self._kept, self._path = kept, path

    def __call__(self, piece: str, area: str = "") -> Markup:
        """The piece as this viewer has it; with an area, the place of its menu where the reader is is marked."""
        here = self._place(area) if area else ""
        key = (piece, here, self._theme, self._visit.voice, *self._kind())
        found = self._kept.get(key)
        if found is None:
            found = self._made(piece, here)
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = found
        return found  # type: ignore[return-value]

    def _place(self, area: str) -> str:
        """The address of the menu's place that this page belongs to."""
        places = {url: entry.url for entry in self._entries.get(area, ()) for url in (entry.url, *entry.also)}
        found = place((*FIXED, *places), self._path)
        return places.get(found, found)

    def _kind(self) -> tuple[object, ...]:
        """All that a menu depends on."""
        viewer = self._visit.viewer
        if hasattr(viewer, "role"):
            return (viewer.role, viewer.signed_in)
        return (viewer.kind, viewer.permissions, self._visit.modules)

    def _made(self, piece: str, here: str) -> Markup:
        menu = Navigation(self._visit, self._entries)
        made = self._renderer.macro(LAW if piece in BY_LAW else CHROME, piece, self._theme)(self._visit, menu, here)
        return Markup(made)  # noqa: S704 - a macro of ours, autoescaped
