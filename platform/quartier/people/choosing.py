"""Choosing one person on a form, registered or not: found by name, number or home, with how they are reached."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from quartier.estate.finding import Condition, units_with
from quartier.i18n.texts import lazy_gettext as _l
from quartier.mail.addresses import mailbox
from quartier.people.policies import READ
from quartier.people.queries import HERE, PersonFilters, people
from quartier.people.stages import residents_by_id
from quartier.people.standing import BADGES, Badge
from quartier.tenancy.session import CompanySession
from quartier.web.visit import Visit

MOST: Final = 20
WAYS: Final[Mapping[str, str]] = {
    "portal": _l("in the portal"), "mail": _l("by e-mail"), "letter": _l("by letter"), "phone": _l("by phone"),
}  # fmt: skip
AT_HOME: Final = f"""
    SELECT q.id FROM unit u
      JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
      JOIN property p ON p.company_id = b.company_id AND p.id = b.property_id
      JOIN occupancy y ON y.company_id = u.company_id AND y.unit_id = u.id
       AND (y.ends IS NULL OR y.ends > %(today)s)
      JOIN occupant o ON o.company_id = y.company_id AND o.occupancy_id = y.id
       AND (o.ends IS NULL OR o.ends > %(today)s)
      JOIN person q ON q.company_id = o.company_id AND q.id = o.person_id AND q.archived_at IS NULL
     WHERE {{conditions}} AND (cardinality(%(within)s::uuid[]) = 0 OR {HERE})
     GROUP BY q.id, q.sort_key ORDER BY q.sort_key, q.id LIMIT %(limit)s
"""  # noqa: S608
FACTS: Final = "SELECT id, external_id, phone, mobile FROM person WHERE id = ANY(%(ids)s)"


@dataclass(frozen=True)
class PersonChoice:
    """Somebody who can be chosen. `stage` is how far they have come, `ways` (keys of `WAYS`) how they are reached, the
    best first; whoever is known by name only has none. `home` is where they live, or will."""

    id: UUID
    name: str
    home: str
    number: str
    stage: str
    ways: tuple[str, ...]

    @property
    def badge(self) -> Badge:
        """The stage in words, and how it looks."""
        return BADGES[self.stage]

    @property
    def reached(self) -> list[str]:
        """How, in the reader's language."""
        return [str(WAYS[way]) for way in self.ways]


@dataclass(frozen=True)
class PersonPicker:
    """What `people/person.html` shows: who is chosen, and whom the words find. `more` says that there are others."""

    chosen: PersonChoice | None
    query: str
    found: list[PersonChoice]
    more: bool


def person_picker(visit: Visit, chosen: UUID | None, query: str = "") -> PersonPicker:
    """Make a picker for who may see people, with those whom this viewer may see. A choice that is not theirs, of
    another company or archived is no choice."""
    within, today, text = visit.viewer.within(READ), visit.today, query.replace("\0", "").strip()[:100]
    ids = _found(visit.db, text, within=within, today=today) if text else []
    known = _choices(visit.db, [*ids, *([chosen] if chosen else [])], within=within, today=today)
    found = [known[one] for one in ids[:MOST] if one in known]
    return PersonPicker(known.get(chosen) if chosen else None, text, found, more=len(ids) > MOST)


def person_of(form: Mapping[str, str]) -> UUID | None:
    """The choice on a form; None for none, and for what the form cannot have offered."""
    try:
        return UUID(form.get("person", ""))
    except ValueError:
        return None


def _found(db: CompanySession, text: str, *, within: Collection[UUID], today: date) -> list[UUID]:
    """By what is known of the person first, then by what is known of the home, and of both."""
    own = people(db, PersonFilters(text=text), within=within, today=today, limit=MOST + 1)
    condition = Condition()
    units_with(db, condition, text)
    values = {**condition.values, "within": list(within), "today": today, "limit": MOST + 1}
    there = [] if condition.impossible else db.rows(AT_HOME.format(conditions=condition), values)
    return list(dict.fromkeys(row.id for row in (*own, *there)))


def _choices(
    db: CompanySession, ids: Collection[UUID], *, within: Collection[UUID], today: date
) -> dict[UUID, PersonChoice]:
    facts = {row.id: row for row in db.rows(FACTS, {"ids": list(ids)})} if ids else {}
    rows = residents_by_id(db, list(facts), within=within, today=today) if facts else []
    return {row.id: _choice(row, facts[row.id]) for row in rows if row.archived_at is None}


def _choice(row: Any, facts: Any) -> PersonChoice:
    ways = {
        "portal": row.stage == "registered",
        "mail": bool(row.email) and not row.bounced and mailbox(row.email) is not None,
        "letter": bool(row.street or row.home_street),
        "phone": bool(facts.phone or facts.mobile),
    }
    home = ", ".join(filter(None, (row.home_street or row.building, row.unit))) if row.unit_id else ""
    reached = tuple(way for way, there in ways.items() if there)
    return PersonChoice(row.id, row.name, home, facts.external_id or "", row.stage, reached)
