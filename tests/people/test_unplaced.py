"""Who is known by name only is found by what is kept beside the people: whatever happens, it says what they say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from quartier.db.base import new_id
from quartier.estate.models import Unit
from quartier.imports.driver import driver_of
from quartier.people.stages import ResidentFilters, residents
from quartier.tenancy.session import CompanySession
from quartier.testing import SomeCompany

TODAY = datetime.now(UTC).date()
KEPT = "SELECT id FROM unplaced_person"
TRUE = """
    SELECT id FROM person q WHERE email IS NULL AND phone IS NULL AND mobile IS NULL AND street = ''
       AND NOT EXISTS (SELECT FROM occupant o WHERE o.person_id = q.id)
"""
PERSON = "INSERT INTO person (id, family_name, email) SELECT i, 'Still', e FROM unnest(%s::uuid[], %s::text[]) x (i, e)"
PERIOD = "INSERT INTO occupancy (id, unit_id, kind, starts) VALUES (%s, %s, 'ownership', %s)"
PART = """
    INSERT INTO occupant (id, occupancy_id, person_id, ends)
    SELECT gen_random_uuid(), %s, i, %s FROM unnest(%s::uuid[]) i
"""


def test_whatever_happens_the_same_people_are_on_no_period(brunnenhof: SomeCompany) -> None:
    db, chance, unit = brunnenhof.db(), Random(5), new_id()
    brunnenhof.plant(Unit(id=unit, building_id=brunnenhof.building_id, name="1. OG", kind="flat"))
    for step in range(150):
        happens(db, chance, unit)
        kept, true = ({row.id for row in db.rows(sql)} for sql in (KEPT, TRUE))
        assert kept == true, step
        if step % 10 == 0:
            agree(db)


def agree(db: CompanySession) -> None:
    """The list of a stage has those of whom the list of everybody says that they have come so far."""
    everybody = residents(db, ResidentFilters(), within=(), today=TODAY, limit=500)
    listed = residents(db, ResidentFilters(stage="name_only"), within=(), today=TODAY, limit=500)
    assert {row.id for row in listed} == {row.id for row in everybody if row.stage == "name_only"}


def happens(db: CompanySession, chance: Random, unit: UUID) -> None:
    """One of the things that people, imports, merges and undos do, to one row or to several in one statement."""
    write = driver_of(db).execute
    known = [row.id for row in db.rows("SELECT id FROM person ORDER BY id")]
    parts = [row.id for row in db.rows("SELECT id FROM occupant ORDER BY id")]
    some, lives = (chance.sample(all_of, min(len(all_of), chance.choice((1, 1, 3)))) for all_of in (known, parts))
    match chance.choice(("new", "new", "moves in", "moves in", "out", "other", "mail", "silence", "over", "gone")):
        case "new":
            emails = [chance.choice((None, None, "vera@post.example")) for _n in range(chance.choice((1, 3)))]
            write(PERSON, ([new_id() for _email in emails], emails))
        case "moves in":
            period, starts = new_id(), TODAY + timedelta(days=chance.choice((-300, 300)))
            write(PERIOD, (period, unit, starts))
            write(PART, (period, chance.choice((None, TODAY)), some))
        case "out":
            write("DELETE FROM occupant WHERE id = ANY(%s)", (lives,))
        case "other" if known:
            to = "UPDATE occupant o SET person_id = %(to)s WHERE o.id = %(one)s AND NOT EXISTS (SELECT FROM occupant x "
            to += "WHERE x.occupancy_id = o.occupancy_id AND x.person_id = %(to)s)"
            write(to, {"to": chance.choice(known), "one": lives[0] if lives else None})
        case "mail":
            write("UPDATE person SET mobile = '+41791234567' WHERE id = ANY(%s)", (some,))
        case "silence":
            write("UPDATE person SET email = NULL, mobile = NULL WHERE id = ANY(%s)", (some,))
        case "over":
            write("DELETE FROM occupancy WHERE id IN (SELECT occupancy_id FROM occupant WHERE id = ANY(%s))", (lives,))
        case "gone":
            write("DELETE FROM person WHERE id = ANY(%s)", (some,))
