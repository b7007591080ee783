"""What lies around a property."""

from __future__ import annotations

from uuid import UUID

from quartier.tenancy.session import CompanySession

AROUND = """
    SELECT DISTINCT n.property_id FROM building b
    JOIN building n ON n.country = b.country AND n.postal_code = b.postal_code AND n.archived_at IS NULL
    WHERE b.property_id = %s AND b.archived_at IS NULL AND b.postal_code <> ''
"""


def properties_around(db: CompanySession, property_id: UUID) -> set[UUID]:
    """The company's properties with a house in a postcode in which this one has a house, itself included."""
    return {row.property_id for row in db.rows(AROUND, (property_id,))}
