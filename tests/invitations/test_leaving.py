"""Who has no home here any more does not register with an old letter, however it came about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from quartier.db.base import new_id
from quartier.estate.models import Occupancy, Unit
from quartier.invitations import services
from quartier.invitations.models import Invitation
from quartier.invitations.queries import open_for, path_of, written_code
from quartier.invitations.services import accept, withdraw_leavers
from quartier.people.models import Occupant, Person
from quartier.tenancy.session import CompanySession
from quartier.testing import LONG_AGO, SomeCompany
from tests.accounts.desk import shown
from tests.registration.guests import CHOSEN, Invited, arrives, at_the_way, invite, lets, nadja
from tests.registration.test_registering import account_of

TODAY = datetime.now(UTC).date()
YESTERDAY = TODAY - timedelta(days=1)


def archived(db: CompanySession, guest: Invited) -> None:
    db.execute(update(Person).where(Person.id == guest.person_id).values(archived_at=datetime.now(UTC)))


def taken_off(db: CompanySession, guest: Invited) -> None:
    db.execute(delete(Occupant).where(Occupant.person_id == guest.person_id))


def period_over(db: CompanySession, _guest: Invited) -> None:
    db.execute(update(Occupancy).values(ends=YESTERDAY))


def last_day_over(db: CompanySession, guest: Invited) -> None:
    db.execute(update(Occupant).where(Occupant.person_id == guest.person_id).values(role="household", ends=YESTERDAY))


def housed(company: SomeCompany, name: str = "Verena Keller") -> Invited:
    """Somebody with a flat, and invited for it."""
    person = company.person(name)
    lets(company, person.id)
    with company.db() as db:
        services.invite(db, [person.id], channel="letter", actor=nadja(company))
        db.commit()
    return found(company, person)


def found(company: SomeCompany, person: Person) -> Invited:
    with company.db() as db:
        one, key = open_for(db, person.id), nadja(company).key
        assert one is not None
        return Invited(company, person.id, one, path_of(key, one), written_code(key, one))


@pytest.mark.parametrize("leaves", [archived, taken_off, period_over, last_day_over])
def test_code_and_link_die_with_the_home(
    brunnenhof: SomeCompany, leaves: Callable[[CompanySession, Invited], None]
) -> None:
    """At once, also for who is in the middle of it; for good the night after, whatever comes back."""
    guest, other = housed(brunnenhof), housed(brunnenhof, "Urs Kern")
    browser = at_the_way(guest, brunnenhof.visitor())
    with brunnenhof.db() as db:
        leaves(db, guest)
        db.commit()
        assert accept(db, guest.invitation.id, new_id()) is False
    sent = arrives(guest, browser), browser.post("/join/way", CHOSEN), browser.post("/join", {"code": guest.code})
    answers = [browser.get(guest.path), *(shown(browser, one) for one in sent)]
    assert [one.status_code for one in answers] == [410] * 4
    assert account_of(guest) is None
    with brunnenhof.db() as db:
        gone = set(withdraw_leavers(db))
        db.commit()
        db.execute(update(Person).values(archived_at=None))
        db.execute(update(Occupancy).values(ends=None))
        db.commit()
    stays = set() if leaves is not period_over else {other.invitation.id}
    assert gone == {guest.invitation.id} | stays
    assert brunnenhof.visitor().get(guest.path).status_code == 410


def test_who_never_had_a_home_here_or_has_another_one_stays_invited(brunnenhof: SomeCompany) -> None:
    """An employee without a flat; a tenant who moves within the estate; a future tenant."""
    clerk, mover = invite(brunnenhof, "Rosa Frei"), housed(brunnenhof, "Verena Keller")
    with brunnenhof.db() as db:
        period_over(db, mover)
        db.commit()
    flat = Unit(id=new_id(), building_id=brunnenhof.building_id, name="5. OG", kind="flat")
    coming = Occupancy(id=new_id(), unit_id=flat.id, kind="tenancy", starts=date(2099, 1, 1))
    brunnenhof.plant(flat, coming, Occupant(occupancy_id=coming.id, person_id=mover.person_id))
    with brunnenhof.db() as db:
        assert withdraw_leavers(db) == []
        assert [db.get_one(Invitation, (brunnenhof.id, one.invitation.id)).placed for one in (clerk, mover)] == [
            False, True,
        ]  # fmt: skip
    assert [brunnenhof.visitor().get(one.path).status_code for one in (clerk, mover)] == [200, 200]


def test_who_has_moved_out_is_not_invited(brunnenhof: SomeCompany) -> None:
    person = brunnenhof.person("Verena Keller", email="verena@post.example")
    place = Unit(id=new_id(), building_id=brunnenhof.building_id, name="3. OG", kind="flat")
    period = Occupancy(id=new_id(), unit_id=place.id, kind="tenancy", starts=LONG_AGO, ends=YESTERDAY)
    brunnenhof.plant(place, period, Occupant(occupancy_id=period.id, person_id=person.id))
    with brunnenhof.db() as db:
        assert services.invite(db, [person.id], channel="mail", actor=nadja(brunnenhof)) == []
    desk = brunnenhof.agent("Nadja Frei", "people.read", "people.invite", "people.edit", language="de").browser
    page = desk.get(f"/cockpit/residents/{person.id}").text
    assert ["Ausgezogen: Code und Link" in page, "/send" in page] == [True, False]
