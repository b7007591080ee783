"""Whether a theme can be read in every brand."""

from __future__ import annotations

import random
from collections.abc import Iterator

from quartier.designing.findings import Finding
from quartier.theming.contrast import luminance
from quartier.theming.oklch import hex_of
from quartier.theming.paint import check_theme, paint
from quartier.theming.pairs import BOUNDS, MODES, SURFACES, Pair
from quartier.theming.palette import derive
from quartier.theming.themes import Theme, ThemeError

HUES = range(0, 360, 30)
TONES = ((0.3, 0.08), (0.45, 0.14), (0.6, 0.2), (0.75, 0.16), (0.92, 0.06))
GREYS = ("#000000", "#3a3a3a", "#767676", "#c4c4c4", "#ffffff")
SEED = 20261123  # the same brands in every run


def brands(more: int = 0) -> list[str]:
    """Colours from all around the circle, dark to light, and greys; then so many more at random."""
    dice = random.Random(SEED)  # noqa: S311 - colours, no secrets
    around = [hex_of(lightness, chroma, hue) for hue in HUES for lightness, chroma in TONES]
    return [*around, *GREYS, *(f"#{dice.randrange(1 << 24):06x}" for _one in range(more))]


def check_colours(theme: Theme, more: int = 0) -> Iterator[Finding]:
    """Every pair of the table in every one of those brands, light and dark; the worst case of each pair is told."""
    worst: dict[tuple[str, str, str], tuple[Pair, str]] = {}
    try:
        for brand in brands(more):
            for pair in check_theme(theme, derive(brand)):
                key = (pair.mode, pair.ink, pair.ground)
                if not pair.holds and (key not in worst or pair.ratio < worst[key][0].ratio):
                    worst[key] = (pair, brand)
        yield from _beyond_bounds(theme)
    except ThemeError as error:
        yield Finding(f"{theme.slug}/theme.toml", str(error))
        return
    for pair, brand in worst.values():
        yield Finding(
            f"{theme.slug}/theme.toml",
            f"{pair.ink} on {pair.ground} has {pair.ratio:.2f} : 1 in {pair.mode} mode under the brand {brand}; "
            f"it needs {pair.least:g}",
        )


def _beyond_bounds(theme: Theme) -> Iterator[Finding]:
    """A palette is made before a theme is known, for surfaces between two bounds."""
    for mode in MODES:
        colours = paint(theme, derive("#767676"), mode)
        high, low = (luminance(bound) for bound in BOUNDS[mode])
        for surface in SURFACES:
            if surface in colours and not low <= luminance(colours[surface]) <= high:
                yield Finding(
                    f"{theme.slug}/theme.toml",
                    f"{surface} is {colours[surface]} in {mode} mode; surfaces lie between {BOUNDS[mode][1]} and "
                    f"{BOUNDS[mode][0]}",
                )
