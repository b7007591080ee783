"""Real pages in a look that nobody has published: for the desk alone, and without a trace on anybody's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from quartier.testing import Browser, SomeCompany
from tests.settings.forms import send

PATH = "/cockpit/settings/brand"
NAME = "O'Hara & <b>"


@pytest.fixture
def nadja(company: SomeCompany) -> Browser:
    """Looks after the company's look."""
    return company.agent("Nadja Frei", "company.settings", language="en").browser


def frames(browser: Browser, view: str = "app", shown_in: str = "fr") -> list[str]:
    """The addresses on the stage for a look that is typed and not saved."""
    typed = {"colour": "#8C2F39", "theme": "warm", "app_name__fr": NAME, "do": "check"}
    page = send(browser, PATH, **typed, view=view, shown_in=shown_in).text
    return [unescape(found) for found in re.findall(r'<(?:iframe|img class="asset-sheet") src="([^"]+)"', page)]


def sheet_of(page: str) -> str:
    return unescape(re.findall(r'rel="stylesheet" href="([^"]+)"', page)[0])


def test_what_is_typed_is_seen_on_the_real_page_and_nowhere_else(company: SomeCompany, nadja: Browser) -> None:
    verena = company.resident("Verena Keller", language="fr").browser
    before = verena.get("/").text
    light, dark = frames(nadja)
    for url, mode in ((light, "light"), (dark, "dark")):
        page = nadja.get(url)
        assert page.status_code == 200
        assert f'<html lang="fr-CH" data-theme="warm" data-mode="{mode}">' in page.text
        assert "O&#39;Hara &amp; &lt;b&gt;" in page.text
        assert "--block:#8c2f39" in nadja.get(sheet_of(page.text)).text
        policy = page.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy
        assert "style-src 'self'; " in policy
    after = verena.get("/").text
    assert (sheet_of(after), "Hara" in after) == (sheet_of(before), False)
    plain = nadja.get("/")
    assert ("Hara" in plain.text, sheet_of(plain.text)) == (False, sheet_of(before))
    assert "frame-ancestors 'none'" in plain.headers["Content-Security-Policy"]


def test_what_is_kept_for_all_pages_never_holds_a_look_on_trial(company: SomeCompany, nadja: Browser) -> None:
    typed = {"colour": "#8C2F39", "app_name__en": NAME, "do": "check", "view": "cockpit", "shown_in": "en"}
    page = send(nadja, PATH, **typed).text
    company.platform.shell.snapshots.forget(company.id)  # nothing is kept yet
    shown = nadja.get(unescape(re.findall(r'<iframe src="([^"]+)"', page)[0])).text
    plain = nadja.get("/cockpit/").text
    found = [re.findall(r'class="logo-text">([^<]+)<', one)[0] for one in (shown, plain)]
    assert found == ["O&#39;Hara &amp; &lt;b&gt;", "Brunnenhof"]


def test_cockpit_mail_and_letter_are_shown_in_the_look_too(nadja: Browser) -> None:
    assert [nadja.get(url).text.count('data-theme="warm"') for url in frames(nadja, "cockpit")] == [1, 1]
    day, night = (nadja.get(url).text for url in frames(nadja, "mail"))
    for mail, ground in ((day, "not all"), (night, "all")):
        assert "border-top:6px solid #8c2f39" in mail
        assert 'src="data:image/png;base64,' in mail
        assert f"@media {ground} {{" in mail
    (letter,) = frames(nadja, "letter")
    drawn = nadja.get(letter)
    assert (drawn.content_type, drawn.data[:4]) == ("image/png", b"\x89PNG")
    assert drawn.data != nadja.get(f"{PATH}/letter.png").data


def test_nobody_else_can_use_the_address(
    company: SomeCompany, nadja: Browser, make_company: Callable[..., SomeCompany]
) -> None:
    url = frames(nadja)[0]
    dragan = company.agent("Dragan Petrović", "modules.switch").browser
    regula = company.agent("Regula Steiner", "company.settings").browser
    svenja = make_company("Nordlicht").agent("Svenja Petersen", "company.settings").browser
    verena = company.resident("Verena Keller").browser
    for browser in (dragan, regula, svenja, verena):
        page = browser.get(url)
        assert ('data-theme="warm"' in page.text, "Hara" in page.text) == (False, False)
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert dragan.get(sheet_of(nadja.get(url).text)).status_code == 403
    head, _dot, seal = url.partition("look=")[2].partition(".")
    for forged in (f"/?look={head[:-4]}AAAA.{seal}", f"/?look={head}", "/?look=%00.x", "/?look=é.é", f"/?look={head}."):
        assert 'data-theme="klar"' in nadja.get(forged).text
    assert nadja.post(url, {}).status_code in {400, 403, 405}
