"""Reading the team: who works here, what each may do where, and who answers for what."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final
from uuid import UUID

from quartier.i18n.localized import LocalizedText
from quartier.tenancy.session import CompanySession
from quartier.viewer import COMPANY, Chain, marked

AGENTS: Final = """
    SELECT g.id, g.person_id, g.job, g.hours, g.is_public, g.employer, g.ends, g.deactivated_at, g.deactivated_by,
           g.created_at, trim(p.given_name || ' ' || coalesce(nullif(p.family_name, ''), p.company_name)) AS name,
           coalesce(a.email, p.email, i.email) AS email, p.phone,
           coalesce(a.language, p.language) AS language, a.id AS account_id,
           coalesce(a.is_active, false) AS may_sign_in, i.expires_at, i.sent_at, i.sent_by, i.withdrawn_at,
           i.accepted_at,
           (SELECT max(s.seen_at) FROM account_session s WHERE s.company_id = g.company_id AND s.account_id = a.id)
               AS seen_at
      FROM agent g
      JOIN person p ON p.company_id = g.company_id AND p.id = g.person_id
      LEFT JOIN account a ON a.company_id = g.company_id AND a.person_id = g.person_id
      LEFT JOIN team_invitation i ON i.company_id = g.company_id AND i.agent_id = g.id
     WHERE %(agent)s::uuid IS NULL OR g.id = %(agent)s
     ORDER BY g.deactivated_at IS NOT NULL, p.sort_key, g.id
"""
GRANTS: Final = """
    SELECT r.id, r.agent_id, r.permissions, r.starts, r.ends, r.given_by, r.created_at, r.ended_at, r.ended_by,
           h.id AS property_id, h.name AS property, b.id AS building_id, b.name AS building, u.id AS unit_id,
           u.name AS unit
      FROM agent_grant r
      LEFT JOIN unit u ON u.company_id = r.company_id AND u.id = r.unit_id
      LEFT JOIN building b ON b.company_id = r.company_id AND b.id = coalesce(r.building_id, u.building_id)
      LEFT JOIN property h ON h.company_id = r.company_id AND h.id = coalesce(r.property_id, b.property_id)
     WHERE (%(agent)s::uuid IS NULL OR r.agent_id = %(agent)s)
       AND (%(past)s OR (r.ended_at IS NULL AND (r.ends IS NULL OR r.ends > %(today)s)))
     ORDER BY h.name NULLS FIRST, b.name NULLS FIRST, u.name NULLS FIRST, r.created_at
"""
PLACES: Final = """
    SELECT h.id AS property_id, h.name AS property, b.id AS building_id, b.name AS building,
           trim(b.street || ' ' || b.house_number) AS address, u.id AS unit_id, u.name AS unit
      FROM property h
      LEFT JOIN building b ON b.company_id = h.company_id AND b.property_id = h.id AND %(depth)s >= 2
      LEFT JOIN unit u ON u.company_id = b.company_id AND u.building_id = b.id AND %(depth)s >= 3
"""
ONE_PLACE: Final = f"{PLACES} WHERE %(id)s = CASE %(depth)s WHEN 1 THEN h.id WHEN 2 THEN b.id ELSE u.id END"
LIKE: Final = f"""
    (SELECT * FROM ({PLACES.replace("%(depth)s", "1")}) one WHERE property ILIKE %(like)s ORDER BY property LIMIT 12)
    UNION ALL
    (SELECT * FROM ({PLACES.replace("%(depth)s", "2")}) two WHERE building_id IS NOT NULL
        AND concat_ws(' ', building, address) ILIKE %(like)s ORDER BY building, address LIMIT 12)
    UNION ALL
    (SELECT * FROM ({PLACES.replace("%(depth)s", "3")}) three WHERE unit_id IS NOT NULL
        AND concat_ws(' ', unit, address) ILIKE %(like)s ORDER BY address, unit LIMIT 12)
