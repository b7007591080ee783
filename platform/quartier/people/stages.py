"""How far somebody has come: known by name, addressable, invited, registered, moved out. One place says what that is.

Pieces of SQL over the alias `q` of `person`, and the lists that they make. Whoever has moved out is that first,
registered or not; whoever has an account needs no invitation any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from quartier.estate.finding import OFTEN, Condition, rows_with
from quartier.i18n.texts import lazy_gettext as _l
from quartier.people.queries import HERE, NAME, ON_PERIOD, PAGE, THERE, TODAY
from quartier.tenancy.session import CompanySession

Stage = Literal["name_only", "addressable", "invited", "registered", "moved_out"]
STAGES: Final[tuple[Stage, ...]] = ("registered", "invited", "addressable", "name_only", "moved_out")
"""In the order in which lists offer them."""
STAGE_NAMES: Final[Mapping[str, str]] = {
    "registered": _l("Registered"), "invited": _l("Invited"), "addressable": _l("Not invited yet"),
    "name_only": _l("Name only"), "moved_out": _l("Moved out"),
}  # fmt: skip
STAGE_LOOKS: Final[Mapping[str, str]] = {
    "registered": "success", "invited": "info", "addressable": "warning", "name_only": "line", "moved_out": "line",
}  # fmt: skip
WAS: Final = ON_PERIOD.format(more="")
LIVES: Final = ON_PERIOD.format(more="AND (y.ends IS NULL OR y.ends > %(today)s)")
"""On a period that runs or will begin."""
REACH: Final = "concat(q.email, q.phone, q.mobile, q.street) <> ''"
REGISTERED: Final = "EXISTS (SELECT FROM account a WHERE a.company_id = q.company_id AND a.person_id = q.id)"
INVITED: Final = """
    EXISTS (SELECT FROM invitation i WHERE i.company_id = q.company_id AND i.person_id = q.id
               AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL)
"""
MOVED_IN: Final = ON_PERIOD.format(more=TODAY)
REACHED: Final = f"({REACH} OR {MOVED_IN})"
"""By mail, by phone, or by a letter; at a flat only whoever has moved in."""
PRESENT: Final = f"NOT ({WAS} AND NOT {LIVES})"
LATER: Final = """
    (SELECT true FROM occupant o JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
      WHERE o.company_id = q.company_id AND o.person_id = q.id {more} LIMIT 1) IS NOT NULL
"""
"""A person's periods, asked of each row: what could be hashed would be, and that reads all people for fifty rows."""
STILL: Final = LATER.format(more="AND (y.ends IS NULL OR y.ends > %(today)s)")
COMMON: Final = OFTEN.format(f"""
    ({REACH} OR {LATER.format(more=TODAY)}) AND (NOT {LATER.format(more="")} OR {STILL})
""")
CONDITIONS: Final[dict[Stage, str]] = {
    "registered": f"{REGISTERED} AND {PRESENT}",
    "invited": f"{INVITED} AND NOT {REGISTERED} AND {PRESENT}",
    "addressable": f"NOT {INVITED} AND NOT {REGISTERED} AND {COMMON}",
    "name_only": f"NOT {REACHED} AND {PRESENT} AND NOT {INVITED} AND NOT {REGISTERED}",
    "moved_out": f"{WAS} AND NOT {LIVES}",
}
"""Each as conditions that an index or a join can answer."""
STAGE: Final = f"""
    CASE WHEN {WAS} AND NOT {LIVES} THEN 'moved_out' WHEN {REGISTERED} THEN 'registered' WHEN {INVITED} THEN 'invited'
         WHEN {REACHED} THEN 'addressable' ELSE 'name_only' END
"""
RESIDENT: Final = f"""
    (NOT EXISTS (SELECT FROM agent g WHERE g.company_id = q.company_id AND g.person_id = q.id) OR {WAS})
"""
"""Not who only works here."""
INSIDE: Final = """
    EXISTS (SELECT FROM occupant o JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
              JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
              JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
             WHERE o.company_id = q.company_id AND o.person_id = q.id AND {place})
"""
ROWS: Final = f"""
    WITH page AS MATERIALIZED (
        SELECT q.* FROM person q WHERE {{conditions}} ORDER BY q.sort_key, q.id LIMIT %(limit)s
    )
    SELECT q.id, {NAME} AS name, q.given_name, q.family_name, q.company_name, q.salutation, q.title,
           coalesce(a.email, q.email) AS email, coalesce(a.language, q.language) AS language,
           q.street, q.postal_code, q.city, q.country, q.archived_at, {STAGE} AS stage, NOT {RESIDENT} AS works_only,
           i.id AS invitation_id, i.created_at AS invited_at, i.expires_at, i.expires_at <= now() AS expired,
           sent.times, sent.at AS sent_at, sent.channel, m.bounced_at IS NOT NULL AS bounced,
           place.unit_id, place.unit, place.others, place.kind, place.starts, place.home_street, place.home_postal_code,
           place.home_city, place.home_country, place.building, place.property
      FROM page q
      LEFT JOIN account a ON a.company_id = q.company_id AND a.person_id = q.id
      LEFT JOIN mail_address m ON m.company_id = q.company_id AND m.address_key = lower(q.email)
      LEFT JOIN LATERAL (
        SELECT * FROM invitation i WHERE i.company_id = q.company_id AND i.person_id = q.id
           AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL ORDER BY i.id DESC LIMIT 1) i ON true
      LEFT JOIN LATERAL (
        SELECT count(*) AS times, max(s.created_at) AS at, (array_agg(s.channel ORDER BY s.id DESC))[1] AS channel
          FROM invitation_sending s WHERE s.company_id = i.company_id AND s.invitation_id = i.id) sent ON true
      LEFT JOIN LATERAL (
        SELECT u.id AS unit_id, u.name AS unit, count(*) OVER () - 1 AS others, y.kind, y.starts,
               CASE WHEN y.starts <= %(today)s THEN trim(b.street || ' ' || b.house_number) END AS home_street,
               b.postal_code AS home_postal_code,
               b.city AS home_city, b.country AS home_country, b.name AS building, p.name AS property
          FROM occupant o
          JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
          JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
          JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
          JOIN property p ON p.company_id = b.company_id AND p.id = b.property_id
         WHERE o.company_id = q.company_id AND o.person_id = q.id AND (y.ends IS NULL OR y.ends > %(today)s)
           AND (cardinality(%(within)s::uuid[]) = 0 OR {HERE})
         ORDER BY y.starts <= %(today)s DESC, u.kind NOT IN ('flat', 'house'), y.starts DESC LIMIT 1) place ON true
     ORDER BY q.sort_key, q.id
"""  # noqa: S608
COUNTS: Final = """
    SELECT count(*) FILTER (WHERE gone) AS moved_out,
           count(*) FILTER (WHERE NOT gone AND registered) AS registered,
           count(*) FILTER (WHERE NOT gone AND NOT registered AND invited) AS invited,
           count(*) FILTER (WHERE NOT gone AND NOT registered AND NOT invited AND reached) AS addressable,
           count(*) FILTER (WHERE NOT gone AND NOT registered AND NOT invited AND NOT reached) AS name_only
      FROM (SELECT coalesce(NOT p.lives, false) AS gone, a.person_id IS NOT NULL AS registered,
                   i.person_id IS NOT NULL AS invited,
                   {reach} OR coalesce(p.moved_in, false) AS reached
              FROM person q
              LEFT JOIN (SELECT o.person_id, bool_or(y.ends IS NULL OR y.ends > %(today)s) AS lives,
                                bool_or(y.starts <= %(today)s AND (y.ends IS NULL OR y.ends > %(today)s)) AS moved_in
                           FROM occupant o
                           JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
                          GROUP BY o.person_id) p ON p.person_id = q.id
              LEFT JOIN account a ON a.company_id = q.company_id AND a.person_id = q.id
              LEFT JOIN agent g ON g.company_id = q.company_id AND g.person_id = q.id
              LEFT JOIN (SELECT DISTINCT person_id FROM invitation
                          WHERE accepted_at IS NULL AND withdrawn_at IS NULL) i ON i.person_id = q.id
             WHERE {conditions} AND (g.id IS NULL OR p.person_id IS NOT NULL)) s
"""


