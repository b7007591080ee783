"""What corrections are about: fields that the ERP owns, and a flat that it knows."""

from __future__ import annotations

import pytest

from quartier.db.base import new_id
from quartier.estate.models import Unit
from quartier.locks.services import save_link
from quartier.testing import SomeCompany

OWNED = [
    "unit.name", "unit.area_m2", "unit.is_commercial", "unit.kind", "occupancy.starts", "occupancy.ends",
    "person.email", "person.phone", "person.family_name", "property.timezone",
]  # fmt: skip


def lock(company: SomeCompany, *, email: str | None = "erp@keepers.example") -> None:
    """Let an ERP own these fields."""
    db = company.db()
    save_link(db, system="GARAIO REM", correction_email=email, owned=OWNED)
    db.commit()
    db.close()


@pytest.fixture
def unit(brunnenhof: SomeCompany) -> Unit:
    """A flat that the ERP knows as W-12."""
    lock(brunnenhof)
    made = Unit(id=new_id(), building_id=brunnenhof.building_id, name="12", kind="flat", external_id="W-12",
                area_m2="80.50")  # fmt: skip
    brunnenhof.plant(made)
    return made
