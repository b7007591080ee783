"""What a browser makes of the sheet: all of it understood, and the contrast on the screen the one that was computed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from quartier.theming.contrast import ratio
from quartier.theming.paint import paint
from quartier.theming.palette import derive
from quartier.theming.stylesheet import BrandUrls, _minified, build_stylesheet
from quartier.theming.themes import Theme, sheets_of

pytestmark = pytest.mark.browser
THEMES = ("klar", "warm", "markant")
RULES = """text => {
  const sheet = new CSSStyleSheet(), found = [];
  sheet.replaceSync(text);
  const walk = (rules, path) => { for (const rule of rules) {
    const name = rule.selectorText ?? rule.conditionText ?? rule.start ?? rule.name ?? '';
    const own = path + '/' + rule.constructor.name + ' ' + name;
    if (rule.style) found.push(own + '{' + rule.style.cssText + '}');
    if (rule.cssRules) walk(rule.cssRules, own);
  } };
  walk(sheet.cssRules, '');
  return found;
}"""
PAGE = """<!doctype html><html data-theme="{theme}"{mode}><head><style>{css}</style></head><body>
<button class="btn btn-primary">Save</button><section class="notice on-block"><p>No water</p></section>
<div data-mode="dark" data-theme="{theme}" id="night"><button class="btn btn-primary">Save</button></div>
</body></html>"""
COLOURS = """selector => { const style = getComputedStyle(document.querySelector(selector));
  return [style.color, style.backgroundColor]; }"""


def plain(rule: str) -> str:
    """A rule without the liberties that squeezing may take: spaces, and `*:is()` for a lonely `:is()`."""
    return re.sub(r"\s*([,:/])\s*", r"\1", rule).replace("*:", ":")


def as_hex(colour: str) -> str:
    return "#" + "".join(f"{int(number):02x}" for number in re.findall(r"\d+", colour)[:3])


@pytest.mark.parametrize("slug", THEMES)
def test_squeezing_changes_no_rule(page: Page, themes: dict[str, Theme], slug: str) -> None:
    for sheet in sheets_of(themes[slug]):
        source = [plain(rule) for rule in page.evaluate(RULES, sheet.read_text(encoding="utf-8"))]
        squeezed = [plain(rule) for rule in page.evaluate(RULES, _minified(sheet, 0))]
        assert squeezed == source, sheet


def test_squeezing_keeps_layers_scopes_and_light_dark(page: Page, tmp_path_factory: pytest.TempPathFactory) -> None:
    sheet = tmp_path_factory.mktemp("css") / "modern.css"
    sheet.write_text(
        """@layer one, two;
        @layer one { @scope ([data-theme="klar"]) to (:scope [data-theme]) {
          .a :is(b, i) + * { color: light-dark(#fff, #000); }
        } }
        @layer two { @supports not (color: light-dark(#fff, #000)) { .a ::marker { inset: calc(1px + 2px) auto; } } }
        @media (min-width: 60rem) { .a:not(.b) :has(> .c) { margin: -.35em; } }""",
        encoding="utf-8",
    )
    source = [plain(rule) for rule in page.evaluate(RULES, sheet.read_text(encoding="utf-8"))]
    assert [plain(rule) for rule in page.evaluate(RULES, _minified(sheet, 0))] == source
    assert len(source) == 3
    assert "light-dark(rgb(255,255,255),rgb(0,0,0))" in source[0]


@pytest.mark.parametrize("slug", THEMES)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_screen_shows_the_colours_that_were_checked(
    page: Page, themes: dict[str, Theme], slug: str, mode: str
) -> None:
    palette = derive("#ffff00", "#8c2f39")
    css = build_stylesheet(slug, palette, BrandUrls()).body.decode()
    page.set_content(PAGE.format(theme=slug, mode=f' data-mode="{mode}"', css=css))
    painted = paint(themes[slug], palette, "light" if mode == "light" else "dark")
    shown = {
        where: [as_hex(colour) for colour in page.evaluate(COLOURS, where)] for where in ("body > .btn", ".notice")
    }
    assert shown == {
        "body > .btn": [painted["on-accent"], painted["accent"]],
        ".notice": [painted["on-notice"], painted["notice"]],
    }
    assert all(ratio(ink, ground) >= 4.5 for ink, ground in shown.values())


def test_a_dark_sample_can_stand_in_a_light_page(page: Page, themes: dict[str, Theme]) -> None:
    palette = derive("#1f5c4a")
    css = build_stylesheet("klar", palette, BrandUrls()).body.decode()
    page.set_content(PAGE.format(theme="klar", mode=' data-mode="light"', css=css))
    shown = [as_hex(colour) for colour in page.evaluate(COLOURS, "#night > .btn")]
    dark = paint(themes["klar"], palette, "dark")
    assert shown == [dark["on-accent"], dark["accent"]]


def test_without_a_choice_the_page_follows_the_system(page: Page, themes: dict[str, Theme]) -> None:
    palette = derive("#1f5c4a")
    css = build_stylesheet("klar", palette, BrandUrls()).body.decode()
    seen = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.set_content(PAGE.format(theme="klar", mode="", css=css))
        seen.append(as_hex(page.evaluate(COLOURS, "body > .btn")[1]))
    assert seen == [palette.light["accent"], palette.dark["accent"]]


def test_mixing_is_what_the_browser_calls_mixing(page: Page, themes: dict[str, Theme]) -> None:
    """`mix()` in a recipe must be CSS's `color-mix(in oklab, …)`, give or take a rounding."""
    palette = derive("#1f5c4a", "#efd88b")
    computed = paint(themes["warm"], palette, "light")["notice"]
    page.set_content("<p style='color: color-mix(in srgb, color-mix(in oklab, #efd88b 46%, #fffdf8), transparent 0%)'>")
    shown = page.evaluate("getComputedStyle(document.querySelector('p')).color")
    channels = [round(255 * float(number)) for number in re.findall(r"[\d.]+", shown.removeprefix("color(srgb"))[:3]]
    assert max(abs(a - int(computed[at : at + 2], 16)) for a, at in zip(channels, (1, 3, 5), strict=True)) <= 1
