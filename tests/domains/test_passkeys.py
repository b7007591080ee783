"""Passkeys follow a company to its own host, and to nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from quartier.accounts.models import AccountPasskey
from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.testing import Browser, SomeCompany
from tests.accounts.authenticator import Authenticator, adds, options, phone_of, signs_in
from tests.domains.conftest import NameServer
from tests.domains.test_domains import HOME, HOST, check_again, proved, row_of, set_records, work

DOOR = "/sign-in/passkey/options"


@pytest.fixture
def regula(brunnenhof: SomeCompany) -> Browser:
    """May change the company's settings."""
    return brunnenhof.agent("Regula Steiner", COMPANY_SETTINGS, language="en").browser


def origin(company: SomeCompany, host: str) -> str:
    return company.platform.shell.config.origin(host)


def listed(company: SomeCompany, host: str) -> list[str]:
    """Whose pages may ask for the keys of this host."""
    answer = Browser(company.platform, host).get("/.well-known/webauthn")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    found: dict[str, list[str]] = orjson.loads(answer.data)
    assert found.keys() == {"origins"}
    return found["origins"]


def moves(company: SomeCompany, browser: Browser, server: NameServer) -> str:
    """The own host becomes the main address; its id, for pages about it."""
    row = proved(company, browser, server)
    assert browser.post(f"{HOME}/{row.id}/main").status_code == 303
    work(company)
    return f"{HOME}/{row.id}"


def verena_with_phone(company: SomeCompany) -> Authenticator:
    browser = company.resident("Verena Keller").browser
    phone = phone_of(browser, company.platform.shell.config)
    assert adds(browser, phone).status_code == 303
    return phone


def opens(company: SomeCompany, phone: Authenticator, host: str) -> bool:
    """Whether the phone, in front of this host, opens the door there."""
    phone.origin = origin(company, host)
    return signs_in(Browser(company.platform, host), phone).headers["Location"] == "/"


def inside(company: SomeCompany, browser: Browser) -> Browser:
    """Who is signed in, at the own host."""
    there = Browser(company.platform, HOST)
    for name, value in browser.cookies().items():
        there.cookie(name, value)
    return there


def for_host(company: SomeCompany, host: str) -> None:
    """All keys were made for this host, as before there was one that never changes."""
    with company.db() as db:
        db.execute(update(AccountPasskey).values(host=host))
        db.commit()


