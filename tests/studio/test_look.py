"""The company's look: published at once, readable always, and nothing lost on the way."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from quartier.companies.models import BrandVersion
from quartier.contracts.models import ContractEvent
from quartier.i18n.localized import LocalizedText
from quartier.testing import Browser, SomeCompany
from tests.settings.forms import changed, errors, filled, send, words

PATH = "/cockpit/settings/brand"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10" fill="#123456"/></svg>'
NIGHT = SVG.replace(b"><rect", b"><style>@media (prefers-color-scheme:dark){rect{fill:#fff}}</style><rect")


@pytest.fixture
def nadja(company: SomeCompany) -> Browser:
    """Looks after the company's look."""
    return company.agent("Nadja Frei", "company.settings", language="en").browser


def versions(company: SomeCompany) -> list[BrandVersion]:
    with company.db() as db:
        return list(db.scalars(select(BrandVersion).order_by(BrandVersion.published_at)))


def png(size: tuple[int, int] = (40, 10)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#aa3322").save(out, "PNG")
    return out.getvalue()


def file(body: bytes, name: str = "logo.png") -> tuple[io.BytesIO, str]:
    return io.BytesIO(body), name


def stylesheet(browser: Browser, path: str = "/") -> str:
    found = re.search(r'href="(/theme/[^"]+)"', browser.get(path).text)
    assert found
    return found[1]


def test_a_new_look_is_in_force_for_the_next_page(company: SomeCompany, nadja: Browser) -> None:
    verena = company.resident("Verena Keller").browser
    before = stylesheet(verena)
    answer = send(nadja, PATH, colour="#8C2F39", second="efc3a2", theme="warm", app_name__fr="L’Île d'Or")
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    assert "Published. Everybody sees it from now on." in words(nadja.get(PATH))
    page = verena.get("/").text
    assert stylesheet(verena) != before
    assert 'data-theme="warm"' in page
    old, new = versions(company)
    assert (old.colour, new.colour, new.second, new.theme) == ("#1f5c4a", "#8c2f39", "#efc3a2", "warm")
    assert new.app_name == LocalizedText(de="Brunnenhof", en="Brunnenhof", fr="L’Île d'Or")


def test_corners_and_density_are_seen_on_every_page_and_in_mails(company: SomeCompany, nadja: Browser) -> None:
    verena = company.resident("Verena Keller").browser
    drawn = verena.get(stylesheet(verena)).text
    answer = send(nadja, PATH, corners="oval", density="loose")
    assert errors(answer) == dict.fromkeys(("corners", "density"), "Please choose one of the options.")
    assert send(nadja, PATH, corners="square", density="compact").status_code == 303
    for browser, path in ((verena, "/"), (nadja, "/cockpit/"), (company.visitor(), "/login")):
        sheet = browser.get(stylesheet(browser, path)).text
        assert (sheet.startswith(drawn), "--radius-control:0px" in sheet, "--bottombar:3.5rem" in sheet) == (True,) * 3
    assert "border-radius:0px" in nadja.get("/cockpit/settings/mail/accounts.reset/html").text
    assert filled(nadja.get(PATH))["corners"] == "square"
    assert [(one.corners, one.density) for one in versions(company)] == [("theme", "theme"), ("square", "compact")]


def test_publishing_is_written_down_once_and_nothing_new_is_no_event(company: SomeCompany, nadja: Browser) -> None:
    assert [send(nadja, PATH, colour="#8c2f39").status_code for _again in range(2)] == [303, 303]
    with company.db() as db:
        query = select(ContractEvent.actor, ContractEvent.before, ContractEvent.after)
        rows = db.execute(query.filter_by(kind="brand.published")).all()
    old, new = {"theme": "klar", "colour": "#1f5c4a"}, {"theme": "klar", "colour": "#8c2f39"}
    assert [tuple(row) for row in rows] == [("Nadja Frei", old, new)]
    assert len(versions(company)) == 2


def test_check_explains_and_publishes_nothing(company: SomeCompany, nadja: Browser) -> None:
    answer = send(nadja, PATH, colour="#FFE11B", second="", do="check", app_name__en="The Well")
    assert answer.status_code == 200
    said = words(answer)
    assert "Too light for text: links and icons are written in #" in said
    assert "White would be hard to read on this colour: it carries dark text." in said
    assert "Can be published" in said
    assert filled(answer)["app_name.en"] == "The Well"
    assert 'fill="#ffe11b"' in answer.text
    assert len(versions(company)) == 1


@pytest.mark.parametrize(
    ("colour", "sentence"),
    [
        ("", "Please fill this in."),
        ("green", "This is not a colour. Write # and six digits from 0 to F, for example #1F5C4A."),
        (
            "#1f5c4a80",
            "A brand colour cannot be transparent. Leave out the last digits: six are enough, as in #1F5C4A.",
        ),
    ],
)
def test_what_is_no_colour_is_refused_at_its_field(
    company: SomeCompany, nadja: Browser, colour: str, sentence: str
) -> None:
    answer = send(nadja, PATH, colour=colour, app_name__de="O'Hara & Söhne <b>")
    assert answer.status_code == 422
    assert errors(answer) == {"colour": sentence}
    kept = filled(answer)
    assert (kept["colour"], kept["app_name.de"]) == (colour, "O'Hara & Söhne <b>")
    assert len(versions(company)) == 1


def test_the_app_needs_a_name_in_the_default_language_and_a_short_one(nadja: Browser) -> None:
    answer = send(nadja, PATH, app_name__de="  ", app_name__fr="x" * 31, theme="sepia", cover_at="101")
    assert errors(answer) == {
        "app_name-de": "Please fill this in.",
        "app_name-fr": "At most 30 characters.",
        "theme": "Please choose one of the options.",
    }
    assert 'href="#cover_at"' in answer.text


def test_pictures_are_kept_shown_and_removed(company: SomeCompany, nadja: Browser) -> None:
    assert send(nadja, PATH, logo=file(NIGHT, "logo.svg"), icon=file(png(), "icon.png")).status_code == 303
    new = versions(company)[-1]
    assert None not in {new.logo_id, new.logo_dark_id, new.icon_id}
    assert {new.logo_reverse_id, new.cover_id} == {None}
    shown = nadja.get(f"/brand/{new.icon_id}/icon")
    assert (shown.status_code, shown.content_type) == (200, "image/png")
    assert f'src="/brand/{new.logo_id}/logo"' in nadja.get(PATH).text
    assert send(nadja, PATH, remove="logo").status_code == 303
    after = versions(company)[-1]
    assert (after.logo_id, after.logo_dark_id, after.icon_id) == (None, None, new.icon_id)


def test_a_logo_gets_its_dark_half_from_a_file_of_its_own(company: SomeCompany, nadja: Browser) -> None:
    send(nadja, PATH, logo=file(png()), logo_dark=file(png((50, 10)), "night.png"))
    new = versions(company)[-1]
    assert new.logo_dark_id not in {None, new.logo_id}


@pytest.mark.parametrize(
    ("body", "name", "sentence"),
    [
        (b"MZ\x90", "logo.png", "This file is not a picture. Choose a PNG, JPEG, WebP or SVG file."),
        (
            png()[:60],
            "logo.png",
            "This picture cannot be read. It may be damaged: save it again, or choose another file.",
        ),
        (
            b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG,
            "logo.svg",
            "This drawing contains more than a drawing. Export it again as plain SVG, or choose a PNG file.",
        ),
        (
            b"\x89PNG" + bytes(5 * 1024 * 1024),
            "logo.png",
            "This file is too large. Drawings (SVG) may have up to 512 kB, logos 5 MB, photographs 15 MB.",
        ),
    ],
)
def test_a_file_that_is_no_picture_is_refused_in_words(
    company: SomeCompany, nadja: Browser, body: bytes, name: str, sentence: str
) -> None:
    answer = send(nadja, PATH, logo=file(body, name), colour="#8c2f39")
    assert answer.status_code == 422
    assert errors(answer) == {"logo": sentence}
    assert filled(answer)["colour"] == "#8c2f39"
    assert len(versions(company)) == 1


def test_a_picture_that_was_fine_survives_a_refusal_elsewhere(company: SomeCompany, nadja: Browser) -> None:
    refused = send(nadja, PATH, colour="green", cover=file(png((400, 100)), "cover.png"))
    assert refused.status_code == 422
    again = changed(filled(refused), colour="#8c2f39")
    assert again["cover_id"]
    assert nadja.post(PATH, again).status_code == 303
    assert str(versions(company)[-1].cover_id) == again["cover_id"]


@pytest.mark.parametrize("theirs", ["nonsense", "00000000-0000-7000-8000-000000000000", "of another company"])
def test_no_id_makes_a_foreign_picture_mine(
    company: SomeCompany, nadja: Browser, make_company: Callable[..., SomeCompany], theirs: str
) -> None:
    if theirs == "of another company":
        other = make_company("Nordlicht")
        send(other.agent("Svenja Petersen", "company.settings").browser, PATH, logo=file(png()))
        theirs = str(versions(other)[-1].logo_id)
    assert send(nadja, PATH, logo_id=theirs, colour="#8c2f39").status_code == 303
    assert versions(company)[-1].logo_id is None


def test_two_people_at_once_see_both_versions(company: SomeCompany, nadja: Browser) -> None:
    regula = company.agent("Regula Steiner", "company.settings", language="en").browser
    mine = filled(nadja.get(PATH))
    send(regula, PATH, colour="#0b4f8a")
    answer = nadja.post(PATH, changed(mine, colour="#8c2f39", app_name__en="Well"))
    assert answer.status_code == 409
    said = words(answer)
    assert "Somebody else saved in the meantime" in said
    assert "Brand colour Saved in the meantime #0B4F8A In your form #8C2F39" in said
    assert "Name of the app (EN) Saved in the meantime Brunnenhof In your form Well" in said
    assert versions(company)[-1].colour == "#0b4f8a"
    assert nadja.post(PATH, filled(answer)).status_code == 303
    assert (versions(company)[-1].colour, versions(company)[-1].app_name["en"]) == ("#8c2f39", "Well")


def test_names_in_a_language_that_is_not_offered_any_more_stay(make_company: Callable[..., SomeCompany]) -> None:
    company = make_company("Nordlicht", languages=("de", "en"))
    with company.db() as db:
        current = db.scalars(select(BrandVersion)).one()
        later = BrandVersion(number=2, theme="klar", colour="#0b4f8a", published_at=func.now())
        later.app_name = LocalizedText({**current.app_name, "fr": "Aurore"})
        db.add(later)
        db.commit()
    svenja = company.agent("Svenja Petersen", "company.settings").browser
    assert "app_name.fr" not in filled(svenja.get(PATH))
    send(svenja, PATH, app_name__en="Northern Light")
    assert versions(company)[-1].app_name == LocalizedText(de="Nordlicht", en="Northern Light", fr="Aurore")


@pytest.mark.parametrize("page", ["brand", "names/wallboard", "texts"])
def test_without_the_right_there_is_neither_entry_nor_page(company: SomeCompany, page: str) -> None:
    dragan = company.agent("Dragan Petrović", "modules.switch").browser
    path = f"/cockpit/settings/{page}"
    assert (dragan.get(path).status_code, dragan.post(path, {}).status_code) == (403, 403)
    assert dragan.post("/cockpit/settings/names/order", {}).status_code == 403
    assert menu(dragan) == ["/cockpit/settings/modules"]


def test_the_menu_has_what_the_person_may(company: SomeCompany, nadja: Browser) -> None:
    pages = ("brand", "names", "portal", "domains", "texts", "mail", "notifications", "erp", "space")
    assert menu(nadja) == [f"/cockpit/settings/{page}" for page in pages]


def menu(browser: Browser) -> list[Any]:
    navigation = browser.get("/cockpit/").text.split('aria-label="Cockpit"')[1].split("</nav>")[0]
    return re.findall(r'href="(/cockpit/settings/[a-z]+)"', navigation)


def test_a_logo_proposes_colours_that_are_taken_with_one_click(company: SomeCompany, nadja: Browser) -> None:
    body = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="9" height="9" fill="#8c2f39"/></svg>'
    )
    shown = send(nadja, PATH, logo=file(body, "logo.svg"), app_name__en="The Well", do="check")
    assert "Proposed from the logo #8C2F39 Warm" in words(shown)
    assert filled(shown)["colour"] == "#1F5C4A"
    taken = nadja.post(PATH, changed(filled(shown), do="take"))
    kept = filled(taken)
    assert (taken.status_code, kept["colour"], kept["theme"], kept["app_name.en"]) == (
        200,
        "#8C2F39",
        "warm",
        "The Well",
    )
    assert len(versions(company)) == 1
    again = nadja.post(PATH, changed(kept, do="propose"))
    assert "Proposed from the logo #8C2F39 Warm" in words(again)
    white = send(nadja, PATH, logo=file(body.replace(b"#8c2f39", b"#fff"), "white.svg"), do="check")
    assert "This logo is white throughout" in words(white)
    assert "The logo suggests no colours. Choose them above." in words(white)
