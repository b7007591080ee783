"""Passkeys: made, named, used, removed; and those that open nothing."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from quartier.accounts.models import Account, AccountPasskey, AccountSession, PasskeyQuestion
from quartier.testing import PASSWORD, Browser, SomeBody, SomeCompany
from quartier.web.again import COOKIE as LEFT
from tests.accounts.authenticator import Authenticator, adds, options, phone_of, signs_in
from tests.accounts.desk import NEW_PASSWORD, mails_to, sent_back, set_cookies, shown

NOTHING = "Dieser Passkey öffnet hier nichts. Bitte benutzen Sie Ihr Passwort."


def with_phone(company: SomeCompany, name: str = "Verena Keller") -> tuple[SomeBody, Browser, Authenticator]:
    """Somebody who has just added a passkey, and the browser and phone that did it."""
    body = company.resident(name)
    browser = body.browser
    phone = phone_of(browser, company.platform.shell.config)
    assert adds(browser, phone).status_code == 303
    return body, browser, phone


def change(company: SomeCompany, statement: Any) -> None:
    with company.db() as db:
        db.execute(statement)
        db.commit()


def refused(answer: TestResponse) -> bool:
    """One goes back to the door with this sentence, and with no session."""
    left = b64decode(SimpleCookie(answer.headers["Set-Cookie"])[LEFT].value, altchars=b"-_").decode()
    return sent_back(answer) and NOTHING in left and set_cookies(answer).keys() == {LEFT}


def test_a_passkey_opens_the_account_of_who_made_it_and_its_owner_is_told(brunnenhof: SomeCompany) -> None:
    verena, browser, phone = with_phone(brunnenhof)
    assert [mail.subject for mail in mails_to(brunnenhof, verena.email)] == ["Ihr Konto hat einen neuen Passkey"]
    assert "iPhone" in browser.get("/account").text
    visitor = brunnenhof.visitor()
    answer = signs_in(visitor, phone)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert verena.email in visitor.get("/account").text


def test_the_key_is_made_for_this_very_host(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    asked = options(verena.browser, "/account/passkeys/options")
    assert asked["rp"]["id"] == brunnenhof.host
    assert (asked["authenticatorSelection"]["residentKey"], asked["attestation"]) == ("required", "none")
    assert options(brunnenhof.visitor(), "/sign-in/passkey/options")["allowCredentials"] == []


def test_an_operator_comes_into_the_console_with_a_passkey(console: Callable[..., Browser]) -> None:
    browser = console("sales")
    phone = phone_of(browser, browser._client.application.shell.config)  # type: ignore[attr-defined]
    assert adds(browser, phone).status_code == 303
    visitor = console()
    assert signs_in(visitor, phone).headers["Location"] == "/"
    assert visitor.get("/account").status_code == 200


def test_an_answer_is_taken_once(brunnenhof: SomeCompany) -> None:
    _verena, _browser, phone = with_phone(brunnenhof)
    visitor = brunnenhof.visitor()
    said = phone.get(options(visitor, "/sign-in/passkey/options"))
    assert visitor.post("/sign-in/passkey", {"passkey": said}).status_code == 303
    assert refused(visitor.post("/sign-in/passkey", {"passkey": said}))


def test_a_wrong_answer_uses_the_question_up_as_well(brunnenhof: SomeCompany) -> None:
    _verena, _browser, phone = with_phone(brunnenhof)
    visitor = brunnenhof.visitor()
    asked = options(visitor, "/sign-in/passkey/options")
    assert refused(visitor.post("/sign-in/passkey", {"passkey": "{}"}))
    assert refused(visitor.post("/sign-in/passkey", {"passkey": phone.get(asked)}))


def test_what_another_browser_was_asked_is_no_use_here(brunnenhof: SomeCompany) -> None:
    _verena, _browser, phone = with_phone(brunnenhof)
    thief = brunnenhof.visitor()
    said = phone.get(options(brunnenhof.visitor(), "/sign-in/passkey/options"))
    assert refused(thief.post("/sign-in/passkey", {"passkey": said}))


def test_a_question_that_was_asked_too_long_ago_is_none(brunnenhof: SomeCompany) -> None:
    _verena, _browser, phone = with_phone(brunnenhof)
    visitor = brunnenhof.visitor()
    said = phone.get(options(visitor, "/sign-in/passkey/options"))
    change(brunnenhof, update(PasskeyQuestion).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert refused(visitor.post("/sign-in/passkey", {"passkey": said}))


def test_another_companys_key_opens_nothing_here(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    """Even a device that lies about where it is."""
    with_phone(brunnenhof)
    _nele, _browser, theirs = with_phone(nordlicht, "Nele Hansen")
    visitor = brunnenhof.visitor()
    assert refused(signs_in(visitor, theirs))
    theirs.origin = brunnenhof.platform.shell.config.origin(brunnenhof.host)
    assert refused(signs_in(visitor, theirs))


def test_a_page_elsewhere_cannot_pass_on_what_a_device_said_there(brunnenhof: SomeCompany) -> None:
    _verena, _browser, phone = with_phone(brunnenhof)
    visitor, own = brunnenhof.visitor(), phone.origin
    phone.origin = "https://brunnenhof.evil.example"
    assert refused(signs_in(visitor, phone))
    phone.origin = own
    said = phone.get(options(visitor, "/sign-in/passkey/options"), host="evil.example")
    assert refused(visitor.post("/sign-in/passkey", {"passkey": said}))


def test_a_copied_key_is_noticed_by_its_count(brunnenhof: SomeCompany) -> None:
    _verena, _browser, phone = with_phone(brunnenhof)
    assert signs_in(brunnenhof.visitor(), phone).status_code == 303
    phone.used = 0
    assert refused(signs_in(brunnenhof.visitor(), phone))


def test_somebody_elses_name_on_the_own_key_opens_nothing(brunnenhof: SomeCompany) -> None:
    beat = brunnenhof.resident("Beat Frei")
    _verena, _browser, phone = with_phone(brunnenhof)
    phone.owner = beat.account_id.bytes
    assert refused(signs_in(brunnenhof.visitor(), phone))


def test_who_is_switched_off_stays_outside(brunnenhof: SomeCompany) -> None:
    verena, _browser, phone = with_phone(brunnenhof)
    change(brunnenhof, update(Account).where(Account.id == verena.account_id).values(is_active=False))
    assert refused(signs_in(brunnenhof.visitor(), phone))


@pytest.mark.parametrize(
    "said",
    [
        "",
        "x",
        "[]",
        "null",
        '{"rawId": 5}',
        '{"rawId": "é"}',
        '{"rawId": "AA", "response": 1}',
        "[" * 19_000,
        "x" * 30_000,
    ],
)
def test_nonsense_gets_the_same_sentence(brunnenhof: SomeCompany, said: str) -> None:
    visitor = brunnenhof.visitor()
    options(visitor, "/sign-in/passkey/options")
    assert refused(visitor.post("/sign-in/passkey", {"passkey": said}))
    verena = brunnenhof.resident("Verena Keller").browser
    options(verena, "/account/passkeys/options")
    assert sent_back(verena.post("/account/passkeys", {"name": "iPhone", "passkey": said}))


def test_what_makes_no_key_changes_nothing_and_keeps_the_name(brunnenhof: SomeCompany) -> None:
    verena, _browser, phone = with_phone(brunnenhof)
    browser = verena.browser
    again = adds(browser, phone, "Dasselbe noch einmal")
    page = shown(browser, again).text
    assert ['value="Dasselbe noch einmal"' in page, 'id="errors"' in page] == [True, True]
    for name in ("", "x" * 61):
        answer = adds(browser, phone_of(browser, brunnenhof.platform.shell.config), name)
        page = shown(browser, answer).text
        assert [f'value="{name}"' in page, 'id="name-error"' in page] == [True, True]
    with brunnenhof.db() as db:
        assert list(db.scalars(select(AccountPasskey.name))) == ["iPhone"]


def test_a_device_that_was_left_open_makes_no_keys(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    browser = verena.browser
    long_ago = datetime.now(UTC) - timedelta(minutes=16)
    change(brunnenhof, update(AccountSession).values(created_at=long_ago))
    assert browser.post("/account/passkeys/options").status_code == 403
    assert 'action="/sign-in"' in browser.get("/account/passkeys/new").text
    said = phone_of(browser, brunnenhof.platform.shell.config)
    asked = options(brunnenhof.resident("Beat Frei").browser, "/account/passkeys/options")
    made = browser.post("/account/passkeys", {"name": "iPhone", "passkey": said.create(asked)})
    assert [sent_back(made), 'action="/sign-in"' in shown(browser, made).text] == [True, True]


def test_a_key_is_renamed_and_removed_by_its_owner_alone(brunnenhof: SomeCompany) -> None:
    verena, browser, phone = with_phone(brunnenhof)
    with brunnenhof.db() as db:
        where = f"/account/passkeys/{db.scalars(select(AccountPasskey.id)).one()}"
    beat = brunnenhof.resident("Beat Frei").browser
    assert [beat.get(where).status_code, beat.post(f"{where}/remove").status_code] == [404, 404]
    assert 'id="name-error"' in shown(browser, browser.post(where, {"name": ""})).text
    assert browser.post(where, {"name": "Telefon <3"}).headers["Location"] == "/account#security"
    assert "Telefon &lt;3" in browser.get("/account").text
    assert browser.post(f"{where}/remove").headers["Location"] == "/account#security"
    [*_others, told] = mails_to(brunnenhof, verena.email)
    assert "Der Passkey «Telefon <3» öffnet Ihr Konto nicht mehr." in told.text
    assert refused(signs_in(brunnenhof.visitor(), phone))


def test_nobody_loses_the_only_way_in_and_a_password_can_be_chosen(brunnenhof: SomeCompany) -> None:
    verena, browser, _phone = with_phone(brunnenhof)
    change(brunnenhof, update(Account).where(Account.id == verena.account_id).values(password_hash=None))
    with brunnenhof.db() as db:
        where = f"/account/passkeys/{db.scalars(select(AccountPasskey.id)).one()}"
    answer = browser.post(f"{where}/remove")
    assert "Das ist Ihr einziger Weg hinein." in shown(browser, answer).text
    assert 'name="current"' not in browser.get("/account/password").text
    chosen = browser.post("/account/password", {"password": NEW_PASSWORD, "repeat": NEW_PASSWORD})
    assert chosen.headers["Location"] == "/account"
    assert browser.post(f"{where}/remove").headers["Location"] == "/account#security"


def test_a_key_of_a_former_address_says_so(brunnenhof: SomeCompany) -> None:
    _verena, browser, phone = with_phone(brunnenhof)
    change(brunnenhof, update(AccountPasskey).values(host="alt.brunnenhof.example"))
    assert refused(signs_in(brunnenhof.visitor(), phone))
    assert "frühere Adresse" in browser.get("/account").text
    assert options(browser, "/account/passkeys/options")["excludeCredentials"] == []


def test_the_question_goes_to_this_host_only(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.visitor().post("/sign-in/passkey/options")
    assert orjson.loads(answer.data)["rpId"] == brunnenhof.host
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-quartier-question=")
    assert cookie.endswith("; Max-Age=600; Secure; HttpOnly; Path=/; SameSite=Lax")


def test_who_comes_in_another_way_after_a_passkey_failed_reads_how_to_add_one(brunnenhof: SomeCompany) -> None:
    verena, _browser, _phone = with_phone(brunnenhof)
    beat = brunnenhof.resident("Beat Frei")
    hint = "fügen Sie einen hinzu"
    for who, tries, told in ((verena, True, True), (verena, False, False), (beat, True, False)):
        visitor = brunnenhof.visitor()
        if tries:
            options(visitor, "/sign-in/passkey/options")
        inside = visitor.post("/sign-in", {"email": who.email, "password": PASSWORD})
        assert inside.headers["Location"] == "/"
        assert (hint in shown(visitor, inside).text) is told
