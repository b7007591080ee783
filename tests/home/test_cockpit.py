"""The Cockpit's first page: what waits, how much there is, what comes first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from quartier.home.cockpit import Step, first_steps
from quartier.home.queries import Figures, figures
from quartier.testing import SomeCompany
from tests.home.pages import headings, links, words


def test_staff_see_what_waits_and_residents_do_not_come_in(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.agent().browser.get("/cockpit/").text
    assert headings(html, 1) == ["Übersicht"]
    assert headings(html, 2) == ["Broken machines"]
    assert brunnenhof.resident().browser.get("/cockpit/").status_code == 403


def test_when_nothing_waits_the_page_says_so(make_company: Callable[..., SomeCompany]) -> None:
    html = make_company("Quittenhalde").agent().browser.get("/cockpit/").text
    assert headings(html, 2) == ["Nichts wartet"]


def test_people_of_today_are_counted_once(brunnenhof: SomeCompany) -> None:
    brunnenhof.resident("Verena Keller")
    brunnenhof.resident("Arben Krasniqi", ends=date(2021, 1, 1))
    _other, building = brunnenhof.house("Seestrasse")
    brunnenhof.resident("Lea Zimmermann", building_id=building)
    brunnenhof.person("Ruth Meier")
    visit = brunnenhof.agent().visit()
    assert figures(visit) == Figures(properties=2, units=3, people=2, accounts=2, named=False)


def test_an_agent_of_one_property_sees_its_figures(brunnenhof: SomeCompany) -> None:
    brunnenhof.resident("Verena Keller")
    other, building = brunnenhof.house("Seestrasse")
    brunnenhof.resident("Lea Zimmermann", building_id=building)
    agent = brunnenhof.agent("Dragan Petrović").limited_to(other)
    known = figures(agent.visit())
    assert (known.properties, known.units, known.people) == (1, 1, 1)
    assert "In den Liegenschaften, für die Sie zuständig sind." in words(agent.browser.get("/cockpit/").text)


def test_another_companys_houses_do_not_count(
    brunnenhof: SomeCompany, make_company: Callable[..., SomeCompany]
) -> None:
    make_company("Nordlicht").resident()
    assert figures(brunnenhof.agent().visit()).units == 0


def offered(company: SomeCompany, *permissions: str, named: bool = False) -> list[Step]:
    company.platform.shell.snapshots.forget(company.id)
    visit = company.agent("Nadja Frei", *permissions).visit("en")
    known = Figures(properties=1, units=0, people=0, accounts=0, named=named)
    with company.platform.portal.app_context():
        return first_steps(visit, known)


SETTINGS = "/cockpit/settings"


def test_first_steps_are_those_that_one_may_take(brunnenhof: SomeCompany) -> None:
    assert [(step.url, step.done) for step in offered(brunnenhof, "company.settings")] == [
        (f"{SETTINGS}/brand", False), (f"{SETTINGS}/names", False), (f"{SETTINGS}/texts", False),
        ("/cockpit/laundry/", False),
    ]  # fmt: skip
    assert offered(brunnenhof) == []


def test_what_is_done_is_ticked_and_all_of_it_is_gone(make_company: Callable[..., SomeCompany]) -> None:
    company = make_company("Quittenhalde")
    assert [(step.url, step.done) for step in offered(company, "modules.switch")] == [(f"{SETTINGS}/modules", False)]
    company.switch("laundry")
    assert offered(company, "modules.switch") == []
    steps = offered(company, "company.settings", named=True)
    assert {step.url: step.done for step in steps}[f"{SETTINGS}/names"] is True


def test_the_first_page_lists_the_steps(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.agent("Nadja Frei", "company.settings").browser.get("/cockpit/").text
    assert headings(html, 2) == ["Unternehmen", "Erste Schritte", "Broken machines"]
    assert [url for url, _words in links(html, 'aria-labelledby="first"')] == [
        f"{SETTINGS}/brand", f"{SETTINGS}/names", f"{SETTINGS}/texts", "/cockpit/laundry/",
    ]  # fmt: skip
    assert "0 von 4 erledigt" in words(html)


def test_the_cockpits_search_finds_things_and_pages(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent().browser
    assert headings(nadja.get("/cockpit/search?q=tumbler").text, 2) == ["Waschküche 1"]
    found = nadja.get("/cockpit/search?q=WASCHK").text
    assert links(found, 'aria-labelledby="places"') == [("/cockpit/laundry/", "Waschküche")]
    assert headings(nadja.get("/cockpit/search?q=zzz").text, 2) == ["Nichts gefunden: zzz"]
    assert brunnenhof.resident().browser.get("/cockpit/search?q=a").status_code == 403


def test_keys_lead_to_places(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.agent().browser.get("/cockpit/").text
    assert 'href="/cockpit/laundry/" data-go="l" aria-keyshortcuts="g l"' in html
    assert 'href="/cockpit/" aria-current="page" data-go="o"' in html
