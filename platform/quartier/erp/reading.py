"""Reading a batch: JSON array or one object per line, each row checked by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson

from quartier.erp.arrays import NotJson, elements
from quartier.erp.fields import LONGEST_ID, Noun, Wrong
from quartier.i18n.texts import gettext as _
from quartier.people.models import OCCUPANT_ROLES

MOST_ROWS = 100_000
MOST_PEOPLE = 100


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be used. `line` counts from 1: the line of the stream, or the place in the array."""

    line: int
    field: str
    reason: str
    external_id: str = ""

    def plain(self) -> dict[str, Any]:
        """As it is kept and shown."""
        return {"line": self.line, "external_id": self.external_id, "field": self.field, "reason": self.reason}


@dataclass
class Row:
    """One thing, as far as it was sent: what is missing stays as it is."""

    line: int
    external_id: str
    values: dict[str, Any]
    parent: str | None = None
    archived: bool | None = None
    people: list[dict[str, str]] | None = None


@dataclass
class Reading:
    """Reads a batch row by row; a row that fails does not hide the next. When all are read, the rest can be asked."""

    noun: Noun
    problems: list[Problem] = field(default_factory=list)
    received: int = 0

    def rows(self, body: BinaryIO, *, lines: bool) -> Iterator[Row]:
        """The rows that can be used; what is wrong with the others goes to the problems."""
        seen, known = dict[str, int](), {one.name: one for one in self.noun.fields}
        for number, value in _objects(body, lines=lines):
            self.received += 1
            if self.received > MOST_ROWS:
                reason = _("A batch has at most %(count)s rows.", count=MOST_ROWS)
                self.problems.append(Problem(number, "", reason))
                break
            problems = list[Problem]()
            row = _row(number, value, self.noun, known, problems)
            if row is not None:
                first = seen.setdefault(row.external_id, number)
                if first != number:
                    reason = _("This id is in line %(line)s already.", line=first)
                    problems.append(Problem(number, "external_id", reason))
                if not problems:
                    yield row
            name = row.external_id if row else ""
            self.problems += [Problem(one.line, one.field, one.reason, name) for one in problems]


def _objects(body: BinaryIO, *, lines: bool) -> Iterator[tuple[int, Any]]:
    if lines:
        for number, line in enumerate(body, start=1):
            if line.strip():
                yield number, _loads(line)
        return
    number = 0
    try:
        for number, element in enumerate(elements(body), start=1):
            yield number, _loads(element)
    except NotJson:
        yield number + 1, _NOT_JSON


def _loads(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _NOT_JSON


_NOT_JSON = object()


def _row(number: int, value: Any, noun: Noun, known: dict[str, Any], problems: list[Problem]) -> Row | None:
    if not isinstance(value, dict):
        reason = _("This is not valid JSON.") if value is _NOT_JSON else _("An object is needed.")
        problems.append(Problem(number, "", reason))
        return None
    rest = dict(value)
    row = Row(number, _id(rest.pop("external_id", None), number, "external_id", problems) or "", {})
    if not row.external_id:
        return None
    if noun.parent and noun.parent in rest:
        row.parent = _id(rest.pop(noun.parent), number, noun.parent, problems)
    if noun.archivable and "archived" in rest:
        row.archived = bool(rest.pop("archived"))
    if noun.table == "occupancy" and "persons" in rest:
        row.people = _people(rest.pop("persons"), number, problems)
    for name, given in rest.items():
        if name not in known:
            problems.append(Problem(number, name, _("There is no such field.")))
            continue
        try:
            row.values[name] = known[name].read(given)
        except Wrong as error:
            problems.append(Problem(number, name, str(error)))
    return row


def _id(value: Any, number: int, name: str, problems: list[Problem]) -> str | None:
    if isinstance(value, str) and 1 <= len(value.strip()) <= LONGEST_ID and "\x00" not in value:
        return value.strip()
    problems.append(Problem(number, name, _("An id of 1 to %(count)s characters is needed.", count=LONGEST_ID)))
    return None


def _people(value: Any, number: int, problems: list[Problem]) -> list[dict[str, str]] | None:
    found = dict[str, dict[str, str]]()
    if not isinstance(value, list) or len(value) > MOST_PEOPLE:
        problems.append(Problem(number, "persons", _("A list of at most %(count)s is needed.", count=MOST_PEOPLE)))
        return None
    for one in value:
        given = one if isinstance(one, dict) else {"person": one}
        role = given.get("role", "main")
        person = _id(given.get("person"), number, "persons", problems)
        if role not in OCCUPANT_ROLES:
            wanted = ", ".join(OCCUPANT_ROLES)
            problems.append(Problem(number, "persons", _("One of these is needed: %(values)s.", values=wanted)))
        elif person:
            found[person] = {"person": person, "role": role}
    return list(found.values())
