"""What is kept is kept for one version: each table of the core that lists look into counts its changes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, Agent
from quartier.contracts.models import Contract, ContractLine
from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.people.models import Occupant, Person
from quartier.tenancy.contents import KeptContents
from quartier.tenancy.models import ContentTouched, ContentVersion
from quartier.testing import SomeCompany

CORE = ("places", "periods", "people", "contracts")


def versions(company: SomeCompany) -> dict[str, int]:
    with company.db() as db:
        assert db.query(ContentTouched).count() == 0
        return {row.module: row.version for row in db.query(ContentVersion) if row.module in CORE}


OF: dict[Any, str] = {
    Property: "places", Building: "places", Unit: "places", Occupancy: "periods", Occupant: "periods",
    Person: "people", Account: "people", Agent: "people", Contract: "contracts", ContractLine: "contracts",
}  # fmt: skip


def test_a_change_counts_once_and_for_its_module_alone(brunnenhof: SomeCompany) -> None:
    brunnenhof.resident("Verena Keller")
    brunnenhof.agent("Nadja Frei")
    for model, module in OF.items():
        before = versions(brunnenhof)
        with Session(brunnenhof.platform.shell.platform) as db:
            same = {"email": model.email} if model is Account else {"id": model.id}
            for _time in range(2):
                db.execute(update(model).filter_by(company_id=brunnenhof.id).values(**same))
            db.commit()
        assert versions(brunnenhof) == {**before, module: before[module] + 1}, model


def test_what_is_taken_back_counts_for_nothing(brunnenhof: SomeCompany) -> None:
    brunnenhof.resident("Verena Keller")
    before = versions(brunnenhof)
    with brunnenhof.db() as db:
        with db.begin_nested() as savepoint:
            db.execute(update(Unit).values(note="Neu"))
            savepoint.rollback()
        db.execute(update(Person).values(note="Neu"))
        db.commit()
        db.execute(update(Property).values(note="Neu"))
        db.rollback()
    assert versions(brunnenhof) == {**before, "people": before["people"] + 1}


def test_one_company_counts_for_itself(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    brunnenhof.resident("Verena Keller")
    nordlicht.resident("Jonas Petersen")
    before = versions(nordlicht)
    with brunnenhof.db() as db:
        db.execute(update(Unit).values(note="Neu"))
        db.commit()
    assert versions(nordlicht) == before


def test_what_nobody_asked_for_the_longest_makes_room(brunnenhof: SomeCompany) -> None:
    kept = KeptContents(size=2)
    keys: list[Any] = [(brunnenhof.id, "faq", name) for name in "abc"]
    for key in (keys[0], keys[1], keys[0], keys[2]):
        kept.get(key, 1, lambda: "read")
    assert [kept.has(key, 1) for key in keys] == [True, False, True]
