"""The proof that a look can be read: the places that matter, measured on the theme's own surfaces, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quartier.i18n.texts import gettext as _
from quartier.theming.contrast import ratio
from quartier.theming.paint import check_theme, paint
from quartier.theming.pairs import Mode, Pair
from quartier.theming.palette import WHITE, Palette, derive
from quartier.theming.themes import Theme
from quartier.theming.wording import ADJUSTMENTS

PLACES = {"button": "on-accent", "link": "accent-text", "block": "on-block", "second": "on-second"}
"""Where a reader meets the brand's colours, and the ink that is written there."""

PAPER = frozenset(
    {"surface", "surface-raised", "surface-sunken", "surface-overlay", "field", "accent-soft", "selected"}
)
"""What a sample stands on where an ink may stand anywhere; grounds of states are measured too, but look like errors."""

MOVED = {"on-accent": "button", "accent-edge": "button", "accent-text": "link", "block-accent": "block"}


@dataclass(frozen=True)
class Sample:
    """Ink on its most difficult ground; `ratio` is cut, never rounded up, to one decimal."""

    ink: str
    ground: str
    ratio: float


@dataclass(frozen=True)
class Row:
    """One place in both modes. `moved`: the colour is not quite the one that was asked for."""

    place: str
    light: Sample
    dark: Sample
    moved: bool


@dataclass(frozen=True)
class Proof:
    """All there is to say about a look before anybody sees it. `light` and `dark` are the theme's colours by token."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    holds: bool
    second_as_text: float
    light: Mapping[str, str]
    dark: Mapping[str, str]


def prove(theme: Theme, colour: str, second: str | None) -> Proof:
    """Derive, measure and explain. Colours as `parse_colour` takes them; raises BrandColourError for others."""
    palette = derive(colour, second)
    pairs = check_theme(theme, palette)
    moved = {MOVED[one.token] for one in palette.adjustments}
    rows = [
        Row(place, _worst(pairs, "light", ink), _worst(pairs, "dark", ink), place in moved)
        for place, ink in PLACES.items()
    ]
    return Proof(
        rows=tuple(rows),
        notes=adjustments(palette),
        holds=all(pair.holds for pair in pairs),
        second_as_text=cut(ratio(palette.second, WHITE)),
        light=paint(theme, palette, "light"),
        dark=paint(theme, palette, "dark"),
    )


def adjustments(palette: Palette) -> tuple[str, ...]:
    """What was changed so that people can read it, in sentences."""
    return tuple(_(ADJUSTMENTS[one.code], used=one.used.upper()) for one in palette.adjustments)


def _worst(pairs: Iterable[Pair], mode: Mode, ink: str) -> Sample:
    measured = [pair for pair in pairs if pair.mode == mode and pair.ink == ink]
    shown = [pair for pair in measured if pair.ground in PAPER] or measured
    pair = min(shown, key=lambda pair: pair.ratio)
    return Sample(pair.ink_colour, pair.ground_colour, cut(pair.ratio))


def cut(number: float) -> float:
    """To one decimal, and never up: what is shown was reached."""
    return math.floor(number * 10) / 10
