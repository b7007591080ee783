"""A designer begins a theme, and hears in one sentence each what would not hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from click.testing import CliRunner, Result

from quartier.config import shipped
from quartier.designing.commands import theme
from quartier.designing.pages import Book, our_templates
from quartier.designing.scaffold import new_theme
from quartier.designing.sheets import check_sheets
from quartier.designing.templates import check_templates
from quartier.theming.palette import derive
from quartier.theming.stylesheet import BrandUrls, build_stylesheet
from quartier.theming.themes import load_themes
from quartier.web.environment import Renderer
from quartier.web.guard import known
from quartier.web.static_files import StaticFiles

OURS = load_themes(shipped("themes"))


@pytest.fixture(scope="module")
def themes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product's themes, in a folder where another may stand beside them."""
    return Path(copytree(shipped("themes"), tmp_path_factory.mktemp("themes") / "themes"))


@pytest.fixture
def hansa(themes: Path) -> Iterator[Path]:
    """A theme that was just begun."""
    yield new_theme("hansa", "warm", themes, OURS)
    rmtree(themes / "hansa")


@pytest.fixture(scope="module")
def templates() -> Callable[[Path], list[str]]:
    """Checks the templates of a theme."""
    ours = our_templates([])
    drawing = Renderer({"hansa": [Path("hansa")], "": []}, [], StaticFiles())
    book, names = Book(ours, drawing.environment("")), known(tuple(ours))

    def checked(folder: Path) -> list[str]:
        theme = load_themes(folder.parent)[folder.name]
        return [str(finding) for finding in check_templates(theme, book, drawing.guard("hansa"), names)]

    return checked


def run(*words: str) -> Result:
    return CliRunner().invoke(theme, words)


def said_about(folder: Path) -> list[str]:
    """What the command finds; it exits with 1 for any of it."""
    result = run("check", folder.name, "--folder", str(folder.parent))
    *lines, last = result.output.splitlines()
    assert (result.exit_code, last) == (1, f"Error: {len(lines)} faults") if lines else (0, f"{folder.name}: holds.")
    return lines


def sheets(folder: Path) -> list[str]:
    themes = load_themes(folder.parent)
    return [str(finding) for finding in check_sheets(themes[folder.name], themes)]


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_our_own_themes_hold() -> None:
    result = run("check")
    assert (result.exit_code, result.output.split()[0::2]) == (
        0,
        [f"{slug}:" for slug in sorted(load_themes(shipped("themes")))],
    )


def test_a_theme_is_begun_with_a_command_and_holds(themes: Path) -> None:
    assert run("new", "nord", "--folder", str(themes)).output.splitlines()[1:] == ["Next: quartier theme check nord"]
    assert said_about(themes / "nord") == []
    rmtree(themes / "nord")


def test_a_theme_that_was_just_begun_says_only_what_differs(hansa: Path) -> None:
    assert sorted(path.name for path in hansa.iterdir()) == ["rules.css", "theme.toml", "tokens.css"]
    assert load_themes(hansa.parent)["hansa"].attribute == "warm hansa"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("Hansa",), "small letters"),
        (("../hansa",), "small letters"),
        (("klar",), "exists already"),
        (("hansa", "--extends", "kalt"), "There is no theme 'kalt'; there are base, klar, markant, warm."),
    ],
)
def test_nothing_is_written_without_a_name_and_a_parent(themes: Path, words: tuple[str, ...], why: str) -> None:
    before = sorted(themes.rglob("*"))
    result = run("new", *words, "--folder", str(themes))
    assert (result.exit_code, why in result.output, sorted(themes.rglob("*"))) == (1, True, before)


def test_a_theme_that_is_not_there_is_named(themes: Path) -> None:
    result = run("check", "kalt", "--folder", str(themes))
    assert (result.exit_code, "There is no theme kalt" in result.output) == (1, True)


def test_an_ink_that_some_brand_cannot_carry_is_told_with_its_worst_brand(hansa: Path) -> None:
    toml = (hansa / "theme.toml").read_text(encoding="utf-8")
    write(
        hansa, "theme.toml", toml + 'text-muted = ["#9a9a9a", "#bcae9d"]\nbar = "accent"\nsurface-sunken = "#444444"\n'
    )
    said = said_about(hansa)
    assert any("text-muted on surface has 2." in line and "light mode" in line for line in said)
    assert any("on bar has" in line for line in said)
    assert any(
        "surface-sunken is #444444 in light mode; surfaces lie between #e0e0e0 and #ffffff" in line for line in said
    )


def test_a_recipe_that_leads_nowhere_is_told(hansa: Path) -> None:
    write(hansa, "theme.toml", (hansa / "theme.toml").read_text(encoding="utf-8") + 'bar = "mix(sea 5%, surface)"\n')
    assert said_about(hansa) == ["hansa/theme.toml: theme 'hansa': bar → sea leads nowhere"]


