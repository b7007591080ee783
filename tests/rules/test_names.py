"""A rule for what a company calls its micro-apps: the studio lists each page on which a name is read, and no other."""

from __future__ import annotations

import re

from quartier.testing import SomeCompany
from tests.rules.routes import chief, portal_routes
from tests.rules.rows import one_id_for_all
from tests.rules.sample import plant_sample
from tests.settings.forms import send

PATH = "/cockpit/settings/names"
MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)">')


def test_the_studio_lists_every_page_on_which_a_name_is_read(brunnenhof: SomeCompany) -> None:
    """On every page beside its menus: in the Cockpit by an agent who may everything, in the app by a resident."""
    who = chief(brunnenhof).browser, brunnenhof.resident(language="en").browser
    plant_sample(brunnenhof, "Erinnerung")
    one = one_id_for_all(brunnenhof)
    slugs = sorted(brunnenhof.platform.shell.plugins.serving)
    for slug in slugs:
        assert send(who[0], f"{PATH}/{slug}", name__en=f"Zebra {slug}").status_code == 303
    read: dict[str, set[str]] = {slug: set() for slug in slugs}
    for route in portal_routes(brunnenhof.platform):
        if route.method != "GET" or route.area == "api" or route.url(one).startswith(PATH):
            continue
        page = who[route.area == "app"].get(route.url(one), headers={"Accept-Language": "en"})
        said = "".join(MAIN.findall(page.text)) if page.mimetype == "text/html" else ""
        for slug in slugs:
            if f"Zebra {slug}" in said and route.module != slug:
                read[slug].add(route.rule.rule)
    pages = {slug: who[0].get(f"{PATH}/{slug}").text.split('id="places"')[1].split("</ul>")[0] for slug in slugs}
    listed = {slug: set(LINK.findall(page)) for slug, page in pages.items()}
    own = {slug: {f"/{slug}/", f"/cockpit/{slug}/"} for slug in slugs}
    assert {slug: listed[slug] - own[slug] - read[slug] for slug in slugs} == {
        slug: set() if slug == "faq" else {"/cockpit/settings/space"} for slug in slugs
    }, "of these, only the FAQ of the sample has files"
    assert {slug: read[slug] - listed[slug] for slug in slugs} == {slug: set() for slug in slugs}
    assert all(own[slug] <= listed[slug] for slug in slugs)
