"""`docs/themes.md` names everything that a theme can change: no more, and nothing less."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quartier.config import shipped
from quartier.designing.pages import FRAME
from quartier.theming.palette import derive
from quartier.theming.themes import MEDIA, load_themes
from quartier.web.environment import CORE, Renderer
from quartier.web.static_files import StaticFiles

PAGE = (Path(__file__).parents[2] / "docs" / "themes.md").read_text(encoding="utf-8")
BASE = load_themes(shipped("themes"))["base"]


def named(begin: str, end: str) -> set[str]:
    """What stands in backticks between two places of the page."""
    return set(re.findall(r"`([^`\n]+)`", PAGE.partition(begin)[2].partition(end)[0]))


def first_column(part: str) -> set[str]:
    rows = [row.split("|")[1] for row in part.splitlines() if row.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_the_colours_that_a_theme_may_give_are_all_named() -> None:
    assert first_column(PAGE.partition("## theme.toml")[2].partition("## tokens.css")[0]) == set(BASE.colours)


def test_the_colours_that_follow_from_the_brand_are_all_named() -> None:
    assert named("recipes may use them:", "\n\n") == set(derive("#1f5c4a").light)


def test_the_sizes_and_faces_are_all_named() -> None:
    sheet = (BASE.folders[0] / "tokens.css").read_text(encoding="utf-8")
    listed = first_column(PAGE.partition("## tokens.css")[2].partition("## rules.css")[0])
    assert listed == set(re.findall(r"(--[\w-]+):", sheet))


@pytest.mark.parametrize("shell", sorted(path.name for path in (CORE / "web" / "templates" / "shells").glob("*.html")))
def test_the_slots_of_each_shell_are_all_named(shell: str) -> None:
    source = (CORE / "web" / "templates" / "shells" / shell).read_text(encoding="utf-8")
    row = re.search(rf"^\| `shells/{shell}` \|(.*)\|$", PAGE, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row[1]) if row else []) == set(re.findall(r"{% block (\w+)", source))


def test_what_every_page_is_given_is_all_named() -> None:
    said = named("**What every page is given:**", "\n\n")
    assert {word for word in said if "." not in word and " " not in word} == set(FRAME)


def test_functions_filters_and_media_are_all_named() -> None:
    guard = Renderer({"hansa": [Path("hansa")]}, [], StaticFiles()).guard("hansa")
    assert named("**Functions:**", "\n\n") == set(guard.globals)
    assert named("**Filters:**", "\n\n") == set(guard.filters)
    assert {word for word in named("## static/", "## templates/") if word.startswith(".")} == MEDIA
