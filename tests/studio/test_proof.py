"""What is shown as proof is what was measured."""

from __future__ import annotations

import pytest

from quartier.config import shipped
from quartier.i18n.texts import using
from quartier.i18n.voice import Voice
from quartier.studio.proof import PLACES, prove
from quartier.theming.contrast import ratio
from quartier.theming.themes import load_themes

THEMES = load_themes(shipped("themes"))
HARD = ["#ffffff", "#000000", "#808080", "#ffe11b", "#00ff00", "#ff0000", "#0000ff", "#fefefe", "#777777", "#0b4f8a"]


@pytest.mark.parametrize("theme", ["klar", "warm", "markant"])
@pytest.mark.parametrize("colour", HARD)
def test_every_colour_can_be_published_and_shows_why(theme: str, colour: str) -> None:
    proof = prove(THEMES[theme], colour, None)
    assert proof.holds
    assert [row.place for row in proof.rows] == list(PLACES)
    for row in proof.rows:
        for sample in (row.light, row.dark):
            measured = ratio(sample.ink, sample.ground)
            assert sample.ratio <= measured < sample.ratio + 0.1
            assert sample.ratio >= 4.5


def test_what_had_to_be_moved_is_marked_and_said() -> None:
    with using(Voice("en")):
        proof = prove(THEMES["klar"], "#ffe11b", None)
    assert {row.place for row in proof.rows if row.moved} == {"button", "link"}
    assert len(proof.notes) == 3
    assert "#" in proof.notes[0]


def test_a_dark_colour_needs_no_help() -> None:
    proof = prove(THEMES["klar"], "#1f5c4a", "#efd88b")
    assert ([row.place for row in proof.rows if row.moved], proof.notes) == ([], ())


def test_the_second_colour_as_text_is_measured_on_white() -> None:
    assert prove(THEMES["klar"], "#0b4f8a", "#5ce0b8").second_as_text == 1.6
