"""What was kept for somebody of whom only the name was known is theirs when they come, whichever way they come."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from quartier.db.base import new_id
from quartier.deliveries.models import MailDelivery
from quartier.estate.models import Occupancy, Unit
from quartier.invitations import services
from quartier.invitations.queries import live_for, path_of, written_code
from quartier.merging.models import PersonMerge
from quartier.people.models import Occupant, Person
from quartier.testing import SomeCompany
from tests.registration.guests import CHOSEN, Invited, at_the_way, nadja

MOVES_IN = date(2099, 5, 1)


def alias(company: SomeCompany) -> Person:
    """A future tenant, known by name, with a period to come and something that a module has written to them."""
    person = company.person("Rosa Neu")
    flat = Unit(id=new_id(), building_id=company.building_id, name="2. OG", kind="flat")
    period = Occupancy(id=new_id(), unit_id=flat.id, kind="tenancy", starts=MOVES_IN)
    kept = MailDelivery(
        id=new_id(), kind="faq.news", event="ticket:1", address="desk@post.example", address_key="desk@post.example",
        person_id=person.id, language="de", subject="Schlüssel", state="kept",
    )  # fmt: skip
    company.plant(flat, period, Occupant(occupancy_id=period.id, person_id=person.id), kept)
    return person


def invited(company: SomeCompany, person: Person) -> Invited:
    with company.db() as db:
        services.invite(db, [person.id], channel="letter", actor=nadja(company))
        db.commit()
        one, key = live_for(db, person.id), nadja(company).key
        assert one is not None
        return Invited(company, person.id, one, path_of(key, one), written_code(key, one))


def holds(company: SomeCompany, person_id: UUID) -> tuple[int, int]:
    """Periods, and what a module keeps, of a person."""
    with company.db() as db:
        periods = db.scalars(select(Occupant.id).filter_by(person_id=person_id)).all()
        return len(periods), len(
            db.scalars(select(MailDelivery.id).filter_by(person_id=person_id, event="ticket:1")).all()
        )


def test_who_registers_finds_what_was_kept_under_the_name(brunnenhof: SomeCompany) -> None:
    rosa = alias(brunnenhof)
    browser = at_the_way(invited(brunnenhof, rosa), brunnenhof.visitor())
    assert browser.post("/join/way", CHOSEN).status_code == 303
    assert holds(brunnenhof, rosa.id) == (1, 1)
    assert "1. Mai 2099" in browser.get("/").text.replace("\xa0", " ")


def test_who_has_an_account_gets_it_by_the_invitation_and_the_team_can_take_it_apart(brunnenhof: SomeCompany) -> None:
    """Taken apart, everything is the alias's again, who can be invited anew."""
    rosa, resident = alias(brunnenhof), brunnenhof.resident("Rosa Neu")
    guest = invited(brunnenhof, rosa)
    assert resident.browser.post(f"{guest.path}/add").status_code == 303
    assert (holds(brunnenhof, resident.person_id), holds(brunnenhof, rosa.id)) == ((2, 1), (0, 0))
    desk = brunnenhof.agent("Nadja Frei", "people.read", "people.edit").browser
    with brunnenhof.db() as db:
        merged = db.scalars(select(PersonMerge.id)).one()
    assert desk.post(f"/cockpit/people/merges/{merged}/undo").status_code == 303
    assert (holds(brunnenhof, resident.person_id), holds(brunnenhof, rosa.id)) == ((1, 0), (1, 1))
    assert brunnenhof.visitor().get(guest.path).status_code == 410
    assert invited(brunnenhof, rosa).code != guest.code
