"""A theme's colours in a brand's hue: the recipes of `theme.toml` worked out to hex, so that what is checked is what
is shown.

A recipe is one of
    #faf5ec                     this colour
    oklch(.972 .004)            this lightness and chroma, at the brand's hue (chroma fades for a grey brand)
    accent                      the same as another token
    mix(second 46%, surface)    so much of the first over the second, in OKLab
    ink(notice)                 what is best read on that ground;  quiet(notice) the same for second lines
    edge(accent, notice)        the first if it stands out from the second, else what is best read there
    rgb(12 18 16 / .44)         taken as it stands: shades and scrims, never an ink or a ground
"""

from __future__ import annotations

import re

from quartier.theming.contrast import ratio
from quartier.theming.oklch import Tone, hex_of, mix
from quartier.theming.pairs import EDGE, MODES, Mode, Pair, measure
from quartier.theming.palette import Palette, quiet_on, readable_on
from quartier.theming.themes import Theme, ThemeError

NUMBER = r"(\d*\.?\d+)"
NAME = r"([a-z][a-z0-9-]*)"
HEX = re.compile(r"#[0-9a-f]{6}", re.ASCII)
SHADE = re.compile(rf"rgb\(\d{{1,3}} \d{{1,3}} \d{{1,3}} / {NUMBER}\)", re.ASCII)
AT_HUE = re.compile(rf"oklch\({NUMBER} {NUMBER}\)", re.ASCII)
MIX = re.compile(rf"mix\({NAME} {NUMBER}%, {NAME}\)", re.ASCII)
ON = re.compile(rf"(ink|quiet)\({NAME}\)", re.ASCII)
EDGE_ON = re.compile(rf"edge\({NAME}, {NAME}\)", re.ASCII)
SAME = re.compile(NAME, re.ASCII)


def paint(theme: Theme, palette: Palette, mode: Mode) -> dict[str, str]:
    """Every colour token of a theme under a brand, sorted by name.

    Raises ThemeError for a recipe that makes no sense.
    """
    painter = _Painter(theme, palette, mode)
    return {token: painter.colour(token) for token in sorted({*theme.colours, *palette.tokens(mode)})}


def check_theme(theme: Theme, palette: Palette) -> list[Pair]:
    """Every pair of the table on this theme's own surfaces, light and dark."""
    return [pair for mode in MODES for pair in measure(mode, paint(theme, palette, mode), bounds=False)]


class _Painter:
    """Works out one token after the other; remembers what is being worked out, so that a circle is found."""

    def __init__(self, theme: Theme, palette: Palette, mode: Mode) -> None:
        self.theme = theme
        self.palette = palette
        self.recipes = {token: recipe[MODES.index(mode)] for token, recipe in theme.colours.items()}
        self.done: dict[str, str] = dict(palette.tokens(mode))
        self.open: list[str] = []

    def colour(self, token: str) -> str:
        if token not in self.done:
            if token in self.open or token not in self.recipes:
                raise ThemeError(f"theme {self.theme.slug!r}: {' → '.join([*self.open, token])} leads nowhere")
            self.open.append(token)
            self.done[token] = self._work_out(token, self.recipes[token])
            self.open.pop()
        return self.done[token]

    def _work_out(self, token: str, recipe: str) -> str:
        if HEX.fullmatch(recipe) or SHADE.fullmatch(recipe):
            return recipe
        if SAME.fullmatch(recipe):
            return self.colour(recipe)
        if found := AT_HUE.fullmatch(recipe):
            return hex_of(float(found[1]), float(found[2]) * self.palette.tint, self.palette.hue)
        if found := MIX.fullmatch(recipe):
            return mix(self.colour(found[1]), float(found[2]) / 100, self.colour(found[3]))
        if found := ON.fullmatch(recipe):
            return self._on(found[1], self.colour(found[2]))
        if found := EDGE_ON.fullmatch(recipe):
            edge, ground = self.colour(found[1]), self.colour(found[2])
            return edge if ratio(edge, ground) >= EDGE else self._on("ink", ground)
        raise ThemeError(f"theme {self.theme.slug!r}: {token} = {recipe!r} is no recipe")

    def _on(self, how: str, ground: str) -> str:
        tone = Tone(0.22, 0.05 * self.palette.tint, self.palette.hue)
        return readable_on(ground, tone) if how == "ink" else quiet_on(ground, tone)
