"""From one brand colour (two, if the company likes) to every colour a page needs, light and dark.

The brand's own colour stays untouched wherever it is an area: buttons, blocks, badges. What moves is what is written
on it and what is written *with* it: an ink goes darker or lighter, at the brand's hue, until the table in `pairs`
holds on the extreme surfaces that a theme may have. Nothing is ever refused; what had to be moved is listed in
`Palette.adjustments`, so that a page can tell the company.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from quartier.theming.contrast import ratio
from quartier.theming.oklch import Tone, hex_of, mix, tone_of
from quartier.theming.pairs import BOUNDS, MODES, RULES, SURFACES, TEXT, Mode, Pair, measure

WHITE = "#ffffff"
STEP = 0.005
PLAIN_TO_SEE = 1.35  # contrast from which an area on a white page needs no line around it
CALM_CHROMA = 0.105  # a brand's full chroma glares on a dark page
HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.ASCII)
HEX_WITH_ALPHA = re.compile(r"#?([0-9a-f]{4}|[0-9a-f]{8})", re.ASCII)


class BrandColourError(ValueError):
    """The text is no colour. `reason` is one of `empty`, `has_alpha`, `not_hex`; see `wording` for sentences."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Adjustment:
    """What became of a colour that would not have been readable: `code` is a key of `wording.ADJUSTMENTS`."""

    token: str
    code: str
    asked: str
    used: str


@dataclass(frozen=True)
class Palette:
    """All colours that follow from the brand, as `#rrggbb` by token name without dashes in front.

    `hue` (degrees) and `tint` (0–1, 0 for a grey brand) let a theme colour its own neutrals in the brand's direction.
    """

    brand: str
    second: str
    hue: float
    tint: float
    light: Mapping[str, str]
    dark: Mapping[str, str]
    adjustments: tuple[Adjustment, ...]

    def tokens(self, mode: Mode) -> Mapping[str, str]:
        return self.light if mode == "light" else self.dark


def parse_colour(text: str) -> str:
    """`#FFF`, `FFFFFF`, ` #ffffff ` → `#ffffff`. Raises BrandColourError."""
    digits = re.sub(r"\s", "", text).lower()
    if not digits.strip("#"):
        raise BrandColourError("empty")
    if HEX_WITH_ALPHA.fullmatch(digits):
        raise BrandColourError("has_alpha")
    found = HEX.fullmatch(digits)
    if not found:
        raise BrandColourError("not_hex")
    short = found[1]
    return "#" + (short if len(short) == 6 else "".join(2 * digit for digit in short))


@lru_cache(maxsize=256)
def derive(brand: str, second: str | None = None) -> Palette:
    """The palette of a brand. Colours as `parse_colour` takes them; the same input always gives the same palette."""
    brand = parse_colour(brand)
    tone = tone_of(brand)
    companion = parse_colour(second) if second else hex_of(0.9, min(0.45 * tone.chroma, 0.06), tone.hue)
    light, dark = _light(brand, companion), _dark(brand, companion)
    adjustments = _adjustments(brand, companion if second else None, light)
    tint = round(min(1.0, tone.chroma / 0.04), 3)
    return Palette(brand, companion, round(tone.hue, 1), tint, light, dark, adjustments)


def check(palette: Palette) -> list[Pair]:
    """Every pair of the palette on the extreme surfaces of all themes; a theme's own pairs: `paint.check_theme`."""
    return [pair for mode in MODES for pair in measure(mode, palette.tokens(mode), bounds=True)]


def _light(brand: str, second: str) -> dict[str, str]:
    tone, bench = tone_of(brand), _Bench("light")
    bench.take("block", brand)
    bench.take("second", second)
    _inks_of_areas(bench, tone)
    bench.take("block-line", brand if ratio(brand, WHITE) >= PLAIN_TO_SEE else _darker(tone, 0.16))
    bench.take("accent", brand)
    bench.take("on-accent", bench.on_dark_first("on-accent", tone))
    bench.take("accent-hover", bench.hover(brand))
    bench.take("accent-edge", bench.settle("accent-edge", tone, -1))
    bench.take("accent-text", bench.settle("accent-text", tone, -1))
    bench.take("focus", bench.tokens["accent-text"])
    return bench.tokens


def _darker(tone: Tone, by: float) -> str:
    return hex_of(tone.lightness - by, tone.chroma, tone.hue)


def _dark(brand: str, second: str) -> dict[str, str]:
    tone, other, bench = tone_of(brand), tone_of(second), _Bench("dark")
    calm = min(tone.chroma, CALM_CHROMA)
    bench.take("block", hex_of(0.36, calm, tone.hue))
    dimmed = other.lightness - 0.08 if other.lightness > 0.7 else other.lightness
    bench.take("second", hex_of(max(0.36, dimmed), other.chroma, other.hue))
    _inks_of_areas(bench, tone)
    bench.take("block-line", bench.tokens["block"])
    lightness = min(0.88, max(0.74, tone.lightness))
    fill = Tone(lightness, min(tone.chroma, CALM_CHROMA + (lightness - 0.74) / 2), tone.hue)  # a yellow stays a yellow
    bench.take("accent", bench.settle("accent-edge", fill, +1))
    bench.take("on-accent", bench.on_light_first("on-accent", tone))
    bench.take("accent-hover", bench.hover(bench.tokens["accent"]))
    bench.take("accent-edge", bench.tokens["accent"])
    ink = Tone(max(0.78, fill.lightness), min(calm, 0.1), tone.hue)
    bench.take("accent-text", bench.settle("accent-text", ink, +1))
    bench.take("focus", bench.tokens["accent-text"])
    return bench.tokens


