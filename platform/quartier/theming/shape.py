"""What a company says of corners and density over what its theme draws: tokens, and nothing else.

Who says nothing has the theme as its designer drew it, and a sheet without a byte more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

AS_DRAWN: Final = "theme"
CORNERS: Final = (AS_DRAWN, "square", "soft", "round")
DENSITIES: Final = (AS_DRAWN, "compact")
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"corners": CORNERS, "density": DENSITIES}

RADII: Final[Mapping[str, tuple[str, ...]]] = {
    "square": ("0px", "0px", "0px", "0px", "0px"),
    "soft": ("4px", "8px", "12px", "8px", "12px"),
    "round": ("8px", "14px", "22px", "1.5rem", "99rem"),
}
"""With a unit, for themes calculate with them. The round one of controls is half of their height: a long text has it
too, and would lose its first letters to a pill."""
RADIUS_TOKENS: Final = ("radius-s", "radius-m", "radius-l", "radius-control", "radius-full")

COMPACT: Final[Mapping[str, str]] = {
    "space-3": ".625rem", "space-4": ".75rem", "space-5": "1.125rem", "space-6": "1.5rem",
    "gutter": "clamp(1rem,.6rem + 1.4vw,1.75rem)", "gap": "1.5rem",
    "control": "2.75rem", "control-s": "2.75rem", "row": "3rem", "bottombar": "3.5rem",
}  # fmt: skip
"""Distances give way, and type does not: whoever needs large letters keeps them. What a thumb touches stays 44 px."""
COMPACT_ROWS: Final = '@media(pointer:fine){:root[data-density="compact"]{--row:2.25rem}}'
"""The Cockpit is dense already; with a mouse its tables can be denser."""


@dataclass(frozen=True)
class Shape:
    """One of `CORNERS` and one of `DENSITIES`."""

    corners: str = AS_DRAWN
    density: str = AS_DRAWN

    @property
    def tokens(self) -> dict[str, str]:
        """What stands in for the theme's own."""
        return {
            **dict(zip(RADIUS_TOKENS, RADII.get(self.corners, ()), strict=False)),
            **(COMPACT if self.density == "compact" else {}),
        }


FULLEST: Final = Shape("round", "compact")
"""The one that makes a sheet heaviest."""
