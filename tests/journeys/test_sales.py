"""Sales in the console: a company is made in the browser, what it bought is written down, and its portal answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import expect

from plugins.faq.tests.sample import live
from quartier.testing import SomeCompany
from quartier.theming.palette import derive
from tests.journeys.conftest import PATIENCE, Finds, Opens
from tests.journeys.guest import Guest

LOGO, BURGUNDY = Path("tenants/nordlicht/brand/logo.svg"), "#7A1F3D"
IN_THREE_LANGUAGES = {"de": "Gut zu wissen", "en": "Good to know", "fr": "Bon à savoir"}
# Asked again and again, as by somebody who waits for a page; whether the answer came is told, and not for how long.
ANSWERS = """async ([path, status, patience]) => {
  for (const end = Date.now() + patience; Date.now() < end;)
    if ((await fetch(path, {redirect: 'manual'})).status === status) return true;
  return false;
}"""
API = """async ([path, token]) => {
  const answer = await fetch('/api/v1' + path, {headers: {Authorization: 'Bearer ' + token}});
  return [answer.status, answer.ok ? (await answer.json()).items.map(item => item.slug) : null];
}"""


@dataclass(frozen=True)
class Found:
    """Where a resident and a machine come across the module: menu, page, search, API."""

    menu: list[str]
    page: int
    search: list[str]
    api: tuple[int, list[str] | None]


def test_mara_sells_a_portal_with_questions_and_takes_them_back(mara: Guest, finds: Finds, opens: Opens) -> None:
    makes_a_company(mara, "Seeblick Verwaltungen GmbH", "seeblick")
    company = finds("seeblick")
    portal = opens(company.host, language="fr-CH")
    wears_its_own_colours(portal)
    portal.has_session(company.resident("Claire Monnier").session_token())
    nothing = Found(menu=[], page=404, search=[], api=(404, None))
    token = company.token("faq.view_drafts")
    assert what_is_found(portal, token) == nothing

    writes_the_contract(mara)
    switch(mara, on=True)
    assert portal.page.evaluate(ANSWERS, ["/faq/", 200, PATIENCE])
    company_writes(company)
    for language, name in IN_THREE_LANGUAGES.items():
        reads(portal, language, name)
    everything = what_is_found(portal, token)
    assert everything == Found(["/faq/"], 200, ["/faq/briefkasten"], (200, ["briefkasten"]))

    switch(mara, on=False)
    assert portal.page.evaluate(ANSWERS, ["/faq/", 404, PATIENCE])
    assert what_is_found(portal, token) == nothing

    switch(mara, on=True)
    assert portal.page.evaluate(ANSWERS, ["/faq/", 200, PATIENCE])
    assert what_is_found(portal, token) == everything
    assert [problem for problem in portal.problems if "status of 404" not in problem] == []
    portal.problems.clear()


def makes_a_company(mara: Guest, name: str, slug: str) -> None:
    """Name, subdomain, look, logo and languages, in one form."""
    page = mara.page
    page.get_by_role("link", name="New company").first.click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Name", exact=True).press("Tab")
    expect(page.locator("#slug-hint")).to_contain_text("the portal gets the address")  # she wants it shorter
    expect(page.get_by_label("Subdomain")).to_have_value("")
    page.get_by_label("Subdomain").fill(slug)
    page.get_by_label("Name of the app").fill("Seeblick")
    page.get_by_label("Brand colour").fill(BURGUNDY)
    page.get_by_label("Logo").set_input_files(LOGO)
    languages = page.get_by_role("group", name="Languages").get_by_role("checkbox")
    assert [box.is_checked() for box in languages.all()] == [True, True, True]
    mara.sees("button", "Create company").click()
    expect(mara.sees("heading", name)).to_be_visible()
    expect(page.get_by_text(f"{name} is live.")).to_be_visible()


def wears_its_own_colours(portal: Guest) -> None:
    """The company's portal answers at once, in its brand."""
    portal.goes("/sign-in")
    expect(portal.page.locator("img.logo").first).to_have_js_property("complete", True)
    assert portal.page.locator("img.logo").first.evaluate("image => image.naturalWidth") > 0
    accent = derive(BURGUNDY).light["accent"]
    rgb = ", ".join(str(int(accent[at : at + 2], 16)) for at in (1, 3, 5))
    expect(portal.page.locator(".btn-primary")).to_have_css("background-color", f"rgb({rgb})")


def writes_the_contract(mara: Guest) -> None:
    """An agreement with one line; the module is sold but not switched on yet."""
    page = mara.page
    page.get_by_role("link", name="Write contract").first.click()
    page.get_by_label("Number").fill("SEE-2026-01")
    page.get_by_label("Accepted: it is signed already").check()
    confirms(mara, "Signed in Zurich")
    page.get_by_role("link", name="Add line").first.click()
    page.get_by_label("Product").select_option("faq")
    page.get_by_label("Switch it on for the company as well").uncheck()
    confirms(mara, "Part of the first offer")


def confirms(mara: Guest, reason: str) -> None:
    """Every change names its reason and is looked at before it is saved."""
    mara.page.get_by_label("Reason").fill(reason)
    mara.sees("button", "Review").click()
    mara.page.locator("#review").get_by_role("button", name="Save").click()
    expect(mara.page.get_by_text("Saved. In force everywhere within a second.")).to_be_visible()


def switch(mara: Guest, *, on: bool) -> None:
    toggle = mara.page.get_by_role("switch", name="Good to know")
    toggle.set_checked(on)
    mara.sees("button", "Review changes").click()
    mara.page.locator("#review").get_by_label("Reason").fill("The company wishes so")
    mara.page.locator("#review").get_by_role("button", name="Save").click()
    expect(mara.page.get_by_text("Saved. In force everywhere within a second.")).to_be_visible()
    assert toggle.is_checked() is on


def company_writes(company: SomeCompany) -> None:
    """An article, as staff write it in their own story."""
    db = company.db()
    live(db, "Der Briefkasten klemmt", slug="briefkasten")
    db.commit()
    db.close()


def reads(portal: Guest, language: str, name: str) -> None:
    portal.goes("/more")
    portal.page.locator("main .langs").get_by_role("button", name=language.upper()).click()
    portal.goes("/faq/")
    expect(portal.page.get_by_role("heading", level=1)).to_have_text(name)
    expect(portal.page.locator("main a[href='/faq/briefkasten']").first).to_be_visible()


def what_is_found(portal: Guest, token: str) -> Found:
    """The module as residents and machines meet it now."""
    portal.goes("/")
    menu = portal.page.locator(".bottomnav a[href^='/faq']").evaluate_all("links => links.map(link => link.pathname)")
    page = portal.page.evaluate("fetch('/faq/').then(answer => answer.status)")
    status, items = portal.page.evaluate(API, ["/faq/articles", token])
    portal.goes("/search?q=briefkasten")
    found = portal.page.locator("main .rows a[href^='/faq/']").evaluate_all("links => links.map(link => link.pathname)")
    return Found(menu, page, found, (status, items))
