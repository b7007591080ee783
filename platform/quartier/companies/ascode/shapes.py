"""Tables whose rows are known by external ids: what the CSV files hold, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.people.models import Person


@dataclass(frozen=True)
class Shape:
    """`plain` are columns taken as they are, `parents` name the table that a column refers to, by external id."""

    table: str
    model: Any
    plain: tuple[str, ...]
    parents: Mapping[str, str] = field(default_factory=dict)


ADDRESS = ("street", "postal_code", "city", "country")

SHAPES = (
    Shape("property", Property, ("name", "timezone", "owner", "note", "archived_at")),
    Shape(
        "building",
        Building,
        ("name", "street", "house_number", "postal_code", "city", "country", "note", "archived_at"),
        {"property": "property_id"},
    ),
    Shape(
        "unit",
        Unit,
        ("name", "kind", "is_commercial", "floor", "rooms", "area_m2", "position", "note", "archived_at"),
        {"building": "building_id"},
    ),
    Shape(
        "person",
        Person,
        ("given_name", "family_name", "company_name", "salutation", "title", "email", "phone", "mobile", "language",
         *ADDRESS, "note", "archived_at"),
    ),
    Shape("occupancy", Occupancy, ("kind", "starts", "ends", "contract_number", "note"), {"unit": "unit_id"}),
)  # fmt: skip


def external_id(thing: Any) -> str:
    """The company's own number of a thing; what was made here and has none is known by our id."""
    return thing.external_id or str(thing.id)


TRIED = ("starts", "ends", "reason")
USUAL_TERMS: Mapping[str, Any] = {
    "unit_quota": None, "file_quota": None, "stage": "accepted", "begins_at": "00:00", "grace_days": 30,
    "read_only_days": 60,
}  # fmt: skip
