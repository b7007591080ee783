"""A company on its own host: proved, made the main address, watched, and taken away when its records are gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.domains.jobs import ask_again
from quartier.domains.lookup import NameServers, Seen, look
from quartier.domains.models import OwnDomain
from quartier.domains.services import PATIENCE, add, settle
from quartier.tenancy.models import Domain
from quartier.testing import Browser, SomeCompany
from tests.domains.conftest import NameServer

HOME = "/cockpit/settings/domains"
HOST = "portal.brunnenhof.example"


@pytest.fixture
def regula(brunnenhof: SomeCompany) -> Browser:
    """May change the company's settings."""
    return brunnenhof.agent("Regula Steiner", COMPANY_SETTINGS, language="en").browser


def set_records(server: NameServer, company: SomeCompany, token: str, host: str = HOST) -> None:
    target = f"{company.slug}.{company.platform.shell.config.platform_domain}"
    server.records[f"_quartier.{host}", "TXT"] = f'"quartier-domain={token}"'
    server.records[host, "CNAME"] = f"{target}."


def row_of(company: SomeCompany, host: str = HOST) -> OwnDomain:
    with company.db() as db:
        return db.scalars(select(OwnDomain).filter_by(host=host)).one()


def hosts(company: SomeCompany) -> dict[str, str]:
    with Session(company.platform.shell.platform) as db:
        return {row.host: row.kind for row in db.scalars(select(Domain).filter_by(company_id=company.id))}


def work(company: SomeCompany) -> None:
    """What is due is done, and this process hears of it."""
    company.work()
    company.platform.shell.hosts.forget()
    company.platform.shell.snapshots.forget(company.id)


def proved(company: SomeCompany, browser: Browser, server: NameServer) -> OwnDomain:
    assert browser.post(HOME, {"host": HOST}).status_code == 303
    set_records(server, company, row_of(company).token)
    work(company)
    return row_of(company)


def outbox(company: SomeCompany) -> list[str]:
    with company.db() as db:
        return [row.subject for row in db.rows("SELECT subject FROM outbox_mail ORDER BY created_at, id")]


def links(company: SomeCompany) -> list[str]:
    """Where letters lead that were written and are kept."""
    with company.db() as db:
        kept = db.rows(
            "SELECT letter -> 'action' ->> 'url' AS url FROM mail_delivery WHERE letter IS NOT NULL ORDER BY id"
        )
        return [row.url for row in kept]


