"""Menus: the company's micro-apps for residents, tools for staff, the platform for operators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quartier.web.gate import allowed

if TYPE_CHECKING:
    from quartier.tenancy.snapshot import Snapshot

BAR = 3  # micro-apps in the bar at the bottom, between "Home" and "More"


@dataclass(frozen=True)
class Entry:
    """A place in a side navigation. With a `module` and no label, the company's own name and icon stand there."""

    url: str
    icon: str = ""
    label: str = ""
    needs: str = "agent"
    group: str = ""
    module: str | None = None
    order: int = 100


@dataclass(frozen=True)
class Item:
    """An entry as it is shown."""

    label: str
    short: str
    url: str
    icon: str
    group: str = ""


class Navigation:
    """Menus of one visit, made when a template asks for them."""

    def __init__(self, visit: Any, entries: dict[str, list[Entry]]) -> None:
        self._visit, self._entries = visit, entries

    @property
    def apps(self) -> list[Item]:
        """All micro-apps this viewer meets, in the company's order, under the company's names."""
        visit, company = self._visit, self._visit.company
        here = {entry.module: entry for entry in self._entries.get("app", ())}
        return [
            Item(visit.say(app.name), visit.say(app.short_name), here[slug].url, app.icon)
            for slug, app in company.micro_apps.items()
            if slug in visit.modules and slug in here
        ]

    @property
    def bar(self) -> list[Item]:
        """The first few, for the bottom of a phone."""
        return self.apps[:BAR]

    @property
    def desk(self) -> list[tuple[str, list[Item]]]:
        """The Cockpit's side navigation in groups; what a person may not use is not there."""
        return self._grouped("cockpit", self._visit.company)

    @property
    def console(self) -> list[tuple[str, list[Item]]]:
        """The console's side navigation in groups."""
        return self._grouped("console", None)

    def _grouped(self, area: str, company: Snapshot | None) -> list[tuple[str, list[Item]]]:
        groups: dict[str, list[Item]] = {}
        for entry in sorted(self._entries.get(area, ()), key=lambda entry: entry.order):
            if self._shown(entry):
                groups.setdefault(str(entry.group), []).append(self._item(entry, company))
        return list(groups.items())

    def _shown(self, entry: Entry) -> bool:
        if entry.module is not None and entry.module not in self._visit.modules:
            return False
        return allowed(self._visit.viewer, entry.needs)

    def _item(self, entry: Entry, company: Snapshot | None) -> Item:
        if company is not None and entry.module is not None and not entry.label:
            app = company.micro_apps[entry.module]
            return Item(self._visit.say(app.name), self._visit.say(app.short_name), entry.url, app.icon, entry.group)
        return Item(str(entry.label), str(entry.label), entry.url, entry.icon, str(entry.group))
