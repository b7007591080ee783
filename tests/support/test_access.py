"""Support looks into a company with the company's consent, and in no other way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator, OperatorSession
from quartier.accounts.permissions import TEAM_ADMIN
from quartier.mail.models import OutboxMail
from quartier.support.models import SupportAccess, SupportPage
from quartier.support.services import COOKIE
from quartier.testing import Browser, SomeBody, SomeCompany
from tests.rules.routes import NOWHERE, ask, portal_routes
from tests.rules.sample import plant_sample

WHY = "A tenant is missing in your list; I'd like to see it."


@pytest.fixture
def ida(console: Callable[..., Browser]) -> Browser:
    return console("support")


@pytest.fixture
def regula(brunnenhof: SomeCompany) -> SomeBody:
    """She manages the team."""
    return brunnenhof.agent("Regula Steiner", TEAM_ADMIN, language="en")


def asked(company: SomeCompany, ida: Browser, hours: str = "4") -> SupportAccess:
    answer = ida.post(f"/companies/{company.id}/support/ask", {"reason": WHY, "hours": hours})
    assert answer.status_code == 303, answer.text
    return stored(company)


def stored(company: SomeCompany) -> SupportAccess:
    with company.db() as db:
        return db.scalars(select(SupportAccess).order_by(SupportAccess.asked_at.desc()).limit(1)).one()


def agreed(company: SomeCompany, ida: Browser, regula: SomeBody, hours: str = "2") -> SupportAccess:
    access = asked(company, ida)
    answer = regula.browser.post(f"/cockpit/support/{access.id}/agree", {"hours": hours})
    assert answer.status_code == 303
    return stored(company)


def way(company: SomeCompany, ida: Browser, access: SupportAccess) -> str | None:
    """The path on the company's host that the console offers, if it does."""
    page = ida.post(f"/companies/{company.id}/support/{access.id}/open", {})
    found = re.search(r'href="[^"]*(/support/enter/[^"]+)"', page.text)
    return found[1] if found else None


def inside(company: SomeCompany, path: str | None) -> Browser:
    """Support's browser at the company's host."""
    browser = company.visitor()
    assert path is not None
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cockpit/")
    return browser


def gone(browser: Browser) -> bool:
    """Whether the Cockpit sends this browser to the door."""
    answer = browser.get("/cockpit/")
    return answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")


def change(company: SomeCompany, **values: Any) -> None:
    with Session(company.platform.shell.platform) as db:
        db.execute(update(SupportAccess).filter_by(company_id=company.id).values(**values))
        db.commit()


def test_a_company_agrees_support_looks_and_both_see_what_was_opened(
    brunnenhof: SomeCompany, ida: Browser, regula: SomeBody
) -> None:
    lea = brunnenhof.resident("Lea Zimmermann")
    brunnenhof.agent("Dragan Petrović")
    access = asked(brunnenhof, ida)
    assert way(brunnenhof, ida, access) is None
    brunnenhof.work()
    with Session(brunnenhof.platform.shell.platform) as db:
        mine = select(OutboxMail.recipient, OutboxMail.text).filter_by(company_id=brunnenhof.id)
        mails = {row.recipient: row.text for row in db.execute(mine)}
    assert set(mails) == {regula.email}
    assert WHY in mails[regula.email]
    team = regula.browser
    assert "Mara Lindt" in team.get("/cockpit/notifications").text
    page = team.get("/cockpit/support").text
    assert "A tenant is missing in your list; I&#39;d like to see it." in page
    assert team.post(f"/cockpit/support/{access.id}/agree", {"hours": "2"}).status_code == 303
    now = stored(brunnenhof)
    assert now.agreed_at is not None
    assert now.ends_at is not None
    assert ((now.ends_at - now.agreed_at).total_seconds(), now.agreed_by) == (7200, "Regula Steiner")
    brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    assert "Mara Lindt of platform support can see this Cockpit until" in team.get("/cockpit/").text
    support = inside(brunnenhof, way(brunnenhof, ida, access))
    people = support.get("/cockpit/people/")
    assert (people.status_code, "Lea Zimmermann" in people.text, 'class="watched"' in people.text) == (200, True, True)
    assert support.get(f"/cockpit/people/{lea.person_id}").status_code == 200
    opened = team.get(f"/cockpit/support/{access.id}").text
    assert re.findall(r"<code[^>]*>([^<]+)</code>", opened) == ["/cockpit/people/", f"/cockpit/people/{lea.person_id}"]
    assert f'<a href="/cockpit/people/{lea.person_id}">' in opened
    named = regula.granted("people.read").browser.get(f"/cockpit/support/{access.id}").text
    assert named.count(">People</a> <code") == 2
    assert "2 pages" in ida.get(f"/companies/{brunnenhof.id}/support").text