A_COLOUR = "names the colour {}…; colours are recipes in theme.toml, or nobody can check them"
NO_FILE = "url({}) is no file of the theme: they lie in static/"
NO_LAYER = "{} stands in no layer of a theme: @layer tokens or @layer theme"
SHEETS = {
    "h1 { order: 1; }": NO_LAYER.format("h1 { order: 1 }"),
    "@layer theme {} h1 { order: 1; }": NO_LAYER.format("h1 { order: 1 }"),
    "@layer utilities { h1 { order: 1; } }": NO_LAYER.format("h1 { order: 1 }"),
    "@layer theme { @layer reset { h1 { order: 1; } } }": NO_LAYER.format("h1 { order: 1 }"),
    "@layer mine, reset;": "orders layers (@layer mine, reset), which is not for themes",
    "@layer theme { h1 { order: 1 ! important; } }": "h1 { order: 1 ! important } would win over everything: "
    "!important is not for themes",
    "@layer theme { h1 { border-color: #fa0; } }": A_COLOUR.format("#fa0"),
    "@layer theme { h1 { border-color: rgb(1 2 3); } }": A_COLOUR.format("rgb("),
    '@layer theme { h1 { background: url("https://evil.example/?x"); } }': NO_FILE.format("https://evil.example/?x"),
    "@layer theme { h1 { background: url(//evil.example/x.png); } }": NO_FILE.format("//evil.example/x.png"),
    "@layer theme { h1 { background: url(static/../../x.png); } }": NO_FILE.format("static/../../x.png"),
    "@layer theme { p { border-radius: 50% min(9px, var(--radius-m)) 14px 0 } }": (
        "rounds by 14px; corners are --radius-…, or a company cannot choose them"
    ),
    '@layer tokens { :root[data-theme~="hansa"] { --radius-m: 3px } }': (
        'gives --radius-m under :root[data-theme~="hansa"]; '
        'only [data-theme~="hansa"] leaves the last word to the company'
    ),
    '@layer tokens { [data-theme~="hansa"] { --control: 3rem; --row: 2.5rem } }': (
        "gives --row 2.5rem; a thumb needs 2.75rem, which are 44 px"
    ),
    "@layer theme { h1 { background: u\\72l(https://evil.example/x.png); } }": "is written with a backslash, which "
    "hides what it says",
    '@layer theme { h1 { background: image-set("https://evil.example/x.png" 1x); } }': "image-set( is not for themes",
    "@import '/x.css';": "@import is not for themes",
}


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_keeps_to_its_place(hansa: Path, sheet: str) -> None:
    write(hansa, "rules.css", sheet)
    said = [line for line in sheets(hansa) if "@import '" not in line]
    assert said == [f"hansa/rules.css: {SHEETS[sheet]}"]


HIDING = [
    ".sidenav-foot { display: none }",
    "footer { DISPLAY: contents }",
    "footer, .x::after { visibility: hidden }",
    "@media (min-width: 1px) { a { opacity: 0 } }",
    "@keyframes gone { to { opacity: 0 } }",
    ".x { & > a { clip-path: inset(50%) } }",
    "a { transform: scale(0) }",
    "a { font-size: 1px }",
    "a { line-height: 0 }",
    "footer { max-block-size: 0 }",
    "footer { margin-inline-start: -9999px }",
    "footer { text-indent: -9999px }",
    ".x::before { inset: -99rem }",
    ".x::before { position: fixed }",
    ".x::before { z-index: 99 }",
    "body::after { position: absolute }",
    ".page > *::after { position: absolute }",
    ".app.x::after { position: absolute }",
    ".card { position: absolute }",
    ".card { pointer-events: none }",
    "a { color: transparent }",
    "a { color: var(--surface) }",
    ".x { --text-muted: var(--surface) }",
    ".x { --text-s: 0 }",
    '[data-theme~="hansa"] { --bottombar: 100vh }',
    ".legal-links a { order: 1 }",
    ".watched { order: 1 }",
]


@pytest.mark.parametrize("rule", HIDING)
def test_a_sheet_hides_moves_away_and_covers_nothing(hansa: Path, rule: str) -> None:
    write(hansa, "rules.css", f"@layer theme {{ {rule} }}")
    (said,) = sheets(hansa)
    assert said.endswith("} hides, moves away or covers what stands in a page")


def test_a_theme_weighs_what_a_phone_can_carry(hansa: Path) -> None:
    write(
        hansa,
        "rules.css",
        "@layer theme {" + "".join(f".a{n * 7919 % 99991}x{n} {{ order: {n} }}" for n in range(3000)) + "}",
    )
    write(hansa, "static/script.js", "alert(1)")
    (hansa / "static" / "face.woff2").write_bytes(b"\0" * 120_001)
    *files, sheet = sheets(hansa)
    assert sheet.startswith("hansa: the finished style sheet has ")
    assert files == [
        "hansa/static/script.js: is not sent to anybody; a theme may bring .avif, .jpg, .png, .webp, .woff2",
        "hansa/static: weighs 120001 bytes; at most 120000, for phones in a cellar",
    ]


