"""Where the name of a micro-app is read: worked out from what its module brings, each with the page to see it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quartier.i18n.texts import gettext as _
from quartier.settings.names_form import Named
from quartier.web.navigation import BAR
from quartier.web.shell import Shell

SPACE = "/cockpit/settings/space"


@dataclass(frozen=True)
class Place:
    """A place in words; `url` is empty where it is on no page. `short`: the short name stands there."""

    words: str
    url: str = ""
    short: bool = False


def places_of(app: Named, apps: Sequence[Named], shell: Shell) -> list[Place]:
    """The places of one micro-app among all of a company's, in the company's order."""
    own = {area: [entry.url for entry in entries if _is_its(entry, app)] for area, entries in shell.entries.items()}
    found = [*_for_residents(app, apps, shell, own.get("app", [])), *_for_the_team(app, own.get("cockpit", []))]
    if hasattr(shell.plugins.serving[app.slug].module, "export_person"):
        found.append(Place(_("Copy of one’s own data: the list of what it holds")))
    return found


def _for_residents(app: Named, apps: Sequence[Named], shell: Shell, urls: Sequence[str]) -> list[Place]:
    found = []
    if urls:
        found = [Place(_("Tile on the home page"), "/"), Place(_("More: the list of all micro-apps"), "/more")]
        if app.slug in [one.slug for one in apps if one.is_on][:BAR]:
            found.append(Place(_("Bar at the bottom of a phone"), "/", short=True))
        found += [Place(_("Heading of its pages, and their title in the browser"), url) for url in urls]
    if hasattr(shell.plugins.serving[app.slug].module, "search"):
        found.append(Place(_("Search: above what is found in it"), "/search"))
    return found


def _for_the_team(app: Named, urls: Sequence[str]) -> list[Place]:
    found = [Place(_("Menu of the Cockpit, and the heading of its pages there"), url) for url in urls]
    if app.manifest.files:
        found.append(Place(_("Space for files"), SPACE))
    return found


def _is_its(entry: object, app: Named) -> bool:
    return getattr(entry, "module", None) == app.slug and not getattr(entry, "label", "")
