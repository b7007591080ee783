"""What an import can fill: nouns in the order of their dependence, and their fields. Statements are made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from quartier.estate.models import COMMERCIAL_KINDS

Name = Literal["property", "building", "unit", "person", "occupancy", "occupant"]


@dataclass(frozen=True)
class Field:
    """A column. `otherwise` is SQL for a new row whose file says nothing: a constant, or `%(country)s` and the like."""

    name: str
    type: str = "text"
    otherwise: str = "NULL"


@dataclass(frozen=True)
class Noun:
    """A table, and the column that points to what it belongs to."""

    name: Name
    fields: tuple[Field, ...]
    parent: Name | None = None
    parent_column: str = ""
    has_external_id: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the fields, in the order of the staging table."""
        return tuple(field.name for field in self.fields)

    @property
    def staging(self) -> str:
        """The temporary table that takes this noun's rows."""
        return f"staged_{self.name}"


COMMERCIAL: Final = tuple(sorted(COMMERCIAL_KINDS))
PROPERTY: Final = Noun(
    "property",
    (Field("name", otherwise="s.ext"), Field("timezone", otherwise="%(timezone)s"), Field("owner", otherwise="''")),
)
BUILDING: Final = Noun(
    "building",
    (
        Field("name", otherwise="coalesce(nullif(trim(concat(s.street, ' ', s.house_number)), ''), s.ext)"),
        Field("street", otherwise="''"),
        Field("house_number", otherwise="''"),
        Field("postal_code", otherwise="''"),
        Field("city", otherwise="''"),
        Field("country", otherwise="%(country)s"),
    ),
    "property",
    "property_id",
)
UNIT: Final = Noun(
    "unit",
    (
        Field("name", otherwise="s.ext"),
        Field("kind", otherwise="'flat'"),
        Field("floor"),
        Field("rooms", "numeric(4,1)"),
        Field("area_m2", "numeric(9,2)"),
        Field("is_commercial", "boolean", otherwise=f"coalesce(s.kind, 'flat') IN {COMMERCIAL}"),
    ),
    "building",
    "building_id",
)
PERSON: Final = Noun(
    "person",
    (
        Field("given_name", otherwise="''"),
        Field("family_name", otherwise="''"),
        Field("company_name", otherwise="CASE WHEN coalesce(s.family_name, '') = '' THEN s.ext ELSE '' END"),
        Field("salutation", otherwise="'none'"),
        Field("email"),
        Field("phone"),
        Field("mobile"),
        Field("language"),
    ),
)
OCCUPANCY: Final = Noun(
    "occupancy",
    (
        Field("kind", otherwise="'tenancy'"),
        Field("starts", "date"),
        Field("ends", "date"),
        Field("contract_number"),
    ),
    "unit",
    "unit_id",
)
OCCUPANT: Final = Noun(
    "occupant", (Field("role", otherwise="'main'"),), "occupancy", "occupancy_id", has_external_id=False
)
NOUNS: Final = (PROPERTY, BUILDING, UNIT, PERSON, OCCUPANCY, OCCUPANT)
BY_NAME: Final = {noun.name: noun for noun in NOUNS}
OPEN_END: Final = "infinity"
"""What a staged `ends` says where the file says that there is no end; an empty staged field says nothing."""