def test_there_is_no_way_in_without_consent(brunnenhof: SomeCompany, ida: Browser, regula: SomeBody) -> None:
    """Not while nobody has answered, not after no, not with a made up ticket, cookie or id."""
    access = asked(brunnenhof, ida)
    assert way(brunnenhof, ida, access) is None
    assert ida.post(f"/companies/{brunnenhof.id}/support/ask", {"reason": WHY, "hours": "4"}).status_code == 422
    assert regula.browser.post(f"/cockpit/support/{access.id}/decline", {}).status_code == 303
    regula.browser.post(f"/cockpit/support/{access.id}/agree", {"hours": "2"})
    assert (stored(brunnenhof).agreed_at, stored(brunnenhof).declined_by) == (None, "Regula Steiner")
    assert way(brunnenhof, ida, access) is None
    stranger = brunnenhof.visitor()
    assert stranger.get("/support/enter/x").status_code == 404
    stranger.cookie(COOKIE, "x")
    assert gone(stranger)
    assert asked(brunnenhof, ida).id != access.id  # once more is allowed after an answer


@pytest.mark.parametrize("hours", ["0", "73", "", "many", "-1"])
def test_nobody_asks_for_longer_than_three_days(brunnenhof: SomeCompany, ida: Browser, hours: str) -> None:
    answer = ida.post(f"/companies/{brunnenhof.id}/support/ask", {"reason": WHY, "hours": hours})
    assert (answer.status_code, 'class="error-summary"' in answer.text) == (422, True)
    assert ida.post(f"/companies/{brunnenhof.id}/support/ask", {"reason": "help", "hours": "1"}).status_code == 422


def test_the_company_gives_as_much_time_as_was_asked_or_less(
    brunnenhof: SomeCompany, ida: Browser, regula: SomeBody
) -> None:
    access, team = asked(brunnenhof, ida, "4"), regula.browser
    for hours in ("5", "0", "x"):
        answer = team.post(f"/cockpit/support/{access.id}/agree", {"hours": hours})
        assert (answer.status_code, stored(brunnenhof).agreed_at) == (422, None)
    assert team.post(f"/cockpit/support/{access.id}/agree", {"hours": "4"}).status_code == 303


def test_a_way_in_is_good_once_for_one_company_and_for_who_asked(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, ida: Browser, regula: SomeBody, console: Callable[..., Browser]
) -> None:
    access = agreed(brunnenhof, ida, regula)
    assert way(brunnenhof, console("support"), access) is None
    assert way(nordlicht, ida, access) is None
    first = way(brunnenhof, ida, access)
    assert first is not None
    assert nordlicht.visitor().get(first).status_code == 404
    support = inside(brunnenhof, first)
    assert brunnenhof.visitor().get(first).status_code == 404
    token = support.cookies()[COOKIE]
    elsewhere = nordlicht.visitor()
    elsewhere.cookie(COOKIE, token)
    assert gone(elsewhere)
    again = inside(brunnenhof, way(brunnenhof, ida, access))
    assert (gone(support), gone(again)) == (True, False)
    late = way(brunnenhof, ida, access)
    change(brunnenhof, ticket_until=text("now() - interval '1 second'"))
    assert late is not None
    assert brunnenhof.visitor().get(late).status_code == 404


@pytest.mark.parametrize("ending", ["company", "time", "support", "cockpit", "sign out", "fired", "moved"])
def test_it_ends_at_once_whoever_ends_it(brunnenhof: SomeCompany, ida: Browser, regula: SomeBody, ending: str) -> None:
    access = agreed(brunnenhof, ida, regula)
    spare = way(brunnenhof, ida, access) if ending == "time" else None
    support = inside(brunnenhof, way(brunnenhof, ida, access))
    assert not gone(support)
    ends = {
        "company": lambda: regula.browser.post(f"/cockpit/support/{access.id}/end", {}),
        "time": lambda: change(
            brunnenhof, agreed_at=text("now() - interval '3 hours'"), ends_at=text("now() - interval '1 second'")
        ),
        "support": lambda: ida.post(f"/companies/{brunnenhof.id}/support/{access.id}/end", {}),
        "cockpit": lambda: support.post("/support/end", {}),
        "sign out": lambda: ida.post("/sign-out", {}),
        "fired": lambda: operator(brunnenhof, access.operator_id, is_active=False),
        "moved": lambda: operator(brunnenhof, access.operator_id, role="sales"),
    }
    ends[ending]()
    assert gone(support)
    if ending not in {"sign out", "fired", "moved"}:
        assert way(brunnenhof, ida, access) is None
    if spare is not None:
        assert brunnenhof.visitor().get(spare).status_code == 404
    regula.browser.post(f"/cockpit/support/{access.id}/agree", {"hours": "2"})
    assert gone(support)
    brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    if ending not in {"sign out", "fired", "moved"}:
        assert "can see this Cockpit until" not in regula.browser.get("/cockpit/").text


