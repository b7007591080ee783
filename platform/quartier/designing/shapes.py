"""Whether a company's choice of corners and density reaches every page of a theme.

The choice is tokens, written behind those of the theme. So a theme draws with the tokens, gives them at one place, and
none of its heights goes below what a thumb needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from quartier.designing.findings import Finding
from quartier.theming.shape import COMPACT, RADIUS_TOKENS

THUMB = 2.75  # rem: 44 px
HEIGHTS = ("control", "control-s", "row", "topbar", "bottombar")
RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
CORNER = re.compile(r"(?<![\w-])border-(?:[a-z]+-)*radius\s*:\s*([^;}]*)")
LENGTH = re.compile(r"(?<![\w.#-])(?:\d*\.)?\d*[1-9]\d*(?:\.\d+)?(?:px|r?em|v[wh]|ch)\b")
CALCULATED = re.compile(r"(?:calc|min|max|clamp)\((?:[^()]|\([^()]*\))*\)")
GIVEN = re.compile(r"--([\w-]+)\s*:\s*([^;]*)")
CHOSEN = frozenset((*RADIUS_TOKENS, *COMPACT))


def check_shape(place: str, css: str, slug: str) -> Iterator[Finding]:
    """One sheet of a theme, without its comments."""
    for value in CORNER.findall(css):
        if found := LENGTH.search(CALCULATED.sub("", value)):
            yield Finding(place, f"rounds by {found[0]}; corners are --radius-…, or a company cannot choose them")
    for selector, body in RULE.findall(css):
        for token, value in GIVEN.findall(body):
            yield from _token(place, selector.strip(), token, value.strip(), slug)


def _token(place: str, selector: str, token: str, value: str, slug: str) -> Iterator[Finding]:
    if token in CHOSEN and not re.fullmatch(rf"\[data-theme~=[\"']?{slug}[\"']?\]", selector):
        where = f'[data-theme~="{slug}"]'
        yield Finding(place, f"gives --{token} under {selector}; only {where} leaves the last word to the company")
    height = re.fullmatch(r"(\d*\.?\d+)rem", value)
    if token in HEIGHTS and height and float(height[1]) < THUMB:
        yield Finding(place, f"gives --{token} {value}; a thumb needs {THUMB}rem, which are 44 px")
