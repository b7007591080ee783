"""The contrast that WCAG 2.2 measures, on colours as they reach the screen: six hex digits, already rounded."""

from __future__ import annotations

from functools import lru_cache

LINEAR_BELOW = 0.04045


@lru_cache(maxsize=8192)
def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 (black) to 1 (white). Source: WCAG 2.2, "relative luminance"."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(a: str, b: str) -> float:
    """Contrast of two `#rrggbb` colours, 1 to 21, in either order."""
    darker, lighter = sorted((luminance(a), luminance(b)))
    return (lighter + 0.05) / (darker + 0.05)


def _linear(value: float) -> float:
    return value / 12.92 if value <= LINEAR_BELOW else float(((value + 0.055) / 1.055) ** 2.4)
