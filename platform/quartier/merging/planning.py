"""What a merge would do: worked out once, shown to a person, and then done exactly so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from quartier.estate.services import EstateError
from quartier.i18n.texts import gettext as _
from quartier.locks.fields import locked_fields
from quartier.merging.references import ENDING, Reference, references
from quartier.people.models import OCCUPANT_ROLES, Person
from quartier.people.queries import HERE
from quartier.tenancy.session import CompanySession

MOST: Final = 5
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: (name,) for name in ("external_id", "salutation", "title", "given_name", "family_name", "company_name",
                                  "email", "phone", "mobile", "language")},
    "address": ("street", "postal_code", "city", "country"),
}  # fmt: skip
"""What is chosen together: nobody lives in the street of one entry and the town of another."""
SHOWN_APART: Final = frozenset({"account", "occupant", "person_alias", "person_merge", "agent", *ENDING})
"""Tables that the preview speaks of in words of their own; all others are counted."""
LOGINS: Final = """
    SELECT a.id, a.person_id, a.email, a.is_active, count(s.id) AS devices, max(s.seen_at) AS seen
      FROM account a LEFT JOIN account_session s
        ON s.company_id = a.company_id AND s.account_id = a.id AND s.expires_at > now()
     WHERE a.person_id = ANY(%(ids)s) GROUP BY a.id, a.person_id, a.email, a.is_active
     ORDER BY a.is_active DESC, max(s.seen_at) DESC NULLS LAST, a.id
"""
PERIODS: Final = f"""
    SELECT o.occupancy_id, o.person_id, o.role, y.kind, y.starts, y.ends, u.name AS unit,
           trim(b.street || ' ' || b.house_number) AS address,
           cardinality(%(within)s::uuid[]) = 0 OR {HERE} AS shown
      FROM occupant o
      JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
      JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
      JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
     WHERE o.person_id = ANY(%(ids)s) ORDER BY y.ends IS NOT NULL, y.starts DESC, o.occupancy_id
"""  # noqa: S608


@dataclass(frozen=True)
class Wishes:
    """What somebody chose: for a part the person whose value stays, the login that stays, roles on shared periods."""

    parts: Mapping[str, UUID] = field(default_factory=dict)
    login: UUID | None = None
    roles: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """A part of which there are several values. `options` are (person, values); the first of each value counts."""

    part: str
    options: list[tuple[UUID, tuple[Any, ...]]]
    chosen: UUID
    owned: bool

    @property
    def values(self) -> dict[str, Any]:
        """Column → the value that stays."""
        return dict(zip(PARTS[self.part], dict(self.options)[self.chosen], strict=True))


@dataclass(frozen=True)
class Shared:
    """A period on which more than one of them is: one stays on it, with one role."""

    occupancy_id: UUID
    row: Any
    roles: list[str]
    role: str


@dataclass(frozen=True)
class Plan:
    """A merge to be. `refused` are the reasons why it cannot be; `counts` table → rows that change hands."""

    people: list[Person]
    survivor: Person
    choices: list[Choice]
    note: str
    logins: list[Any]
    login: Any | None
    periods: list[Any]
    hidden: int
    shared: list[Shared]
    aliases: list[str]
    counts: dict[str, int]
    unarchived: bool
    refused: list[str]

    @property
    def gone(self) -> list[Person]:
        """Those whose entries go."""
        return [one for one in self.people if one is not self.survivor]

    @property
    def ending(self) -> list[Any]:
        """Logins that end."""
        return [one for one in self.logins if one is not self.login]

    @property
    def moving(self) -> list[Any]:
        """Periods that only the others are on."""
        shared = {one.occupancy_id for one in self.shared}
        return [row for row in self.periods if row.person_id != self.survivor.id and row.occupancy_id not in shared]

    @property
    def fingerprint(self) -> str:
        """The same as long as the same would happen: what was shown is what is done."""
        login = self.login.id if self.login else None
        roles = [(one.occupancy_id, one.role) for one in self.shared]
        moving = [(row.occupancy_id, row.person_id, row.role) for row in self.periods]
        said = repr((sorted(self.values.items()), login, roles, moving, self.aliases, sorted(self.counts.items())))
        return sha256(said.encode()).hexdigest()[:32]

    @property
    def values(self) -> dict[str, Any]:
        """What the survivor's entry says afterwards."""
        found = {name: value for choice in self.choices for name, value in choice.values.items()}
        found["note"] = self.note
        return {**found, "archived_at": None} if self.unarchived else found


def plan(db: CompanySession, ids: Sequence[UUID], wishes: Wishes, *, within: Collection[UUID] = ()) -> Plan:
    """Raises EstateError for people who are not there, or for one or too many of them."""
    people = _people(db, ids)
    logins = db.rows(LOGINS, {"ids": [one.id for one in people]})
    login = next((one for one in logins if one.id == wishes.login), logins[0] if logins else None)
    people.sort(key=lambda one: (login is None or one.id != login.person_id, one.external_id is None, one.id))
    choices, periods = _choices(db, people, wishes), db.rows(PERIODS, _values(people, within))
    numbers = [one.external_id for one in people if one.external_id]
    main = next((choice.values["external_id"] for choice in choices if choice.part == "external_id"), None)
    made = Plan(
        people, people[0], choices, _notes(people, choices, locked_fields(db, "person")), logins, login,
        [row for row in periods if row.shown], sum(not row.shown for row in periods), _shared(periods, wishes),
        [number for number in numbers if number != main], {},
        people[0].archived_at is not None and any(one.archived_at is None for one in people), [],
    )  # fmt: skip
    _count(db, made)
    return made


