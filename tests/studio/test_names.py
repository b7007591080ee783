"""What a company calls its micro-apps."""

from __future__ import annotations

import re

import pytest

from quartier.companies.branding import current_brand
from quartier.companies.naming import OwnApp
from quartier.i18n.localized import LocalizedText
from quartier.studio.names_form import moved
from quartier.testing import Browser, SomeCompany
from tests.settings.conftest import CLUB, POST, WALL
from tests.settings.forms import changed, errors, filled, send, words

PATH = "/cockpit/settings/names"


@pytest.fixture
def nadja(company: SomeCompany) -> Browser:
    """Looks after the company's names."""
    return company.agent("Nadja Frei", "company.settings", language="en").browser


def own(company: SomeCompany, slug: str) -> OwnApp | None:
    with company.db() as db:
        brand = current_brand(db, company.id)
        return brand.micro_apps.get(slug) if brand else None


def tiles(browser: Browser) -> list[str]:
    """Addresses of the micro-apps on the home page, in their order."""
    return list(dict.fromkeys(re.findall(rf'href="/({POST}|{WALL}|{CLUB})/"', browser.get("/").text)))


def test_residents_read_the_new_name_on_the_next_page(company: SomeCompany, nadja: Browser) -> None:
    verena = company.resident("Verena Keller", language="de").browser
    answer = send(nadja, f"{PATH}/{WALL}", name__de="Schwarzes Brett", short_name__de="Brett", icon="megaphone")
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    page = verena.get("/").text
    assert "Schwarzes Brett" in page
    assert "#i-megaphone" in page
    assert "Anschlag" not in page


def test_the_default_stands_as_placeholder_and_is_not_stored(company: SomeCompany, nadja: Browser) -> None:
    page = nadja.get(f"{PATH}/{WALL}")
    assert re.findall(r'placeholder="([^"]+)"', page.text)[-7:-1] == [
        "Anschlag", "Wall board", "Affichage", "Anschlag", "Wall", "Panneau",
    ]  # fmt: skip
    assert "name.de" in filled(page)
    assert filled(page)["name.de"] == ""
    send(nadja, f"{PATH}/{WALL}", name__de="Anschlag", name__en="Notices", icon="board")
    row = own(company, WALL)
    assert row is not None
    assert (row.name, row.short_name, row.icon) == (LocalizedText(en="Notices"), LocalizedText(), None)


def test_an_emptied_name_is_the_modules_own_again(company: SomeCompany, nadja: Browser) -> None:
    send(nadja, f"{PATH}/{WALL}", name__en="Notices")
    send(nadja, f"{PATH}/{WALL}", name__en="")
    assert "Wall board" in words(nadja.get(PATH))


def test_a_short_name_has_eleven_characters_in_each_language(company: SomeCompany, nadja: Browser) -> None:
    answer = send(
        nadja,
        f"{PATH}/{WALL}",
        short_name__de="Nachbarschaft",
        short_name__fr="L'été à cô",
        name__en="x" * 41,
        icon="skull",
    )
    assert answer.status_code == 422
    assert errors(answer) == {
        "name-en": "At most 40 characters.",
        "short_name-de": "At most 11 characters.",
        "icon": "Please choose one of the options.",
    }
    kept = filled(answer)
    assert (kept["short_name.de"], kept["short_name.fr"]) == ("Nachbarschaft", "L'été à cô")
    assert own(company, WALL) is None


def test_a_look_shows_what_is_typed_and_saves_nothing(company: SomeCompany, nadja: Browser) -> None:
    answer = send(nadja, f"{PATH}/{WALL}", name__fr="L’Écho d'en bas & Cie", icon="star", do="check")
    assert answer.status_code == 200
    assert "L’Écho d&#39;en bas &amp; Cie" in answer.text.split('id="look"')[1]
    assert "#i-star" in answer.text.split('id="look"')[1]
    assert own(company, WALL) is None


def test_two_people_at_once_see_both_names(company: SomeCompany, nadja: Browser) -> None:
    regula = company.agent("Regula Steiner", "company.settings", language="en").browser
    mine = filled(nadja.get(f"{PATH}/{WALL}"))
    send(regula, f"{PATH}/{WALL}", name__en="Notices", icon="bell")
    answer = nadja.post(f"{PATH}/{WALL}", changed(mine, name__en="Neighbours", icon="star"))
    assert answer.status_code == 409
    said = words(answer)
    assert "Name (EN) Saved in the meantime Notices In your form Neighbours" in said
    assert "Icon Saved in the meantime bell In your form star" in said
    assert nadja.post(f"{PATH}/{WALL}", filled(answer)).status_code == 303
    row = own(company, WALL)
    assert row is not None
    assert (row.name, row.icon) == (LocalizedText(en="Neighbours"), "star")


