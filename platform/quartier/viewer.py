"""Who is acting. A viewer is an argument; nothing below the edge goes looking for one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

EVERYWHERE = "*"
EVERYBODY = "*"


@dataclass(frozen=True)
class Place:
    """A unit this person uses, as what, and where it stands in the tree; `ends` is the first day after.

    It may lie some days ahead or behind: companies open the door earlier and close it later (`accounts.switches`).
    """

    kind: str
    unit_id: UUID
    building_id: UUID
    property_id: UUID
    unit_kind: str = "flat"
    is_commercial: bool = False
    unit: str = ""
    address: str = ""
    starts: date | None = None
    ends: date | None = None

    @property
    def nodes(self) -> tuple[str, ...]:
        """From everywhere down to the unit."""
        return EVERYWHERE, str(self.property_id), str(self.building_id), str(self.unit_id)

    @property
    def groups(self) -> tuple[str, ...]:
        """The words of an audience that mean this person at this place."""
        if self.kind == "ownership":
            return EVERYBODY, "owners"
        return EVERYBODY, "tenants", "businesses" if self.is_commercial else "residents"


@dataclass(frozen=True)
class Viewer:
    """A person at one company: nobody yet (`anonymous`), a resident, or an agent.

    `audience_keys` are the pairs of *where* and *who* that this viewer stands for; a thing is visible when one of its
    own keys is among them. `properties` limits an agent to parts of the estate; empty means all of it.
    """

    kind: str
    account_id: UUID | None = None
    person_id: UUID | None = None
    session_id: UUID | None = None
    name: str = ""
    salutation: str = "none"
    family_name: str = ""
    email: str = ""
    language: str | None = None
    permissions: frozenset[str] = frozenset()
    properties: frozenset[UUID] = frozenset()
    places: tuple[Place, ...] = ()
    audience_keys: tuple[str, ...] = ()
    form_token: str = ""

    @property
    def signed_in(self) -> bool:
        """Whether this is somebody known here: a person with an account, or a machine with a token."""
        return self.kind != "anonymous"

    @property
    def is_agent(self) -> bool:
        """A member of the company's team."""
        return self.kind == "agent"

    def may(self, permission: str) -> bool:
        """Whether this viewer holds the permission, here in the company."""
        return permission in self.permissions


ANONYMOUS = Viewer(kind="anonymous")


def audience_keys(places: Iterable[Place], *, extra_groups: Iterable[str] = ()) -> tuple[str, ...]:
    """Every key that these places answer to, for the overlap with a thing's own keys."""
    groups = tuple(extra_groups)
    keys = {f"{node}:{group}" for place in places for node in place.nodes for group in (*place.groups, *groups)}
    keys.add(f"{EVERYWHERE}:{EVERYBODY}")
    return tuple(sorted(keys))