"""  # noqa: S608 - our own words
LEVELS: Final = {"property": 1, "building": 2, "unit": 3}
ROLES_HERE: Final = """
    SELECT j.id, j.name AS role, r.agent_id, g.person_id, g.employer,
           (SELECT x.ends - 1 FROM absence x WHERE x.company_id = g.company_id AND x.agent_id = g.id
               AND x.starts <= k.today AND k.today < x.ends LIMIT 1) AS away_until,
           trim(p.given_name || ' ' || coalesce(nullif(p.family_name, ''), p.company_name)) AS name
      FROM job_role j
      JOIN LATERAL (SELECT (now() AT TIME ZONE c.timezone)::date AS today FROM company c WHERE c.id = j.company_id) k
        ON true
      LEFT JOIN property_role r ON r.company_id = j.company_id AND r.role_id = j.id AND r.property_id = %(property)s
      LEFT JOIN agent g ON g.company_id = r.company_id AND g.id = r.agent_id AND g.deactivated_at IS NULL
           AND (g.ends IS NULL OR k.today < g.ends)
      LEFT JOIN person p ON p.company_id = g.company_id AND p.id = g.person_id
     ORDER BY j.created_at, j.id
"""


@dataclass(frozen=True)
class Spot:
    """A place with its name: the company has neither chain nor name."""

    at: Chain
    names: tuple[str, ...]
    address: str = ""

    @property
    def level(self) -> str:
        """ "company", "property", "building" or "unit"."""
        return ("company", *LEVELS)[len(self.at)]

    @property
    def key(self) -> str:
        """How forms and addresses name the place, such as `building:<id>`."""
        return f"{self.level}:{self.at[-1]}" if self.at else "company"

    @property
    def above(self) -> list[Spot]:
        """The places that it lies in, from the company down."""
        return [Spot(self.at[:depth], self.names[:depth]) for depth in range(len(self.at))]


WHOLE: Final = Spot(COMPANY, ())
NO_PLACE: Final = "none"
"""The key of no place."""


@dataclass(frozen=True)
class Given:
    """A grant as people read it. `state` is "now", "later", "over" or "ended"."""

    id: UUID
    agent_id: UUID
    spot: Spot
    permissions: tuple[str, ...]
    starts: date | None
    ends: date | None
    given_by: str
    created_at: datetime
    ended_at: datetime | None
    ended_by: str
    state: str


Held = dict[str, list[Given]]
"""By permission, the grants that give it."""


@dataclass(frozen=True)
class Member:
    """Somebody of the team.

    `state` is "active", "invited", "late" (the link is too old), "withdrawn", "over" (the last day is) or "off".
    """

    row: Any
    state: str
    grants: tuple[Given, ...]

    @property
    def name(self) -> str:
        """The name as colleagues read it."""
        return marked(self.row.name, self.row.employer)

    @property
    def job(self) -> LocalizedText:
        """What they are, in the company's words."""
        return LocalizedText(self.row.job)

    @property
    def spots(self) -> list[Spot]:
        """Where they may do something now, each place once."""
        return list(dict.fromkeys(given.spot for given in self.grants if given.state == "now"))

    @property
    def permissions(self) -> set[str]:
        """What they may do now, somewhere."""
        return {one for given in self.grants if given.state == "now" for one in given.permissions}


def members(db: CompanySession, *, today: date, now: datetime, past: bool = False) -> list[Member]:
    """The team by name, who left at the end; `past` for grants that are over, too. Two statements for however many."""
    grants: dict[UUID, list[Given]] = {}
    for given in _grants(db, today=today, past=past):
        grants.setdefault(given.agent_id, []).append(given)
    rows = db.rows(AGENTS, {"agent": None})
    return [Member(row, state_of(row, today, now), tuple(grants.get(row.id, ()))) for row in rows]


def member(db: CompanySession, agent_id: UUID, *, today: date, now: datetime) -> Member | None:
    """One of the team, with all grants that there ever were."""
    row = db.row(AGENTS, {"agent": agent_id})
    if row is None:
        return None
    return Member(row, state_of(row, today, now), tuple(_grants(db, agent_id, today=today, past=True)))


