"""What a logo suggests, and what is said of a logo that suggests nothing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import get_args

import pytest
from PIL import Image, ImageDraw

from quartier.theming.images import ImageRefused
from quartier.theming.logo import clean_logo
from quartier.theming.proposal import Proposal, Remark, propose, theme_for
from quartier.theming.themes import Theme
from quartier.theming.wording import LOGO_REMARKS

Box = tuple[int, int, int, int]
GREEN, SAND, WHITE, BLACK = "#1f5c4a", "#efd88b", "#ffffff", "#000000"


def logo(
    *boxes: tuple[str, Box],
    size: tuple[int, int] = (400, 200),
    ground: str | None = None,
    kind: str = "PNG",
    mode: str = "RGBA",
) -> bytes:
    image = Image.new("RGBA", size, ground or (0, 0, 0, 0))
    for colour, box in boxes:
        ImageDraw.Draw(image).rectangle(box, fill=colour)
    out = io.BytesIO()
    image.convert(mode).save(out, kind, quality=95)
    return out.getvalue()


def suggested(body: bytes) -> Proposal:
    return propose(clean_logo(body), body)


def moving() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGBA", (400, 200), colour) for colour in (GREEN, SAND)]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (logo((GREEN, (0, 0, 199, 199)), (SAND, (200, 0, 299, 199))), Proposal(GREEN, SAND, ())),
        (logo((GREEN, (50, 50, 99, 99)), ground=WHITE), Proposal(GREEN, None, ())),
        (logo((GREEN, (0, 0, 399, 199)), (SAND, (0, 0, 19, 9))), Proposal(GREEN, None, ())),
        (logo((WHITE, (50, 50, 300, 150))), Proposal(None, None, ("all_white",))),
        (logo((BLACK, (50, 50, 300, 150))), Proposal(None, None, ("all_dark",))),
        (logo(("#888888", (50, 50, 300, 150))), Proposal(None, None, ("no_colour",))),
        (logo(), Proposal(None, None, ("empty",))),
        (logo((GREEN, (0, 0, 19, 19)), size=(20, 20)), Proposal(GREEN, None, ("small",))),
        (logo((GREEN, (0, 0, 11_999, 1_999)), size=(12_000, 2_000)), Proposal(GREEN, None, ("large", "words_only"))),
        (moving(), Proposal(GREEN, None, ("animated",))),
        (logo((GREEN, (20, 90, 380, 110))), Proposal(GREEN, None, ("words_only",))),
    ],
    ids=["two", "on white", "accent", "white", "black", "grey", "empty", "small", "large", "moving", "words"],
)
def test_a_logo_suggests_its_colours_and_says_what_is_odd(body: bytes, wanted: Proposal) -> None:
    assert suggested(body) == wanted


def test_a_logo_for_print_is_taken_and_said_to_look_different() -> None:
    found = suggested(logo((GREEN, (0, 0, 399, 199)), kind="JPEG", mode="CMYK"))
    assert found.remarks == ("cmyk",)
    assert found.colour is not None


def test_a_drawing_suggests_its_colours_too() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="9" height="9" fill="#8c2f39"/></svg>'
    )
    assert suggested(svg.encode()) == Proposal("#8c2f39", None, ())


def test_a_drawing_that_moves_or_has_letters_that_are_no_shapes_is_said_to() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
        '<rect width="9" height="39" fill="#8c2f39">{0}</rect>'
        '<text x="12" y="30" font-size="20" fill="#8c2f39">Ab</text></svg>'
    )
    assert suggested(svg.format("").encode()).remarks == ("letters",)
    moving = '<animate attributeName="width" from="0" to="9" dur="1s"/>'
    assert suggested(svg.format(moving).encode()).remarks == ("animated", "letters")


def test_a_picture_beyond_all_measure_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    with pytest.raises(ImageRefused) as refused:
        clean_logo(out.getvalue())
    assert refused.value.reason == "too_many_pixels"


@pytest.mark.parametrize(
    ("colours", "theme"),
    [
        ((GREEN, None), "klar"),
        (("#8c2f39", None), "warm"),
        (("#0057d9", "#ffd400"), "markant"),
        (("#777777", None), "klar"),
    ],
)
def test_each_theme_is_proposed_for_the_brands_it_is_made_for(
    themes: dict[str, Theme], colours: Sequence[str | None], theme: str
) -> None:
    assert theme_for(str(colours[0]), colours[1], themes) == theme


def test_every_remark_has_its_sentence() -> None:
    assert set(get_args(Remark)) == LOGO_REMARKS.keys()