def operator(company: SomeCompany, operator_id: UUID, **values: Any) -> None:
    with Session(company.platform.shell.platform) as db:
        db.execute(update(Operator).filter_by(id=operator_id).values(**values))
        assert db.scalars(select(OperatorSession).filter_by(account_id=operator_id)).first() is not None
        db.commit()


def test_support_changes_nothing_and_sees_nothing_to_get_in_with(
    brunnenhof: SomeCompany, ida: Browser, regula: SomeBody
) -> None:
    """Every route, with a company full of everything: no way but the way out takes anything, only the Cockpit is there,
    and what shows codes, mails with links, keys or consent is not."""
    plant_sample(brunnenhof, "Erinnerung")
    access = agreed(brunnenhof, ida, regula)
    support = inside(brunnenhof, way(brunnenhof, ida, access))
    wrong, seen = set(), set()
    for route in portal_routes(brunnenhof.platform):
        if route.area == "api" or route.rule.rule in {"/support/end", "/support/enter/<ticket>"}:
            continue
        answer = ask(brunnenhof, route, route.url(NOWHERE), browser=support)
        there = route.method == "GET" and route.area == "cockpit"
        there |= route.rule.rule.startswith("/files/") and route.method == "GET"
        if answer.status_code >= 500 or (not there and answer.status_code != 403):
            wrong.add((str(route), answer.status_code))
        if answer.status_code == 200:
            seen.add(route.needs)
    assert wrong == set()
    assert not seen & {TEAM_ADMIN, "people.invite", "mail.read", "api.tokens", "people.view_as", "erp.webhooks"}
    assert {"estate.read", "people.read", "company.settings"} <= seen
    for taken in ("/cockpit/people/export/csv", "/cockpit/estate/units/export/xlsx"):
        assert regula.granted("people.read", "estate.read").browser.get(taken).status_code == 200, taken
        answer = support.get(taken)
        assert (answer.status_code, "Content-Disposition" in answer.headers) == (403, False)
    with brunnenhof.db() as db:
        assert db.scalars(select(SupportPage.path).filter_by(path="/cockpit/people/")).all() == ["/cockpit/people/"]
    ways = set(re.findall(r'<a [^>]*href="(/[^"#]*)"', support.get("/cockpit/").text))
    shut = {link for link in ways if support.get(link, follow_redirects=True).status_code != 200}
    assert shut == {"/legal/erinnerung"}, "a link that leads nowhere, other than to what is public"


def test_who_manages_the_team_of_one_property_cannot_open_the_company(brunnenhof: SomeCompany, ida: Browser) -> None:
    limited = brunnenhof.agent("Karsten Thode", TEAM_ADMIN).limited_to(brunnenhof.property_id).browser
    access = asked(brunnenhof, ida)
    assert limited.get("/cockpit/support").status_code == 403
    assert limited.post(f"/cockpit/support/{access.id}/agree", {"hours": "2"}).status_code == 403
    assert stored(brunnenhof).agreed_at is None


def test_a_question_that_nobody_answers_lapses(brunnenhof: SomeCompany, ida: Browser, regula: SomeBody) -> None:
    access = asked(brunnenhof, ida)
    change(brunnenhof, asked_at=text("now() - interval '8 days'"))
    assert "never answered" in ida.get(f"/companies/{brunnenhof.id}/support").text
    regula.browser.post(f"/cockpit/support/{access.id}/agree", {"hours": "2"})
    assert stored(brunnenhof).agreed_at is None


def test_no_company_reads_or_ends_what_is_another_ones(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, ida: Browser, regula: SomeBody
) -> None:
    access = agreed(brunnenhof, ida, regula)
    svenja = nordlicht.agent("Svenja Petersen", TEAM_ADMIN).browser
    assert svenja.get(f"/cockpit/support/{access.id}").status_code == 404
    assert svenja.post(f"/cockpit/support/{access.id}/end", {}).status_code == 404
    assert stored(brunnenhof).ended_at is None
