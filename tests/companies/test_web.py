"""Pages about companies: the list, the facts, hosts, closing and opening a portal."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.contracts.models import ContractEvent
from quartier.db.base import new_id
from quartier.tenancy.models import Company, Domain
from quartier.testing import Browser, SomeCompany

WHY = "Asked for on the phone."


def plain(html: str) -> str:
    """The words of a page, without marks and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ")


def stored(company: SomeCompany) -> Company:
    with Session(company.platform.shell.platform, expire_on_commit=False) as db:
        return db.get_one(Company, company.id)


def hosts(company: SomeCompany) -> dict[str, str]:
    with Session(company.platform.shell.platform) as db:
        return {domain.host: domain.kind for domain in db.scalars(select(Domain).filter_by(company_id=company.id))}


def events(company: SomeCompany) -> list[ContractEvent]:
    with Session(company.platform.shell.platform, expire_on_commit=False) as db:
        return list(db.scalars(select(ContractEvent).filter_by(company_id=company.id).order_by(ContractEvent.id)))


def hear(company: SomeCompany) -> None:
    """What the listener does when the database announces a change."""
    company.platform.shell.hosts.forget()
    company.platform.shell.snapshots.forget(company.id)


@pytest.fixture
def firm(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    return make_company("Brunnenhof")


@pytest.fixture
def mara(console: Callable[..., Browser]) -> Browser:
    return console("sales")


def rename(browser: Browser, company: SomeCompany, slug: str) -> Any:
    return browser.post(f"/companies/{company.id}/domains", {"slug": slug, "reason": WHY})


def test_the_console_begins_with_its_companies(mara: Browser) -> None:
    answer = mara.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/companies")


def test_the_list_can_show_suspended_portals_only(firm: SomeCompany, mara: Browser) -> None:
    mara.post(f"/companies/{firm.id}/suspend", {"reason": WHY})
    listed = mara.get(f"/companies?status=suspended&q={firm.slug}").text
    assert str(firm.id) in listed
    assert str(firm.id) not in mara.get(f"/companies?status=active&q={firm.slug}").text


def test_a_renamed_company_is_found_at_its_old_name_with_path_and_query(firm: SomeCompany, mara: Browser) -> None:
    old, new = firm.slug, f"seeblick-{new_id().hex[-10:]}"
    assert rename(mara, firm, new).status_code == 303
    hear(firm)
    moved = Browser(firm.platform, f"{old}.localhost").get("/faq/heating?from=mail&x=%C3%A4")
    assert moved.status_code == 308
    assert moved.headers["Location"] == f"http://{new}.localhost:8000/faq/heating?from=mail&x=%C3%A4"
    assert Browser(firm.platform, f"{new}.localhost").get("/sign-in").status_code == 200
    assert hosts(firm) == {old: "redirect", new: "primary"}
    event = events(firm)[-1]
    assert (event.kind, event.before, event.after, event.reason) == (
        "company.renamed",
        {"host": old},
        {"host": new},
        WHY,
    )


def test_a_company_takes_its_old_name_back(firm: SomeCompany, mara: Browser) -> None:
    old, new = firm.slug, f"seeblick-{new_id().hex[-10:]}"
    rename(mara, firm, new)
    assert rename(mara, firm, old).status_code == 303
    assert hosts(firm) == {old: "primary", new: "redirect"}
    hear(firm)
    assert Browser(firm.platform, f"{old}.localhost").get("/sign-in").status_code == 200


def test_nobody_else_gets_a_name_that_leads_to_a_company(
    firm: SomeCompany, make_company: Callable[..., SomeCompany], mara: Browser
) -> None:
    old, other = firm.slug, make_company("Nordlicht")
    rename(mara, firm, f"seeblick-{new_id().hex[-10:]}")
    for slug, sentence in [
        (old, "This subdomain leads to another company that had it before."),
        (stored(firm).slug, "This subdomain is taken."),
        ("WWW", "Use small letters only."),
        ("www", "This name is reserved for the platform."),
    ]:
        answer = rename(mara, other, slug)
        assert answer.status_code == 422
        assert sentence in plain(answer.text)
    assert hosts(other) == {other.slug: "primary"}


def test_renaming_to_the_same_name_does_nothing(firm: SomeCompany, mara: Browser) -> None:
    assert rename(mara, firm, firm.slug).status_code == 303
    assert [event.kind for event in events(firm)] == ["company.created"]


def test_a_suspended_portal_shows_a_notice_and_comes_back_as_it_was(
    firm: SomeCompany, console: Callable[..., Browser]
) -> None:
    support, verena = console("support"), firm.resident("Verena Keller").browser
    assert verena.get("/").status_code == 200
    assert support.post(f"/companies/{firm.id}/suspend", {"reason": "Unpaid since May."}).status_code == 303
    hear(firm)
    closed = verena.get("/")
    assert closed.status_code == 503
    assert "Brunnenhof" in closed.text
    assert "Unpaid" not in closed.text
    assert support.post(f"/companies/{firm.id}/resume", {"reason": "Paid."}).status_code == 303
    hear(firm)
    assert verena.get("/").status_code == 200
    assert [(event.kind, event.reason) for event in events(firm)][1:] == [
        ("company.suspended", "Unpaid since May."),
        ("company.resumed", "Paid."),
    ]


def test_suspending_needs_a_reason(firm: SomeCompany, mara: Browser) -> None:
    answer = mara.post(f"/companies/{firm.id}/suspend", {"reason": "  "})
    assert answer.status_code == 422
    assert stored(firm).status == "active"


def test_a_form_that_is_reloaded_leads_back(firm: SomeCompany, mara: Browser) -> None:
    pages = {"suspend": "", "resume": "", "contract/modules": "/contract"}
    found = {page: mara.get(f"/companies/{firm.id}/{page}").headers["Location"] for page in pages}
    assert found == {page: f"/companies/{firm.id}{back}" for page, back in pages.items()}


CHANGES = {
    "name": "Brunnenhof Wohnen AG", "country": "DE", "timezone": "Europe/Berlin", "languages": ["fr", "de"],
    "default_language": "fr", "tone": "informal",
}  # fmt: skip


def test_details_are_changed_and_what_changed_is_told_in_words(firm: SomeCompany, mara: Browser) -> None:
    answer = mara.post(f"/companies/{firm.id}/change", {**CHANGES, "version": "1"})
    assert answer.status_code == 303
    company = stored(firm)
    assert (company.name, company.country, company.timezone, company.languages, company.tone, company.version) == (
        "Brunnenhof Wohnen AG", "DE", "Europe/Berlin", ["fr", "de"], "informal", 2,
    )  # fmt: skip
    told = plain(mara.get(f"/companies/{firm.id}/events").text)
    assert "Company details changed Name: Brunnenhof AG becomes Brunnenhof Wohnen AG" in told
    assert "Languages: de, en, fr becomes fr, de" in told
    assert "Form of address: formal becomes informal" in told


def test_saving_what_is_there_already_is_no_event(firm: SomeCompany, mara: Browser) -> None:
    same = {
        "name": "Brunnenhof AG", "country": "CH", "timezone": "Europe/Zurich", "languages": ["de", "en", "fr"],
        "default_language": "de", "tone": "formal", "version": "1",
    }  # fmt: skip
    assert mara.post(f"/companies/{firm.id}/change", same).status_code == 303
    assert [event.kind for event in events(firm)] == ["company.created"]
    assert stored(firm).version == 1


def test_two_people_who_change_a_company_do_not_overwrite_each_other(firm: SomeCompany, mara: Browser) -> None:
    mara.post(f"/companies/{firm.id}/change", {**CHANGES, "version": "1"})
    second = mara.post(f"/companies/{firm.id}/change", {**CHANGES, "name": "Another AG", "version": "1"})
    assert second.status_code == 422
    assert "Somebody has changed this company in the meantime." in second.text
    assert 'value="Another AG"' in second.text
    assert 'name="version" value="2"' in second.text
    assert stored(firm).name == "Brunnenhof Wohnen AG"


def test_the_overview_names_a_module_that_is_not_installed(firm: SomeCompany, mara: Browser) -> None:
    firm.switch("teleporter")
    words = plain(mara.get(f"/companies/{firm.id}").text)
    assert "teleporter This module is not installed." in words


@pytest.mark.parametrize(
    ("role", "read", "sell", "mail"), [("sales", 200, 200, 403), ("support", 200, 403, 200), ("admin", 200, 200, 200)]
)
def test_roles_see_what_their_work_needs(
    firm: SomeCompany, console: Callable[..., Browser], role: str, read: int, sell: int, mail: int
) -> None:
    browser = console(role)
    pages = ["", "/contract", "/domains", "/events"]
    assert {browser.get(f"/companies/{firm.id}{page}").status_code for page in pages} == {read}
    assert browser.get(f"/companies/{firm.id}/change").status_code == sell
    assert browser.post(f"/companies/{firm.id}/domains", {"slug": "x"}).status_code == (422 if sell == 200 else 403)
    assert browser.get("/outbox").status_code == mail
    entries = re.findall(r'<li><a href="(/[^"]*)"', browser.get("/companies").text)
    assert [entry for entry in entries if entry in ("/companies", "/outbox", "/plugins")] == (
        ["/companies", "/plugins"] if mail == 403 else ["/companies", "/outbox", "/plugins"]
    )


def test_a_company_that_nobody_knows_is_not_found(mara: Browser) -> None:
    assert {mara.get(f"/companies/{new_id()}{page}").status_code for page in ("", "/contract", "/domains")} == {404}


def test_a_file_that_is_no_brand_is_not_shown_at_the_console(
    firm: SomeCompany, make_company: Callable[..., SomeCompany], mara: Browser
) -> None:
    assert mara.get(f"/companies/{firm.id}/icon/{new_id()}").status_code == 404


@pytest.mark.parametrize(("language", "words"), [("de", "Unternehmen"), ("fr", "Entreprises"), ("en", "Companies")])
def test_the_list_speaks_three_languages(mara: Browser, language: str, words: str) -> None:
    answer = mara.get("/companies", headers={"Accept-Language": language})
    assert f"<h1>{words}</h1>" in answer.text
