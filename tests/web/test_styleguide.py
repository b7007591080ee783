"""The style guide: for those who build pages, in all themes and under hard colours."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from quartier.testing import Browser, SomeCompany
from quartier.web.styleguide import COLOURS


@pytest.mark.parametrize("theme", ["klar", "warm", "markant"])
@pytest.mark.parametrize("colour", ["own", *COLOURS])
def test_every_pair_holds_in_every_theme_and_colour(brunnenhof: SomeCompany, theme: str, colour: str) -> None:
    html = brunnenhof.agent().browser.get(f"/styleguide?theme={theme}&colour={colour}&mode=dark").text
    assert re.findall(r"(\d+) pairs measured, (\d+) below", html)[0][1] == "0"
    assert 'data-mode="dark"' in html
    assert re.findall(r'<option value="(\w+)" selected', html) == [theme, colour, "dark"]


def test_the_sheet_is_the_one_of_the_choice(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.agent().browser
    sheets = {
        browser.get(f"/styleguide/sheet.css?theme={theme}&colour=lime").text for theme in ("klar", "warm", "markant")
    }
    assert len(sheets) == 3
    assert all("#7fff00" in sheet for sheet in sheets)


def test_nonsense_is_the_own_brand(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.agent().browser.get("/styleguide?theme=base&colour=%3Cscript%3E&mode=x").text
    assert re.findall(r'<option value="(\w*)" selected', html) == ["klar", "own", ""]


def test_it_is_for_staff_and_operators(brunnenhof: SomeCompany, console: Callable[..., Browser]) -> None:
    asked = [
        brunnenhof.agent().browser, brunnenhof.resident().browser, brunnenhof.visitor(), console("sales"), console(),
    ]  # fmt: skip
    assert [browser.get("/styleguide").status_code for browser in asked] == [200, 403, 302, 200, 302]


def test_the_table_of_contents_leads_somewhere(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.agent().browser.get("/styleguide").text
    contents = re.search('<ul class="toc">(.*?)</ul>', html, re.DOTALL)
    assert contents
    assert re.findall('href="#([a-z]+)"', contents[1]) == re.findall('<section id="([a-z]+)"', html)
