"""Lists of an estate of 100,000 units and its people: the tree, filters, searches for what is rare and common."""

from __future__ import annotations

from urllib.parse import quote

from tests.bench.pages import pages
from tests.bench.world import World

PAGES = {
    "Tree of properties": "/cockpit/estate/",
    "List of units": "/cockpit/estate/units",
    "Search: an address": f"/cockpit/estate/units?q={quote('strasse 77')}",
    "Search: a name that few have": f"/cockpit/estate/units?q={quote('olga holmann')}",
    "Search: a surname that 750 people have": "/cockpit/estate/units?q=holmann",
    "Search: a given name that 7,500 people have": "/cockpit/estate/units?q=olga",
    "Search: a name with a typing error": "/cockpit/estate/units?q=holmnan",
    "Search in properties": f"/cockpit/estate/?q={quote('strasse 77')}",
    "Let units": "/cockpit/estate/units?use=let",
    "Vacant units": "/cockpit/estate/units?use=vacant",
    "Units of owners, of whom there are none": "/cockpit/estate/units?use=owned",
    "Shops, of which there are none": "/cockpit/estate/units?kind=shop",
    "Archived units": "/cockpit/estate/units?archived=1",
    "Vacancy of 500 properties": "/cockpit/estate/vacancy",
    "People": "/cockpit/people/",
    "People who have moved out": "/cockpit/people/?tie=former",
    "Search in people: a surname that 750 have": "/cockpit/people/?q=holmann",
    "Search in people: a given name that 7,500 have": "/cockpit/people/?q=olga",
}


def lists(world: World, slug: str, cookie: str) -> dict[str, str]:
    """Each of them, one reader."""
    return pages(world, slug, "100,000 units", [(name, path, cookie) for name, path in PAGES.items()])