def test_the_order_is_changed_one_place_at_a_time_or_all_at_once(company: SomeCompany, nadja: Browser) -> None:
    verena = company.resident("Verena Keller").browser
    assert tiles(verena) == [POST, WALL]
    sent = filled(nadja.get(PATH))
    assert sent["order"] == [POST, WALL]
    assert nadja.post(f"{PATH}/order", {**sent, "move": f"up:{WALL}"}).status_code == 303
    page = nadja.get(PATH)
    assert (filled(page)["order"], tiles(verena)) == ([WALL, POST], [POST, WALL])
    assert "Different from what is in force: Names and order." in words(page)
    nadja.post(f"{PATH}/order", {**filled(page), "do": "publish"})
    assert tiles(verena) == [WALL, POST]
    nadja.post(f"{PATH}/order", {**filled(nadja.get(PATH)), "order": [POST, WALL], "do": "publish"})
    assert tiles(verena) == [POST, WALL]


def test_an_order_keeps_names_and_names_keep_the_order(company: SomeCompany, nadja: Browser) -> None:
    send(nadja, f"{PATH}/{WALL}", name__en="Notices")
    nadja.post(f"{PATH}/order", {"order": [POST, WALL], "move": f"up:{WALL}"})
    send(nadja, f"{PATH}/{WALL}", short_name__en="Notes")
    row = own(company, WALL)
    assert row is not None
    assert (row.name["en"], row.short_name["en"], row.position) == ("Notices", "Notes", 10)


@pytest.mark.parametrize("order", [[], ["nonsense", WALL], [WALL, WALL, POST]])
def test_a_strange_order_loses_no_micro_app(company: SomeCompany, nadja: Browser, order: list[str]) -> None:
    assert nadja.post(f"{PATH}/order", {"order": order, "move": "up:nonsense"}).status_code == 303
    assert set(filled(nadja.get(PATH))["order"]) == {POST, WALL}


def test_what_is_not_in_the_contract_has_no_name_to_give(nadja: Browser) -> None:
    assert nadja.get(f"{PATH}/{CLUB}").status_code == 404
    assert nadja.post(f"{PATH}/{CLUB}", {"seen": ""}).status_code == 404
    assert "Club" not in words(nadja.get(PATH))


@pytest.mark.parametrize(
    ("slug", "step", "after"),
    [("a", -1, "abc"), ("a", 1, "bac"), ("c", 1, "abc"), ("c", -1, "acb"), ("x", 1, "abc")],
)
def test_moving_goes_one_place_and_stops_at_the_ends(slug: str, step: int, after: str) -> None:
    assert moved("abc", slug, step) == list(after)


def test_who_reads_french_gets_the_french_default_and_never_the_german_name(
    company: SomeCompany, nadja: Browser
) -> None:
    send(nadja, f"{PATH}/{WALL}", name__de="Schwarzes Brett", short_name__de="Brett")
    lea = company.resident("Léa O'Brien", language="fr").browser
    for page in ("/", "/more", "/search?q=found"):
        said = words(lea.get(page))
        assert ("Affichage" in said, "Brett" in said) == (True, False), page
    assert "Panneau" in words(lea.get("/"))


def test_the_page_of_a_name_lists_where_it_is_read_and_it_is_read_there(company: SomeCompany, nadja: Browser) -> None:
    send(nadja, f"{PATH}/{WALL}", name__en="Notice wall", short_name__en="Notices")
    verena = company.resident("Verena Keller", language="en").browser
    listed = nadja.get(f"{PATH}/{WALL}").text.split('id="places"')[1].split("</ul>")[0]
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', listed) == [
        ("/", "Tile on the home page"),
        ("/more", "More: the list of all micro-apps"),
        ("/", "Bar at the bottom of a phone"),
        (f"/{WALL}/", "Heading of its pages, and their title in the browser"),
        ("/search", "Search: above what is found in it"),
        ("/cockpit/settings/modules", "List of modules"),
        ("/cockpit/settings/portal", "Settings of the portal"),
        ("/cockpit/marketplace", "Marketplace, its orders and mails"),
    ]
    assert ["Notice wall" in words(verena.get(page)) for page in ("/", "/more", "/search?q=found")] == [True] * 3
    assert "Notices" in words(verena.get("/"))
