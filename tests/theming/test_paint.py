"""The themes' own colours under any brand: what a reader of a page really has before the eyes."""

from __future__ import annotations

import random

import pytest

from quartier.theming.contrast import luminance
from quartier.theming.paint import check_theme, paint
from quartier.theming.pairs import BOUNDS, MODES, RULES, SURFACES
from quartier.theming.palette import derive
from quartier.theming.themes import Theme, ThemeError

THEMES = ("klar", "warm", "markant")
AWKWARD = ["#fff", "#000", "#ffff00", "#7f7f7f", "#00ff00", "#00ffff", "#ff00ff", "#ff0000", "#0000ff"]


def brands(count: int) -> list[tuple[str, str | None]]:
    dice = random.Random(1848)
    drawn = [f"#{dice.randrange(1 << 24):06x}" for _ in range(2 * count)]
    pairs = [(drawn[at], drawn[at + 1] if at % 4 else None) for at in range(0, 2 * count, 2)]
    return [*pairs, *((colour, other) for colour in AWKWARD for other in (None, "#000", "#fff"))]


@pytest.mark.parametrize("slug", THEMES)
def test_no_pair_fails_on_the_surfaces_of_a_theme(themes: dict[str, Theme], slug: str) -> None:
    failed = [
        (brand, pair) for brand in brands(150) for pair in check_theme(themes[slug], derive(*brand)) if not pair.holds
    ]
    assert failed == []


@pytest.mark.parametrize("slug", THEMES)
def test_a_theme_stays_within_the_surfaces_that_palettes_are_derived_for(themes: dict[str, Theme], slug: str) -> None:
    for brand in brands(60):
        for mode in MODES:
            painted = paint(themes[slug], derive(*brand), mode)
            lightest, darkest = BOUNDS[mode]
            for surface in SURFACES:
                assert luminance(darkest) <= luminance(painted[surface]) <= luminance(lightest), (brand, mode, surface)


@pytest.mark.parametrize("slug", THEMES)
def test_every_rule_of_the_table_is_measured_on_every_theme(themes: dict[str, Theme], slug: str) -> None:
    measured = {(pair.ink, pair.ground) for pair in check_theme(themes[slug], derive("#1f5c4a"))}
    assert measured == {(ink, ground) for rule in RULES for ink in rule.inks for ground in rule.grounds}


def test_the_themes_differ_in_more_than_a_colour(themes: dict[str, Theme]) -> None:
    painted = {slug: paint(themes[slug], derive("#0b4f8a", "#5ce0b8"), "light") for slug in THEMES}
    assert {slug: (p["bar"], p["notice"]) for slug, p in painted.items()} == {
        "klar": ("#ffffff", "#0b4f8a"),
        "warm": ("#faf5ec", painted["warm"]["notice"]),
        "markant": ("#0b4f8a", "#5ce0b8"),
    }
    assert painted["warm"]["notice"] not in {"#0b4f8a", "#5ce0b8"}


def test_the_neutrals_of_a_grey_brand_are_grey(themes: dict[str, Theme]) -> None:
    sunken = paint(themes["markant"], derive("#808080"), "light")["surface-sunken"]
    assert sunken[1:3] == sunken[3:5] == sunken[5:7]


def theme_with(recipes: dict[str, str]) -> Theme:
    texts = {"de": "A", "en": "A", "fr": "A"}
    return Theme("hansa", texts, texts, (), {token: (recipe, recipe) for token, recipe in recipes.items()})


def test_each_kind_of_recipe() -> None:
    recipes = {
        "plain": "#336699",
        "same": "plain",
        "half": "mix(plain 50%, white)",
        "white": "#ffffff",
        "at-hue": "oklch(.5 0)",
        "on-white": "ink(white)",
        "faint": "edge(white, white)",
        "shade": "rgb(0 0 0 / .5)",
    }
    painted = paint(theme_with(recipes), derive("#808080"), "light")
    assert {token: painted[token] for token in recipes} == {
        "plain": "#336699",
        "same": "#336699",
        "half": "#97b1cd",
        "white": "#ffffff",
        "at-hue": "#636363",
        "on-white": "#1b1b1b",
        "faint": "#1b1b1b",
        "shade": "rgb(0 0 0 / .5)",
    }


@pytest.mark.parametrize(
    ("recipes", "message"),
    [
        ({"line": "red"}, "line → red leads nowhere"),
        ({"line": "text", "text": "line"}, "line → text → line leads nowhere"),
        ({"line": "#FFF"}, "line = '#FFF' is no recipe"),
        ({"line": "#ffffff;} body{"}, "is no recipe"),
        ({"line": "url(//evil)"}, "is no recipe"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_named(recipes: dict[str, str], message: str) -> None:
    with pytest.raises(ThemeError, match="hansa") as refused:
        paint(theme_with(recipes), derive("#808080"), "light")
    assert message in str(refused.value)