TEMPLATES = {
    ("home/hom.html", "<p></p>"): "replaces no template, and no other one of this theme uses it",
    ("home/home.html", "{% include 'gone.html' %}"): "names the template 'gone.html', which does not exist",
    ("home/home.html", "{{ secrets }}"): "asks for secrets, which this page is not given",
    ("home/home.html", "{{ viewer.vault }}"): "reads .vault in line 1, which no page shows",
    ("home/home.html", "<script>x()</script>"): "has a script that is not ours, which our pages forbid",
    ("home/home.html", '<p style="color:red">'): "has a style attribute, which our pages forbid",
    ("home/home.html", '<p onclick="x()">'): "has a handler (onclick and the like), which our pages forbid",
    (
        "home/home.html",
        '<img src="//evil.example/x.png">',
    ): "has something from another address, which our pages forbid",
    ("home/home.html", "<base href='/x'>"): "has a frame or a foreign object, which our pages forbid",
    ("legal/links.html", ""): "replaces what the law asks for or who looks at a page, so nobody reads it",
    ("support/bar.html", ""): "replaces what the law asks for or who looks at a page, so nobody reads it",
    ("parts/brand.html", ""): "lacks the macro ",
    ("shells/page.html", "<html></html>"): "lacks the block ",
}


@pytest.mark.parametrize("case", TEMPLATES, ids="".join)
def test_a_template_fits_where_it_stands(
    hansa: Path, templates: Callable[[Path], list[str]], case: tuple[str, str]
) -> None:
    name, source = case
    write(hansa, f"templates/{name}", source)
    said = templates(hansa)
    expected = f"hansa/templates/{name}: {TEMPLATES[case]}"
    assert {line[: len(expected)] for line in said} == {expected}


def test_a_shell_keeps_who_looks_at_a_page_and_what_the_law_asks_for(
    hansa: Path, templates: Callable[[Path], list[str]]
) -> None:
    ours = shipped("themes").parent / "platform" / "quartier" / "web" / "templates" / "shells"
    for shell in ("app", "cockpit", "door"):
        page = (ours / f"{shell}.html").read_text(encoding="utf-8")
        page = re.sub(r'{% (?:if|elif) (?:viewer|visit)\.[^%]*%}{% include "(?:support|viewing)/[^%]*%}', "", page)
        page = page.replace("{% endif %}\n{{ chrome(", "\n{{ chrome(", 1) if shell != "door" else page
        page = page.replace('{{ chrome("legal_links") }}', "").replace('{{ chrome("app_foot") }}', "")
        write(hansa, f"templates/shells/{shell}.html", page)
    who = "which every page of this kind has"
    links = "the links that the law asks for"
    assert [line.removeprefix("hansa/templates/shells/") for line in templates(hansa)] == [
        f"app.html: lacks the template 'viewing/bar.html', {who}",
        f"app.html: lacks chrome('app_foot'), {links}",
        f"cockpit.html: lacks the template 'viewing/bar.html', {who}",
        f"cockpit.html: lacks the template 'support/bar.html', {who}",
        f"cockpit.html: lacks the template 'support/running.html', {who}",
        f"cockpit.html: lacks chrome('legal_links'), {links}",
        f"door.html: lacks chrome('legal_links'), {links}",
    ]


def test_what_does_not_compile_is_told_with_its_line(hansa: Path, templates: Callable[[Path], list[str]]) -> None:
    write(hansa, "templates/home/home.html", "\n{{ viewer.name | safe }}")
    assert templates(hansa) == ["hansa/templates/home/home.html:2: No filter named 'safe'."]


def test_each_page_of_ours_may_be_taken_over_by_a_theme_as_it_is(
    hansa: Path, templates: Callable[[Path], list[str]]
) -> None:
    """Else designers would learn from our own templates what they may not write."""
    core = shipped("themes").parent / "platform" / "quartier"
    for folder in ("web", "home", "accounts"):
        copytree(core / folder / "templates", hansa / "templates", dirs_exist_ok=True)
    assert templates(hansa) == []


def test_the_faces_that_a_theme_brings_are_served_under_the_address_in_its_sheet(hansa: Path) -> None:
    write(hansa, "static/faces/round.woff2", "a face")
    write(hansa, "static/script.js", "alert(1)")
    write(
        hansa, "rules.css", "@layer theme { p { src: url(static/faces/round.woff2); cursor: url('static/script.js') } }"
    )
    themes, files = load_themes(hansa.parent), StaticFiles()
    files.add_theme(themes["hansa"])
    sheet = build_stylesheet("hansa", derive("#1f5c4a"), BrandUrls(), themes).body.decode()
    address = re.search(r'src:url\("(/static/themes/hansa/faces/round\.[0-9a-f]{12}\.woff2)"\)', sheet)
    assert address is not None
    kind, body, _gzipped = files.get(address[1].removeprefix("/static/")) or ("", b"", b"")
    assert (kind, body) == ("font/woff2", b"a face")
    assert "themes/hansa/script.js" not in files._files
