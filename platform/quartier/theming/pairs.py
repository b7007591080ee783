"""Which colour must be readable on which: one table, used to derive a palette, to check it and to show it.

A rule names inks and the grounds they stand on. `SURFACES` are the grounds that a theme paints. A palette is derived
before a theme is known, so there they are represented by `BOUNDS`, the lightest and darkest surface that a theme may
have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from quartier.theming.contrast import ratio

Mode = Literal["light", "dark"]
MODES: tuple[Mode, ...] = ("light", "dark")
TEXT = 4.5
EDGE = 3.0

SURFACES = (
    "surface", "surface-raised", "surface-sunken", "surface-overlay", "field", "accent-soft", "selected",
    "danger-soft", "success-soft", "warning-soft", "info-soft",
)  # fmt: skip
BOUNDS: Mapping[Mode, tuple[str, str]] = {"light": ("#ffffff", "#e0e0e0"), "dark": ("#373737", "#000000")}


@dataclass(frozen=True)
class Rule:
    """Every one of the inks reaches `least` on every one of the grounds."""

    inks: tuple[str, ...]
    grounds: tuple[str, ...]
    least: float


RULES = (
    Rule(("text", "text-muted", "accent-text"), SURFACES, TEXT),
    Rule(("danger-text", "success-text", "warning-text", "info-text"), SURFACES, TEXT),
    Rule(("accent-edge", "focus", "line-strong", "danger"), SURFACES, EDGE),
    Rule(("on-accent",), ("accent", "accent-hover"), TEXT),
    Rule(("on-block", "block-muted", "block-accent"), ("block",), TEXT),
    Rule(("on-second",), ("second",), TEXT),
    Rule(("on-danger",), ("danger",), TEXT),
    Rule(("on-success",), ("success",), TEXT),
    Rule(("on-warning",), ("warning",), TEXT),
    Rule(("on-info",), ("info",), TEXT),
    Rule(("on-notice", "notice-muted"), ("notice",), TEXT),
    Rule(("notice-edge",), ("notice",), EDGE),
    Rule(("on-notice-accent",), ("notice-accent",), TEXT),
    Rule(("on-bar", "bar-muted", "bar-active"), ("bar",), TEXT),
    Rule(("on-side", "side-muted"), ("side",), TEXT),
    Rule(("on-side-active",), ("side-active",), TEXT),
)


@dataclass(frozen=True)
class Pair:
    """One measured pair; colours are `#rrggbb`, `ratio` is 1–21."""

    mode: Mode
    ink: str
    ground: str
    ink_colour: str
    ground_colour: str
    ratio: float
    least: float

    @property
    def holds(self) -> bool:
        return self.ratio >= self.least


def measure(mode: Mode, tokens: Mapping[str, str], *, bounds: bool) -> Iterator[Pair]:
    """Measure every rule whose colours are known. With `bounds`, surfaces are the extreme ones instead of a theme's."""
    for rule in RULES:
        for ink in rule.inks:
            for name, colour in _grounds(mode, rule, tokens, bounds=bounds) if ink in tokens else ():
                yield Pair(mode, ink, name, tokens[ink], colour, ratio(tokens[ink], colour), rule.least)


def _grounds(mode: Mode, rule: Rule, tokens: Mapping[str, str], *, bounds: bool) -> list[tuple[str, str]]:
    if bounds and rule.grounds == SURFACES:
        return list(zip(("lightest", "darkest"), BOUNDS[mode], strict=True))
    return [(name, tokens[name]) for name in rule.grounds if name in tokens]
