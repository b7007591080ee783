"""Rules for what is left of a module after its contract has ended: for every plugin, route, method and job."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from werkzeug.exceptions import HTTPException

from quartier.app import Platform, house_of
from quartier.jobs.registry import registry
from quartier.jobs.runner import Runner
from quartier.testing import SomeCompany
from quartier.web.gate import SAFE
from quartier.web.read_only import BUY
from tests.rules.names import Named
from tests.rules.routes import Route, ask, chief, master_token, portal_routes
from tests.rules.rows import dump, one_id_for_all
from tests.rules.sample import plant_sample

FOLDED = re.compile(r"<details\b[^>]*>\s*<summary\b(?:(?!</summary>).)*</summary>\s*</details>", re.DOTALL)
FAQ = ("faq.edit", "faq.view_drafts")
ZURICH = ZoneInfo("Europe/Zurich")
SENDS = re.compile(r'<(?:form\b[^>]*\bmethod="post"[^>]*?\baction|\w+[^>]*?\b(?:hx-post|formaction))="([^"]*)"')
BUTTONS = re.compile(r'<a\b[^>]*\bclass="btn\b[^"]*"[^>]*\bhref="([^"]*)"')


def end_contracts(company: SomeCompany, *, grace: int = 0, read_only: int = 60, renewed: bool = False) -> None:
    """All that the company bought ended as yesterday was over, or never did."""
    with company.platform.shell.platform.begin() as db:
        yesterday = (datetime.now(UTC).astimezone(ZURICH) - timedelta(days=1)).date()
        values = {"company": company.id, "ends": None if renewed else yesterday, "grace": grace, "read": read_only}
        db.execute(
            text(
                "UPDATE contract SET ends = :ends, grace_days = :grace, read_only_days = :read "
                "WHERE company_id = :company"
            ),
            values,
        )
    company.platform.shell.snapshots.forget(company.id)


def of_modules(platform: Platform) -> list[Route]:
    return [route for route in portal_routes(platform) if route.module is not None]


@dataclass(frozen=True)
class Planted:
    """A company with something of everything, each thing found under one id; and who asks for it."""

    company: SomeCompany
    chief: Any
    resident: Any
    token: str
    one: UUID

    @property
    def platform(self) -> Platform:
        return self.company.platform

    def asked(self, routes: list[Route]) -> dict[str, list[int]]:
        """What the chief and a resident are answered; over the API a program is asked for both."""
        return {
            str(route): [
                ask(self.company, route, route.url(self.one), browser=browser, token=self.token).status_code
                for browser in (self.chief, self.resident)
            ]
            for route in routes
        }


@pytest.fixture
def planted(brunnenhof: SomeCompany) -> Planted:
    who = chief(brunnenhof).browser, brunnenhof.resident(language="en").browser, master_token(brunnenhof)
    plant_sample(brunnenhof, "Erinnerung")
    return Planted(brunnenhof, *who, one_id_for_all(brunnenhof))


def test_a_module_goes_down_step_by_step_and_comes_back_as_it_was(planted: Planted) -> None:
    """Active, in grace, for reading, locked and renewed: asked by every method of every route of every plugin."""
    routes = of_modules(planted.platform)
    reading = [route for route in routes if route.method in SAFE]
    writing = [route for route in routes if route.method not in SAFE]
    active = planted.asked(reading)
    before = dump(planted.company)
    end_contracts(planted.company, grace=5)
    assert planted.asked(reading) == active
    end_contracts(planted.company)
    assert planted.asked(reading) == active
    refused = planted.asked(writing)
    allowed = {"app": [423, 423], "cockpit": [423, 403], "api": [423, 423]}
    assert {str(one): refused[str(one)] for one in writing} == {str(one): allowed[one.area] for one in writing}
    end_contracts(planted.company, read_only=0)
    assert {status for both in planted.asked(routes).values() for status in both} == {404}
    end_contracts(planted.company, renewed=True)
    assert planted.asked(reading) == active
    after = dump(planted.company)
    plain = planted.platform.shell.plugins.serving
    kept = {name for name in before if name.startswith(tuple(f"{slug}_" for slug in plain)) or name == "stored_file"}
    assert {name for name in kept if after[name] != before[name]} == set()


def test_pages_offer_nothing_that_would_be_refused_and_read_names_where_the_studio_says(planted: Planted) -> None:
    """Neither a module's own page nor one of the core has a form, a button that sends, one that leads to a form.

    And before that, on the same pages: what the company calls its micro-apps is read where its studio lists it.
    """
    platform, one = planted.platform, planted.one
    pages = [route for route in portal_routes(platform) if route.method == "GET" and route.area != "api"]
    named = Named(sorted(platform.shell.plugins.serving))

    def offers(*, dead: bool = False) -> set[tuple[str, str]]:
        found = set()
        for route in pages:
            for browser in (planted.chief, planted.resident):
                page = browser.get(route.url(one))
                if page.status_code != 200 or page.mimetype != "text/html":
                    continue
                if not dead and browser is (planted.resident if route.area == "app" else planted.chief):
                    named.look(route, page.text)
                here = route.url(one)
                found |= {(here, "folds out nothing")} if FOLDED.search(page.text) else set()
                found |= {(here, url) for url in SENDS.findall(page.text) if writes(platform, url or here)}
                if dead and '<body class="desk"' in page.text and 'href="#sidenav"' not in page.text:
                    found.add((here, "has lost its menu"))
                if dead and route.module is not None:
                    found |= {(here, control) for control in dead_controls(page.text)}
                found |= {(here, url) for url in BUTTONS.findall(page.text) if writes(platform, url)}
        return found

    named.rename(planted.chief)
    normally = offers()
    assert {writes(platform, url or here) for here, url in normally if url != "folds out nothing"} == set(named.slugs)
    listed, read = named.listed(planted.chief), named.read
    own = {slug: {f"/{slug}/", f"/cockpit/{slug}/"} for slug in named.slugs}
    assert {slug: listed[slug] - own[slug] - read[slug] for slug in named.slugs} == {
        slug: set() if slug == "faq" else {"/cockpit/settings/space"} for slug in named.slugs
    }, "of these, only the FAQ of the sample has files"
    assert {slug: read[slug] - listed[slug] for slug in named.slugs} == {slug: set() for slug in named.slugs}
    assert all(own[slug] <= listed[slug] for slug in named.slugs)
    end_contracts(planted.company)
    assert offers(dead=True) == set()


class _Controls(HTMLParser):
    """What could be filled in or pressed on a page, but would be sent nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self._forms = self._tabs = 0
        self._in_main = False
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_main |= tag == "main"
        self._forms += tag == "form"
        self._tabs += (self._tabs > 0 and tag == "div") or "lang-tabs" in given.get("class", "")
        dead = "disabled" in given or given.get("role") == "toolbar" or tag in {"input", "textarea", "select", "button"}
        if dead and self._in_main and not (self._forms or self._tabs) and "form" not in given:
            self.found.add(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_main &= tag != "main"
        self._forms -= tag == "form"
        self._tabs -= self._tabs > 0 and tag == "div"


def dead_controls(page: str) -> set[str]:
    finder = _Controls()
    finder.feed(page)
    return finder.found


def writes(platform: Platform, url: str) -> str | None:
    """The module in which sending to this address would write."""
    try:
        endpoint, _values = platform.portal.url_map.bind("").match(url.partition("?")[0].partition("#")[0], "POST")
    except HTTPException:
        return None
    module: str | None = platform.portal.view_functions[endpoint].module  # type: ignore[attr-defined]
    return module


def test_who_reads_is_told_so_in_plain_words_and_without_a_price(planted: Planted) -> None:
    lea = planted.resident
    end_contracts(planted.company)
    for slug in planted.platform.shell.plugins.serving:
        page = lea.get(f"/{slug}/").text
        assert "New entries and changes are not possible at the moment." in page
        assert not re.search(r"contract|marketplace|CHF|EUR", page)
    head = {"Authorization": f"Bearer {planted.token}"}
    answer = planted.company.visitor().open(
        "POST", "/api/v1/faq/topics", json={}, headers={**head, "Accept-Language": "en"}
    )
    kind = (answer.status_code, answer.mimetype, answer.json["type"])
    assert kind == (423, "application/problem+json", "/api/problems/423")
    assert answer.json["detail"].endswith("New entries and changes are not possible at the moment.")


def test_no_job_of_a_module_runs_while_it_can_only_be_read(planted: Planted) -> None:
    platform = planted.platform
    known = registry(platform.shell.plugins, [], [])
    ran: list[str] = []

    def note(work: Any, **_arguments: Any) -> None:
        ran.append(work.company.slug)

    def run_all() -> list[str]:
        ran.clear()
        for name in known.modules:
            Runner(house_of(platform.shell), known)(replace(known.jobs[name], run=note), planted.company.id, {}, 1)
        return ran

    assert len(run_all()) == len(known.modules) > 0
    end_contracts(planted.company, grace=5)
    assert len(run_all()) == len(known.modules)
    end_contracts(planted.company)
    assert run_all() == []


def test_a_contract_that_changes_while_its_module_is_in_use_refuses_the_step_and_not_the_page(
    brunnenhof: SomeCompany,
) -> None:
    """Somebody writes, sales end the contract: what was typed is refused with a reason, and goes through once renewed.

    Files that were begun are refused in the same way.
    """
    nadja, form = brunnenhof.agent("Nadja Frei", *FAQ, BUY, language="en").browser, "/cockpit/faq/categories/new"
    typed = {"name.de": "Waesche", "icon": "key"}
    assert nadja.get(form).status_code == 200
    end_contracts(brunnenhof)
    refused = nadja.post(form, typed)
    assert (refused.status_code, "Nothing was saved." in refused.text) == (423, True)
    assert nadja.post("/files", {"purpose": "faq.article"}).status_code == 423
    page = nadja.get(form)
    assert (page.status_code, "The contract has ended; residents can read until" in page.text) == (200, True)
    end_contracts(brunnenhof, grace=5)
    assert "The contract has ended; everything works until" in nadja.get(form).text
    assert (
        "The contract has ended" not in brunnenhof.agent("Dragan Petrović", *FAQ, language="en").browser.get(form).text
    )
    assert nadja.post(form, typed).status_code == 303
    end_contracts(brunnenhof, renewed=True)
    assert "The contract has ended" not in nadja.get(form).text
