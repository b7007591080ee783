"""Pages about the API: public, in the reader's language, and without anything from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route

from quartier.api.explanations import CAUSES, REMEDIES
from quartier.api.problems import TITLES
from quartier.testing import SomeCompany
from quartier.web.headers import CSP


@pytest.mark.parametrize("status", sorted(TITLES))
def test_every_kind_of_problem_has_a_page(brunnenhof: SomeCompany, status: int) -> None:
    answer = brunnenhof.visitor().get(f"/api/problems/{status}", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    for text in (TITLES, CAUSES, REMEDIES):
        assert str(text[status]) in answer.text


def test_its_words_follow_the_reader(brunnenhof: SomeCompany) -> None:
    visitor = brunnenhof.visitor()
    headings = [
        re.findall("<h1>(.*)</h1>", visitor.get("/api/problems/429", headers={"Accept-Language": one}).text)
        for one in ("de", "fr", "en")
    ]
    assert headings == [["Zu viele Anfragen"], ["Trop de requêtes"], ["Too many requests"]]


@pytest.mark.parametrize("path", ["/api/problems/200", "/api/problems/999", "/api/problems/x", "/api/problems/"])
def test_other_numbers_are_no_problems(brunnenhof: SomeCompany, path: str) -> None:
    answer = brunnenhof.visitor().get(path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_the_documentation_names_each_operation_without_javascript(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.visitor().get("/api/docs")
    assert "<td><code>GET /api/v1/units</code></td>" in answer.text
    assert "<td><code>estate.read</code></td>" in answer.text
    assert answer.headers["Content-Security-Policy"] == CSP


def test_nothing_on_it_comes_from_elsewhere(brunnenhof: SomeCompany) -> None:
    page = brunnenhof.visitor().get("/api/docs").text
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert [address for address in addresses if not address.startswith("/") or address.startswith("//")] == []
    assert {brunnenhof.visitor().get(one).status_code for one in addresses if one.startswith("/static/")} == {200}
    assert re.findall(r"<style|style=|<script>|\son\w+=", page) == []


def test_modules_that_are_off_are_not_on_it(make_company: Callable[..., SomeCompany]) -> None:
    page = make_company("Ohne").visitor().get("/api/docs").text
    paths = set(re.findall(r"/api/v1/(\w+)", page)) - {"openapi"}
    nouns = {"properties", "buildings", "units", "occupancies", "people", "occupants"}
    assert paths == {
        "me",
        "entitlements",
        "marketplace",
        "brand",
        "erp",
        "files",
        "important",
        "imports",
        "corrections",
        "invitations",
        "erasures",
        "legal",
        "settings",
        "team",
        *nouns,
    }


@pytest.mark.browser
def test_the_browser_of_the_api_runs_under_our_policy(brunnenhof: SomeCompany, chromium: Browser) -> None:
    """Everything it asks for is answered by the portal itself, with the headers that visitors get."""
    asked, complaints = [], []

    def answer(route: Route) -> None:
        address = urlsplit(route.request.url)
        asked.append(address.netloc)
        found = brunnenhof.visitor().get(address.path)
        route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)

    phone = {"width": 360, "height": 8000}  # so long that all of it is in view: of a long list the rest is not drawn
    context = chromium.new_context(viewport=phone, service_workers="block")
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route(lambda _url: True, answer)
    page.goto(f"https://{brunnenhof.host}/api/docs")
    page.click("#operations-estate-estate_units .opblock-summary-control")
    page.wait_for_selector("text=Only those of this building.")
    width, title = page.evaluate("document.documentElement.scrollWidth"), page.inner_text(".info .title")
    context.close()
    assert (set(asked), complaints, width) == ({brunnenhof.host}, [], 360)
    assert title.startswith("Brunnenhof AG: API")