def _people(db: CompanySession, ids: Sequence[UUID]) -> list[Person]:
    wanted = list(dict.fromkeys(ids))
    if not 2 <= len(wanted) <= MOST:
        raise EstateError("_schema", _("Choose two to %(most)s entries.", most=MOST))
    found = list(db.scalars(select(Person).where(Person.id.in_(wanted))))
    if len(found) != len(wanted):
        raise EstateError("_schema", _("One of these entries is not there any more."))
    return found


def _values(people: Sequence[Person], within: Collection[UUID]) -> dict[str, Any]:
    return {"ids": [one.id for one in people], "within": list(within)}


def _choices(db: CompanySession, people: Sequence[Person], wishes: Wishes) -> list[Choice]:
    """The ERP's own fields follow the entry whose number stays; the others the survivor, then whoever has a value."""
    owned = locked_fields(db, "person")
    found: list[Choice] = []
    first: UUID | None = None
    for part, names in PARTS.items():
        choice = _choice(part, names, people, wishes, first if owned & set(names) else None)
        if part == "external_id" and choice is not None:
            first = choice.chosen
        if choice is not None:
            found.append(choice)
    return found


def _choice(
    part: str, names: tuple[str, ...], people: Sequence[Person], wishes: Wishes, erp: UUID | None
) -> Choice | None:
    said: dict[Any, tuple[UUID, tuple[Any, ...]]] = {}
    holder: dict[UUID, UUID] = {}
    for one in people:
        values = tuple(getattr(one, name) for name in names)
        if any(value not in (None, "", "none") for value in values):
            same = tuple(value.casefold() if isinstance(value, str) else value for value in values)
            holder[one.id] = said.setdefault(same, (one.id, values))[0]
    if not said:
        return None
    options = list(said.values())
    if erp is not None and erp in holder:
        return Choice(part, options, holder[erp], owned=True)
    wished = wishes.parts.get(part)
    return Choice(part, options, holder.get(wished, options[0][0]) if wished else options[0][0], owned=False)


def _notes(people: Sequence[Person], choices: Sequence[Choice], owned: Collection[str]) -> str:
    """All of them, one under the other; only the ERP's where notes are its own."""
    main = next((choice.chosen for choice in choices if choice.part == "external_id"), None)
    if "note" in owned and main is not None:
        return next(one.note for one in people if one.id == main)
    return "\n".join(dict.fromkeys(one.note.strip() for one in people if one.note.strip()))


def _shared(periods: Sequence[Any], wishes: Wishes) -> list[Shared]:
    """One of them is enough, in the role that says most unless somebody chose another of theirs."""
    by_period: dict[UUID, list[Any]] = {}
    for row in periods:
        by_period.setdefault(row.occupancy_id, []).append(row)
    found = []
    for period, rows in by_period.items():
        roles = sorted({row.role for row in rows}, key=OCCUPANT_ROLES.index)
        if len(rows) > 1:
            wished = wishes.roles.get(period)
            found.append(Shared(period, rows[0], roles, wished if wished is not None and wished in roles else roles[0]))
    return found


def _count(db: CompanySession, made: Plan) -> None:
    """What changes hands, and what is in the way."""
    people, logins = [one.id for one in made.gone], [one.id for one in made.ending]
    agents = {row.person_id for row in db.rows(AGENTS, {"ids": [one.id for one in made.people]})}
    if len(agents) > 1:
        made.refused.append(_("More than one of them is a member of the team."))
    elif agents and any(one.person_id not in agents for one in made.logins):
        made.refused.append(_("One of them is a member of the team, and another has an account of their own: whoever "
                              "signs in with it would get the rights of the team."))  # fmt: skip
    for one in references(db, "person", "account"):
        ids = people if one.target == "person" else logins
        count = _rows(db, one, ids) if ids and one.table not in ENDING else 0
        if count and not one.movable:
            made.refused.append(_("What was written under the account %(email)s is kept unchangeable. Let this account "
                                  "stay.", email=", ".join(login.email for login in made.ending)))  # fmt: skip
        elif count and one.table not in SHOWN_APART:
            made.counts[one.table] = made.counts.get(one.table, 0) + count


AGENTS: Final = "SELECT person_id FROM agent WHERE person_id = ANY(%(ids)s)"


def _rows(db: CompanySession, one: Reference, ids: Sequence[UUID]) -> int:
    query = f"SELECT count(*) AS number FROM {one.table} WHERE {one.column} = ANY(%(ids)s)"  # noqa: S608 - catalogue
    return int(db.row(query, {"ids": list(ids)}).number)
