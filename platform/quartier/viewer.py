"""Who is acting. A viewer is an argument; nothing below the edge goes looking for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

EVERYWHERE = "*"
EVERYBODY = "*"

Chain = tuple[UUID, ...]
"""A place of the estate with all above it: property, building, unit; as far down as it goes."""
COMPANY: Final[Chain] = ()
"""The place above all: the company itself."""
UNREAD_TOLD: Final = 1_000
"""How far `Viewer.unread` counts: fewer are told apart exactly, and so many stand for any number more."""
NOWHERE: Final = UUID(int=0)
"""The id of no place, for a limit that leaves nothing."""


@dataclass(frozen=True)
class Within(Collection[UUID]):
    """Places that something is limited to: properties, buildings, units, each with what is below it. Empty: no limit.

    `homes` are the properties that the places are, or lie in: what is shown of the tree above them.
    """

    places: tuple[UUID, ...]
    homes: tuple[UUID, ...]

    @classmethod
    def of(cls, chains: Iterable[Chain]) -> Within:
        """The limit to these."""
        known = sorted(set(chains))
        return cls(tuple(chain[-1] for chain in known), tuple(dict.fromkeys(chain[0] for chain in known)))

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[UUID]:
        return iter(self.places)

    def __contains__(self, place: object) -> bool:
        return place in self.places


def homes_of(within: Collection[UUID]) -> Collection[UUID]:
    """The properties of a limit, also where it was given as plain ids of properties."""
    return within.homes if isinstance(within, Within) else within


@dataclass(frozen=True)
class Grant:
    """Rights at one place and at all below it."""

    permissions: frozenset[str]
    at: Chain

    def covers(self, place: Chain) -> bool:
        """Whether a place is this one, or below it."""
        return place[: len(self.at)] == self.at


PARTY: Final = frozenset({"main", "co_tenant", "partner"})
"""Roles on a period with all that the contract gives."""
INSIDE: Final = frozenset({"subtenant"})
"""Roles for which what concerns the unit itself is meant as well, such as a date for reading meters.

The others (child, carer, household) see what is for everybody at the house and its property, and nothing else."""


class Stay(NamedTuple):
    """A key of a unit, and from when to when (exclusive) it means somebody."""

    key: str
    since: date | None
    until: date | None

    def covers(self, day: date) -> bool:
        """Whether what is addressed to the unit on this day is meant for them."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


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
    role: str = "main"
    period_id: UUID | None = None

    @property
    def is_party(self) -> bool:
        """Whether this person has what the contract gives: who stands in it, or was added with equal rights."""
        return self.role in PARTY

    @property
    def is_inside(self) -> bool:
        """Whether what concerns the unit itself is meant for this person; for guests it is not."""
        return self.is_party or self.role in INSIDE

    @property
    def nodes(self) -> tuple[str, ...]:
        """From everywhere down to the period, for guests down to the house. The unit is not among them (`stays`)."""
        above = (EVERYWHERE, str(self.property_id), str(self.building_id))
        return (*above, str(self.period_id)) if self.is_inside and self.period_id else above

    @property
    def stays(self) -> tuple[Stay, ...]:
        """The unit's keys, for the days of the period: others lived there before, and will afterwards."""
        groups = self.groups if self.is_inside else ()
        return tuple(Stay(f"{self.unit_id}:{group}", self.starts, self.ends) for group in groups)

    @property
    def groups(self) -> tuple[str, ...]:
        """The words of an audience that mean this person at this place; for who is no party, only everybody's."""
        if not self.is_party:
            return (EVERYBODY,)
        if self.kind == "ownership":
            return EVERYBODY, "owners"
        return EVERYBODY, "tenants", "businesses" if self.is_commercial else "residents"


@dataclass(frozen=True)
class Watched:
    """That it is really somebody of the team who looks, as a resident, and until when."""

    viewing_id: UUID
    by: str
    until: datetime


