"""What of a sandbox goes when it becomes the real company, and what stays: from marks, versions and references.

* A sample that is as it was planted goes. One that somebody has changed is asked about, and stays unless unticked.
* What people entered themselves stays, and keeps what it stands on: their own unit keeps the building.
* What hangs on a made-up person goes with that person, whoever entered it: a booking that was tried out, a post that
  was written as the made-up neighbour.
* How the portal is set up stays: look, names, modules, topics, texts, roles. Keys of any kind go.

A *thing* is a row of which its table counts the changes; other rows belong to things, and go or stay with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, Uuid, select
from sqlalchemy.orm import Session

from quartier.sandboxes import samples

Ids = dict[str, set[UUID]]
Key = tuple[str, UUID]

SETUP: Final = frozenset(
    "attachment brand_draft brand_version content_touched content_version contract contract_event "
    "contract_line entitlement_override job_role lead legal_document legal_version mail_settings "
    "module_scope module_switch module_trial pinboard_rules quote quote_acceptance quote_link quote_refusal "
    "quote_version resident_figures stored_file switch_deviation".split()
)
"""How the company is set up, and what it agreed; files go by themselves with what they belong to."""
PEOPLE: Final = "person"


@dataclass(frozen=True)
class Reference:
    """A column that names a row of another table. `weak` is emptied when that row goes; else both go together."""

    column: str
    target: str
    weak: bool
    cascades: bool


@dataclass
class Rows:
    """All rows of one company by table: id → what they refer to, and how often they were changed."""

    links: dict[str, dict[UUID, dict[str, UUID | None]]] = field(default_factory=dict)
    versions: samples.Rows = field(default_factory=dict)


@dataclass(frozen=True)
class Leaving:
    """What goes, by table; of that, `along` was entered by people and hangs on what goes. `own` is what they entered
    and stays, `changed` what they changed; all but the first are things."""

    gone: Ids
    along: Ids
    own: Ids
    changed: Ids

    def count(self, table: str) -> int:
        """How many rows of a table go."""
        return len(self.gone.get(table, ()))


def read_rows(db: Session, company_id: UUID) -> Rows:
    """Everything the company has, by id and reference only."""
    found, tables = Rows(), samples.company_tables()
    found.versions = samples.rows_of(db, company_id)
    for name in tables:
        known = references(tables)[name]
        columns = [tables[name].c[one.column].cast(Uuid) for one in known]
        ids = tables[name].c.id.cast(Uuid).label("own_id")
        rows = db.execute(select(ids, *columns).where(tables[name].c.company_id == company_id)) if known else ()
        found.links[name] = {row[0]: dict(zip((k.column for k in known), row[1:], strict=True)) for row in rows}
    return found


def references(tables: Mapping[str, Table]) -> dict[str, list[Reference]]:
    """What the rows of each table refer to, inside the company."""
    return {name: list(_references(table, tables)) for name, table in tables.items()}


def leaving(rows: Rows, marked: samples.Rows, doors: Collection[UUID], unticked: Collection[Key] = ()) -> Leaving:
    """Work it out. `doors` are the people whom the link opens: they go whatever was changed about them; `unticked` are
    changed things that go as well."""
    work = _Work(rows, marked)
    changed = work.changed(doors)
    keep = {key for key in changed if key not in set(unticked)}
    lost = work.down({(PEOPLE, one) for one in marked.get(PEOPLE, {}) if (PEOPLE, one) not in keep})
    stays = work.up({*work.own_things(), *keep} - lost)
    stays |= work.belongings(stays - lost) - lost
    gone = {key for key in work.samples() if key not in stays} | lost
    gone = work.down(gone) - stays
    own = work.own_things()
    asked = {key for key in changed if key not in lost}
    return Leaving(_by_table(gone), _by_table(own & gone), _by_table(own - gone), _by_table(asked))


class _Work:
    """The graph of one company's rows."""

    def __init__(self, rows: Rows, marked: samples.Rows) -> None:
        tables = samples.company_tables()
        self._rows, self._marked = rows, marked
        self._references = references(tables)
        self._things = {name for name, table in tables.items() if samples.is_counted(table)} - SETUP
        self._free = {name for name in tables if name not in SETUP and not self._is_structure(name)}
        self._children: dict[Key, list[tuple[Key, Reference]]] = {}
        for name, links in rows.links.items():
            for row_id, columns in links.items():
                for one in self._references[name]:
                    if (target := columns[one.column]) is not None:
                        self._children.setdefault((one.target, target), []).append(((name, row_id), one))

    def samples(self) -> Iterator[Key]:
        """Every row that was planted, is still there, and is no part of how the company is set up."""
        for name in self._free & self._marked.keys():
            yield from ((name, one) for one in self._marked[name] if one in self._rows.versions.get(name, {}))

    def own_things(self) -> set[Key]:
        """Things that were not planted."""
        return {
            (name, one)
            for name in self._things & self._free
            for one in self._rows.versions.get(name, {})
            if one not in self._marked.get(name, {})
        }

    def changed(self, doors: Collection[UUID]) -> set[Key]:
        """Samples that somebody has changed since they were planted."""
        return {
            (name, one)
            for name in self._things & self._free & self._marked.keys()
            for one, version in self._marked[name].items()
            if self._rows.versions.get(name, {}).get(one, version) > version and one not in doors
        }

    def down(self, start: set[Key]) -> set[Key]:
        """These, and all that cannot be without them."""
        found, open_ones = set(start), list(start)
        while open_ones:
            for child, how in self._children.get(open_ones.pop(), ()):
                if not how.weak and child not in found and child[0] in self._free:
                    found.add(child)
                    open_ones.append(child)
        return found

    def up(self, start: set[Key]) -> set[Key]:
        """These, and all that they stand on."""
        found, open_ones = set(start), list(start)
        while open_ones:
            name, one = open_ones.pop()
            for parent in self._parents(name, one):
                if parent not in found:
                    found.add(parent)
                    open_ones.append(parent)
        return found

    def belongings(self, start: set[Key]) -> set[Key]:
        """What belongs to these things and is none itself: the texts of an article, the answers to a poll."""
        found, open_ones = set[Key](), list(start)
        while open_ones:
            for child, how in self._children.get(open_ones.pop(), ()):
                if how.cascades and child[0] not in self._things and child not in found:
                    found.add(child)
                    open_ones.append(child)
        return found

    def _parents(self, name: str, one: UUID) -> Iterator[Key]:
        columns = self._rows.links.get(name, {}).get(one, {})
        for how in self._references.get(name, ()):
            if not how.weak and (target := columns.get(how.column)) is not None:
                yield how.target, target

    def _is_structure(self, name: str) -> bool:
        """What others are sorted by, and nobody edits as a thing: topics."""
        if name in self._things:
            return False
        return any(
            one.target == name and not one.weak and not one.cascades
            for refs in self._references.values()
            for one in refs
        )