def _inks_of_areas(bench: _Bench, tone: Tone) -> None:
    """What is written on the large areas; the second colour may be an ink only where it can be read."""
    soft = min(0.04, 0.3 * tone.chroma)
    bench.take("on-block", bench.on_dark_first("on-block", tone))
    bright = bench.tokens["on-block"] == WHITE
    muted = Tone(0.86 if bright else 0.38, soft, tone.hue)
    bench.take("block-muted", bench.settle("block-muted", muted, +1 if bright else -1))
    other = tone_of(bench.tokens["second"])
    bench.take("block-accent", bench.settle("block-accent", other, +1 if bright else -1))
    bench.take("on-second", bench.on_light_first("on-second", tone))


class _Bench:
    """The colours of one mode while they are being made: each is chosen so that all rules with those already there
    hold.
    """

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self.tokens: dict[str, str] = {}

    def take(self, token: str, colour: str) -> None:
        self.tokens[token] = colour

    def holds(self, token: str, colour: str) -> bool:
        """Would this colour, as this token, satisfy every rule whose other side is known?"""
        others = (
            (other, rule.least)
            for rule in RULES
            for near, far in ((rule.inks, rule.grounds), (rule.grounds, rule.inks))
            if token in near
            for name in far
            for other in self._known(name)
        )
        return all(ratio(colour, other) >= least for other, least in others)

    def settle(self, token: str, start: Tone, direction: int) -> str:
        """Move from `start` in lightness, darker (-1) or lighter (+1), no further than needed for `token` to hold."""

        def at(step: int) -> str:
            return hex_of(start.lightness + direction * STEP * step, start.chroma, start.hue)

        if self.holds(token, start_colour := at(0)):
            return start_colour
        last = int(1 / STEP)
        low, high = 0, last
        while low < high:  # contrast grows with every step, save for a rounding, so half the way is asked first
            middle = (low + high) // 2
            low, high = (low, middle) if self.holds(token, at(middle)) else (middle + 1, high)
        return next((at(step) for step in range(low, last + 1) if self.holds(token, at(step))), at(last))

    def on_dark_first(self, token: str, tone: Tone) -> str:
        """White where it can be read, as people expect on a brand's colour; else the brand's darkest ink."""
        return WHITE if self.holds(token, WHITE) else self._ink(token, tone)

    def on_light_first(self, token: str, tone: Tone) -> str:
        """The brand's dark ink unless white is the better reading."""
        ink = self._ink(token, tone)
        return ink if self.holds(token, ink) else WHITE

    def hover(self, fill: str) -> str:
        """A little darker under white, a little lighter under dark ink; the other way where that leads nowhere."""
        tone = tone_of(fill)
        dark_ink = self.tokens["on-accent"] != WHITE
        for shift in (0.06, -0.06, -0.1) if dark_ink else (-0.06, 0.06, 0.22):
            moved = hex_of(tone.lightness + shift, tone.chroma, tone.hue)
            if ratio(moved, fill) > 1.08 and self.holds("accent-hover", moved):
                return moved
        return fill

    def _ink(self, token: str, tone: Tone) -> str:
        return self.settle(token, Tone(0.22, min(0.05, tone.chroma), tone.hue), -1)

    def _known(self, name: str) -> tuple[str, ...]:
        if name in SURFACES:
            return BOUNDS[self.mode]
        return (self.tokens[name],) if name in self.tokens else ()


def _adjustments(brand: str, second: str | None, light: Mapping[str, str]) -> tuple[Adjustment, ...]:
    """Only what a company would notice on a light page; the dark page is always its own reading of the brand."""
    found = [
        Adjustment("accent-text", "darker_as_text", brand, light["accent-text"]),
        Adjustment("accent-edge", "darker_as_edge", brand, light["accent-edge"]),
        Adjustment("on-accent", "dark_text_on_brand", WHITE, light["on-accent"]),
    ]
    if second:
        found.append(Adjustment("block-accent", "second_moved_as_text", second, light["block-accent"]))
    return tuple(one for one in found if one.asked != one.used)


def readable_on(ground: str, tone: Tone) -> str:
    """Dark ink at the brand's hue, or white: whichever is read better. At least 4.5 : 1 on any ground whatever."""
    ink = hex_of(0.22, min(0.05, tone.chroma), tone.hue)
    best = max(ink, WHITE, key=lambda colour: ratio(colour, ground))
    return best if ratio(best, ground) >= TEXT else max("#000000", WHITE, key=lambda colour: ratio(colour, ground))


def quiet_on(ground: str, tone: Tone) -> str:
    """The same ink drawn towards the ground, as far as 4.5 : 1 with some room allows."""
    ink = readable_on(ground, tone)
    shares = (0.76, 0.84, 0.92)
    return next((m for share in shares if ratio(m := mix(ink, share, ground), ground) >= TEXT + 0.5), ink)
