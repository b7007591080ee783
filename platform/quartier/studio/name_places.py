"""Where the name of a micro-app is read: worked out from what its module brings, each with the page to see it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quartier.i18n.texts import gettext as _
from quartier.studio.names_form import Named
from quartier.web.navigation import BAR
from quartier.web.shell import Shell

SPACE = "/cockpit/settings/space"
MODULES = "/cockpit/settings/modules"
PORTAL = "/cockpit/settings/portal"
MARKETPLACE = "/cockpit/marketplace"


@dataclass(frozen=True)
class Place:
    """A place in words; `url` is empty where it is on no page. `short`: the short name stands there."""

    words: str
    url: str = ""
    short: bool = False


def places_of(app: Named, apps: Sequence[Named], shell: Shell) -> list[Place]:
    """The places of one micro-app among all of a company's, in the company's order."""
    own = {area: [entry.url for entry in entries if _is_its(entry, app)] for area, entries in shell.entries.items()}
    found = [*_for_residents(app, apps, shell, own.get("app", [])), *_for_the_team(app, shell, own.get("cockpit", []))]
    if brings(app, shell, "export_person"):
        found.append(Place(_("Copy of one’s own data: the list of what it holds")))
    return found


def brings(app: Named, shell: Shell, hook: str) -> bool:
    """Whether its module does something there, such as a card on the overview."""
    return hasattr(shell.plugins.serving[app.slug].module, hook)


def _for_residents(app: Named, apps: Sequence[Named], shell: Shell, urls: Sequence[str]) -> list[Place]:
    found = []
    if urls:
        found = [Place(_("Tile on the home page"), "/"), Place(_("More: the list of all micro-apps"), "/more")]
        if app.slug in [one.slug for one in apps if one.is_on][:BAR]:
            found.append(Place(_("Bar at the bottom of a phone"), "/", short=True))
        found += [Place(_("Heading of its pages, and their title in the browser"), url) for url in urls]
    if brings(app, shell, "search"):
        found.append(Place(_("Search: above what is found in it"), "/search"))
    return found


def _for_the_team(app: Named, shell: Shell, urls: Sequence[str]) -> list[Place]:
    found = [Place(_("Menu of the Cockpit, and the heading of its pages there"), url) for url in urls]
    if brings(app, shell, "dashboard_cards"):
        found.append(Place(_("Overview of the Cockpit"), "/cockpit/"))
    found += [Place(_("List of modules"), MODULES), Place(_("Settings of the portal"), PORTAL)]
    found.append(Place(_("Marketplace, its orders and mails"), MARKETPLACE))
    if app.manifest.files:
        found.append(Place(_("Space for files"), SPACE))
    if app.manifest.holdings:
        found.append(Place(_("Two people merged into one: what was handed over")))
    if brings(app, shell, "register_notifications"):
        found.append(Place(_("Question before something is sent as important")))
    return [*found, Place(_("What is said while it can only be read, and the mail before its contract ends"))]


def _is_its(entry: object, app: Named) -> bool:
    return getattr(entry, "module", None) == app.slug and not getattr(entry, "label", "")
