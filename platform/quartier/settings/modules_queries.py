"""The modules of a company as its staff see them: what is in the contract, what is on, where, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from quartier.contracts import wording
from quartier.contracts.effects import residents_of
from quartier.contracts.entitlement import State, state_of
from quartier.contracts.queries import LINES, SWITCHES, Standing, Switch, needs_of, standing
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.plugin.manager import Plugins
from quartier.plugin.manifest import Manifest
from quartier.tenancy.session import CompanySession

CATEGORIES = {
    "service": _l("Service"),
    "information": _l("Information"),
    "community": _l("Community"),
    "registration": _l("Registration"),
    "questions": _l("Questions"),
}
"""Groups of the page, in this order; a module of any other category stands in a last group."""

OFF = Switch(is_on=False)
PLACES = """
    SELECT p.id, p.name, min(b.city) AS city, count(DISTINCT r.person_id) AS residents
    FROM property p
    LEFT JOIN building b ON b.company_id = p.company_id AND b.property_id = p.id
    LEFT JOIN unit u ON u.company_id = b.company_id AND u.building_id = b.id
    LEFT JOIN occupancy o ON o.company_id = u.company_id AND o.unit_id = u.id
        AND o.starts <= (SELECT company_today()) AND (o.ends IS NULL OR (SELECT company_today()) < o.ends)
    LEFT JOIN occupant c ON c.company_id = o.company_id AND c.occupancy_id = o.id
    LEFT JOIN account r ON r.company_id = c.company_id AND r.person_id = c.person_id AND r.is_active
    GROUP BY p.company_id, p.id, p.name ORDER BY p.name, p.id
"""


@dataclass(frozen=True)
class Module:
    """One module at this company. `residents` is whom it reaches, or would reach, where it is (or would be) on.

    `had` says that the company has had it at some time, so that there may be something to take along.
    """

    manifest: Manifest
    state: State
    switch: Switch
    works: bool
    lacks: tuple[str, ...]
    residents: int
    had: bool = False

    @property
    def slug(self) -> str:
        """The module's name in addresses and tables."""
        return self.manifest.slug

    @property
    def badge(self) -> wording.Badge:
        """How it stands, as a label."""
        return wording.badge(self.state)

    @property
    def sentence(self) -> str:
        """The same, with its day."""
        return wording.sentence(self.state)

    @property
    def fingerprint(self) -> str:
        """Names the choice of properties; another one means that somebody saved in between."""
        places = self.switch.properties
        state = "everywhere" if places is None else ",".join(sorted(map(str, places)))
        return sha256(state.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Place:
    """A property to choose."""

    id: UUID
    name: str
    city: str
    residents: int


def modules(db: CompanySession, plugins: Plugins, *, count: bool = True) -> list[Module]:
    """All modules that this installation can serve, as they stand at the bound company now; sorted by position.

    Without `count` nobody is counted: `residents` is 0 then.
    """
    these = {"companies": [db.company_id]}
    stands = standing(db.rows(LINES, these), db.rows(SWITCHES, these))
    works = stands.modules(needs_of(plugins))
    reached: dict[frozenset[UUID] | None, int] = {}
    found = [
        _module(db if count else None, plugin.manifest, stands, works, reached) for plugin in plugins.serving.values()
    ]
    return sorted(found, key=lambda one: (one.manifest.position, one.slug))


def grouped(found: Iterable[Module]) -> list[tuple[str, list[Module]]]:
    """By category, in the order of the page; empty groups are left out."""
    by_category: dict[str, list[Module]] = {category: [] for category in (*CATEGORIES, "")}
    for one in found:
        by_category[one.manifest.category if one.manifest.category in CATEGORIES else ""].append(one)
    names: Mapping[str, str] = {**{key: str(name) for key, name in CATEGORIES.items()}, "": _("More")}
    return [(names[category], members) for category, members in by_category.items() if members]


def places(db: CompanySession) -> list[Place]:
    """All properties of the company with the number of residents who have an account."""
    return [Place(row.id, row.name, row.city or "", row.residents) for row in db.rows(PLACES)]


def count_places(db: CompanySession) -> int:
    """How many properties the company has."""
    return int(db.row("SELECT count(*) FROM property")[0])


def residents(db: CompanySession, properties: Iterable[UUID] | None) -> int:
    """How many residents with an account live or work in these properties; None means the whole estate."""
    return residents_of(db, db.company_id, None if properties is None else list(properties))


def _module(
    db: CompanySession | None,
    manifest: Manifest,
    stands: Standing,
    works: frozenset[str],
    reached: dict[frozenset[UUID] | None, int],
) -> Module:
    switch = stands.switches.get(manifest.slug, OFF)
    where = switch.properties if manifest.scoped else None
    if where not in reached:
        reached[where] = residents(db, where) if db is not None else 0
    state = state_of(manifest.slug, stands.spans, datetime.now(UTC))
    lacks = tuple(sorted(set(manifest.depends_on) - works))
    now = datetime.now(UTC)
    had = any(
        one.module == manifest.slug and one.allows and any(edge <= now for edge in one.edges) for one in stands.spans
    )
    return Module(manifest, state, switch, manifest.slug in works, lacks, reached[where], had)
