"""Public holidays of cantons and Länder, from the file that `python -m tools.holidays` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "holidays.json"


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=64)
def _days(region: str) -> frozenset[date]:
    years = _file().get(region, {"days": {}})["days"]
    return frozenset(
        date(int(year), int(day[:2]), int(day[2:])) for year, days in years.items() for day in days.split()
    )


def is_holiday(region: str, day: date) -> bool:
    """Whether a day is a public holiday in a canton or Land ("CH-ZH"); nowhere, none is."""
    return bool(region) and day in _days(region)


def regions() -> dict[str, str]:
    """All cantons and Länder by their code, with their names."""
    return {code: str(facts["name"]) for code, facts in _file().items()}
