"""Lists of an estate of 100,000 units and its people: the tree, pages far down, filters, searches for what is rare,
common, a number, or not there."""

from __future__ import annotations

from urllib.parse import quote

import psycopg

from tests.bench.pages import pages
from tests.bench.world import World, driver_url

PAGES = {
    "Tree of properties": "/cockpit/estate/",
    "List of units": "/cockpit/estate/units",
    "Search: an address": f"/cockpit/estate/units?q={quote('strasse 77')}",
    "Search: a name that few have": f"/cockpit/estate/units?q={quote('olga holmann')}",
    "Search: a surname that 750 people have": "/cockpit/estate/units?q=holmann",
    "Search: a given name that 7,500 people have": "/cockpit/estate/units?q=olga",
    "Search: a name with a typing error": "/cockpit/estate/units?q=holmnan",
    "Search: the number of a unit": "/cockpit/estate/units?q=U77123",
    "Search: a postal code": "/cockpit/estate/units?q=8057",
    "Search: two digits": "/cockpit/estate/units?q=12",
    "Search: what is not there": "/cockpit/estate/units?q=xyzzyq",
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


# What stands in the middle of a list: the page after it reads as much as the first one, or half of the list.
HALFWAY = {
    "People, half way down": ("/cockpit/people/", "SELECT id FROM person WHERE company_id = %s ORDER BY sort_key"),
    "Units, half way down": ("/cockpit/estate/units", "SELECT id FROM unit WHERE company_id = %s ORDER BY id"),
}

INSIDE = {
    "property": "SELECT id FROM property WHERE company_id = %s ORDER BY sort_key LIMIT 1 OFFSET 10",
    "building": "SELECT id FROM building WHERE company_id = %s ORDER BY sort_key LIMIT 1 OFFSET 10",
}
# A unit gets a note: what is kept of places has to be read anew, and all these lists are of places.
CHANGED = """
    UPDATE unit SET note = note WHERE company_id = %(company)s AND id = (
        SELECT id FROM unit WHERE company_id = %(company)s LIMIT 1)
"""


def lists(world: World, slug: str, cookie: str) -> dict[str, str]:
    """Each of them, one reader."""
    asked = [(name, path, cookie) for name, path in PAGES.items()]
    with psycopg.connect(driver_url(world.config.database_url)) as connection:
        (company,) = connection.execute("SELECT id FROM company WHERE slug = %s", (slug,)).fetchone() or (None,)
        for name, (path, query) in HALFWAY.items():
            rows = connection.execute(query, (company,)).fetchall()
            asked.append((name, f"{path}?after={rows[len(rows) // 2][0]}", cookie))
        for name, query in {"Units of a property": "property", "Units of a building": "building"}.items():
            (one,) = connection.execute(INSIDE[query], (company,)).fetchone() or (None,)
            asked.append((name, f"/cockpit/estate/units?{query}={one}", cookie))
        (one,) = connection.execute(INSIDE["property"], (company,)).fetchone() or (None,)
        asked.append(("Tree with an open property", f"/cockpit/estate/?open={one}", cookie))
    with psycopg.connect(driver_url(world.config.database_url), autocommit=True) as connection:
        return pages(
            world, slug, "100,000 units", asked, change=lambda: connection.execute(CHANGED, {"company": company})
        )
