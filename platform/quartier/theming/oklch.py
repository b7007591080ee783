"""Colours as people see them (OKLCH) and as screens want them (hex), with coloraide in between.

Everything that leaves this module is a rounded hex colour inside sRGB, because contrast is only worth checking there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from coloraide import Color


@dataclass(frozen=True)
class Tone:
    """A colour by lightness (0–1), chroma (0–0.4) and hue (0–360 degrees)."""

    lightness: float
    chroma: float
    hue: float


@lru_cache(maxsize=4096)
def tone_of(colour: str) -> Tone:
    """Take `#rrggbb` apart. A grey has no hue: it gets 0 and a chroma of 0."""
    lightness, chroma, hue = Color(colour).convert("oklch").coords(nans=False)
    grey = chroma < 0.002
    return Tone(round(lightness, 5), 0.0 if grey else round(chroma, 5), 0.0 if grey else round(hue, 3))


def hex_of(lightness: float, chroma: float, hue: float) -> str:
    """The nearest colour a screen can show: chroma gives way, lightness and hue stay (CSS Color 4, gamut mapping)."""
    return _fitted(round(min(1.0, max(0.0, lightness)), 4), round(max(0.0, chroma), 4), round(hue, 2))


@lru_cache(maxsize=16384)
def _fitted(lightness: float, chroma: float, hue: float) -> str:
    colour = Color("oklch", [lightness, chroma, hue]).convert("srgb")
    return str(colour.fit(method="oklch-chroma").clip().to_string(hex=True, compress=False))[:7]


@lru_cache(maxsize=16384)
def mix(colour: str, share: float, ground: str) -> str:
    """`share` (0–1) of the colour over the ground, mixed in OKLab as `color-mix(in oklab, …)` does."""
    return str(Color(ground).mix(colour, share, space="oklab").convert("srgb").clip().to_string(hex=True))
