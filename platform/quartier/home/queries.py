"""What the first pages read: one statement each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from quartier.accounts.switches import ACCESS_BEFORE
from quartier.i18n.localized import LocalizedText
from quartier.plugin.switches import value
from quartier.profile.queries import deputy_for, team
from quartier.web.visit import Visit

CONTACTS = """
    SELECT a.id, p.given_name, p.family_name, p.phone, p.email, a.job, a.hours, i.file_id AS picture,
        x.ends AS back, x.note AS away_note
    FROM agent a JOIN person p ON p.company_id = a.company_id AND p.id = a.person_id
    LEFT JOIN person_picture i ON i.company_id = p.company_id AND i.person_id = p.id
    LEFT JOIN absence x ON x.company_id = a.company_id AND x.agent_id = a.id
        AND x.starts <= %(today)s AND %(today)s < x.ends
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE jsonb_array_length(r -> 'at') > 0) AS many,
            count(*) FILTER (WHERE (r -> 'at' ->> 0)::uuid = ANY (%(properties)s::uuid[])) AS here
        FROM jsonb_array_elements(grants_of(a.company_id, a.id, %(today)s)) r
    ) responsible ON true
    WHERE a.company_id = %(company)s AND a.is_public AND (responsible.many = 0 OR responsible.here > 0)
        AND a.deactivated_at IS NULL AND (a.ends IS NULL OR %(today)s < a.ends)
        AND NOT EXISTS (
            SELECT FROM account c WHERE c.company_id = a.company_id AND c.person_id = a.person_id AND NOT c.is_active
        )
    ORDER BY responsible.here > 0 DESC, a.created_at, a.id
    LIMIT %(most)s
"""
FIGURES = """
    WITH here AS (
        SELECT id FROM property WHERE company_id = %(company)s AND (%(everywhere)s OR id = ANY (%(properties)s::uuid[]))
    ), rooms AS (
        SELECT u.id FROM unit u JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
        WHERE u.company_id = %(company)s AND b.property_id IN (SELECT id FROM here)
    ), dwelling AS (
        SELECT DISTINCT c.person_id FROM occupancy o
        JOIN occupant c ON c.company_id = o.company_id AND c.occupancy_id = o.id
        WHERE o.company_id = %(company)s AND o.unit_id IN (SELECT id FROM rooms)
            AND o.starts <= %(today)s AND (o.ends IS NULL OR %(today)s < o.ends)
    )
    SELECT (SELECT count(*) FROM here) AS properties,
        (SELECT count(*) FROM rooms) AS units,
        (SELECT count(*) FROM dwelling) AS people,
        (SELECT count(*) FROM account a JOIN dwelling d ON d.person_id = a.person_id
            WHERE a.company_id = %(company)s AND a.is_active) AS accounts,
        coalesce((SELECT micro_apps <> '{}' FROM brand_version WHERE company_id = %(company)s AND property_id IS NULL
            AND withdrawn_at IS NULL AND published_at <= now()
            ORDER BY published_at DESC, number DESC LIMIT 1), false) AS named
"""
PERIODS = """
    SELECT min(o.starts) FILTER (WHERE o.starts > %(today)s) AS coming, max(o.ends) AS ended
    FROM occupant c JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
    WHERE c.company_id = %(company)s AND c.person_id = %(person)s
"""
MOST_CONTACTS = 6
LARGE = 10_000  # units
KEPT = 300  # seconds


@dataclass(frozen=True)
class Away:
    """The last day of an absence, what is said of it, and whose phone and e-mail stand on the card meanwhile."""

    until: date
    note: LocalizedText
    deputy: str


@dataclass(frozen=True)
class Contact:
    """Somebody of the team whom residents may call or write to, or who stands in while they are `away`."""

    name: str
    job: LocalizedText
    hours: LocalizedText
    phone: str | None
    email: str | None
    picture: UUID | None = None
    away: Away | None = None


@dataclass(frozen=True)
class Figures:
    """How large the viewer's part of the company is: residents living there today, and those with an account."""

    properties: int
    units: int
    people: int
    accounts: int
    named: bool


def contacts(visit: Visit) -> list[Contact]:
    """The public members of the team who look after the viewer's homes, and then those who look after everything."""
    homes = {place.property_id for place in visit.viewer.places} or visit.viewer.within().homes
    params = {
        "company": visit.company.id, "properties": list(homes), "today": visit.today, "most": MOST_CONTACTS,
    }  # fmt: skip
    return [_contact(visit, row) for row in visit.db.rows(CONTACTS, params)]


@dataclass(frozen=True)
class Outside:
    """Why a resident meets nothing here: it begins on `opens`, or the last day was `last`, or neither is known."""

    opens: date | None
    last: date | None


def outside(visit: Visit) -> Outside | None:
    """For residents without a home today; None for everybody else."""
    viewer = visit.viewer
    if viewer.kind != "resident" or viewer.places:
        return None
    row = visit.db.row(PERIODS, {"company": visit.company.id, "person": viewer.person_id, "today": visit.today})
    if row.coming is not None:
        return Outside(row.coming - timedelta(days=value(visit.company.settings, ACCESS_BEFORE)), None)
    return Outside(None, row.ended - timedelta(days=1) if row.ended else None)


def figures(visit: Visit) -> Figures:
    """Of the properties that the agent looks after; of a large estate, as they were at most five minutes ago.

    To count a hundred thousand homes and who lives there takes a third of a second, and nobody sees the difference.
    """
    mine = sorted(visit.viewer.within().homes)
    key = (visit.company.id, "home", ("figures", tuple(mine), visit.today))
    kept = visit.contents.get(key, int(monotonic() // KEPT), lambda: _figures(visit, mine))
    return kept if kept.units >= LARGE else _figures(visit, mine)


def _figures(visit: Visit, mine: list[UUID]) -> Figures:
    params = {"company": visit.company.id, "everywhere": not mine, "properties": mine, "today": visit.today}
    return Figures(*visit.db.row(FIGURES, params))


def _contact(visit: Visit, row: Any) -> Contact:
    name = f"{row.given_name} {row.family_name}".strip()
    shown = Contact(name, LocalizedText(row.job), LocalizedText(row.hours), row.phone or None, row.email or None,
                    row.picture)  # fmt: skip
    if row.back is None:
        return shown
    acting = deputy_for(visit.db, row.id, visit.today)
    there = team(visit.db).get(acting) if acting else None
    away = Away(row.back - timedelta(days=1), LocalizedText(row.away_note), there.name if there else "")
    return replace(shown, phone=there.phone if there else None, email=there.email if there else None, away=away)