def test_a_passkey_opens_the_door_at_the_own_host_and_after_the_way_back(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    old, phone = brunnenhof.host, verena_with_phone(brunnenhof)
    assert listed(brunnenhof, old) == [origin(brunnenhof, old)]
    page = moves(brunnenhof, regula, asked)
    assert (listed(brunnenhof, old), listed(brunnenhof, HOST)) == ([origin(brunnenhof, HOST)],) * 2
    assert options(Browser(brunnenhof.platform, HOST), DOOR)["rpId"] == old
    assert opens(brunnenhof, phone, HOST)
    there = inside(brunnenhof, brunnenhof.agent("Nina Graf", COMPANY_SETTINGS).browser)
    assert options(there, "/account/passkeys/options")["rp"]["id"] == old
    there.post(f"{page}/main")
    work(brunnenhof)
    assert (listed(brunnenhof, old), opens(brunnenhof, phone, old)) == ([origin(brunnenhof, old)], True)


def test_keys_that_were_made_for_the_own_host_go_on_opening_it(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    old, phone = brunnenhof.host, verena_with_phone(brunnenhof)
    moves(brunnenhof, regula, asked)
    for_host(brunnenhof, HOST)
    assert options(Browser(brunnenhof.platform, HOST), DOOR)["rpId"] == HOST
    assert opens(brunnenhof, phone, HOST)
    with brunnenhof.db() as db:
        known = db.scalars(select(AccountPasskey)).one()
        db.add(
            AccountPasskey(
                account_id=known.account_id, credential_id=b"other", public_key=b"k", host=old, name="Tablet"
            )
        )
        db.commit()
    visitor = Browser(brunnenhof.platform, HOST)
    assert [options(visitor, DOOR)["rpId"] for _press in range(3)] == [old, HOST, old]


def test_a_browser_that_asks_for_no_other_hosts_keys_makes_one_for_its_own(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    verena_with_phone(brunnenhof)
    moves(brunnenhof, regula, asked)
    beat = inside(brunnenhof, brunnenhof.resident("Beat Frei").browser)
    asked_for = orjson.loads(beat.post("/account/passkeys/options", {"near": "1"}).data)
    assert asked_for["rp"]["id"] == HOST
    phone = phone_of(beat, brunnenhof.platform.shell.config)
    assert beat.post("/account/passkeys", {"name": "Fuchs", "passkey": phone.create(asked_for)}).status_code == 303
    visitor = Browser(brunnenhof.platform, HOST)
    to_come_in = orjson.loads(visitor.post(DOOR, {"near": "1"}).data)
    assert to_come_in["rpId"] == HOST
    assert visitor.post("/sign-in/passkey", {"passkey": phone.get(to_come_in)}).headers["Location"] == "/"


def test_a_host_whose_record_is_missing_is_asked_for_its_own_keys_alone(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    """Somebody may have it already: they get none of the subdomain's keys, for no browser lets their page ask."""
    old, phone = brunnenhof.host, verena_with_phone(brunnenhof)
    moves(brunnenhof, regula, asked)
    visitor = Browser(brunnenhof.platform, HOST)
    question = options(visitor, DOOR)
    asked.records.clear()
    check_again(brunnenhof)
    assert (row_of(brunnenhof).state, listed(brunnenhof, old)) == ("failing", [])
    phone.origin = origin(brunnenhof, HOST)
    late = visitor.post("/sign-in/passkey", {"passkey": phone.get(question)})
    assert (late.status_code, late.headers["Location"].startswith("/sign-in")) == (303, True)
    assert options(visitor, DOOR)["rpId"] == HOST
    assert not opens(brunnenhof, phone, HOST)


def test_who_gets_a_host_that_was_given_up_gets_no_keys_with_it(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    phone, old = verena_with_phone(brunnenhof), brunnenhof.host
    page = moves(brunnenhof, regula, asked)
    for_host(brunnenhof, HOST)
    there = inside(brunnenhof, brunnenhof.agent("Nina Graf", COMPANY_SETTINGS).browser)
    assert there.post(f"{page}/remove").status_code == 303
    work(brunnenhof)
    svenja = nordlicht.agent("Svenja Petersen", COMPANY_SETTINGS).browser
    assert svenja.post(HOME, {"host": HOST}).status_code == 303
    set_records(asked, nordlicht, row_of(nordlicht).token)
    work(nordlicht)
    assert (listed(nordlicht, HOST), listed(brunnenhof, old)) == (
        [origin(nordlicht, nordlicht.host)],
        [origin(brunnenhof, old)],
    )
    assert not opens(nordlicht, phone, nordlicht.host)
    assert options(brunnenhof.visitor(), DOOR)["rpId"] == old
    beat = brunnenhof.resident("Beat Frei")
    with brunnenhof.db() as db:
        db.execute(update(AccountPasskey).values(account_id=beat.account_id))
        db.commit()
    assert "frühere Adresse" in beat.browser.get("/account").text


def test_another_subdomain_keeps_the_keys_of_the_first(brunnenhof: SomeCompany, console: Callable[..., Any]) -> None:
    old, phone = brunnenhof.host, verena_with_phone(brunnenhof)
    slug = f"{brunnenhof.slug}-neu"
    console("sales").post(f"/companies/{brunnenhof.id}/domains", {"slug": slug, "reason": "Asked for."})
    brunnenhof.platform.shell.hosts.forget()
    brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    new = f"{slug}.{brunnenhof.platform.shell.config.platform_domain}"
    assert (listed(brunnenhof, old), listed(brunnenhof, new)) == ([origin(brunnenhof, new)],) * 2
    assert options(Browser(brunnenhof.platform, new), DOOR)["rpId"] == old
    assert opens(brunnenhof, phone, new)


def test_who_has_no_portal_lists_nobody(brunnenhof: SomeCompany, console: Callable[..., Any]) -> None:
    answers = [console(), Browser(brunnenhof.platform, "nobody.example")]
    assert [browser.get("/.well-known/webauthn").status_code for browser in answers] == [404, 404]
