"""One sheet per brand: complete, small, named by its content, and nothing in it that a company wrote."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from quartier.theming.paint import paint
from quartier.theming.palette import derive
from quartier.theming.shape import COMPACT, COMPACT_ROWS, FULLEST, RADIUS_TOKENS, Shape
from quartier.theming.stylesheet import BrandUrls, build_stylesheet, css_url
from quartier.theming.themes import Theme, load_themes

URLS = BrandUrls("/f/logo.svg", "/f/logo-dark.svg", "/f/reverse.svg", "/f/cover.svg", "/f/cover-dark.svg", 64)
THEMES = ("klar", "warm", "markant")
TEXTS = '[name]\nde = "A"\nen = "A"\nfr = "A"\n[character]\nde = "B."\nen = "B."\nfr = "B."\n'


def sheet(theme: str = "klar", colour: str = "#1f5c4a", urls: BrandUrls = URLS) -> str:
    return build_stylesheet(theme, derive(colour), urls).body.decode()


def declared(text: str, selector: str) -> dict[str, str]:
    """The custom properties of every rule with exactly this selector; a later one wins."""
    found: dict[str, str] = {}
    for body in re.findall(re.escape(selector) + r"\{([^{}]*)\}", text):
        found |= dict(re.findall(r"--([\w-]+):((?:[^;\"]|\"[^\"]*\")*)", body))
    return found


@pytest.mark.parametrize("theme", THEMES)
def test_the_sheet_weighs_at_most_24_kb_on_the_wire(theme: str) -> None:
    built = build_stylesheet(theme, derive("#1f5c4a", "#efd88b"), URLS, shape=FULLEST)
    assert len(built.gzip) <= 24_000
    assert gzip.decompress(built.gzip) == built.body


def test_the_same_brand_gives_the_same_bytes() -> None:
    assert build_stylesheet("warm", derive("#8c2f39"), URLS) == build_stylesheet("warm", derive("#8C2F39"), URLS)


def test_the_digest_changes_with_everything_that_is_in_the_sheet(tmp_path: Path) -> None:
    other_urls = BrandUrls("/f/other.svg")
    built = [
        build_stylesheet("klar", derive("#1f5c4a"), URLS),
        build_stylesheet("warm", derive("#1f5c4a"), URLS),
        build_stylesheet("klar", derive("#1f5c4b"), URLS),
        build_stylesheet("klar", derive("#1f5c4a", "#efd88b"), URLS),
        build_stylesheet("klar", derive("#1f5c4a"), other_urls),
    ]
    assert len({one.digest for one in built}) == len(built)
    assert all(re.fullmatch(r"[0-9a-f]{16}", one.digest) for one in built)


def test_what_a_company_says_of_corners_and_density_stands_behind_the_themes_own(themes: dict[str, Theme]) -> None:
    palette, own = derive("#1f5c4a"), ':root,[data-theme~="warm"]'
    drawn = build_stylesheet("warm", palette, URLS).body.decode()
    squared = build_stylesheet("warm", palette, URLS, shape=Shape("square", "compact")).body.decode()
    assert squared.startswith(drawn)
    added = squared[len(drawn) :]
    assert declared(added, own) == {**dict.fromkeys(RADIUS_TOKENS, "0px"), **COMPACT}
    assert added.startswith(f"@layer tokens{{{own}{{")
    assert added.endswith(f"{COMPACT_ROWS}}}")
    assert build_stylesheet("warm", palette, URLS, shape=Shape("theme", "theme")).body.decode() == drawn


def test_layers_are_ordered_before_anything_else() -> None:
    assert sheet().startswith("@layer reset,tokens,base,layout,components,theme,utilities;")


def test_only_the_rules_of_its_own_theme_are_in_it_but_the_tokens_of_all_for_samples() -> None:
    text = sheet("klar")
    assert set(re.findall(r'data-theme~="(\w+)"', text)) == {"klar", "warm", "markant"}
    assert text.count("@layer theme{") == 1


def test_light_colours_come_first_for_browsers_without_light_dark(themes: dict[str, Theme]) -> None:
    text, palette = sheet("klar"), derive("#1f5c4a")
    selector = ':root,[data-theme~="klar"]'
    plain, both = text.index(selector + "{--accent:#1f5c4a;"), text.index(selector + "{--accent:light-dark(#1f5c4a,")
    assert plain < both
    assert text[:both].endswith("@supports (color:light-dark(#fff,#000)){")
    fallback = text[text.index("@supports not (color:light-dark(#fff,#000)){") :]
    dark = paint(themes["klar"], palette, "dark")
    assert {key: declared(fallback, ':root:not([data-mode="light"])')[key] for key in dark} == dark


def test_pictures_follow_the_mode_of_the_page() -> None:
    text = sheet()
    light, dark = declared(text, ':root,[data-mode="light"]'), declared(text, '[data-mode="dark"]')
    names = ("logo", "logo-plate", "logo-reverse", "cover", "cover-light", "cover-at")
    assert [light[name] for name in names] == [
        'url("/f/logo.svg")', "transparent", 'url("/f/reverse.svg")', 'url("/f/cover.svg")', "1", "64%",
    ]  # fmt: skip
    assert [dark[name] for name in names] == [
        'url("/f/logo-dark.svg")', "transparent", 'url("/f/reverse.svg")', 'url("/f/cover-dark.svg")', "1", "64%",
    ]  # fmt: skip


def test_a_logo_for_light_pages_only_gets_a_plate_and_a_cover_without_night_is_dimmed() -> None:
    text = sheet(urls=BrandUrls(logo="/f/logo.png", cover="/f/cover.jpg"))
    dark = declared(text, '[data-mode="dark"]')
    assert (dark["logo"], dark["logo-plate"]) == ('url("/f/logo.png")', "#ffffff")
    assert (dark["cover"], dark["cover-light"]) == ('url("/f/cover.jpg")', "0.82")


def test_a_reversed_logo_stands_in_for_a_dark_one() -> None:
    dark = declared(sheet(urls=BrandUrls(logo="/f/logo.png", logo_reverse="/f/rev.png")), '[data-mode="dark"]')
    assert (dark["logo"], dark["logo-plate"]) == ('url("/f/rev.png")', "transparent")


def test_on_a_bright_brand_the_plain_logo_stands_on_the_block_by_day() -> None:
    text = sheet(colour="#ffff00")
    assert declared(text, ':root,[data-mode="light"]')["logo-reverse"] == 'url("/f/logo.svg")'
    assert declared(text, '[data-mode="dark"]')["logo-reverse"] == 'url("/f/reverse.svg")'


def test_without_pictures_there_are_no_tokens_for_them() -> None:
    assert "--logo:" not in sheet(urls=BrandUrls())
    assert "--cover:" not in sheet(urls=BrandUrls())


@pytest.mark.parametrize(
    "address",
    [
        '/f/x.svg");} body{display:none} a{content:("',
        "/f/x.svg'\\",
        "/f/x\n}body{}",
        "/f/x.svg</style><script>alert(1)</script>",
        "/f/ä ö.svg",
    ],
)
def test_an_address_cannot_leave_its_string(address: str) -> None:
    written = css_url(address)
    inside = written.removeprefix('url("').removesuffix('")')
    assert not set(inside) & set("\"'(){};<>\n")
    unescaped = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), inside)
    assert unescaped == address
    assert sheet(urls=BrandUrls(logo=address)).count("{") == sheet(urls=BrandUrls(logo="/f/x.svg")).count("{")


def test_a_theme_that_extends_another_brings_its_rules_and_colours(tmp_path: Path) -> None:
    for slug, head, css in (
        ("base", "selectable = false\n", "@layer base { a { color: var(--line); } }"),
        ("hansa", 'extends = "base"\n', "@layer theme { b { color: var(--line); } }"),
        ("ahoi", 'extends = "hansa"\n', "@layer theme { i { color: var(--line); } }"),
    ):
        (tmp_path / slug).mkdir()
        colours = '[colours]\nline = "#123456"\n' if slug == "hansa" else ""
        (tmp_path / slug / "theme.toml").write_text(head + TEXTS + colours, encoding="utf-8")
        (tmp_path / slug / "rules.css").write_text(css, encoding="utf-8")
    text = build_stylesheet("ahoi", derive("#000"), BrandUrls(), load_themes(tmp_path)).body.decode()
    assert re.findall(r"\{([abi])\{", text) == ["a", "b", "i"]
    assert declared(text, ':root,[data-theme~="ahoi"]')["line"] == "#123456"


def test_an_unknown_theme_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="klaar"):
        build_stylesheet("klaar", derive("#000"), BrandUrls())
