"""Write down the public holidays of all cantons and Länder: `python -m tools.holidays`.

The library that knows them takes 45 MB of memory and a second of work, a quarter of what a whole process may have; what
a portal asks of it is a few thousand days. So they are written once a year and read as a file. A test compares the file
with the library, and fails when the law has changed or the years run out.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

FILE = Path(__file__).parents[2] / "plugins" / "bookings" / "rules" / "holidays.json"
COUNTRIES = ("CH", "DE")
YEARS = 12


def days(first: int, years: int = YEARS) -> dict[str, dict[str, object]]:
    """Region ("CH-ZH") → its name, and by year the days as "MMDD" in one line."""
    import holidays  # only whoever writes the file, and the test, needs it

    found: dict[str, dict[str, object]] = {}
    for country in COUNTRIES:
        for subdivision, names in _subdivisions(country):
            known = holidays.country_holidays(country, subdiv=subdivision, years=range(first, first + years))
            by_year: dict[str, list[str]] = {}
            for day in sorted(known):
                by_year.setdefault(str(day.year), []).append(f"{day:%m%d}")
            lines = {year: " ".join(each) for year, each in by_year.items() if first <= int(year) < first + years}
            found[f"{country}-{subdivision}"] = {"name": names, "days": lines}
    return found


def _subdivisions(country: str) -> list[tuple[str, str]]:
    import holidays

    known = holidays.country_holidays(country)
    names = {code: name for name, code in reversed(known.subdivisions_aliases.items())}
    return sorted((code, names.get(code, code)) for code in known.subdivisions if len(code) == 2)


def main() -> None:
    """Write the file, from this year on."""
    year = datetime.now(UTC).year
    text = json.dumps(days(year), ensure_ascii=False, indent=1, sort_keys=True)
    FILE.write_text(f"{text}\n", encoding="utf-8")
