"""The estate as a tree to choose from: properties, their buildings, and units and periods that are chosen already."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from quartier.i18n.formats import format_range
from quartier.i18n.search import sort_key
from quartier.tenancy.session import CompanySession

LONGEST = 200  # rows; somebody with more buildings searches

TREE = """
    SELECT p.id AS property_id, p.name AS property, b.id AS building_id, b.name AS building,
           concat_ws(', ', nullif(trim(concat(b.street, ' ', b.house_number)), ''), b.city) AS address,
           u.id AS unit_id, u.name AS unit, y.id AS period_id, y.starts, y.ends
      FROM property p
      LEFT JOIN building b ON b.company_id = p.company_id AND b.property_id = p.id
      LEFT JOIN unit u ON u.company_id = b.company_id AND u.building_id = b.id AND u.id = ANY(ARRAY(
           SELECT o.unit_id FROM occupancy o WHERE o.id = ANY(%(chosen)s)) || %(chosen)s::uuid[])
      LEFT JOIN occupancy y ON y.company_id = u.company_id AND y.unit_id = u.id AND y.id = ANY(%(chosen)s)
     WHERE (cardinality(%(within)s::uuid[]) = 0 OR p.id = ANY(%(within)s) OR b.id = ANY(%(within)s)
            OR u.id = ANY(%(within)s))
       AND (p.id = ANY(%(chosen)s) OR b.id = ANY(%(chosen)s) OR u.id IS NOT NULL
            OR concat_ws(' ', p.name, b.name, b.street, b.house_number, b.city) ILIKE %(pattern)s)
     ORDER BY (p.id = ANY(%(chosen)s) OR b.id = ANY(%(chosen)s) OR u.id IS NOT NULL) DESC, p.name, b.name
     LIMIT %(rows)s
"""

OF: Final = """
    SELECT id FROM property WHERE id = ANY(%(nodes)s)
     UNION SELECT property_id FROM building WHERE id = ANY(%(nodes)s)
     UNION SELECT b.property_id FROM unit u
             JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
            WHERE u.id = ANY(%(nodes)s) OR u.id IN (SELECT unit_id FROM occupancy WHERE id = ANY(%(nodes)s))
     LIMIT 2
"""


@dataclass(frozen=True)
class Node:
    """A place in the tree, or a period. `detail` is an address where the name alone may not say enough."""

    id: UUID
    name: str
    detail: str = ""
    children: tuple[Node, ...] = ()

    def named(self, chosen: Collection[UUID]) -> list[str]:
        """Names of the chosen places in this branch; what lies inside a chosen place needs no name of its own."""
        if self.id in chosen:
            return [self.name]
        return [name for child in self.children for name in child.named(chosen)]

    @property
    def ids(self) -> set[UUID]:
        """This place and all inside it."""
        return {self.id}.union(*(child.ids for child in self.children))


@dataclass(frozen=True)
class Places:
    """A part of the estate; `more` says that not all of what matches is here."""

    nodes: tuple[Node, ...]
    more: bool

    def names(self, chosen: Collection[UUID]) -> list[str]:
        """What the chosen places are called."""
        return [name for node in self.nodes for name in node.named(chosen)]

    @property
    def ids(self) -> set[UUID]:
        """Every place that is here."""
        return set().union(*(node.ids for node in self.nodes))


def places(
    db: CompanySession, *, query: str | None = "", chosen: Collection[UUID] = (), within: Collection[UUID] = ()
) -> Places:
    """Properties and buildings whose name or address contains the query, and always those that are chosen.

    `within` are the properties that somebody's work is limited to; empty means all of them. Without a query (None)
    only what is chosen is there.
    """
    found = db.rows(TREE, {
        "chosen": list(chosen), "within": list(within), "pattern": _containing(query), "rows": LONGEST + 1,
    })  # fmt: skip
    return Places(_tree(found[:LONGEST]), more=len(found) > LONGEST)


def property_of(db: CompanySession, nodes: Collection[UUID]) -> UUID | None:
    """The property in which all of these nodes of the estate are; None where there are several, or none."""
    found = db.rows(OF, {"nodes": list(nodes)}) if nodes else []
    return found[0].id if len(found) == 1 else None


def _containing(query: str | None) -> str | None:
    if query is None:
        return None
    escaped = query.replace("\0", "").strip().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def _tree(rows: list[Any]) -> tuple[Node, ...]:
    names = {row.property_id: row.property for row in rows}
    return _sorted(
        Node(key, name, children=_buildings([row for row in rows if row.property_id == key]))
        for key, name in names.items()
    )


def _buildings(rows: list[Any]) -> tuple[Node, ...]:
    names = {row.building_id: (row.building, row.address) for row in rows if row.building_id}
    return _sorted(
        Node(key, name, address, _units([row for row in rows if row.building_id == key]))
        for key, (name, address) in names.items()
    )


def _units(rows: list[Any]) -> tuple[Node, ...]:
    names = {row.unit_id: row.unit for row in rows if row.unit_id}
    return _sorted(
        Node(key, name, children=_periods([row for row in rows if row.unit_id == key])) for key, name in names.items()
    )


def _periods(rows: list[Any]) -> tuple[Node, ...]:
    """Periods have no name: their unit and their days say which ones they are."""
    found = sorted((row for row in rows if row.period_id), key=lambda row: row.starts)
    return tuple(Node(row.period_id, f"{row.unit} · {_days(row)}") for row in found)


def _days(row: Any) -> str:
    return format_range(row.starts, row.ends - timedelta(days=1) if row.ends else None)


def _sorted(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=lambda node: sort_key(node.name)))
