"""Rules for every route, of core and plugins: declared, gated, and of one company only."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quartier.accounts.permissions import all_scopes
from quartier.app import Platform
from quartier.people.policies import VIEW_AS
from quartier.testing import Browser, SomeCompany
from quartier.viewing.watching import END
from quartier.web.gate import PUBLIC, WORDS
from tests.rules.routes import NOWHERE, ask, chief, master_token, portal_routes, routes, takes_ids
from tests.rules.rows import dump, one_id_for_all
from tests.rules.sample import plant_sample

CANARY = "Nordlichtgeheimnis"
ROLES = {"role:sales", "role:finance,sales", "role:sales,support", "role:support", "role:admin"}


def test_every_route_says_who_may_use_it(platform: Platform) -> None:
    known = WORDS | ROLES | all_scopes(platform.shell.plugins).keys()
    everything = routes(platform.portal) + routes(platform.console)
    assert {str(route) for route in everything if getattr(route.view, "needs", None) not in known} == set()


def test_the_console_asks_everybody_but_at_the_door(platform: Platform) -> None:
    public = {str(route) for route in routes(platform.console) if route.needs == PUBLIC}
    assert {name.split(" ")[1].split("/")[1] for name in public} <= {
        "sign-in",
        "reset",
        "language",
        "styleguide",
        "imprint",
        "privacy",
        "quote",  # for who has its link
    }


def test_only_what_asks_for_no_session_takes_requests_from_other_hosts(platform: Platform) -> None:
    everything = routes(platform.portal) + routes(platform.console)
    open_to_all = {str(route) for route in everything if getattr(route.view, "from_outside", False)}
    assert open_to_all == {"POST /mails/<token>/<kind>"}  # one click in a mail program; the token is the key
    assert {route.needs for route in everything if str(route) in open_to_all} == {PUBLIC}


def test_no_route_of_the_console_exists_on_a_companys_host(platform: Platform) -> None:
    assert {route.area for route in routes(platform.portal)} <= {"app", "cockpit", "api"}
    assert {route.area for route in routes(platform.console)} == {"console", "api"}


def test_strangers_are_sent_to_the_door(brunnenhof: SomeCompany) -> None:
    let_in = set()
    for route in portal_routes(brunnenhof.platform):
        if route.needs == PUBLIC:
            continue
        url = route.url(NOWHERE)
        answer = ask(brunnenhof, route, url, browser=brunnenhof.visitor())
        if answer.status_code not in {302, 401} or answer.headers.get("Location", "/sign-in")[:8] != "/sign-in":
            let_in.add((str(route), answer.status_code))
    assert let_in == set()


def test_residents_use_no_tool_of_the_staff(brunnenhof: SomeCompany) -> None:
    browser, let_in = brunnenhof.resident().browser, set()
    for route in portal_routes(brunnenhof.platform):
        if route.area == "cockpit" or route.needs not in WORDS:
            url = route.url(NOWHERE)
            answer = ask(brunnenhof, route, url, browser=browser)
            if answer.status_code not in {401, 403}:
                let_in.add((str(route), answer.status_code))
    assert let_in == set()


def test_a_permission_opens_its_routes_and_no_others(brunnenhof: SomeCompany) -> None:
    """An agent without any permission is refused wherever one is declared."""
    browser, token, let_in = brunnenhof.agent("Dragan Petrović").browser, brunnenhof.token(), set()
    for route in portal_routes(brunnenhof.platform):
        if route.needs in WORDS:
            continue
        url = route.url(NOWHERE)
        answer = ask(brunnenhof, route, url, browser=browser, token=token)
        if answer.status_code != 403:
            let_in.add((str(route), answer.status_code))
    assert let_in == set()


def test_whoever_looks_as_a_resident_changes_nothing_anywhere(brunnenhof: SomeCompany) -> None:
    """Of every module and by every method: only the way out is open, and nothing of the staff's."""
    lea, browser, done = brunnenhof.resident(), brunnenhof.agent("Nadja Frei", VIEW_AS).browser, set()
    browser.post(f"/cockpit/people/{lea.person_id}/view-as", {"reason": "Asked on the phone"})
    for route in portal_routes(brunnenhof.platform):
        harmless = route.method == "GET" and route.area == "app"
        if route.area == "api" or route.rule.rule == END:
            continue
        url = route.url(NOWHERE)
        answer = ask(brunnenhof, route, url, browser=browser)
        if answer.status_code >= 500 if harmless else answer.status_code != 403:
            done.add((str(route), answer.status_code))
    assert done == set()
    assert 'class="watched"' in browser.get("/").text


