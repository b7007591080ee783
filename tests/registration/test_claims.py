"""What was kept for somebody of whom only the name was known is theirs when they come, whichever way they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, update

from quartier.app import Platform, create_app
from quartier.db.base import new_id
from quartier.db.engines import Urls, engine
from quartier.db.migrate import migrate
from quartier.deliveries.models import MailDelivery
from quartier.estate.models import Occupancy, Unit
from quartier.invitations import services
from quartier.invitations.queries import live_for, path_of, written_code
from quartier.merging.models import PersonMerge
from quartier.people.models import Occupant, Person
from quartier.plugin.manager import Plugins
from quartier.testing import LONG_AGO, SomeCompany
from tests.registration.bent import plugin as bent
from tests.registration.guests import CHOSEN, Invited, at_the_way, nadja
from tests.registration.keys import plugin as keys

MOVES_IN = date(2099, 5, 1)


@pytest.fixture(scope="module")
def platform(platform: Platform, test_urls: Urls) -> Iterator[Platform]:
    """The same database with the tables of a module more, served with it and with one that fails; then without."""
    plugins = Plugins()
    plugins.add(keys)
    plugins.add(bent)
    [history] = [one for one in plugins.histories if one.name == "keys"]
    assert migrate(test_urls.admin, [history]) == {}
    with_keys = create_app(platform.shell.config, plugins=plugins)
    yield with_keys
    with_keys.close()
    owner = engine(test_urls.admin, size=1)
    with owner.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE keys_key, keys_count, {history.version_table}")
    owner.dispose()


@pytest.fixture
def brunnenhof(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    """A company with the keys."""
    return make_company("Brunnenhof", modules=("keys",))


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
    give(company, person.id, "Haustür", "Briefkasten")
    return person


def give(company: SomeCompany, person_id: UUID, *labels: str) -> None:
    with company.db() as db:
        keys.hand_out(db, person_id, *labels)
        db.commit()


def move_in(company: SomeCompany) -> None:
    """The day has come: what is meant for those who live here is seen."""
    with company.db() as db:
        db.execute(update(Occupancy).filter_by(starts=MOVES_IN).values(starts=LONG_AGO))
        db.commit()


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
    move_in(brunnenhof)
    assert browser.get("/keys/").text == "2: Briefkasten, Haustür"


def test_who_has_an_account_gets_it_by_the_invitation_and_the_team_can_take_it_apart(
    brunnenhof: SomeCompany, platform: Platform
) -> None:
    """Modules hand over what is theirs and count anew; one that fails in the middle of it takes nothing with it.

    Taken apart, everything is the alias's again, who can be invited anew.
    """
    rosa, resident = alias(brunnenhof), brunnenhof.resident("Rosa Neu")
    give(brunnenhof, resident.person_id, "Velokeller")
    guest, browser, failures = invited(brunnenhof, rosa), resident.browser, platform.shell.plugins.failures
    assert browser.post(f"{guest.path}/add").headers["Location"] == "/"
    assert (holds(brunnenhof, resident.person_id), holds(brunnenhof, rosa.id)) == ((2, 1), (0, 0))
    assert browser.get("/keys/").text == "3: Briefkasten, Haustür, Velokeller"
    assert failures["bent", "people_merged"] == 1
    desk = brunnenhof.agent("Nadja Frei", "people.read", "people.edit").browser
    with brunnenhof.db() as db:
        merged = db.scalars(select(PersonMerge.id)).one()
    assert desk.post(f"/cockpit/people/merges/{merged}/undo").status_code == 303
    assert (holds(brunnenhof, resident.person_id), holds(brunnenhof, rosa.id)) == ((1, 0), (1, 1))
    assert browser.get("/keys/").text == "1: Velokeller"
    assert failures["bent", "people_merged"] == 2
    assert brunnenhof.visitor().get(guest.path).status_code == 410
    again = invited(brunnenhof, rosa)
    assert again.code != guest.code
    newcomer = at_the_way(again, brunnenhof.visitor())
    newcomer.post("/join/way", CHOSEN)
    move_in(brunnenhof)
    assert newcomer.get("/keys/").text == "2: Briefkasten, Haustür"


def test_a_module_that_is_off_hands_over_as_well_and_has_it_when_it_is_on_again(
    make_company: Callable[..., SomeCompany],
) -> None:
    company = make_company("Seefeld")
    rosa, resident = alias(company), company.resident("Rosa Neu")
    browser = resident.browser
    assert browser.post(f"{invited(company, rosa).path}/add").headers["Location"] == "/"
    assert browser.get("/keys/").status_code == 404
    company.switch("keys")
    assert company.visitor().get("/keys/").status_code == 302
    assert browser.get("/keys/").text == "2: Briefkasten, Haustür"