def _references(table: Table, tables: Mapping[str, Table]) -> Iterator[Reference]:
    for key in table.foreign_key_constraints:
        target = key.elements[0].column.table.name
        own = [element.parent.name for element in key.elements if element.column.name == "id"]
        if target in tables and len(own) == 1:
            rule = key.ondelete or ""
            yield Reference(own[0], target, rule.startswith("SET NULL"), rule == "CASCADE")


def _by_table(keys: Collection[Key]) -> Ids:
    found: Ids = {}
    for name, one in keys:
        found.setdefault(name, set()).add(one)
    return found


def labels(db: Session, company_id: UUID, keys: Collection[Key], language: str) -> dict[Key, str]:
    """What things are called, as far as their own table says it."""
    found: dict[Key, str] = {}
    for name, ids in _by_table(keys).items():
        table = samples.company_tables()[name]
        if name == PEOPLE:
            words: list[Any] = [table.c.given_name, table.c.family_name, table.c.company_name]
        else:
            words = [table.c[one] for one in ("title", "name", "slug", "key", "external_id") if one in table.c][:1]
        if words:
            rows = db.execute(select(table.c.id, *words).where(table.c.company_id == company_id, table.c.id.in_(ids)))
            found |= {(name, row[0]): _said(row[1:], language) for row in rows}
    return found


def _said(values: Collection[Any], language: str) -> str:
    said = [one.pick(language).text if hasattr(one, "pick") else str(one or "") for one in values]
    return " ".join(one for one in said if one).strip()
