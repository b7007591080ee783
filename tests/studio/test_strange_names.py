"""Names as people give them: signs that are drawn, from right to left, markup, too long. Everywhere it is read."""

from __future__ import annotations

import re
from html import unescape

import pytest
from markupsafe import escape

from quartier.testing import Browser, SomeCompany
from tests.settings.conftest import WALL
from tests.settings.forms import errors, send

BRAND, NAMES = "/cockpit/settings/brand", "/cockpit/settings/names"
EMOJI, RIGHT_TO_LEFT = "Haus 👩‍👩‍👧 Süd", "حي الأطفال"
MARKUP = "<img src=x onerror=1>'&{{7*7}}"


@pytest.fixture
def nadja(company: SomeCompany) -> Browser:
    """Looks after the company's brand."""
    return company.agent("Nadja Frei", "company.settings", language="en").browser


def renamed(company: SomeCompany, name: str) -> None:
    with company.platform.shell.platform.begin() as db:
        db.exec_driver_sql("UPDATE company SET name = %s, version = version + 1 WHERE id = %s", (name, company.id))
    company.platform.shell.snapshots.forget(company.id)


def test_a_strange_name_is_read_as_it_is_and_never_as_markup(company: SomeCompany, nadja: Browser) -> None:
    """Of the app, of a micro-app and of the company: on pages, in the manifest, in a mail, on a letter."""
    verena = company.resident("Verena Keller", language="en").browser
    for name in (EMOJI, RIGHT_TO_LEFT, MARKUP):
        renamed(company, name)
        assert send(nadja, BRAND, app_name__en=name, do="publish").status_code == 303
        assert send(nadja, f"{NAMES}/{WALL}", name__en=name).status_code == 303
        shown = {path: verena.get(path).text for path in ("/", "/more", "/offline", "/account")}
        stage = send(nadja, BRAND, view="mail", shown_in="en", do="check").text
        mails = {url: nadja.get(unescape(url)).text for url in re.findall(r'<iframe src="([^"]+)"', stage)}
        assert mails
        said = {place: (str(escape(name)) in page, "<img src=x" in page) for place, page in (shown | mails).items()}
        assert said == dict.fromkeys(said, (True, False)), name
        manifest = verena.get("/manifest.webmanifest?lang=en").json
        assert manifest is not None
        assert manifest["name"] == name
        assert nadja.get("/cockpit/settings/letters/sample.pdf").data[:5] == b"%PDF-", name


def test_a_name_of_sixty_characters_is_told_where_it_stands(company: SomeCompany, nadja: Browser) -> None:
    long = "Genossenschaftliche Wohnanlage am Brunnenhof mit Gartenseite"
    assert len(long) == 60
    app, micro_app = send(nadja, BRAND, app_name__de=long), send(nadja, f"{NAMES}/{WALL}", name__fr=long)
    assert (app.status_code, errors(app)) == (422, {"app_name-de": "At most 30 characters."})
    assert (micro_app.status_code, errors(micro_app)) == (422, {"name-fr": "At most 40 characters."})
    renamed(company, long)
    assert nadja.get("/cockpit/settings/letters/sample.pdf").status_code == 200
