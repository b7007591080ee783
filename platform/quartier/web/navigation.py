"""Menus: the company's micro-apps for residents, tools for staff, the platform for operators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from quartier.web.gate import PUBLIC, allowed

if TYPE_CHECKING:
    from quartier.tenancy.snapshot import Snapshot

BAR = 3  # micro-apps in the bar at the bottom, between "Home" and "More": five places fit under a thumb
ROOTS = frozenset({"/", "/cockpit/"})  # first pages: everything is below them, so they only mean themselves


@dataclass(frozen=True)
class Entry:
    """A place in a navigation. With a `module` and no label, the company's own name and icon stand there.

    `key` is a letter: in the Cockpit and the console, `g` and then the letter goes there.
    `also` are first addresses of pages that belong to this place and lie elsewhere.
    """

    url: str
    icon: str = ""
    label: str = ""
    needs: str = "agent"
    group: str = ""
    module: str | None = None
    order: int = 100
    key: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """An entry as it is shown. `language` is set when the name is not in the reader's own."""

    label: str
    short: str
    url: str
    icon: str
    group: str = ""
    module: str | None = None
    language: str | None = None
    key: str = ""


class Navigation:
    """Menus of one visit, made when something asks for them."""

    def __init__(self, visit: Any, entries: Mapping[str, list[Entry]]) -> None:
        self._visit, self._entries = visit, entries

    @cached_property
    def apps(self) -> list[Item]:
        """All micro-apps this viewer meets, in the company's order, under the company's names."""
        company = self._visit.company
        here = {entry.module: entry for entry in self._entries.get("app", ()) if self._shown(entry)}
        return [self._named(here[slug], company) for slug in company.micro_apps if slug in here]

    @property
    def bar(self) -> list[Item]:
        """The first few, for the bottom of a phone."""
        return self.apps[:BAR]

    @property
    def search_in_bar(self) -> bool:
        """Search stands in the bar while there is room for it, and beside the name else."""
        return len(self.apps) < BAR and bool(self._visit.viewer.signed_in)

    @property
    def desk(self) -> list[tuple[str, list[Item]]]:
        """The Cockpit's side navigation in groups; what a person may not use is not there."""
        return self._grouped("cockpit", self._visit.company)

    @property
    def console(self) -> list[tuple[str, list[Item]]]:
        """The console's side navigation in groups."""
        return self._grouped("console", None)

    def offers(self, area: str, url: str) -> bool:
        """Whether this viewer finds the place in a menu."""
        return any(entry.url == url and self._shown(entry) for entry in self._entries.get(area, ()))

    def _grouped(self, area: str, company: Snapshot | None) -> list[tuple[str, list[Item]]]:
        groups: dict[str, list[Item]] = {}
        for entry in sorted(self._entries.get(area, ()), key=lambda entry: entry.order):
            if self._shown(entry):
                groups.setdefault(str(entry.group), []).append(self._item(entry, company))
        return list(groups.items())

    def _shown(self, entry: Entry) -> bool:
        if entry.module is not None and entry.module not in self._visit.modules:
            return False
        viewer = self._visit.viewer
        return entry.needs == PUBLIC or (viewer.signed_in and allowed(viewer, entry.needs))

    def _item(self, entry: Entry, company: Snapshot | None) -> Item:
        if company is not None and entry.module is not None and not entry.label:
            return self._named(entry, company)
        label = str(entry.label)
        return Item(label, label, entry.url, entry.icon, str(entry.group), entry.module, key=entry.key)

    def _named(self, entry: Entry, company: Snapshot) -> Item:
        app = company.micro_apps[str(entry.module)]
        name, short = self._visit.text(app.name), self._visit.say(app.short_name)
        language = name.language if name.is_fallback else None
        return Item(name.text, short, entry.url, app.icon, str(entry.group), entry.module, language, entry.key)


def place(urls: Iterable[str], path: str) -> str:
    """The menu's place that a page belongs to: the longest address that the page's own begins with, or none."""
    return max((url for url in urls if _is_below(path, url)), key=len, default="")


def _is_below(path: str, url: str) -> bool:
    if path == url:
        return True
    return url not in ROOTS and path.startswith(url if url.endswith("/") else f"{url}/")
