"""Time zones that one may choose."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from zoneinfo import available_timezones

REGIONS: Final = frozenset({"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})


@lru_cache(maxsize=1)
def zones() -> tuple[tuple[str, str], ...]:
    """Name and words of each, those of Europe first."""
    names = [name for name in available_timezones() if name.partition("/")[0] in REGIONS]
    ordered = sorted(names, key=lambda name: (not name.startswith("Europe/"), name))
    return tuple((name, name.replace("_", " ")) for name in (*ordered, "UTC"))
