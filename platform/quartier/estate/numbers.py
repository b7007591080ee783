"""Places and periods by the numbers that the company's own system gives them, on whatever level of the estate."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from quartier.tenancy.session import CompanySession

ALL = """
    SELECT id, external_id FROM property WHERE external_id IS NOT NULL
    UNION ALL SELECT id, external_id FROM building WHERE external_id IS NOT NULL
    UNION ALL SELECT id, external_id FROM unit WHERE external_id IS NOT NULL
    UNION ALL SELECT id, external_id FROM occupancy WHERE external_id IS NOT NULL
"""


def places_by_number(db: CompanySession, numbers: Iterable[str]) -> dict[str, UUID]:
    """External id → place; those that nobody has are left out, and one used twice means the larger place."""
    found = db.rows(f"SELECT id, external_id FROM ({ALL}) AS p WHERE external_id = ANY(%s)", (list(numbers),))  # noqa: S608
    return {row.external_id: row.id for row in reversed(found)}


def numbers_of_places(db: CompanySession, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Place → external id; places without one are left out."""
    found = db.rows(f"SELECT id, external_id FROM ({ALL}) AS p WHERE id = ANY(%s)", (list(ids),))  # noqa: S608
    return {row.id: row.external_id for row in found}
