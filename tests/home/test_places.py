"""More, and search."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quartier.testing import SomeCompany
from tests.home.pages import headings, links, words
from tests.legal.documents import published


def test_everything_else_is_under_more(brunnenhof: SomeCompany) -> None:
    published(brunnenhof, "imprint", de="AG")
    published(brunnenhof, "terms", de="Freundlich bleiben")
    verena = brunnenhof.resident("Verena Keller")
    html = verena.browser.get("/more").text
    assert headings(html, 1) == ["Mehr"]
    assert [url for url, _words in links(html, 'id="content"')] == [
        "/laundry/", "/search", "/account", "/imprint", "/terms", "/accessibility",
    ]  # fmt: skip
    assert [f'value="{language}"' in html for language in ("de", "en", "fr")] == [True, True, True]
    assert '<form action="/sign-out" method="post">' in html


def test_one_who_works_here_finds_the_cockpit_under_more(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.agent().browser.get("/more").text
    assert ("/cockpit/", "Cockpit Hier arbeitet das Team") in links(html, 'id="content"')


def test_one_leaves_from_more(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.resident().browser
    assert browser.post("/sign-out").status_code == 303
    assert browser.get("/more").headers["Location"] == "/sign-in?next=/more"


def test_hits_stand_under_the_modules_own_name_in_their_language(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.resident().browser.get("/search?q=%20tumbler%20").text
    assert headings(html, 2) == ["Waschküche 1"]
    assert '<span class="row-text" lang="fr"><span class="row-title">Tumbler &lt;b&gt;</span>' in html
    assert 'value="tumbler"' in html
    assert "1 Treffer" in html


def test_nothing_found_offers_people(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.resident().browser.get("/search?q=%22%3E%3Cscript%3E").text
    assert headings(html, 2) == ['Nichts gefunden: "><script>', "Für Sie da"]
    assert "<script>" not in html.replace("<script src=", "")


def test_before_anything_is_typed_the_search_says_where_it_looks(brunnenhof: SomeCompany) -> None:
    text = words(brunnenhof.resident().browser.get("/search").text)
    assert "Die Suche durchsucht: Waschküche" in text


@pytest.mark.parametrize("query", ["%00", "a" * 5000, "%F0%9F%92%A9", "%ED%A0%80", "' OR 1=1 --", "%25"])
def test_odd_queries_find_nothing_and_break_nothing(brunnenhof: SomeCompany, query: str) -> None:
    assert brunnenhof.resident().browser.get(f"/search?q={query}").status_code == 200


def test_a_module_that_is_off_is_not_searched(make_company: Callable[..., SomeCompany]) -> None:
    company = make_company("Seehalde", modules=("laundry",))
    company.switch("laundry", on=False)
    verena = company.resident().browser
    assert "Tumbler" not in verena.get("/search?q=tumbler").text
    assert verena.get("/laundry/").status_code == 404