def test_a_module_that_is_off_is_gone_for_everybody(make_company: Callable[..., SomeCompany]) -> None:
    company = make_company("Ohne")
    browser, token, found = chief(company).browser, master_token(company), set()
    for route in portal_routes(company.platform):
        if route.module is not None:
            url = route.url(NOWHERE)
            answer = ask(company, route, url, browser=browser, token=token)
            if answer.status_code != 404:
                found.add((str(route), answer.status_code))
    assert found == set()


def test_a_module_that_is_off_tells_its_methods_to_nobody(make_company: Callable[..., SomeCompany]) -> None:
    company = make_company("Ohne")
    browser, found = company.visitor(), set()
    for url in {route.url(NOWHERE) for route in portal_routes(company.platform) if route.module}:
        for method in ("OPTIONS", "DELETE", "PUT", "PROPFIND"):
            answer = browser.open(method, url)
            if answer.status_code != 404:
                found.add((method, url, answer.status_code))
    assert found == set()


def test_a_page_that_is_there_tells_its_methods(brunnenhof: SomeCompany) -> None:
    assert brunnenhof.visitor().open("OPTIONS", "/faq/").allow.as_set() == {"get", "head", "options"}
    assert brunnenhof.visitor().open("DELETE", "/faq/").status_code == 405


def test_no_id_of_another_company_opens_anything(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    """Every route that takes an id, with one that the other company has in every table."""
    plant_sample(nordlicht, CANARY)
    plant_sample(brunnenhof, "Brunnenhofgeheimnis")
    theirs, browser, token = one_id_for_all(nordlicht), chief(brunnenhof).browser, master_token(brunnenhof)
    before, leaks = dump(nordlicht), set()
    for route in filter(takes_ids, portal_routes(brunnenhof.platform)):
        if route.needs == PUBLIC:
            continue
        answer = ask(brunnenhof, route, route.url(theirs), browser=browser, token=token)
        if answer.status_code < 300 or CANARY.encode() in answer.data:
            leaks.add((str(route), answer.status_code))
    assert leaks == set()
    assert dump(nordlicht) == before


def test_no_page_shows_another_companys_content(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    plant_sample(nordlicht, CANARY)
    chief_browser, token, leaks = chief(brunnenhof).browser, master_token(brunnenhof), set()
    for route in portal_routes(brunnenhof.platform):
        if route.method != "GET" or takes_ids(route):
            continue
        for browser in (chief_browser, brunnenhof.resident().browser, brunnenhof.visitor()):
            answer = ask(brunnenhof, route, f"{route.rule.rule}?q={CANARY[:10]}", browser=browser, token=token)
            if CANARY.encode() in answer.data:
                leaks.add(str(route))
    assert leaks == set()


@pytest.mark.parametrize("header", ["nordlicht", "NORDLICHT", "nordlicht."])
def test_a_host_header_of_another_company_meets_a_stranger(
    header: str, brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    """The cookie of one company, sent to another company's host however it is written."""
    host = nordlicht.host.replace("nordlicht", header.rstrip(".")) + ("." if header.endswith(".") else "")
    browser = Browser(brunnenhof.platform, brunnenhof.host)
    session = brunnenhof.resident().session_token()
    answer = browser.get("/", base_url=f"https://{host}", headers={"Cookie": f"__Host-quartier={session}"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/")
