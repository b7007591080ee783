"""What a message says: changes in the shape of the API, with the numbers of the company's own system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from marshmallow import Schema

from quartier.estate.schemas import BuildingSchema, OccupancySchema, PropertySchema, UnitSchema
from quartier.people.schemas import OccupantSchema, PersonSchema
from quartier.tenancy.session import CompanySession

MOST: Final = 500
"""Changes in a message; what is more comes in the next one."""
LARGEST: Final = 2**20
"""Bytes of a message after which nothing is added to it."""
CHANGED, TEST = "masterdata.changed", "webhook.test"
VERBS: Final[Mapping[str, str]] = {"insert": "created", "update": "updated", "delete": "deleted"}
SCHEMAS: Final[Mapping[str, type[Schema]]] = {
    "property": PropertySchema, "building": BuildingSchema, "unit": UnitSchema, "occupancy": OccupancySchema,
    "occupant": OccupantSchema, "person": PersonSchema,
}  # fmt: skip
UNTOLD: Final = frozenset({"id", "version"})
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    noun: tuple(name for name in schema().fields if name not in UNTOLD) for noun, schema in SCHEMAS.items()
}
"""Fields that the API shows, by noun; of others nothing is told."""
LINKS: Final[Mapping[str, Mapping[str, str]]] = {
    "property": {}, "building": {"property_id": "property"}, "unit": {"building_id": "building"},
    "occupancy": {"unit_id": "unit"}, "occupant": {"occupancy_id": "occupancy", "person_id": "person"}, "person": {},
}  # fmt: skip
"""Columns that point to another thing, and to which, by noun."""

DELETED: Final = "SELECT noun_id, before FROM change WHERE noun_id = ANY(%s::uuid[]) AND action = 'delete' ORDER BY id"

Item = dict[str, Any]
Known = dict[tuple[str, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Page:
    """The changes of one message, as bytes, and of which nouns they are."""

    items: Sequence[bytes]
    nouns: tuple[str, ...]


def pages(items: Iterable[Item]) -> Iterator[Page]:
    """Changes in their order, as many in a message as it may have."""
    held, nouns, size = list[bytes](), set[str](), 0
    for item in items:
        written = orjson.dumps(item)
        held.append(written)
        nouns.add(item["object"]["type"])
        size += len(written)
        if len(held) >= MOST or size >= LARGEST:
            yield Page(held, tuple(sorted(nouns)))
            held, nouns, size = [], set(), 0
    if held:
        yield Page(held, tuple(sorted(nouns)))


def body(kind: str, batch: UUID, number: int, items: Sequence[bytes], *, last: bool) -> str:
    """The message as it is signed and sent."""
    head = {"type": kind, "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "data": {"batch": str(batch), "page": number, "last": last}}  # fmt: skip
    return (orjson.dumps(head)[:-2] + b',"changes":[' + b",".join(items) + b"]}}").decode()


def described(db: CompanySession, rows: Sequence[Any]) -> list[Item]:
    """Rows of the history as the API would show what changed; what changed nothing that it shows is left out."""
    known = _known(db, rows)
    told = []
    for row in rows:
        before, after = (_shown(row, side) for side in (row.before, row.after))
        if before or after:
            told.append(_item(row, before, after, known))
    return told


def _item(row: Any, before: Item | None, after: Item | None, known: Known) -> Item:
    own = known.get((row.noun, str(row.noun_id)), row.before or row.after or {})
    links = {noun: _thing(noun, own[column], known) for column, noun in LINKS[row.noun].items() if own.get(column)}
    return {
        "id": str(row.id),
        "type": f"{row.noun}.{VERBS[row.action]}",
        "at": row.at.astimezone(UTC).isoformat(),
        "source": {"kind": row.source_kind, "id": _source(row)},
        "object": _thing(row.noun, row.noun_id, known, own),
        "links": links,
        "before": before,
        "after": after,
    }


def _source(row: Any) -> str | None:
    """The import, or the job that took in a batch; which agent it was is nobody else's business."""
    return str(row.source_id) if row.source_id and row.source_kind in {"import", "api"} else None


def _thing(noun: str, thing_id: Any, known: Known, own: Mapping[str, Any] | None = None) -> Item:
    facts = own if own is not None else known.get((noun, str(thing_id)), {})
    named = {} if noun == "occupant" else {"external_id": facts.get("external_id")}
    return {"type": noun, "id": str(thing_id), **named}


def _shown(row: Any, side: Mapping[str, Any] | None) -> Item | None:
    """A change names what differs; a new or deleted thing is shown whole, and the history leaves out its nulls."""
    if side is None:
        return None
    names = FIELDS[row.noun]
    if row.action == "update":
        return {name: side[name] for name in names if name in side}
    return {name: side.get(name) for name in names}


def _known(db: CompanySession, rows: Sequence[Any]) -> Known:
    """What there is now of the things that changed, and of those that they point to."""
    known: Known = {}
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row.noun, set()).add(str(row.noun_id))
    for noun, ids in wanted.items():
        known |= _look_up(db, noun, ids)
    pointed: dict[str, set[str]] = {}
    for row in rows:
        own = known.get((row.noun, str(row.noun_id)), row.before or row.after or {})
        for column, noun in LINKS[row.noun].items():
            if own.get(column) and (noun, str(own[column])) not in known:
                pointed.setdefault(noun, set()).add(str(own[column]))
    for noun, ids in pointed.items():
        known |= _look_up(db, noun, ids)
    return known


def _look_up(db: CompanySession, noun: str, ids: set[str]) -> Known:
    """Things as they are, or as they were when they were deleted."""
    columns = ["id", *([] if noun == "occupant" else ["external_id"]), *LINKS[noun]]
    query = f"SELECT {', '.join(columns)} FROM {noun} WHERE id = ANY(%s::uuid[])"  # noqa: S608 - names of our own
    found = {(noun, str(row.id)): row._asdict() for row in db.rows(query, (list(ids),))}
    if missing := [one for one in ids if (noun, one) not in found]:
        found |= {(noun, str(row.noun_id)): row.before for row in db.rows(DELETED, (missing,))}
    return found