@dataclass(frozen=True)
class Supporting:
    """That it is platform support who looks, with the company's consent, and until when."""

    access_id: UUID
    by: str
    until: datetime


@dataclass(frozen=True)
class Viewer:
    """A person at one company: nobody yet (`anonymous`), a resident, or an agent.

    `audience_keys` are the pairs of *where* and *who* that this viewer stands for; a thing is visible when one of its
    own keys is among them. What is addressed to a unit is also asked when: see `stays`. `permissions` hold for the
    whole company, those of `grants` at a place and below it. `watched` says that somebody of the team sees the portal
    as this resident, `support` that it is nobody of the company but platform support. Whoever works for another company
    has it as `employer`, and in the `name`: so it stands in all that is written down of what they do. `agreed` is the
    latest version of each document that this person agreed to, by the document's id. `unread` says of unread
    notifications how many there are and which is the last, without asking whether this viewer may still see them; empty
    for none. `own_scopes` say what a token opens of its issuer's own
    things; they are no permissions, for those hold at places.
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
    formats: str | None = None
    timezone: str | None = None
    permissions: frozenset[str] = frozenset()
    grants: tuple[Grant, ...] = ()
    places: tuple[Place, ...] = ()
    audience_keys: tuple[str, ...] = ()
    form_token: str = ""
    watched: Watched | None = None
    support: Supporting | None = None
    agreed: Mapping[str, int] = field(default_factory=dict, hash=False)
    employer: str = ""
    unread: str = ""
    own_scopes: frozenset[str] = frozenset()

    @property
    def own_name(self) -> str:
        """The name without the employer, for addressing somebody."""
        return self.name.removesuffix(f" ({self.employer})")

    @property
    def stays(self) -> tuple[Stay, ...]:
        """The units this person uses, as the keys of things addressed to them, each with the days of the period."""
        return tuple(sorted({stay for place in self.places for stay in place.stays}, key=str))

    @property
    def signed_in(self) -> bool:
        """Whether this is somebody known here: a person with an account, or a machine with a token."""
        return self.kind != "anonymous"

    @property
    def is_agent(self) -> bool:
        """A member of the company's team."""
        return self.kind == "agent"

    def may(self, permission: str, at: Chain | None = None) -> bool:
        """Whether this viewer holds the permission: anywhere, or `at` a place (`COMPANY` is the whole company)."""
        if permission in self.permissions:
            return True
        held = (grant for grant in self.grants if permission in grant.permissions)
        return any(at is None or grant.covers(at) for grant in held)

    def within(self, permission: str | None = None) -> Within:
        """Where this viewer holds the permission, or without one, anything at all; empty means the whole company.

        Whoever holds it nowhere is within `NOWHERE`, so that a list that forgot to ask shows nothing.
        """
        if permission in self.permissions or (permission is None and (self.permissions or not self.grants)):
            return Within.of(())
        held = [grant.at for grant in self.grants if permission is None or permission in grant.permissions]
        return Within.of(held or [(NOWHERE,)])

    def settled(self, whole: frozenset[str]) -> Viewer:
        """The same viewer, for whom nothing of what only the whole company can give holds at a place of it."""
        if not any(grant.permissions & whole for grant in self.grants):
            return self
        return replace(self, grants=tuple(Grant(grant.permissions - whole, grant.at) for grant in self.grants))


def marked(name: str, employer: str | None) -> str:
    """A name as colleagues read it: of somebody of another company, with that company."""
    return f"{name} ({employer})" if employer else name


ANONYMOUS = Viewer(kind="anonymous")


def audience_keys(places: Iterable[Place], *, extra_groups: Iterable[str] = ()) -> tuple[str, ...]:
    """Every key that these places answer to at any time, for the overlap with a thing's own keys."""
    groups = tuple(extra_groups)
    keys = {f"{node}:{group}" for place in places for node in place.nodes for group in (*place.groups, *groups)}
    keys.add(f"{EVERYWHERE}:{EVERYBODY}")
    return tuple(sorted(keys))
