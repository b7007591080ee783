"""From when to when people see the portal: some days around their periods, as the company says.

The database decides (`open_visit`); these are the names of the two settings and what a form may put there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

BEFORE: Final = "access_before"
AFTER: Final = "access_after"
LONGEST: Final = 366


def days(settings: Mapping[str, object], name: str) -> int:
    """How many days, as the database reads them: nonsense is none."""
    given = settings.get(name)
    return int(str(given)) if str(given).isdecimal() and len(str(given)) <= 3 else 0