def state_of(row: Any, today: date, now: datetime) -> str:
    """In which of its states somebody's place in the team is."""
    if row.deactivated_at is not None:
        return "off"
    if row.ends is not None and row.ends <= today:
        return "over"
    if row.account_id is not None or row.expires_at is None:
        return "active"
    if row.withdrawn_at is not None:
        return "withdrawn"
    return "invited" if row.expires_at > now else "late"


def spot_of(db: CompanySession, key: str) -> Spot | None:
    """The place that a form or an address names; None when there is none here."""
    if key == WHOLE.key:
        return WHOLE
    level, _colon, text = key.partition(":")
    try:
        row = db.row(ONE_PLACE, {"id": UUID(text), "depth": LEVELS[level]})
    except (KeyError, ValueError):
        return None
    return _spot(row) if row is not None else None


def spots_like(db: CompanySession, text: str) -> list[Spot]:
    """Properties, buildings and units with these words in their name or address; a few of each."""
    words = text.replace("\0", "").strip().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return [_spot(row) for row in db.rows(LIKE, {"like": f"%{words}%"})] if words else []


def roles_in(db: CompanySession, property_id: UUID) -> list[Any]:
    """Every role of the company, with who has it in a property: `role` is its name."""
    rows = db.rows(ROLES_HERE, {"property": property_id})
    return [row._replace(role=LocalizedText(row.role)) for row in rows]


def who_may(found: Iterable[Member], place: Chain, day: date, zone: tzinfo) -> dict[UUID, Held]:
    """By agent, what each may do at a place on a day, and by which grants: those of the place and of all above it.

    Of a day that is over it takes `members(past=True)`. What ended in the course of a day counts as ended on it.
    """
    held: dict[UUID, Held] = {}
    for one in found:
        if not _is_there(one.row, day, zone):
            continue
        for given in one.grants:
            if place[: len(given.spot.at)] == given.spot.at and _holds(given, day, zone):
                for permission in given.permissions:
                    held.setdefault(one.row.id, {}).setdefault(permission, []).append(given)
    return held


def _is_there(row: Any, day: date, zone: tzinfo) -> bool:
    """Whether somebody was or will be in the team on a day, as far as is known today."""
    return _local(row.created_at, zone) <= day and not (
        (row.ends is not None and row.ends <= day)
        or (row.deactivated_at is not None and _local(row.deactivated_at, zone) <= day)
    )


def _holds(given: Given, day: date, zone: tzinfo) -> bool:
    begins = max(_local(given.created_at, zone), given.starts or date.min)
    return begins <= day and not (
        (given.ends is not None and given.ends <= day)
        or (given.ended_at is not None and _local(given.ended_at, zone) <= day)
    )


def _local(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def _grants(db: CompanySession, agent_id: UUID | None = None, *, today: date, past: bool = False) -> list[Given]:
    rows = db.rows(GRANTS, {"agent": agent_id, "today": today, "past": past})
    return [
        Given(
            row.id, row.agent_id, _spot(row), tuple(row.permissions), row.starts, row.ends, row.given_by,
            row.created_at, row.ended_at, row.ended_by, _state(row, today),
        )
        for row in rows
    ]  # fmt: skip


def _state(row: Any, today: date) -> str:
    if row.ended_at is not None:
        return "ended"
    if row.ends is not None and row.ends <= today:
        return "over"
    return "later" if row.starts is not None and row.starts > today else "now"


def _spot(row: Any) -> Spot:
    levels: Collection[tuple[UUID | None, str]] = (
        (row.property_id, row.property), (row.building_id, row.building), (row.unit_id, row.unit)
    )  # fmt: skip
    known = [(place, name) for place, name in levels if place is not None]
    return Spot(
        tuple(place for place, _name in known), tuple(name for _place, name in known), getattr(row, "address", "")
    )
