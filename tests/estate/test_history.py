"""What the database notes by itself when the estate or a person changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from quartier.db.base import new_id
from quartier.estate.history import acting
from quartier.estate.models import Building, Change, Occupancy, Property, Unit
from quartier.people.models import Occupant, Person
from quartier.tenancy.session import CompanySession
from quartier.testing import SomeCompany


def noted(db: CompanySession, *ids: Any) -> list[tuple[Any, ...]]:
    query = select(Change).where(Change.noun_id.in_(ids)).order_by(Change.id)
    return [(one.actor, one.source_kind, one.noun, one.action, one.before, one.after) for one in db.scalars(query)]


def a_flat(company: SomeCompany) -> Unit:
    return Unit(id=new_id(), building_id=company.building_id, name="12.0.1", kind="flat")


def test_a_life_is_written_down_with_who_and_whence(brunnenhof: SomeCompany) -> None:
    db, unit, job = brunnenhof.db(), a_flat(brunnenhof), new_id()
    with acting(db, "Nadja Frei", source_id=unit.id):
        db.add(unit)
    with acting(db, "mieter.csv", "import", job):
        db.execute(update(Unit).where(Unit.id == unit.id).values(name="12.0.2", floor="0"))
    db.execute(delete(Unit).where(Unit.id == unit.id))
    made, changed, gone = noted(db, unit.id)
    assert made == (
        "Nadja Frei", "agent", "unit", "insert", None,
        {"building_id": str(brunnenhof.building_id), "name": "12.0.1", "kind": "flat", "is_commercial": False,
         "note": "", "position": 0},
    )  # fmt: skip
    assert changed == ("mieter.csv", "import", "unit", "update", {"name": "12.0.1", "floor": None},
                       {"name": "12.0.2", "floor": "0"})  # fmt: skip
    assert gone[:4] == ("system", "system", "unit", "delete")
    assert gone[4]["name"] == "12.0.2"
    assert [one.source_id for one in db.scalars(select(Change).filter_by(source_id=job))] == [job]


def test_what_changes_nothing_is_not_noted(brunnenhof: SomeCompany) -> None:
    db, unit = brunnenhof.db(), a_flat(brunnenhof)
    db.add(unit)
    db.flush()
    db.execute(update(Unit).where(Unit.id == unit.id).values(name="12.0.1"))
    assert [row[3] for row in noted(db, unit.id)] == ["insert"]


def test_what_falls_with_its_parent_is_noted_too(brunnenhof: SomeCompany) -> None:
    db, unit = brunnenhof.db(), a_flat(brunnenhof)
    occupancy = Occupancy(id=new_id(), unit_id=unit.id, kind="tenancy", starts=date(2024, 1, 1))
    person = Person(id=new_id(), family_name="Keller")
    occupant = Occupant(id=new_id(), occupancy_id=occupancy.id, person_id=person.id)
    for row in (unit, occupancy, person, occupant):
        db.add(row)
        db.flush()
    with acting(db, "Nadja Frei"):
        db.execute(delete(Occupancy).where(Occupancy.id == occupancy.id))
    assert noted(db, occupant.id)[-1][:4] == ("Nadja Frei", "agent", "occupant", "delete")


def test_the_portal_cannot_write_or_forge_history(brunnenhof: SomeCompany) -> None:
    for statement in ("DELETE FROM change", "UPDATE change SET actor = 'nobody'", "INSERT INTO change DEFAULT VALUES"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            brunnenhof.db().execute(text(statement))


def test_a_company_goes_with_its_units_and_its_history(brunnenhof: SomeCompany) -> None:
    db, unit = brunnenhof.db(), a_flat(brunnenhof)
    db.add(unit)
    db.flush()
    db.add(Occupancy(unit_id=unit.id, kind="tenancy", starts=date(2024, 1, 1)))
    db.commit()
    with Session(brunnenhof.platform.shell.platform) as db:
        db.execute(text("DELETE FROM company WHERE id = :id"), {"id": brunnenhof.id})
        db.commit()
        left = "SELECT company_id FROM change UNION ALL SELECT company_id FROM unit UNION ALL SELECT company_id FROM "
        assert brunnenhof.id not in db.scalars(text(f"{left} occupancy")).all()


def test_versions_count_up_by_themselves(brunnenhof: SomeCompany) -> None:
    db, unit = brunnenhof.db(), a_flat(brunnenhof)
    db.add(unit)
    db.flush()
    unit.name = "12.0.3"
    db.flush()
    assert unit.version == 2


def test_a_house_with_flats_is_not_deleted(brunnenhof: SomeCompany) -> None:
    db = brunnenhof.db()
    db.add(a_flat(brunnenhof))
    db.flush()
    with pytest.raises(IntegrityError, match="violates foreign key"):
        db.execute(delete(Building).where(Building.id == brunnenhof.building_id))


@pytest.mark.parametrize(("name", "found"), [
    ("Grössere Gaße 2", " grossere gasse 2"), ("L’Œuvre  (Bât. B)", " l oeuvre bat b"), ("Ünit-12.0.1", " unit 12 0 1"),
])  # fmt: skip
def test_keys_are_folded_and_numbers_count_as_numbers(brunnenhof: SomeCompany, name: str, found: str) -> None:
    db, home = brunnenhof.db(), Property(id=new_id(), name=name, timezone="Europe/Zurich")
    db.add(home)
    db.flush()
    assert home.search_key.rstrip() == found.rstrip()
    assert home.sort_key == " ".join(word.zfill(12) if word.isdecimal() else word for word in found.split())
