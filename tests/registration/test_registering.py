"""From a code or a link to an account: the way that it goes, and everything that comes in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from markupsafe import escape
from sqlalchemy import select, update

from quartier.accounts.models import Account, AccountPasskey
from quartier.accounts.names import account_of_person
from quartier.invitations.codes import code_hash
from quartier.invitations.models import Invitation
from quartier.keys import key_of
from quartier.people.models import Occupant, Person
from quartier.registration.models import Registration
from quartier.registration.queries import masked
from quartier.registration.services import Over, open_account
from quartier.tenancy.models import Company
from quartier.testing import PASSWORD, SomeBody, SomeCompany
from quartier.web.again import LONGEST
from tests.accounts.authenticator import options, phone_of, signs_in
from tests.accounts.desk import NEW_PASSWORD, mails_to, sent_back, shown, sign_in
from tests.registration.guests import (
    CHOSEN,
    EMAIL,
    Invited,
    also_by_letter,
    arrives,
    at_the_way,
    code_mailed,
    complains,
    invite,
    lets,
    link_mailed,
    withdraw,
)


def account_of(guest: Invited) -> Account | None:
    with guest.company.db() as db:
        return db.scalars(select(Account).filter_by(person_id=guest.person_id)).first()


def asks_for_number(company: SomeCompany) -> None:
    with company.platform.shell.platform.begin() as connection:
        wanted = {"registration_contract_number": True}
        connection.execute(update(Company).where(Company.id == company.id).values(settings=wanted))
    company.platform.shell.snapshots.forget(company.id)


def test_a_letter_leads_to_an_account(brunnenhof: SomeCompany) -> None:
    guest, browser = invite(brunnenhof), brunnenhof.visitor()
    lets(brunnenhof, guest.person_id)
    page = browser.get(guest.path)
    assert "V. K." in page.text
    assert "Keller" not in page.text
    assert "Brunnenhofstrasse" not in page.text
    at_the_way(guest, browser)
    answer = browser.post("/join/way", CHOSEN)
    assert answer.status_code == 303
    account = account_of(guest)
    assert account is not None
    assert (account.email, account.language) == (EMAIL, "de")
    assert EMAIL in browser.get("/account").text
    assert browser.get("/join/way").headers["Location"] == "/"
    assert sign_in(brunnenhof.visitor(), EMAIL, NEW_PASSWORD).status_code == 303
    with brunnenhof.db() as db:
        assert db.scalars(select(Person.email).filter_by(id=guest.person_id)).one() == EMAIL


def test_a_passkey_is_enough(brunnenhof: SomeCompany) -> None:
    guest = invite(brunnenhof)
    browser = at_the_way(guest, brunnenhof.visitor())
    phone = phone_of(browser, brunnenhof.platform.shell.config)
    said = phone.create(options(browser, "/join/way/options"))
    assert browser.post("/join/way/passkey", {"passkey": said}).status_code == 303
    account = account_of(guest)
    assert account is not None
    assert account.password_hash is None
    with brunnenhof.db() as db:
        assert [key.account_id for key in db.scalars(select(AccountPasskey))] == [account.id]
    assert signs_in(brunnenhof.visitor(), phone).status_code == 303


def test_a_passkey_that_fails_leaves_no_account(brunnenhof: SomeCompany) -> None:
    guest = invite(brunnenhof)
    browser = at_the_way(guest, brunnenhof.visitor())
    options(browser, "/join/way/options")
    assert complains(browser, browser.post("/join/way/passkey", {"passkey": "{}"})) == {""}
    assert account_of(guest) is None
    assert browser.post("/join/way", CHOSEN).status_code == 303


def test_who_was_invited_by_mail_needs_no_second_mail(brunnenhof: SomeCompany) -> None:
    guest, browser = invite(brunnenhof, email=EMAIL), brunnenhof.visitor()
    assert f'value="{EMAIL}"' in browser.get(guest.path).text
    assert arrives(guest, browser, EMAIL.upper()).headers["Location"] == "/join/way"
    assert browser.post("/join/way", CHOSEN).status_code == 303
    assert len(mails_to(brunnenhof, EMAIL)) == 1


def test_another_address_than_the_one_that_was_written_to_is_confirmed(brunnenhof: SomeCompany) -> None:
    guest, browser = invite(brunnenhof, email="old@post.example"), brunnenhof.visitor()
    assert arrives(guest, browser).headers["Location"] == "/join/confirm"


def test_a_code_that_also_went_out_by_letter_proves_no_mailbox(brunnenhof: SomeCompany) -> None:
    guest, browser = invite(brunnenhof, email=EMAIL), brunnenhof.visitor()
    also_by_letter(guest)
    assert EMAIL not in browser.get(guest.path).text
    assert arrives(guest, browser).headers["Location"] == "/join/confirm"


def test_the_mail_is_opened_on_another_device(brunnenhof: SomeCompany) -> None:
    guest, phone, laptop = invite(brunnenhof), brunnenhof.visitor(), brunnenhof.visitor()
    arrives(guest, phone)
    link = link_mailed(brunnenhof)
    assert EMAIL in laptop.get(link).text
    assert phone.get("/join/confirm").status_code == 200  # looking at the link has confirmed nothing
    assert laptop.post(link).headers["Location"] == "/join/way"
    assert phone.get("/join/confirm").headers["Location"] == "/join/way"
    assert laptop.post("/join/way", CHOSEN).status_code == 303
    assert "Sie haben schon ein Konto" in phone.get("/join/way").text
    assert shown(phone, phone.post("/join/way", CHOSEN)).status_code == 410


def test_a_new_mail_makes_the_one_before_worthless(brunnenhof: SomeCompany) -> None:
    guest, browser = invite(brunnenhof), brunnenhof.visitor()
    arrives(guest, browser)
    code, link = code_mailed(brunnenhof), link_mailed(brunnenhof)
    assert browser.post("/join/confirm/again").status_code == 303
    assert code_mailed(brunnenhof) != code
    assert complains(browser, browser.post("/join/confirm", {"code": code})) == {"code"}
    assert [browser.get(link).status_code, shown(browser, browser.post(link)).status_code] == [410, 410]


def test_a_code_has_five_tries(brunnenhof: SomeCompany) -> None:
    guest, browser = invite(brunnenhof), brunnenhof.visitor()
    arrives(guest, browser)
    code = code_mailed(brunnenhof)
    wrong = "000 001" if code != "000 001" else "000 002"
    for _each in range(4):
        browser.post("/join/confirm", {"code": wrong})
    assert "neuen Code schicken" in shown(browser, browser.post("/join/confirm", {"code": wrong})).text
    assert complains(browser, browser.post("/join/confirm", {"code": code})) == {"code"}


def test_nothing_begun_keeps_anybody_from_beginning_again(brunnenhof: SomeCompany) -> None:
    guest, first, second = invite(brunnenhof), brunnenhof.visitor(), brunnenhof.visitor()
    arrives(guest, first, "mistyped@post.example")
    assert first.post("/join/other-address").headers["Location"] == guest.path
    at_the_way(guest, second)
    assert second.post("/join/way", CHOSEN).status_code == 303
    assert first.post("/join/confirm/again").headers["Location"] == "/join"


def test_what_was_left_lying_for_days_begins_anew(brunnenhof: SomeCompany) -> None:
    guest = invite(brunnenhof)
    browser = at_the_way(guest, brunnenhof.visitor())
    with brunnenhof.db() as db:
        db.execute(update(Registration).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
        db.commit()
    assert browser.get("/join/way").headers["Location"] == "/join"
    assert browser.get(guest.path).status_code == 200


def test_steps_are_not_skipped(brunnenhof: SomeCompany) -> None:
    guest, browser = invite(brunnenhof), brunnenhof.visitor()
    assert browser.post("/join/way", CHOSEN).headers["Location"] == "/join"
    arrives(guest, browser)
    assert browser.post("/join/way", CHOSEN).headers["Location"] == "/join/confirm"
    assert browser.post("/join/way/options").headers["Location"] == "/join/confirm"
    assert account_of(guest) is None


def test_a_code_is_read_however_it_is_typed(brunnenhof: SomeCompany) -> None:
    guest, browser = invite(brunnenhof), brunnenhof.visitor()
    for typed in (guest.code, guest.code.lower().replace("-", " "), f"  {guest.code.replace('-', '–')} "):
        assert browser.post("/join", {"code": typed}).headers["Location"] == guest.path


def test_a_code_of_the_companys_own_is_read_with_o_for_0(brunnenhof: SomeCompany) -> None:
    guest = invite(brunnenhof)
    own = code_hash(key_of(brunnenhof.platform.shell.config), brunnenhof.id, "SONNE2010")
    with brunnenhof.db() as db:
        db.execute(update(Invitation).where(Invitation.id == guest.invitation.id).values(code_hash=own))
        db.commit()
    assert brunnenhof.visitor().post("/join", {"code": "sonne 2olO"}).headers["Location"] == guest.path


@pytest.mark.parametrize("typed", ["ABCD-EFGHJ-KMNPQ", "x", "' OR 1=1", "\0", "9" * 5000, "ÜÜÜÜ"])
def test_a_wrong_code_is_kept_and_says_so(brunnenhof: SomeCompany, typed: str) -> None:
    browser = brunnenhof.visitor()
    page = shown(browser, browser.post("/join", {"code": typed})).text
    assert [words in page for words in ("Diesen Code gibt es hier nicht.", 'id="code-error"')] == [True, True]
    assert f'value="{escape(typed[:LONGEST])}"' in page or "\0" in typed


def test_another_companys_code_and_link_are_unknown(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    guest, browser = invite(nordlicht), brunnenhof.visitor()
    assert complains(browser, browser.post("/join", {"code": guest.code})) == {"code"}
    assert browser.get(guest.path).status_code == 404
    assert arrives(guest, browser).status_code == 404


def test_twenty_guesses_are_slowed_down_and_a_link_is_not(brunnenhof: SomeCompany) -> None:
    guest, browser = invite(brunnenhof), brunnenhof.visitor()
    answers = [browser.post("/join", {"code": f"WRONGCODE{number}"}) for number in range(21)]
    assert ["Retry-After" in one.headers for one in answers] == [False] * 20 + [True]
    assert complains(browser, answers[-1]) == {""}
    assert browser.get(guest.path).status_code == 200


def test_a_withdrawn_invitation_says_so_wherever_one_stands(brunnenhof: SomeCompany) -> None:
    guest = invite(brunnenhof)
    browser = at_the_way(guest, brunnenhof.visitor())
    withdraw(guest)
    sent = (
        browser.post("/join", {"code": guest.code}), arrives(guest, browser), browser.post("/join/way", CHOSEN),
        browser.post("/join/confirm/again"),
    )  # fmt: skip
    for answer in (browser.get(guest.path), browser.get("/join/way"), *(shown(browser, one) for one in sent)):
        assert answer.status_code == 410
        assert "Diese Einladung wurde zurückgezogen" in answer.text
    assert account_of(guest) is None


def test_withdrawn_in_the_moment_of_accepting(brunnenhof: SomeCompany) -> None:
    """Everything is checked; then the company is quicker."""
    guest = invite(brunnenhof)
    at_the_way(guest, brunnenhof.visitor())
    with brunnenhof.db() as db:
        begun = db.scalars(select(Registration)).one()
        assert db.get(Invitation, (brunnenhof.id, guest.invitation.id)) is not None
        db.commit()
        withdraw(guest)
        with pytest.raises(Over):
            open_account(db, begun, password_hash=None, language="de")
        db.rollback()
    assert account_of(guest) is None


def test_a_used_code_leads_to_the_sign_in(brunnenhof: SomeCompany) -> None:
    guest = invite(brunnenhof)
    browser = at_the_way(guest, brunnenhof.visitor())
    browser.post("/join/way", CHOSEN)
    stranger = brunnenhof.visitor()
    for answer in (stranger.get(guest.path), shown(stranger, stranger.post("/join", {"code": guest.code}))):
        assert answer.status_code == 410
        assert 'href="/reset"' in answer.text
        assert EMAIL not in answer.text


def test_the_contract_number_is_asked_where_there_is_one(brunnenhof: SomeCompany) -> None:
    guest, unknown, browser = invite(brunnenhof), invite(brunnenhof, "Rosa Frei"), brunnenhof.visitor()
    lets(brunnenhof, guest.person_id, "4711.02-003")
    assert 'name="number"' not in browser.get(guest.path).text
    asks_for_number(brunnenhof)
    assert 'name="number"' in browser.get(guest.path).text
    assert 'name="number"' not in browser.get(unknown.path).text
    assert complains(browser, arrives(guest, browser)) == {"number"}
    wrong = shown(browser, arrives(guest, browser, number="0815")).text
    assert [words in wrong for words in ("Das ist nicht Ihre Vertragsnummer.", f'value="{EMAIL}"')] == [True, True]
    assert arrives(guest, browser, number="4711 02 003").headers["Location"] == "/join/confirm"


def test_guessing_contract_numbers_takes_time(brunnenhof: SomeCompany) -> None:
    guest, browser = invite(brunnenhof), brunnenhof.visitor()
    lets(brunnenhof, guest.person_id, "4711.02-003")
    asks_for_number(brunnenhof)
    answers = [arrives(guest, browser, number=str(guess)) for guess in range(6)]
    assert ["Retry-After" in one.headers for one in answers] == [False] * 5 + [True]


@pytest.mark.parametrize("typed", ["", "verena", "verena@", "a b@example.ch", "x" * 300 + "@example.ch", "a@b\0c.ch"])
def test_what_is_no_address_is_said_at_the_field(brunnenhof: SomeCompany, typed: str) -> None:
    browser = brunnenhof.visitor()
    assert complains(browser, arrives(invite(brunnenhof), browser, typed)) == {"email"}


def invited_as(body: SomeBody, name: str) -> Invited:
    """The company invites a second entry."""
    guest = invite(body.company, name)
    lets(body.company, guest.person_id)
    return guest


def test_who_has_an_account_signs_in_and_the_home_is_added(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    guest = invited_as(verena, "Verena Keller")
    browser = at_the_way(guest, brunnenhof.visitor(), verena.email)
    assert "Sie haben hier ein Konto" in browser.get("/join/way").text
    assert complains(browser, browser.post("/join/way", {"password": "not hers"})) == {"password"}
    with brunnenhof.db() as db:
        assert account_of_person(db, guest.person_id) is None
    assert browser.post("/join/way", {"password": PASSWORD}).headers["Location"] == "/"
    with brunnenhof.db() as db:
        homes = db.scalars(select(Occupant.id).filter_by(person_id=verena.person_id)).all()
        assert len(homes) == 2
        assert db.get(Person, (brunnenhof.id, guest.person_id)) is None
        assert db.get(Invitation, (brunnenhof.id, guest.invitation.id)).account_id == verena.account_id  # type: ignore[union-attr]


def test_the_answer_to_an_address_is_the_same_whoever_has_it(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    here, elsewhere = brunnenhof.resident("Beat Frei"), nordlicht.resident("Nele Hansen")
    answers = {}
    for email in (here.email, elsewhere.email, "nobody@post.example"):
        browser = brunnenhof.visitor()
        answers[email] = arrives(invite(brunnenhof), browser, email).headers["Location"]
        page = browser.get("/join/confirm").text.replace(email, "")
        answers[f"{email} page"] = len(page)
        assert len(mails_to(brunnenhof, email)) == 1
    assert len(set(answers.values())) == 2


def test_an_address_that_has_an_account_elsewhere_is_a_strangers(
    brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    nele, guest = nordlicht.resident("Nele Hansen"), invite(brunnenhof, "Nele Hansen")
    browser = at_the_way(guest, brunnenhof.visitor(), nele.email)
    assert browser.post("/join/way", CHOSEN).status_code == 303
    tried = [sign_in(nordlicht.visitor(), nele.email, password) for password in (PASSWORD, NEW_PASSWORD)]
    assert [sent_back(answer) for answer in tried] == [False, True]


def test_spouses_with_one_address_are_two_people(brunnenhof: SomeCompany) -> None:
    beat = brunnenhof.resident("Beat Keller")
    guest = invited_as(beat, "Verena Keller")
    browser = at_the_way(guest, brunnenhof.visitor(), beat.email)
    page = browser.get("/join/way").text
    assert "Diese Adresse ist vergeben" in page
    assert "Beat Keller" in page
    assert "Diese Adresse ist vergeben" in shown(browser, browser.post("/join/way", {"password": PASSWORD})).text
    assert account_of(guest) is None
    assert browser.post("/join/other-address").headers["Location"] == guest.path
    at_the_way(guest, browser)
    assert browser.post("/join/way", CHOSEN).status_code == 303


def test_a_switched_off_account_opens_nothing(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    guest = invited_as(verena, "Verena Keller")
    with brunnenhof.db() as db:
        db.execute(update(Account).where(Account.id == verena.account_id).values(is_active=False))
        db.commit()
    browser = at_the_way(guest, brunnenhof.visitor(), verena.email)
    assert "ist abgeschaltet" in shown(browser, browser.post("/join/way", {"password": PASSWORD})).text
    assert account_of(guest) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Björk", "B."), ("Ana de la Vega-Müller", "A. d. l. V."), ("V" * 100 + " " + "K" * 100, "V. K."), ("", "")],
)
def test_every_name_is_shortened(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_the_sign_in_page_offers_the_code(brunnenhof: SomeCompany) -> None:
    assert 'href="/join"' in brunnenhof.visitor().get("/sign-in").text


@pytest.mark.parametrize("name", ["Björk", "Ana María de la Vega-Müller", "V" * 100 + " " + "K" * 99])
def test_who_has_an_unusual_name_gets_in_and_reads_it_whole(brunnenhof: SomeCompany, name: str) -> None:
    """A mononym, particles and a hyphen, two hundred characters: on each page, and in the account."""
    guest, browser = invite(brunnenhof, name), brunnenhof.visitor()
    assert masked(name) in browser.get(guest.path).text
    at_the_way(guest, browser)
    assert browser.post("/join/way", CHOSEN).status_code == 303
    assert name in browser.get("/account").text


def test_back_and_reload_lead_on_from_every_step(brunnenhof: SomeCompany) -> None:
    """Each page can be opened again, each form sent again, before and after it is over."""
    guest, browser = invite(brunnenhof), brunnenhof.visitor()
    for _time in range(2):
        assert complains(browser, arrives(guest, browser, "verena@")) == {"email"}
        assert [words in browser.get(guest.path).text for words in ("email-error", 'value="verena@"')] == [True, True]
        assert arrives(guest, browser).headers["Location"] == "/join/confirm"
        assert ["email-error" in browser.get(guest.path).text, EMAIL in browser.get(guest.path).text] == [False, True]
        assert browser.get("/join/confirm").status_code == 200
    code = code_mailed(brunnenhof)
    for _time in range(2):
        assert browser.post("/join/confirm", {"code": code}).headers["Location"] == "/join/way"
        assert browser.get("/join/way").status_code == 200
    assert browser.get(guest.path).status_code == 200
    assert browser.post("/join/way", CHOSEN).headers["Location"] == "/welcome"
    after = [browser.get(path) for path in ("/join/confirm", "/join/way", guest.path)]
    after += [browser.post("/join/way", CHOSEN), browser.post("/join/confirm", {"code": code})]
    assert [(one.status_code, one.headers["Location"]) for one in after] == [(303, "/")] * 5
