"""Another home for who has an account: the invitation is opened while signed in, or signed in on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from quartier.accounts.models import AccountSession
from quartier.people.models import Occupant, Person
from quartier.testing import Browser, SomeBody, SomeCompany
from tests.accounts.desk import shown, sign_in
from tests.registration.guests import CHOSEN, Invited, at_the_way, invite, lets, withdraw
from tests.registration.test_registering import account_of, asks_for_number

NUMBER = "4711.02-003"


def second_home(body: SomeBody, name: str) -> Invited:
    guest = invite(body.company, name)
    lets(body.company, guest.person_id, NUMBER)
    return guest


def homes(body: SomeBody) -> int:
    with body.company.db() as db:
        return db.scalar(select(func.count()).select_from(Occupant).filter_by(person_id=body.person_id)) or 0


def long_ago(body: SomeBody) -> Browser:
    """A device on which somebody signed in yesterday."""
    browser = body.browser
    with body.company.db() as db:
        db.execute(update(AccountSession).values(created_at=datetime.now(UTC) - timedelta(days=1)))
        db.commit()
    return browser


def test_who_is_signed_in_adds_the_home_with_the_number_of_the_contract(brunnenhof: SomeCompany) -> None:
    """Looking uses nothing up; back and reload come to the home page; the entry that was invited is gone."""
    asks_for_number(brunnenhof)
    verena = brunnenhof.resident("Verena Keller", language="de")
    guest, browser = second_home(verena, "Verena Keller"), verena.browser
    page = browser.get(guest.path).text
    assert [words in page for words in ("Dieses Zuhause Ihrem Konto hinzufügen?", verena.email, "V. K.")] == [True] * 3
    assert 'name="email"' not in page
    for typed in ("", "0815"):
        page = shown(browser, browser.post(f"{guest.path}/add", {"number": typed})).text
        assert ['id="number-error"' in page, f'value="{typed}"' in page] == [True, True]
    assert homes(verena) == 1
    assert browser.post(f"{guest.path}/add", {"number": "4711 02 003"}).headers["Location"] == "/"
    assert homes(verena) == 2
    again = [browser.get(guest.path), browser.post(f"{guest.path}/add"), browser.post("/join", {"code": guest.code})]
    assert [(one.status_code, one.headers.get("Location")) for one in again[:2]] == [(303, "/")] * 2
    with brunnenhof.db() as db:
        assert db.get(Person, (brunnenhof.id, guest.person_id)) is None
        assert account_of(guest) is None


def test_who_signed_in_long_ago_shows_once_more_who_they_are(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    guest, browser = second_home(verena, "Verena Keller"), long_ago(verena)
    assert f'name="next" value="{guest.path}"' in browser.get(guest.path).text
    assert browser.post(f"{guest.path}/add").headers["Location"] == f"{guest.path}/add"
    assert homes(verena) == 1
    assert sign_in(browser, verena.email, next=guest.path).headers["Location"] == guest.path
    assert browser.post(f"{guest.path}/add").status_code == 303
    assert homes(verena) == 2


def test_who_is_signed_out_signs_in_on_the_way(brunnenhof: SomeCompany) -> None:
    verena, browser = brunnenhof.resident("Verena Keller"), brunnenhof.visitor()
    guest = second_home(verena, "Verena Keller")
    assert f'href="{guest.path}/add"' in browser.get(guest.path).text
    door = browser.get(f"{guest.path}/add").headers["Location"]
    assert door.startswith("/sign-in?next=")
    assert sign_in(browser, verena.email, next=f"{guest.path}/add").headers["Location"] == f"{guest.path}/add"
    assert f'action="{guest.path}/add"' in browser.get(f"{guest.path}/add").text
    assert browser.post(f"{guest.path}/add").status_code == 303
    assert homes(verena) == 2


def test_an_invitation_for_somebody_else_is_not_added(brunnenhof: SomeCompany) -> None:
    """The spouse registers on the same tablet, with an account of their own."""
    beat = brunnenhof.resident("Beat Keller", language="de")
    guest, tablet = second_home(beat, "Verena Keller"), beat.browser
    assert "Diese Einladung ist für jemand anderen" in tablet.get(guest.path).text
    assert tablet.post(f"{guest.path}/add").headers["Location"] == f"{guest.path}/add"
    assert homes(beat) == 1
    assert 'name="email"' in tablet.get(f"{guest.path}?own=1").text
    at_the_way(guest, tablet)
    assert tablet.post("/join/other-address").headers["Location"] == f"{guest.path}?own=1"
    at_the_way(guest, tablet)
    assert tablet.post("/join/way", CHOSEN).status_code == 303
    assert "Verena Keller" in tablet.get("/account").text


def test_what_is_over_or_unknown_adds_nothing(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    verena, foreign = brunnenhof.resident("Verena Keller"), invite(nordlicht, "Verena Keller")
    guest, browser = second_home(verena, "Verena Keller"), verena.browser
    assert browser.post(f"{foreign.path}/add").status_code == 404
    withdraw(guest)
    answers = [browser.get(guest.path), shown(browser, browser.post(f"{guest.path}/add"))]
    assert [one.status_code for one in answers] == [410, 410]
    assert homes(verena) == 1