@dataclass(frozen=True)
class ResidentFilters:
    """What a list of residents is narrowed down by; all of it stands in the address."""

    text: str = ""
    stage: Stage | None = None
    property_id: UUID | None = None
    building_id: UUID | None = None
    unit_id: UUID | None = None


def residents(
    db: CompanySession,
    filters: ResidentFilters,
    *,
    within: Collection[UUID],
    today: date,
    after: UUID | None = None,
    limit: int = PAGE,
) -> list[Any]:
    """People by name, with their stage, their invitation and where they are; agents of some properties see theirs."""
    condition = _condition(db, filters, within)
    if filters.stage is not None:
        condition.add(CONDITIONS[filters.stage])
    condition.add(RESIDENT)
    if after is not None and (place := db.row("SELECT sort_key FROM person WHERE id = %s", (after,))) is not None:
        condition.add("(q.sort_key, q.id) > (%(key)s, %(after)s)", key=place.sort_key, after=after)
    return _rows(db, condition, within, today, limit)


def residents_by_id(db: CompanySession, ids: Collection[UUID], *, within: Collection[UUID], today: date) -> list[Any]:
    """The same of chosen people, archived ones included; those one may not see are left out."""
    condition = Condition(["q.id = ANY(%(ids)s)"], {"ids": list(ids)})
    if within:
        condition.add(THERE)
    return _rows(db, condition, within, today, len(ids))


def counts(db: CompanySession, filters: ResidentFilters, *, within: Collection[UUID], today: date) -> dict[str, int]:
    """How many there are of each stage, whatever stage the list shows."""
    condition = _condition(db, filters, within)
    if condition.impossible:
        return dict.fromkeys(STAGES, 0)
    values = {**condition.values, "within": list(within), "today": today}
    row = db.row(COUNTS.format(conditions=condition, reach=REACH), values)
    return {stage: getattr(row, stage) for stage in STAGES}


def _condition(db: CompanySession, filters: ResidentFilters, within: Collection[UUID]) -> Condition:
    condition = Condition(["q.archived_at IS NULL"])
    if within:
        condition.add(THERE)
    for place, value in (
        ("b.property_id", filters.property_id), ("b.id", filters.building_id), ("u.id", filters.unit_id)
    ):  # fmt: skip
        if value is not None:
            name = place.replace(".", "_")
            condition.add(INSIDE.format(place=f"{place} = %({name})s"), **{name: value})
    if filters.text:
        rows_with(db, condition, filters.text, noun="person", alias="q")
    return condition


def _rows(db: CompanySession, condition: Condition, within: Collection[UUID], today: date, limit: int) -> list[Any]:
    if condition.impossible:
        return []
    values = {**condition.values, "within": list(within), "today": today, "limit": limit}
    return db.rows(ROWS.format(conditions=condition), values)
