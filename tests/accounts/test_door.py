"""Signing in and out, at a company and at the console, and what an attacker would try at the door."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from quartier.accounts.models import Account, AccountSession, Operator, OperatorSession
from quartier.accounts.operators import COOKIE as CONSOLE_COOKIE
from quartier.accounts.visitors import COOKIE, hash_token
from quartier.app import Platform
from quartier.testing import PASSWORD, Browser, SomeCompany
from quartier.web.again import COOKIE as LEFT
from tests.accounts.desk import ELSEWHERE, HOME, sent_back, set_cookies, shown, sign_in

Console = Callable[..., Browser]


def sessions_at(company: SomeCompany) -> list[AccountSession]:
    with company.db() as db:
        return list(db.scalars(select(AccountSession).order_by(AccountSession.created_at)))


def waits_for(answer: TestResponse) -> str | None:
    """How long somebody who was not let in has to wait, if at all."""
    assert sent_back(answer)
    return answer.headers.get("Retry-After")


def operator_of(browser: Browser, platform: Platform) -> str:
    """The address of the operator who is signed in here."""
    with Session(platform.shell.platform) as db:
        query = select(OperatorSession).filter_by(token_hash=hash_token(browser.cookies()[CONSOLE_COOKIE]))
        account_id = db.scalars(query).one().account_id
        operator = db.get(Operator, account_id)
        assert operator is not None
        return operator.email


def test_the_key_of_a_session_has_every_attribute(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    assert set_cookies(sign_in(brunnenhof.visitor(), verena.email)) == {
        "__Host-quartier": "*; Secure; HttpOnly; Path=/; SameSite=Lax",
        "__Host-quartier-device": "*; Max-Age=34560000; Secure; HttpOnly; Path=/; SameSite=Lax",
    }


def test_staying_signed_in_is_a_choice(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    answer = sign_in(brunnenhof.visitor(), verena.email, stay="true")
    assert set_cookies(answer)["__Host-quartier"] == "*; Max-Age=7776000; Secure; HttpOnly; Path=/; SameSite=Lax"
    sign_in(brunnenhof.visitor(), verena.email)
    lasts = [round((one.expires_at - one.created_at) / timedelta(hours=1)) for one in sessions_at(brunnenhof)]
    assert lasts == [90 * 24, 12]


def test_signing_out_takes_the_key_away_and_ends_the_session(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.resident().browser
    token = browser.cookies()[COOKIE]
    answer = browser.post("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert set_cookies(answer)["__Host-quartier"] == (
        "*; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; HttpOnly; Path=/; SameSite=Lax"
    )
    browser.cookie(COOKIE, token)
    assert browser.get("/account").headers["Location"] == "/sign-in?next=/account"


def test_signing_in_begins_a_new_session_and_ends_the_one_before(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    browser = verena.browser
    planted = browser.cookies()[COOKIE]
    sign_in(browser, verena.email)
    fresh = browser.cookies()[COOKIE]
    assert fresh != planted
    assert {session.token_hash for session in sessions_at(brunnenhof)} == {hash_token(fresh)}


def test_a_key_that_somebody_planted_before_the_sign_in_opens_nothing_after_it(brunnenhof: SomeCompany) -> None:
    verena, browser, planted = brunnenhof.resident("Verena Keller"), brunnenhof.visitor(), "p" * 43
    browser.cookie(COOKIE, planted)
    sign_in(browser, verena.email)
    attacker = brunnenhof.visitor()
    attacker.cookie(COOKIE, planted)
    assert attacker.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("nobody@example.ch", PASSWORD),
        ("nobody@example.ch\0", PASSWORD),
        ("x" * 5000 + "@example.ch", PASSWORD),
        ("' OR 1=1 --", "x"),
        ("verena@🏠.example", "y" * 5000),
    ],
)
def test_who_is_not_known_gets_the_same_answer_as_who_mistypes(
    brunnenhof: SomeCompany, email: str, password: str
) -> None:
    verena = brunnenhof.resident("Verena Keller")
    wrong, browsers = "Die E-Mail-Adresse oder das Passwort stimmt nicht.", (brunnenhof.visitor(), brunnenhof.visitor())
    mistyped, unknown = sign_in(browsers[0], verena.email, "not the password"), sign_in(browsers[1], email, password)
    assert [sent_back(mistyped), sent_back(unknown)] == [True, True]
    assert [wrong in shown(browser, unknown).text for browser in browsers] == [True, True]
    assert (unknown.headers["Location"], unknown.text, set_cookies(unknown)) == (
        mistyped.headers["Location"], mistyped.text, set_cookies(mistyped)
    )  # fmt: skip


def test_the_form_keeps_what_was_typed_but_not_the_password(brunnenhof: SomeCompany) -> None:
    """However often it is looked at, for going back and loading anew ask nothing; and only until somebody is in."""
    verena, browser = brunnenhof.resident("Verena Keller"), brunnenhof.visitor()
    answer = sign_in(browser, "verena@exmaple.ch", "my secret word", next="/faq/?q=a&b=c", stay="true")
    assert answer.headers["Location"] == "/sign-in?next=/faq/%3Fq%3Da%26b%3Dc"
    assert "my secret word" not in b64decode(browser.cookies()[LEFT], altchars=b"-_").decode() + str(answer.headers)
    for page in (shown(browser, answer).text, shown(browser, answer).text):
        assert 'value="verena@exmaple.ch"' in page
        assert 'name="next" value="/faq/?q=a&amp;b=c"' in page
        assert 'name="stay" value="true" checked' in page
        assert 'id="errors"' in page
    assert 'name="stay" value="true">' in shown(browser, sign_in(browser, "verena@exmaple.ch", "x")).text
    assert sign_in(browser, verena.email, next="/faq/").headers["Location"] == "/faq/"
    assert LEFT not in browser.cookies()


def test_who_is_inside_and_mistypes_when_asked_once_more_is_told_so(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    browser = verena.browser
    page = shown(browser, sign_in(browser, verena.email, "not the password", next="/account/email")).text
    assert "Die E-Mail-Adresse oder das Passwort stimmt nicht." in page
    assert browser.get("/account").status_code == 200
    assert sign_in(browser, verena.email, next="/account/email").headers["Location"] == "/account/email"
    assert browser.get("/sign-in?next=/account/email").headers["Location"] == "/account/email"


def test_empty_fields_are_named_and_do_not_count_as_a_try(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.visitor()
    answers = [sign_in(browser, "", "") for _time in range(8)]
    assert {(sent_back(answer), answer.headers.get("Retry-After")) for answer in answers} == {(True, None)}
    assert set(re.findall(r'id="(\w+)-error"', shown(browser, answers[0]).text)) == {"email", "password"}


def test_after_too_many_tries_the_page_says_how_long_to_wait_and_keeps_the_address(brunnenhof: SomeCompany) -> None:
    verena, browser = brunnenhof.resident("Verena Keller"), brunnenhof.visitor()
    waits = [waits_for(sign_in(browser, verena.email, "wrong password", at=ELSEWHERE)) for _time in range(5)]
    answer = sign_in(browser, verena.email, PASSWORD, at=ELSEWHERE)
    assert [*waits, waits_for(answer)] == [None] * 5 + ["1"]
    page = shown(browser, answer).text
    assert [verena.email in page, "Es waren zu viele Versuche." in page] == [True, True]
    assert browser.get("/account").status_code == 302


def test_the_owners_browser_signs_in_while_somebody_is_guessing(brunnenhof: SomeCompany) -> None:
    verena, browser = brunnenhof.resident("Verena Keller"), brunnenhof.visitor()
    sign_in(browser, verena.email, at=HOME)
    browser.post("/sign-out")
    for _time in range(6):
        sign_in(brunnenhof.visitor(), verena.email, "a guess that fails", at=HOME)
    assert waits_for(sign_in(brunnenhof.visitor(), verena.email, at=HOME)) is not None
    assert sign_in(browser, verena.email, at=HOME).headers["Location"] == "/"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "https:evil.example", "javascript:alert(1)", "evil.example", "", " //evil.example", "/\t/evil.example",
        "/\r\nSet-Cookie: a=b", "/a\\..\\evil", "/\x7f/evil", "/" + "a" * 3000,
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_signing_in(brunnenhof: SomeCompany, target: str) -> None:
    verena = brunnenhof.resident("Verena Keller")
    answer = sign_in(brunnenhof.visitor(), verena.email, next=target)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    inside = verena.browser.get("/sign-in", query_string={"next": target})
    assert (inside.status_code, inside.headers["Location"]) == (303, "/")


@pytest.mark.parametrize(
    "raw", ["/%0d%0aSet-Cookie:%20a=b", "%2f%2fevil.example", "/%5cevil.example", "/%09/evil.example"]
)
def test_nor_by_a_target_that_is_encoded(brunnenhof: SomeCompany, raw: str) -> None:
    answer = brunnenhof.resident().browser.get(f"/sign-in?next={raw}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "a" not in set_cookies(answer)


def test_a_page_that_was_asked_for_is_where_one_arrives(brunnenhof: SomeCompany) -> None:
    verena, browser = brunnenhof.resident("Verena Keller"), brunnenhof.visitor()
    door = browser.get("/account?tab=1").headers["Location"]
    assert door == "/sign-in?next=/account%3Ftab%3D1"
    assert 'value="/account?tab=1"' in browser.get(door).text
    assert sign_in(browser, verena.email, next="/account?tab=1").headers["Location"] == "/account?tab=1"


def test_a_deactivated_account_is_out_at_once_and_stays_out(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    browser = verena.browser
    assert browser.get("/account").status_code == 200
    with brunnenhof.db() as db:
        db.execute(update(Account).where(Account.id == verena.account_id).values(is_active=False))
        db.commit()
    assert browser.get("/account").status_code == 302
    assert sent_back(sign_in(brunnenhof.visitor(), verena.email))


def test_an_address_is_the_same_in_capitals(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    assert sign_in(brunnenhof.visitor(), f"  {verena.email.upper()} ").headers["Location"] == "/"


def test_the_same_address_is_a_stranger_at_another_company(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    assert sent_back(sign_in(nordlicht.visitor(), verena.email))


def test_a_session_ends_when_it_expires_or_was_idle_for_a_month(brunnenhof: SomeCompany) -> None:
    expired, idle = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Meier")
    browsers = expired.browser, idle.browser
    past = datetime.now(UTC) - timedelta(days=31)
    with brunnenhof.db() as db:
        mine = AccountSession.account_id
        db.execute(update(AccountSession).where(mine == expired.account_id).values(expires_at=past))
        db.execute(update(AccountSession).where(mine == idle.account_id).values(seen_at=past))
        db.commit()
    assert [browser.get("/account").status_code for browser in browsers] == [302, 302]


def test_when_a_session_was_last_seen_is_noted_at_most_every_five_minutes(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.resident().browser
    seen = sessions_at(brunnenhof)[0].seen_at
    browser.get("/account")
    assert sessions_at(brunnenhof)[0].seen_at == seen
    with brunnenhof.db() as db:
        db.execute(update(AccountSession).values(seen_at=seen - timedelta(minutes=6)))
        db.commit()
    assert browser.get("/account").status_code == 200
    assert sessions_at(brunnenhof)[0].seen_at >= seen


def test_operators_have_the_same_door(console: Console, platform: Platform) -> None:
    email = operator_of(console("sales"), platform)
    browser = console()
    refused = shown(browser, sign_in(browser, email, "not the password", at="203.0.113.5")).text
    assert [f'value="{email}"' in refused, 'id="errors"' in refused] == [True, True]
    answer = sign_in(browser, email, at="203.0.113.5")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert set_cookies(answer) == {
        "__Host-quartier-console": "*; Secure; HttpOnly; Path=/; SameSite=Lax",
        "__Host-quartier-console-device": "*; Max-Age=34560000; Secure; HttpOnly; Path=/; SameSite=Lax",
        LEFT: "*; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; HttpOnly; Path=/; SameSite=Lax",
    }
    assert browser.get("/account").status_code == 200
    assert set_cookies(sign_in(console(), email, at="203.0.113.5", stay="true"))["__Host-quartier-console"] == (
        "*; Max-Age=604800; Secure; HttpOnly; Path=/; SameSite=Lax"
    )
    assert browser.post("/sign-out").headers["Location"] == "/sign-in"
    assert browser.get("/account").status_code == 302


def test_an_operators_guesser_waits_as_well(console: Console, platform: Platform) -> None:
    email = operator_of(console("support"), platform)
    waits = [waits_for(sign_in(console(), email, "wrong password", at="203.0.113.99")) for _time in range(6)]
    assert waits == [None] * 5 + ["1"]


def test_keys_of_the_console_open_no_company_and_the_other_way_round(console: Console, brunnenhof: SomeCompany) -> None:
    operator, resident = console("admin"), brunnenhof.resident().browser
    portal, desk = brunnenhof.visitor(), console()
    portal.cookie(COOKIE, operator.cookies()[CONSOLE_COOKIE])
    desk.cookie(CONSOLE_COOKIE, resident.cookies()[COOKIE])
    assert [browser.get("/account").status_code for browser in (portal, desk)] == [302, 302]


def test_a_resident_at_the_cockpit_and_an_agent_without_the_right_are_told_so(brunnenhof: SomeCompany) -> None:
    resident, agent = brunnenhof.resident(language="fr").browser, brunnenhof.agent("Nadja Frei").browser
    answers = [resident.get("/cockpit/"), agent.get("/cockpit/tokens")]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert resident.get("/cockpit", follow_redirects=True).status_code == 403
    assert all("<h1>" in answer.text for answer in answers)


def test_a_deactivated_operator_is_out_at_once(console: Console, platform: Platform) -> None:
    browser = console("sales")
    email = operator_of(browser, platform)
    with Session(platform.shell.platform) as db:
        db.execute(update(Operator).where(Operator.email == email).values(is_active=False))
        db.commit()
    assert browser.get("/account").status_code == 302
    assert sent_back(sign_in(console(), email, at="203.0.113.60"))
