"""Of people whose entries were deleted, the history keeps for some weeks what it said, and then only what happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from quartier.app import house_of
from quartier.db.base import new_id
from quartier.estate.history import acting
from quartier.estate.models import Change
from quartier.merging.models import PersonMerge
from quartier.people.models import Occupant, Person
from quartier.rights import emptying
from quartier.testing import LONG_AGO, SomeBody, SomeCompany
from tests.rights.test_erasures import left


def moves_out(company: SomeCompany, name: str) -> SomeBody:
    """Somebody who changed their own entry, brought a guest in, and was deleted by a colleague."""
    gone = company.resident(name, starts=LONG_AGO)
    guest = Person(id=new_id(), given_name="Emil", family_name="Wyss")
    with company.db() as db:
        occupancy = db.scalars(select(Occupant.occupancy_id).filter_by(person_id=gone.person_id)).one()
        with acting(db, name, "person", gone.account_id):
            db.execute(update(Person).filter_by(id=gone.person_id).values(phone="+41445550199"))
        with acting(db, name, "system", gone.account_id):
            db.add(guest)
            db.flush()
            db.add(Occupant(occupancy_id=occupancy, person_id=guest.id, host_id=gone.person_id))
        with acting(db, "Nadja Frei"):
            db.execute(delete(Person).filter_by(id=gone.person_id))
        db.commit()
    return gone


def happened(company: SomeCompany) -> list[Any]:
    with company.db() as db:
        return db.rows("SELECT id, at, noun, noun_id, action FROM change ORDER BY id")


def test_a_month_after_somebody_was_deleted_the_history_has_no_values(
    brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    gone, elsewhere = (moves_out(company, "Wilhelmina Zwyssig") for company in (brunnenhof, nordlicht))
    words = ("Zwyssig", "+41445550199", gone.email)
    before = happened(brunnenhof)
    with Session(brunnenhof.platform.shell.platform) as db:
        now = datetime.now(UTC)
        assert emptying.empty(db, brunnenhof.id, before=now - emptying.GONE_FOR) == 0
        db.commit()
        assert {table for table, _word in left(brunnenhof, *words)} == {"change"}
        assert emptying.empty(db, brunnenhof.id, before=now + timedelta(minutes=1)) == 1
        db.commit()
    assert happened(brunnenhof) == before
    assert left(brunnenhof, "Zwyssig", "+41445550199", gone.email) == set()
    with brunnenhof.db() as db, nordlicht.db() as there:
        mine = db.scalars(select(Change).filter_by(noun_id=gone.person_id).order_by(Change.id)).all()
        assert [(one.action, one.actor, one.before, one.after) for one in mine] == [
            ("insert", "system", None, {}), ("update", "", {}, {}), ("delete", "Nadja Frei", {}, None),
        ]  # fmt: skip
        emil = db.scalars(select(Change).where(Change.after["given_name"].as_string() == "Emil")).one()
        assert (emil.actor, emil.action) == ("", "insert")
        kept = there.scalars(select(Change).filter_by(noun_id=elsewhere.person_id, action="delete")).one()
        assert (kept.before or {})["family_name"] == "Zwyssig"


def test_whoever_went_into_another_entry_is_not_gone(brunnenhof: SomeCompany) -> None:
    verena, other = brunnenhof.person("Verena Keller"), brunnenhof.person("V. Keller")
    with brunnenhof.db() as db:
        db.execute(delete(Person).filter_by(id=other.id))
        db.add(PersonMerge(survivor_id=verena.id, gone=[other.id], names=[other.name], by="Nadja Frei", journal=[]))
        db.commit()
    soon = datetime.now(UTC) + timedelta(minutes=1)
    with Session(brunnenhof.platform.shell.platform) as db:
        assert emptying.empty(db, brunnenhof.id, before=soon) == 0
        db.execute(delete(Person).filter_by(company_id=brunnenhof.id, id=verena.id))
        assert emptying.empty(db, brunnenhof.id, before=soon) == 2
        db.rollback()


@pytest.mark.parametrize("statement", ["UPDATE change SET action = 'insert'", "UPDATE change SET at = now()",
                                       "INSERT INTO change SELECT * FROM change"])  # fmt: skip
def test_not_even_the_platform_writes_the_history_anew(brunnenhof: SomeCompany, statement: str) -> None:
    with (
        brunnenhof.platform.shell.platform.connect() as connection,
        pytest.raises(Exception, match="permission denied"),
    ):
        connection.execute(text(statement))


def test_the_clock_finds_what_is_due_in_every_company(brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = moves_out(brunnenhof, "Wilhelmina Zwyssig")
    monkeypatch.setattr(emptying, "GONE_FOR", timedelta(minutes=-1))
    with Session(brunnenhof.platform.shell.platform) as db:
        emptying.sweep(house_of(brunnenhof.platform.shell), db)
    assert left(brunnenhof, gone.email) == set()
