"""The yardstick itself, against known values of WCAG."""

from __future__ import annotations

import pytest

from quartier.theming.contrast import luminance, ratio


def test_black_on_white_is_the_largest_contrast_in_either_order() -> None:
    assert ratio("#000000", "#ffffff") == ratio("#ffffff", "#000000") == pytest.approx(21)


def test_a_colour_on_itself_has_none() -> None:
    assert ratio("#1f5c4a", "#1f5c4a") == 1


@pytest.mark.parametrize(
    ("colour", "expected"), [("#ff0000", 0.2126), ("#00ff00", 0.7152), ("#0000ff", 0.0722), ("#808080", 0.21586)]
)
def test_luminance_of_known_colours(colour: str, expected: float) -> None:
    assert luminance(colour) == pytest.approx(expected, abs=1e-4)


def test_the_grey_at_the_border_of_readable_text() -> None:
    assert ratio("#767676", "#ffffff") >= 4.5 > ratio("#777777", "#ffffff")
