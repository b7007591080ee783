"""A company types a colour; whatever it is, its pages can be read."""

from __future__ import annotations

import random

import pytest

from quartier.theming.contrast import ratio
from quartier.theming.oklch import tone_of
from quartier.theming.pairs import BOUNDS, MODES, RULES, SURFACES
from quartier.theming.palette import (
    BrandColourError,
    Palette,
    check,
    derive,
    parse_colour,
    quiet_on,
    readable_on,
)

DEMO = [("#1f5c4a", "#efd88b"), ("#0b4f8a", "#5ce0b8"), ("#8c2f39", "#efc3a2"), ("#1e2530", "#d9dee7")]
AWKWARD = ["#fff", "#000", "#ffff00", "#7f7f7f", "#00ff00", "#00ffff", "#ff00ff", "#ff0000", "#0000ff", "#767676"]


def random_pairs(count: int) -> list[tuple[str, str | None]]:
    """The same colours in every run; every second brand brings a second colour."""
    dice = random.Random(20261122)
    return [(any_colour(dice), any_colour(dice) if number % 2 else None) for number in range(count)]


def any_colour(dice: random.Random) -> str:
    return f"#{dice.randrange(1 << 24):06x}"


@pytest.mark.parametrize("text", ["#FFF", "#ffffff", "FFFFFF", "fff", " #fff ", "# fff fff", "\t#FFFFFF\n"])
def test_every_way_to_write_white_is_white(text: str) -> None:
    assert parse_colour(text) == "#ffffff"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("#", "empty"),
        ("green", "not_hex"),
        ("#12345", "not_hex"),
        ("#1234567", "not_hex"),
        ("##fff", "not_hex"),
        ("rgb(0,0,0)", "not_hex"),
        ("#fff;}body{display:none", "not_hex"),
        ("#\uff26\uff26\uff26", "not_hex"),
        ("#ffff", "has_alpha"),
        ("#1F5C4A80", "has_alpha"),
    ],
)
def test_nonsense_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(BrandColourError) as refused:
        parse_colour(text)
    assert refused.value.reason == reason


def test_no_pair_of_several_hundred_brands_fails() -> None:
    brands = [*random_pairs(500), *DEMO, *((colour, None) for colour in AWKWARD)]
    failed = [(brand, pair) for brand in brands for pair in check(derive(*brand)) if not pair.holds]
    assert failed == []


def test_the_check_measures_every_rule_about_the_palette_in_both_modes() -> None:
    palette = derive("#1f5c4a")
    inks = {ink for rule in RULES for ink in rule.inks if ink in palette.light}
    measured = {(pair.mode, pair.ink) for pair in check(palette)}
    assert measured == {(mode, ink) for mode in MODES for ink in inks}


def test_the_check_notices_a_colour_that_cannot_be_read() -> None:
    good = derive("#1f5c4a")
    bad = Palette(good.brand, good.second, good.hue, good.tint, {**good.light, "accent-text": "#9fbfb0"}, good.dark, ())
    assert {(pair.mode, pair.ink, pair.ground) for pair in check(bad) if not pair.holds} == {
        ("light", "accent-text", "lightest"),
        ("light", "accent-text", "darkest"),
    }


@pytest.mark.parametrize("colour", ["#1f5c4a", "#ffff00", "#ffffff", "#7f7f7f", "#ff6600"])
def test_the_brand_colour_itself_is_never_touched_as_an_area(colour: str) -> None:
    light = derive(colour).light
    assert (light["block"], light["accent"]) == (colour, colour)


def test_links_keep_the_hue_of_the_brand() -> None:
    for brand in ("#ffb000", "#5ce0b8", "#ff8fa3"):
        asked, used = tone_of(brand), tone_of(derive(brand).light["accent-text"])
        assert abs(asked.hue - used.hue) < 8
        assert used.lightness < asked.lightness


def test_a_brand_that_is_read_everywhere_needs_no_adjustment() -> None:
    assert [derive(*brand).adjustments for brand in DEMO] == [()] * 4


def test_yellow_is_taken_and_the_company_is_told_what_moved() -> None:
    palette = derive("#FFFF00")
    told = {adjustment.code: (adjustment.asked, adjustment.used) for adjustment in palette.adjustments}
    assert told == {
        "darker_as_text": ("#ffff00", palette.light["accent-text"]),
        "darker_as_edge": ("#ffff00", palette.light["accent-edge"]),
        "dark_text_on_brand": ("#ffffff", palette.light["on-accent"]),
    }


def test_a_second_colour_that_cannot_be_ink_on_the_first_is_told_too() -> None:
    palette = derive("#1f5c4a", "#206040")
    assert [adjustment.code for adjustment in palette.adjustments] == ["second_moved_as_text"]
    assert palette.light["second"] == "#206040"


def test_without_a_second_colour_a_pale_one_of_the_same_hue_is_made() -> None:
    palette = derive("#8c2f39")
    assert abs(tone_of(palette.second).hue - tone_of("#8c2f39").hue) < 4
    assert tone_of(palette.second).lightness == pytest.approx(0.9, abs=0.005)


def test_a_grey_brand_gets_grey_neutrals() -> None:
    assert derive("#777777").tint == 0
    assert derive("#1f5c4a").tint == 1


def test_hovering_over_a_button_is_seen_on_every_brand() -> None:
    for colour in AWKWARD:
        palette = derive(colour)
        assert palette.light["accent-hover"] != palette.light["accent"]
        assert palette.dark["accent-hover"] != palette.dark["accent"]


def test_the_same_colour_written_otherwise_gives_the_same_palette() -> None:
    assert derive("#FFF") == derive("ffffff")


def test_what_is_written_on_any_ground_can_be_read() -> None:
    tone = tone_of("#8c2f39")
    for ground, _ in random_pairs(300):
        assert ratio(readable_on(ground, tone), ground) >= 4.5
        assert ratio(quiet_on(ground, tone), ground) >= 4.5


def test_the_bounds_are_in_the_order_that_their_names_say() -> None:
    assert {mode: ratio(*BOUNDS[mode]) > 1 for mode in MODES} == {"light": True, "dark": True}
    assert len(set(SURFACES)) == len(SURFACES)
