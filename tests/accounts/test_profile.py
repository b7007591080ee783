"""What a person manages alone: language, password, devices; at a company and at the console alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from psycopg import Cursor
from sqlalchemy import event, select

from quartier.accounts import devices
from quartier.accounts.models import Account, AccountSession
from quartier.accounts.operators import COOKIE as CONSOLE_COOKIE
from quartier.accounts.visitors import COOKIE
from quartier.testing import PASSWORD, Browser, SomeCompany
from tests.accounts.desk import NEW_PASSWORD, mails_to, sent_back, set_cookies, shown, sign_in

CHANGE = {"current": PASSWORD, "password": NEW_PASSWORD, "repeat": NEW_PASSWORD}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"


def session_ids(company: SomeCompany, account_id: UUID) -> set[UUID]:
    with company.db() as db:
        return set(db.scalars(select(AccountSession.id).filter_by(account_id=account_id)))


def test_the_account_page_says_who_and_where_one_is(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    page = verena.browser.get("/account").text
    assert "Verena Keller" in page
    assert verena.email in page
    assert "Brunnenhofstrasse 14" in page
    assert "Miete" in page


@pytest.mark.parametrize(("kind", "icon"), [("flat", "home"), ("shop", "store"), ("garage", "key")])
def test_each_place_has_the_sign_of_its_kind(brunnenhof: SomeCompany, kind: str, icon: str) -> None:
    page = brunnenhof.resident("Verena Keller", unit=kind).browser.get("/account").text
    [place] = [row for row in page.split("<li") if "Brunnenhofstrasse 14" in row]
    assert f"#i-{icon}" in place


def test_a_new_password_keeps_this_device_under_a_new_key_and_ends_all_others(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    here, other = verena.browser, verena.browser
    before = here.cookies()[COOKIE]
    answer = here.post("/account/password", CHANGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert here.cookies()[COOKIE] != before
    assert [here.get("/account").status_code, other.get("/account").status_code] == [200, 302]
    thief = brunnenhof.visitor()
    thief.cookie(COOKIE, before)
    assert thief.get("/account").status_code == 302
    assert sent_back(sign_in(brunnenhof.visitor(), verena.email, PASSWORD))
    assert sign_in(brunnenhof.visitor(), verena.email, NEW_PASSWORD).headers["Location"] == "/"
    assert [mail.subject for mail in mails_to(brunnenhof, verena.email)] == ["Ihr Passwort wurde geändert"]


def test_a_device_that_stays_signed_in_still_does_after_a_new_password(brunnenhof: SomeCompany) -> None:
    verena, browser = brunnenhof.resident("Verena Keller"), brunnenhof.visitor()
    sign_in(browser, verena.email, stay="true")
    cookie = set_cookies(browser.post("/account/password", CHANGE))["__Host-quartier"]
    assert cookie.startswith("*; Max-Age=77759")
    assert cookie.endswith("; Secure; HttpOnly; Path=/; SameSite=Lax")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({**CHANGE, "current": "not the password"}, "current"),
        ({**CHANGE, "current": ""}, "current"),
        ({**CHANGE, "repeat": "something else"}, "repeat"),
        ({**CHANGE, "password": "kurz", "repeat": "kurz"}, "password"),
        ({}, "password"),
    ],
)
def test_a_change_that_cannot_be_made_says_so_at_the_field(
    brunnenhof: SomeCompany, typed: dict[str, str], field: str
) -> None:
    verena = brunnenhof.resident("Verena Keller")
    browser = verena.browser
    assert f'id="{field}-error"' in shown(browser, browser.post("/account/password", typed)).text
    assert sign_in(brunnenhof.visitor(), verena.email).headers["Location"] == "/"


def test_who_finds_a_device_open_cannot_guess_the_password_there(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.resident("Verena Keller").browser
    guesses = [browser.post("/account/password", {**CHANGE, "current": f"guess {number}"}) for number in range(6)]
    assert [sent_back(guess) for guess in guesses] == [True] * 6
    assert [guess.headers.get("Retry-After") for guess in guesses] == [None] * 5 + ["1"]


def test_devices_are_listed_and_this_one_is_marked(brunnenhof: SomeCompany) -> None:
    verena, here = brunnenhof.resident("Verena Keller"), brunnenhof.visitor()
    data = {"email": verena.email, "password": PASSWORD}
    brunnenhof.visitor().post(
        "/sign-in", data, headers={"User-Agent": IPHONE}, environ_base={"REMOTE_ADDR": "192.0.2.9"}
    )
    here.post("/sign-in", data, headers={"User-Agent": FIREFOX})
    page = here.get("/account").text
    assert page.index("Firefox, Windows") < page.index("Dieses Gerät") < page.index("Safari, iPhone")
    assert "192.0.2.0/24" in page
    assert page.count('/end"') == 1


def test_another_device_is_signed_out_from_here(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    other = verena.browser
    (theirs,) = session_ids(brunnenhof, verena.account_id)
    here = verena.browser
    assert here.post(f"/account/sessions/{theirs}/end").headers["Location"] == "/account#devices"
    assert [here.get("/account").status_code, other.get("/account").status_code] == [200, 302]
    assert here.post(f"/account/sessions/{theirs}/end").status_code == 404


def test_everywhere_else_means_everywhere_but_here(brunnenhof: SomeCompany) -> None:
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Meier")
    here, phone, tablet, neighbour = verena.browser, verena.browser, verena.browser, urs.browser
    assert here.post("/account/sessions/end-others").status_code == 303
    statuses = [browser.get("/account").status_code for browser in (here, phone, tablet, neighbour)]
    assert statuses == [200, 302, 302, 200]


def test_nobody_ends_somebody_elses_session(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    urs, ole = brunnenhof.resident("Urs Meier"), nordlicht.resident("Ole Petersen")
    browsers = urs.browser, ole.browser
    victims = session_ids(brunnenhof, urs.account_id) | session_ids(nordlicht, ole.account_id)
    attacker = brunnenhof.resident("Verena Keller").browser
    assert {attacker.post(f"/account/sessions/{victim}/end").status_code for victim in victims} == {404}
    assert [browser.get("/account").status_code for browser in browsers] == [200, 200]


def test_a_chosen_language_is_kept_on_the_device_and_in_the_profile(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller", language="de")
    browser = verena.browser
    answer = browser.post("/language", {"language": "fr", "next": "/account"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert set_cookies(answer) == {"__Host-language": "*; Max-Age=31536000; Secure; HttpOnly; Path=/; SameSite=Lax"}
    assert 'lang="fr-CH"' in browser.get("/account").text
    assert 'lang="fr-CH"' in verena.browser.get("/account").text
    with brunnenhof.db() as db:
        assert db.scalars(select(Account.language).filter_by(id=verena.account_id)).one() == "fr"


def test_a_visitor_chooses_a_language_before_signing_in(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.visitor()
    assert browser.post("/language", {"language": "en", "next": "/sign-in?next=/faq/"}).status_code == 303
    page = browser.get("/sign-in", headers={"Accept-Language": "fr"}).text
    assert "Stay signed in on this device" in page


@pytest.mark.parametrize("wanted", ["", "fr", "it", "xx", "de-CH", "DE", "../de"])
def test_a_language_that_the_company_does_not_offer_is_refused(nordlicht: SomeCompany, wanted: str) -> None:
    answer = nordlicht.visitor().post("/language", {"language": wanted})
    assert answer.status_code == 400
    assert set_cookies(answer) == {}


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\r\nX: y"])
def test_choosing_a_language_sends_nobody_elsewhere(brunnenhof: SomeCompany, target: str) -> None:
    answer = brunnenhof.visitor().post("/language", {"language": "de", "next": target})
    assert answer.headers["Location"] == "/"


def test_the_order_is_choice_profile_browser_company(brunnenhof: SomeCompany) -> None:
    verena, plain = brunnenhof.resident("Verena Keller", language="fr"), brunnenhof.resident("Urs Meier")
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    chosen = verena.browser
    chosen.cookie("__Host-language", "de")
    pages = (chosen.get("/account", headers=english), verena.browser.get("/account", headers=english),
             plain.browser.get("/account", headers=english), plain.browser.get("/account"))  # fmt: skip
    assert [page.headers["Content-Language"] for page in pages] == ["de-CH", "fr-CH", "en-GB", "de-CH"]


def test_an_operator_manages_the_same_things(console: Callable[..., Browser]) -> None:
    browser = console("support")
    before = browser.cookies()[CONSOLE_COOKIE]
    assert "Mara Lindt" in browser.get("/account").text
    assert browser.post("/language", {"language": "fr", "next": "/account"}).status_code == 303
    assert "Votre compte" in browser.get("/account").text
    assert browser.post("/account/password", CHANGE).headers["Location"] == "/account"
    assert browser.cookies()[CONSOLE_COOKIE] != before
    assert browser.get("/account").status_code == 200
    assert browser.post("/account/sessions/end-others").status_code == 303


@pytest.mark.parametrize(
    ("says", "name", "icon"),
    [
        (FIREFOX, "Firefox, Windows", "globe"),
        (IPHONE, "Safari, iPhone", "app"),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome, Android",
            "app",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Mac", "globe"),
        ("curl/8.0", "Unknown device", "globe"),
        ("", "Unknown device", "globe"),
    ],
)
def test_a_device_is_called_by_browser_and_system(says: str, name: str, icon: str) -> None:
    assert (devices.name_of(says), devices.icon_of(says)) == (name, icon)


def test_the_page_of_the_account_asks_the_database_for_each_of_its_parts_once(brunnenhof: SomeCompany) -> None:
    """Who is asking; then a transaction begins with its company, then devices, picture, an address to confirm, keys."""
    browser = brunnenhof.resident("Verena Keller").browser
    browser.get("/account")
    with said_to_server(brunnenhof) as statements:
        assert browser.get("/account").status_code == 200
    assert [
        re.findall(r"FROM (?:open_visit|account_session|person_picture|address_change|account)\b|^BEGIN", statement)
        for statement in statements
    ] == [
        ["FROM open_visit"],
        ["BEGIN"],
        ["FROM account_session"],
        ["FROM person_picture"],
        ["FROM address_change"],
        ["FROM account"],
    ]


@contextmanager
def said_to_server(company: SomeCompany) -> Iterator[list[str]]:
    """What both lanes of the sessions send, noted at the driver."""
    said: list[str] = []

    class Noting(Cursor[Any]):
        def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
            said.append(str(query))
            return super().execute(query, *arguments, **options)

    engine = company.platform.shell.engine
    connections = []

    def use(connection: Any, *_rest: object) -> None:
        connection.cursor_factory = Noting
        connections.append(connection)

    event.listen(engine, "checkout", use)
    try:
        yield said
    finally:
        event.remove(engine, "checkout", use)
        for connection in connections:
            connection.cursor_factory = Cursor
