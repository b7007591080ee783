"""Lists of master data in an estate of 100,000 units: the tree, and searches for what is rare and what is common."""

from __future__ import annotations

from urllib.parse import quote

from tests.bench.client import Target, latency, p50, status_and_body

REQUESTS = 60
PAGES = {
    "Tree of properties": "/cockpit/estate/",
    "List of units": "/cockpit/estate/units",
    "Search: an address": f"/cockpit/estate/units?q={quote('strasse 77')}",
    "Search: a name that few have": f"/cockpit/estate/units?q={quote('olga holmann')}",
    "Search: a surname that 750 people have": "/cockpit/estate/units?q=holmann",
    "Search: a given name that 7,500 people have": "/cockpit/estate/units?q=olga",
    "Search: a name with a typing error": "/cockpit/estate/units?q=holmnan",
    "Search in people": "/cockpit/people/?q=holmann",
    "Vacant units": "/cockpit/estate/units?use=vacant",
    "Archived units": "/cockpit/estate/units?archived=1",
    "Vacancy of 500 properties": "/cockpit/estate/vacancy",
}


def lists(port: int, host: str, cookie: str) -> dict[str, str]:
    """Page → median of whole pages, one reader."""
    figures = {}
    for name, path in PAGES.items():
        page = Target(port, host, path, cookie)
        status, _body = status_and_body(page)
        assert status == 200, (path, status)
        latency(page, 10)
        figures[f"100,000 units: {name} (p50)"] = f"{p50(latency(page, REQUESTS)):.1f} ms"
    return figures
