"""Two lanes to one company's rows, and one transaction: what counts is what was committed, whichever lane did it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from quartier.db.base import new_id
from quartier.people.models import Person
from quartier.tenancy.session import CompanySession
from quartier.testing import SomeCompany

RENAME = "UPDATE person SET family_name = %s WHERE id = %s RETURNING id"


def quick(db: CompanySession, person: Person, name: str) -> None:
    db.row(RENAME, (name, person.id))


def orm(db: CompanySession, person: Person, name: str) -> None:
    db.execute(update(Person).where(Person.id == person.id).values(family_name=name))


Write = Callable[[CompanySession, Person, str], None]
lanes = pytest.mark.parametrize("lanes", [(quick, quick), (quick, orm), (orm, quick), (orm, orm)])


def name_of(company: SomeCompany, person: Person) -> str | None:
    with company.db() as db:
        return db.scalars(select(Person.family_name).filter_by(id=person.id)).one()


@lanes
def test_each_commit_makes_true_what_either_lane_wrote(brunnenhof: SomeCompany, lanes: tuple[Write, Write]) -> None:
    verena = brunnenhof.person("Verena Keller")
    with brunnenhof.db() as db:
        for write, name in zip(lanes, ("Meier", "Huber"), strict=True):
            write(db, verena, name)
            db.commit()
            assert name_of(brunnenhof, verena) == name


@lanes
def test_a_rollback_undoes_either_lane_and_nothing_before(brunnenhof: SomeCompany, lanes: tuple[Write, Write]) -> None:
    verena = brunnenhof.person("Verena Keller")
    with brunnenhof.db() as db:
        first, second = lanes
        first(db, verena, "Meier")
        db.commit()
        second(db, verena, "Huber")
        db.rollback()
        assert name_of(brunnenhof, verena) == "Meier"
        second(db, verena, "Graf")
        db.commit()
    assert name_of(brunnenhof, verena) == "Graf"


@lanes
def test_a_savepoint_undoes_either_lane_and_no_more(brunnenhof: SomeCompany, lanes: tuple[Write, Write]) -> None:
    verena = brunnenhof.person("Verena Keller")
    with brunnenhof.db() as db:
        first, second = lanes
        first(db, verena, "Meier")
        nested = db.begin_nested()
        second(db, verena, "Huber")
        nested.rollback()
        db.commit()
    assert name_of(brunnenhof, verena) == "Meier"


@lanes
def test_what_was_not_committed_ends_with_the_session(brunnenhof: SomeCompany, lanes: tuple[Write, Write]) -> None:
    verena = brunnenhof.person("Verena Keller")
    db = brunnenhof.db()
    for write in lanes:
        write(db, verena, "Meier")
    db.close()
    assert name_of(brunnenhof, verena) == "Keller"


def test_what_a_page_asks_first_is_asked_of_its_own_company(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    """It goes with the beginning of the transaction, values and all: quoted, whatever they are."""
    named = "SELECT family_name FROM person WHERE family_name = %(name)s"
    for name in ("O'Hara", "50 %", "%s; ROLLBACK", "Ö\\''"):
        for company in (brunnenhof, nordlicht):
            company.plant(Person(id=new_id(), given_name="Vera", family_name=name))
        with brunnenhof.db() as db:
            asked = db.first(named, {"name": name})
            again = db.first(named, {"name": name})  # in a transaction that is open
            db.row("UPDATE person SET family_name = %s WHERE family_name = %s RETURNING id", ("Keller", name))
            db.commit()
            assert (asked, again, db.first(named, {"name": name})) == ([(name,)], [(name,)], [])