def test_a_company_reads_what_to_set_and_answers_there_once_it_is_set(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    added = regula.post(HOME, {"host": f"https://{HOST.upper()}/"})
    page = regula.get(added.headers["Location"]).text
    token = row_of(brunnenhof).token
    for record in (f"_quartier.{HOST}", f"quartier-domain={token}", f"{brunnenhof.slug}.", "CNAME"):
        assert record in page
    work(brunnenhof)
    waiting = regula.get(added.headers["Location"]).text
    assert ("The proof is not there yet." in waiting, "The address leads nowhere yet." in waiting) == (True, True)
    assert Browser(brunnenhof.platform, HOST).get("/").status_code == 404
    set_records(asked, brunnenhof, token)
    assert regula.post(f"{added.headers['Location']}/check").status_code == 303
    work(brunnenhof)
    assert (row_of(brunnenhof).state, hosts(brunnenhof)) == (
        "serving",
        {brunnenhof.slug: "primary", HOST: "redirect"},
    )
    assert "ready" in regula.get(HOME).text
    moved = Browser(brunnenhof.platform, HOST).get("/sign-in?next=/faq/")
    assert (moved.status_code, moved.headers["Location"].endswith("/sign-in?next=/faq/")) == (308, True)
    assert outbox(brunnenhof) == [f"Your address {HOST} is ready"]


def test_the_main_address_is_in_links_and_the_others_lead_there(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    row = proved(brunnenhof, regula, asked)
    assert "Everybody signs in once more" in regula.get(f"{HOME}/{row.id}/main").text
    assert regula.post(f"{HOME}/{row.id}/main").status_code == 303
    work(brunnenhof)
    assert hosts(brunnenhof) == {brunnenhof.slug: "redirect", HOST: "primary"}
    there = Browser(brunnenhof.platform, HOST)
    assert there.get("/sign-in").status_code == 200
    old = brunnenhof.visitor().get("/sign-in")
    assert (old.status_code, f"//{HOST}" in old.headers["Location"]) == (308, True)
    verena = brunnenhof.account("Verena Keller", language="en")
    assert there.post("/reset", {"email": verena.email}).status_code == 303
    work(brunnenhof)
    with brunnenhof.db() as db:
        (mail,) = db.rows("SELECT text FROM outbox_mail WHERE recipient LIKE %s", (f"%{verena.email}%",))
    assert f"//{HOST}" in mail.text
    assert brunnenhof.slug not in mail.text
    assert links(brunnenhof) == [f"{brunnenhof.platform.shell.config.origin(HOST)}{HOME}"]
    with Session(brunnenhof.platform.shell.platform) as db:
        kinds = db.scalars(
            text("SELECT kind FROM contract_event WHERE company_id = :id ORDER BY id"), {"id": brunnenhof.id}
        )
        assert [kind for kind in kinds if kind.startswith("domain.")] == ["domain.serving", "domain.main"]


def test_a_host_whose_records_are_gone_serves_for_three_days_and_then_no_more(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    row = proved(brunnenhof, regula, asked)
    regula.post(f"{HOME}/{row.id}/main")
    work(brunnenhof)
    asked.records.clear()
    check_again(brunnenhof)
    failing = row_of(brunnenhof)
    assert (failing.state, failing.missing_since is not None, hosts(brunnenhof)[HOST]) == ("failing", True, "primary")
    with brunnenhof.db() as db:
        db.execute(text("UPDATE own_domain SET missing_since = now() - interval '73 hours'"))
        db.commit()
    check_again(brunnenhof)
    assert (row_of(brunnenhof).state, hosts(brunnenhof)) == ("lost", {brunnenhof.slug: "primary"})
    assert Browser(brunnenhof.platform, HOST).get("/").status_code == 404
    assert brunnenhof.visitor().get("/sign-in").status_code == 200
    assert {link.partition("/cockpit")[0] for link in links(brunnenhof)} == {
        brunnenhof.platform.shell.config.origin(brunnenhof.host)
    }
    assert outbox(brunnenhof)[1:] == [f"A record of {HOST} is missing", f"The portal no longer answers at {HOST}"]
    set_records(asked, brunnenhof, row.token)
    check_again(brunnenhof)
    assert (row_of(brunnenhof).state, hosts(brunnenhof)[HOST]) == ("serving", "redirect")


def test_a_host_whose_record_is_missing_does_not_become_the_main_address(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    row = proved(brunnenhof, regula, asked)
    asked.records.clear()
    check_again(brunnenhof)
    page = regula.get(f"{HOME}/{row.id}").text
    assert ("We ask again every hour." in page, f"{row.id}/main" in page) == (True, False)
    assert regula.post(f"{HOME}/{row.id}/main").headers["Location"] == f"{HOME}/{row.id}"
    work(brunnenhof)
    assert hosts(brunnenhof) == {brunnenhof.slug: "primary", HOST: "redirect"}


def check_again(company: SomeCompany) -> None:
    """Its turn has come."""
    with company.db() as db:
        db.execute(text("UPDATE own_domain SET checked_at = now() - interval '7 hours'"))
        db.commit()
    with Session(company.platform.shell.platform) as db:
        ask_again(None, db)  # type: ignore[arg-type]
        db.commit()
    work(company)


def test_a_name_server_that_answers_too_late_changes_nothing(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quartier.domains.lookup.PATIENCE", 0.2)
    row = proved(brunnenhof, regula, asked)
    asked.silent = True
    check_again(brunnenhof)
    late = row_of(brunnenhof)
    assert (late.state, late.missing_since, late.proof, hosts(brunnenhof)[HOST]) == (
        "serving",
        None,
        "late",
        "redirect",
    )
    assert "did not answer in time" in regula.get(f"{HOME}/{row.id}").text


def test_a_host_that_another_company_has_proved_stays_theirs(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    proved(brunnenhof, regula, asked)
    svenja = nordlicht.agent("Svenja Petersen", COMPANY_SETTINGS, language="en").browser
    assert svenja.post(HOME, {"host": HOST}).status_code == 303
    set_records(asked, nordlicht, row_of(nordlicht).token)
    work(nordlicht)
    assert (row_of(nordlicht).state, hosts(nordlicht), hosts(brunnenhof)[HOST]) == (
        "taken",
        {nordlicht.slug: "primary"},
        "redirect",
    )
    page = svenja.get(f"{HOME}/{row_of(nordlicht).id}").text
    assert ("Another company on this platform" in page, "Brunnenhof" in page) == (True, False)


def test_a_proof_without_the_way_here_does_not_serve_and_says_where_it_leads(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    regula.post(HOME, {"host": HOST})
    row = row_of(brunnenhof)
    set_records(asked, brunnenhof, row.token)
    asked.records[HOST, "CNAME"] = "allthings.example."
    work(brunnenhof)
    assert (row_of(brunnenhof).state, hosts(brunnenhof)) == ("waiting", {brunnenhof.slug: "primary"})
    assert "The address leads somewhere else: allthings.example." in regula.get(f"{HOME}/{row.id}").text


def test_a_zone_of_its_own_may_lead_here_by_the_same_numbers(brunnenhof: SomeCompany, name_server: NameServer) -> None:
    name_server.records = {
        ("brunnenhof.example", "SOA"): "ns. me. 1 2 3 4 5",
        ("brunnenhof.example", "A"): "203.0.113.7",
        ("b.quartier.example", "A"): "203.0.113.7",
        ("_quartier.brunnenhof.example", "TXT"): '"v=other" "x"',
    }
    servers = NameServers(f"127.0.0.1:{name_server.port}")
    seen = look(servers, "brunnenhof.example", "t", "b.quartier.example")
    assert seen == Seen("missing", "here", ("203.0.113.7",), apex=True)
    name_server.records["b.quartier.example", "A"] = "203.0.113.8"
    assert look(servers, "brunnenhof.example", "t", "b.quartier.example").points == "elsewhere"


def test_it_serves_for_exactly_three_days_without_records() -> None:
    row, now = OwnDomain(state="serving", found=[]), datetime.now(UTC)
    gone = Seen("missing", "nowhere")
    said = [settle(row, gone, now + after) for after in (timedelta(0), PATIENCE - timedelta(seconds=1), PATIENCE)]
    assert (said, row.state) == (["warn", None, "withdraw"], "lost")


def test_a_removed_host_answers_no_more_and_a_company_has_five_at_most(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    row = proved(brunnenhof, regula, asked)
    for number in range(4):
        assert regula.post(HOME, {"host": f"portal{number}.brunnenhof.example"}).status_code == 303
    sixth = regula.post(HOME, {"host": "one-more.brunnenhof.example"})
    assert (sixth.status_code, "at most 5 addresses" in sixth.text, "one-more" in sixth.text) == (422, True, True)
    assert regula.post(f"{HOME}/{row.id}/remove").status_code == 303
    work(brunnenhof)
    assert hosts(brunnenhof) == {brunnenhof.slug: "primary"}
    assert Browser(brunnenhof.platform, HOST).get("/").status_code == 404


def test_what_is_no_host_is_said_at_the_field_and_what_was_typed_stays(regula: Browser) -> None:
    wrong = regula.post(HOME, {"host": "*.brunnenhof.ch"})
    assert wrong.status_code == 422
    sentence = re.search(r'id="host-error".*?</p>', wrong.text, re.DOTALL)
    assert sentence
    assert "An address with an asterisk is not possible." in sentence[0]
    assert 'value="*.brunnenhof.ch"' in wrong.text


def test_a_proxy_learns_for_which_hosts_it_may_get_a_certificate(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    proved(brunnenhof, regula, asked)
    regula.post(HOME, {"host": "unproved.brunnenhof.example"})
    ours = brunnenhof.platform.shell.config.platform_domain
    probe = Browser(brunnenhof.platform, "10.0.0.7")

    def ask(query: str) -> int:
        return probe.get(f"/-/tls{query}").status_code

    hosts = (HOST, f"{brunnenhof.slug}.{ours}", f"console.{ours}", "unproved.brunnenhof.example", f"nobody.{ours}")
    assert [ask(f"?domain={host}") for host in hosts] == [200, 200, 200, 404, 404]
    assert [ask(query) for query in ("", "?domain=", "?domain=%00", "?domain=a%20b")] == [404, 404, 404, 404]


def test_a_subdomain_that_changes_leaves_the_own_host_the_main_address(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer, console: Callable[..., Any]
) -> None:
    row = proved(brunnenhof, regula, asked)
    regula.post(f"{HOME}/{row.id}/main")
    work(brunnenhof)
    renamed = f"{brunnenhof.slug}-neu"
    console("sales").post(f"/companies/{brunnenhof.id}/domains", {"slug": renamed, "reason": "Asked for."})
    assert hosts(brunnenhof) == {brunnenhof.slug: "redirect", renamed: "redirect", HOST: "primary"}


def test_two_companies_that_prove_one_host_at_once_get_one_answer_each(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, asked: NameServer
) -> None:
    for company in (brunnenhof, nordlicht):
        with company.db() as db:
            add(db, HOST, by="test")
            db.commit()
    tokens = [row_of(company).token for company in (brunnenhof, nordlicht)]
    asked.records[f"_quartier.{HOST}", "TXT"] = f'"quartier-domain={tokens[0]}"'
    target = f"{brunnenhof.slug}.{brunnenhof.platform.shell.config.platform_domain}"
    asked.records[HOST, "CNAME"] = f"{target}."
    work(brunnenhof)
    assert {row_of(company).state for company in (brunnenhof, nordlicht)} == {"serving", "waiting"}
