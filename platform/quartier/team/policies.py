"""Who may give which rights where, and what people of a job usually get."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from quartier.accounts.permissions import CORE, TEAM_ADMIN
from quartier.deliveries.policies import READ as MAIL_READ
from quartier.estate.policies import EDIT as ESTATE_EDIT
from quartier.estate.policies import READ as ESTATE_READ
from quartier.i18n.localized import LocalizedText
from quartier.people.policies import EDIT as PEOPLE_EDIT
from quartier.people.policies import READ as PEOPLE_READ
from quartier.plugin.manifest import Permission
from quartier.viewer import COMPANY, Chain, Viewer


@dataclass(frozen=True)
class Preset:
    """What fills the form for a job. It is a start: what is given is what stands in the form when it is sent.

    `modules` takes all rights of the modules along.
    """

    name: LocalizedText
    permissions: tuple[str, ...] = ()
    modules: bool = False

    def among(self, known: Mapping[str, Permission]) -> list[str]:
        """The permissions of this job among those that can be given."""
        core = {permission.key for permission in CORE}
        return [key for key in known if key in self.permissions or (self.modules and key not in core)]


PRESETS: Final[Mapping[str, Preset]] = {
    "manager": Preset(
        LocalizedText({"de": "Bewirtschaftung", "en": "Property manager", "fr": "Gérance"}),
        (ESTATE_READ, ESTATE_EDIT, PEOPLE_READ, PEOPLE_EDIT, "people.invite", "people.view_as", MAIL_READ),
    ),
    "caretaker": Preset(
        LocalizedText({"de": "Hauswartung", "en": "Caretaker", "fr": "Conciergerie"}), (ESTATE_READ, PEOPLE_READ)
    ),
    "bookkeeper": Preset(
        LocalizedText({"de": "Buchhaltung", "en": "Bookkeeper", "fr": "Comptabilité"}),
        (ESTATE_READ, PEOPLE_READ, MAIL_READ),
    ),
    "editor": Preset(LocalizedText({"de": "Redaktion", "en": "Content editor", "fr": "Rédaction"}), modules=True),
}


def jobs_in(permissions: Collection[str], known: Mapping[str, Permission]) -> dict[str, frozenset[str]]:
    """The jobs whose rights are all among these, by key, each with its rights; the one with the most comes first.

    A job that is wholly part of another one of them is left out: its rights came with the larger one.
    """
    found: dict[str, frozenset[str]] = {}
    rights = {key: frozenset(one.among(known)) for key, one in PRESETS.items()}
    for key, some in sorted(rights.items(), key=lambda one: -len(one[1])):
        if some and some.issubset(permissions) and not any(some <= larger for larger in found.values()):
            found[key] = some
    return found


def is_chief(viewer: Viewer) -> bool:
    """Whether somebody manages the whole team, and not that of some places."""
    return viewer.may(TEAM_ADMIN, at=COMPANY)


def may_give(viewer: Viewer, permission: str, place: Chain) -> bool:
    """Whoever manages the team of the company gives every right; whoever does for a place, there what they have."""
    return is_chief(viewer) or (viewer.may(TEAM_ADMIN, at=place) and viewer.may(permission, at=place))


def may_end(viewer: Viewer, place: Chain) -> bool:
    """Whether the viewer may end what was given at a place."""
    return viewer.may(TEAM_ADMIN, at=place)


def givable(viewer: Viewer, known: Mapping[str, Permission], place: Chain, *, outsider: bool) -> dict[str, Permission]:
    """The permissions that this viewer can give at a place, by key.

    What is for the company only is not given at a place, and nobody of another company manages the team.
    """
    return {
        key: one
        for key, one in known.items()
        if may_give(viewer, key, place) and not (one.whole and place) and not (outsider and key == TEAM_ADMIN)
    }


def covers(places: Collection[Chain], place: Chain) -> bool:
    """Whether a place is one of these, or below."""
    return any(place[: len(one)] == one for one in places)
