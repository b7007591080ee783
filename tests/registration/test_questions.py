"""What the company asks: at the end of registering, on the way home for who came before, and anew in the account."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select, update

from quartier.db.base import new_id
from quartier.locks.models import Correction, CorrectionField, ErpLink
from quartier.people.models import Occupant, Person
from quartier.tenancy.models import Company
from quartier.testing import LONG_AGO, SomeBody, SomeCompany
from tests.accounts.desk import mails_to, shown
from tests.registration.guests import CHOSEN, at_the_way, complains, invite, lets

ALL = {
    "registration_ask_channel": True,
    "registration_ask_resident": True,
    "registration_confirm_contact": True,
}
ANSWERS = {
    "language": "fr", "contact_channel": "paper", "lives_here": "yes", "mobile": "079 555 01 40", "phone": "",
}  # fmt: skip


def asks(company: SomeCompany, **switches: bool) -> None:
    with company.platform.shell.platform.begin() as connection:
        connection.execute(update(Company).where(Company.id == company.id).values(settings=switches))
    company.platform.shell.snapshots.forget(company.id)


def said(body: SomeBody) -> tuple[Any, ...]:
    with body.company.db() as db:
        person = db.scalars(select(Person).filter_by(id=body.person_id)).one()
        return person.contact_channel, person.lives_here, person.mobile, person.contact_confirmed_at is not None


def test_who_is_asked_nothing_goes_straight_home(brunnenhof: SomeCompany) -> None:
    browser = at_the_way(invite(brunnenhof), brunnenhof.visitor())
    assert browser.post("/join/way", CHOSEN).headers["Location"] == "/welcome"
    assert browser.get("/welcome").headers["Location"] == "/"
    assert browser.get("/").status_code == 200


def test_who_registers_answers_and_is_home_on_the_fifth_screen(brunnenhof: SomeCompany) -> None:
    """Who I am, the code, the password, the questions, home."""
    asks(brunnenhof, **ALL)
    guest = invite(brunnenhof)
    lets(brunnenhof, guest.person_id)
    browser = at_the_way(guest, brunnenhof.visitor())
    assert browser.post("/join/way", CHOSEN).headers["Location"] == "/welcome"
    assert "Wohnen Sie selbst hier?" in browser.get("/welcome").text
    assert browser.post("/welcome", ANSWERS).headers["Location"] == "/"
    assert browser.get("/").status_code == 200
    assert "Modifier les réponses" in browser.get("/account").text


def test_who_came_before_is_asked_on_the_way_home_and_may_answer_later(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    browser = verena.browser
    assert browser.get("/").status_code == 200
    asks(brunnenhof, **ALL)
    assert browser.get("/").headers["Location"] == "/welcome"
    assert browser.post("/welcome/later").headers["Location"] == "/"
    assert browser.get("/").status_code == 200
    assert browser.post("/welcome", ANSWERS).status_code == 303
    assert said(verena) == ("paper", True, "+41795550140", True)
    assert verena.browser.get("/").status_code == 200


def test_guests_are_asked_only_how_to_reach_them_and_who_has_no_home_here_nothing(brunnenhof: SomeCompany) -> None:
    asks(brunnenhof, **ALL)
    urs = brunnenhof.resident("Urs Wyss")
    with brunnenhof.db() as db:
        (place,) = db.scalars(select(Occupant).filter_by(person_id=urs.person_id)).all()
        place.role, place.host_id = "carer", urs.person_id
        db.commit()
        assert urs.browser.get("/").headers["Location"] == "/welcome"
        page = urs.browser.get("/welcome").text
        assert [f'name="{name}"' in page for name in ("contact_channel", "lives_here", "mobile")] == [
            False,
            False,
            True,
        ]
        place.ends = LONG_AGO
        db.commit()
    assert urs.browser.get("/").status_code == 200
    assert urs.browser.get("/welcome").headers["Location"] == "/"


def test_only_what_is_switched_on_is_asked_and_taken(brunnenhof: SomeCompany) -> None:
    asks(brunnenhof, registration_ask_channel=True)
    verena = brunnenhof.resident("Verena Keller")
    page = verena.browser.get("/welcome").text
    assert [f'name="{name}"' in page for name in ("contact_channel", "lives_here", "mobile")] == [True, False, False]
    assert verena.browser.post("/welcome", ANSWERS).status_code == 303
    assert said(verena) == ("paper", None, None, False)


def test_a_wrong_answer_is_said_and_nothing_is_lost(brunnenhof: SomeCompany) -> None:
    asks(brunnenhof, **ALL)
    verena = brunnenhof.resident("Verena Keller")
    browser = verena.browser
    for field, value in (
        ("contact_channel", ""),
        ("contact_channel", "fax"),
        ("lives_here", "perhaps"),
        ("mobile", "no"),
        ("language", "it"),
    ):
        answer = browser.post("/welcome", ANSWERS | {"phone": "044 555 01 01", field: value})
        page = shown(browser, answer).text
        assert [words in page for words in (f'id="{field}-error"', 'value="044 555 01 01"')] == [True, True]
    assert said(verena) == (None, None, None, False)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(brunnenhof: SomeCompany) -> None:
    asks(brunnenhof, **ALL)
    verena = brunnenhof.resident("Verena Keller")
    browser = verena.browser
    with brunnenhof.db() as db:
        version = db.scalars(select(Person.version).filter_by(id=verena.person_id)).one()
    other = {**ANSWERS, "contact_channel": "online", "mobile": "079 555 01 41", "language": "de"}
    assert verena.browser.post("/welcome", {**other, "version": str(version)}).headers["Location"] == "/"
    answer = browser.post("/welcome", {**ANSWERS, "version": str(version)})
    for _time in ("first", "once more"):
        page = shown(browser, answer).text
        assert re.findall(r'class="clash-name">(.*?)<.*?<dd>(.*?)</dd>.*?<dd>(.*?)</dd>', page) == [
            ("Briefe", "Nur im Portal", "Im Portal und auf Papier per Post"),
            ("Mobiltelefon", "+41 79 555 01 41", "079 555 01 40"),
        ]
        assert [f'value="{value}" checked' in page for value in ("paper", "online")] == [True, False]
    assert said(verena) == ("online", True, "+41795550141", True)
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    assert browser.post("/welcome", {**ANSWERS, "version": version}).headers["Location"] == "/"
    assert said(verena) == ("paper", True, "+41795550140", True)


def test_a_number_of_the_erp_goes_there_as_a_wish(brunnenhof: SomeCompany) -> None:
    asks(brunnenhof, **ALL)
    brunnenhof.plant(ErpLink(id=new_id(), system="Rimo", correction_email="erp@rimo.example", owned=["person.mobile"]))
    verena = brunnenhof.resident("Verena Keller")
    assert "Rimo" in verena.browser.get("/welcome").text
    assert verena.browser.post("/welcome", ANSWERS).status_code == 303
    assert verena.browser.post("/welcome", ANSWERS).status_code == 303
    assert said(verena) == ("paper", True, None, True)
    with brunnenhof.db() as db:
        assert list(db.scalars(select(Correction.proposed_by))) == ["Verena Keller"]
        assert list(db.scalars(select(CorrectionField.proposed))) == ["+41795550140"]
    assert len(mails_to(brunnenhof, "erp@rimo.example")) == 1


def test_a_number_of_an_erp_that_takes_no_wishes_is_only_shown(brunnenhof: SomeCompany) -> None:
    asks(brunnenhof, **ALL)
    brunnenhof.plant(ErpLink(id=new_id(), system="Rimo", correction_email=None, owned=["person.mobile"]))
    verena = brunnenhof.resident("Verena Keller")
    page = verena.browser.get("/welcome").text
    assert 'name="mobile"' not in page
    assert "Diese Angabe kommt aus Rimo." in page
    assert verena.browser.post("/welcome", ANSWERS).status_code == 303
    assert said(verena) == ("paper", True, None, True)


def test_who_lives_elsewhere_says_where_letters_go(brunnenhof: SomeCompany) -> None:
    """E-mail, phones and postal address on one page; half an address finds nobody; what the ERP owns goes there."""
    asks(brunnenhof, registration_confirm_contact=True)
    verena = brunnenhof.resident("Verena Keller", language="de")
    page = verena.browser.get("/welcome").text
    assert [words in page for words in (verena.email, 'href="/account/email"', ">Deutschland<")] == [True] * 3
    half = {"language": "de", "street": "Rue du Lac 4", "postal_code": "1200", "city": " ", "country": "CH"}
    browser = verena.browser
    answer = shown(browser, browser.post("/welcome", half)).text
    assert ['id="city-error"' in answer, 'value="Rue du Lac 4"' in answer] == [True, True]
    abroad = half | {"city": "Genève", "country": "Schweiz"}
    assert complains(browser, browser.post("/welcome", abroad)) == {"country"}
    assert verena.browser.post("/welcome", half | {"city": "Genève"}).status_code == 303
    with brunnenhof.db() as db:
        person = db.scalars(select(Person).filter_by(id=verena.person_id)).one()
        assert (person.street, person.postal_code, person.city, person.country) == (
            "Rue du Lac 4", "1200", "Genève", "CH",
        )  # fmt: skip
    owned = [f"person.{name}" for name in ("street", "postal_code", "city", "country")]
    brunnenhof.plant(ErpLink(id=new_id(), system="Rimo", correction_email="erp@rimo.example", owned=owned))
    moved = half | {"street": "Rue du Lac 8", "city": "Genève"}
    assert verena.browser.post("/welcome", moved).status_code == 303
    with brunnenhof.db() as db:
        wish = db.scalars(select(CorrectionField)).one()
        assert (wish.field, wish.present, wish.proposed) == ("street", "Rue du Lac 4", "Rue du Lac 8")


def test_the_team_sees_and_changes_how_somebody_gets_letters(brunnenhof: SomeCompany) -> None:
    verena, nadja = brunnenhof.resident("Verena Keller"), brunnenhof.agent("Nadja Frei", "people.read", "people.edit")
    page = f"/cockpit/people/{verena.person_id}"
    assert "Auch auf Papier per Post" in nadja.browser.get(page).text
    asks(brunnenhof, contact_channel_online=True)
    assert "Nur im Portal" in nadja.browser.get(page).text
    form = {"version": "1", "salutation": "none", "family_name": "Keller", "contact_channel": "paper"}
    assert nadja.browser.post(f"{page}/edit", form).status_code == 303
    assert said(verena)[0] == "paper"
