"""Finding places of the estate, whatever level they are on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from quartier.tenancy.session import CompanySession

_ALL = """
    SELECT id, 'property' AS kind, external_id, name FROM property
    UNION ALL SELECT id, 'building', external_id, name FROM building
    UNION ALL SELECT id, 'unit', external_id, name FROM unit
"""


class Node(NamedTuple):
    """A property, a building or a unit; `kind` says which."""

    id: UUID
    kind: str
    external_id: str | None
    name: str


def nodes_by_id(db: CompanySession, ids: Iterable[UUID]) -> dict[UUID, Node]:
    """The places with these ids; those that are gone are left out."""
    return {node.id: node for node in _nodes(db, "id", list(ids))}


def nodes_by_external_id(db: CompanySession, external_ids: Iterable[str]) -> dict[str, Node]:
    """The places that have these numbers in the company's own system; a number used twice means the larger place."""
    found = _nodes(db, "external_id", list(external_ids))
    return {str(node.external_id): node for node in reversed(found)}


def _nodes(db: CompanySession, column: str, wanted: list[Any]) -> list[Node]:
    if not wanted:
        return []
    statement = f"SELECT id, kind, external_id, name FROM ({_ALL}) AS node WHERE {column} = ANY(%s)"  # noqa: S608 - ours
    return [Node(*row) for row in db.rows(statement, (wanted,))]
