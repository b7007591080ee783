"""Lists of master data and of people ask the database three times, however many rows they have, and page by keys.

Of lists of master data that nobody searches the beginning is kept: until something changes they ask only who is there.
"""

from __future__ import annotations

import re
from typing import Any

from quartier.db.base import new_id
from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.people.models import Occupant, Person
from quartier.testing import LONG_AGO, Browser, SomeCompany, Statements

TREE, UNITS = "/cockpit/estate/", "/cockpit/estate/units"
MANY = 55
LISTS = {
    "/cockpit/estate/": r'<a href="/cockpit/estate/properties/([0-9a-f-]+)"><strong>',
    "/cockpit/estate/?q=allee": r'<a href="/cockpit/estate/properties/([0-9a-f-]+)"><strong>',
    "/cockpit/estate/units": r'<th scope="row"><a href="/cockpit/estate/units/([0-9a-f-]+)"',
    "/cockpit/estate/units?q=meier": r'<th scope="row"><a href="/cockpit/estate/units/([0-9a-f-]+)"',
    "/cockpit/estate/units?kind=office&commercial=no": r'<th scope="row"><a href="/cockpit/estate/units/([0-9a-f-]+)"',
    "/cockpit/estate/vacancy": r'<th scope="row"><a href="/cockpit/estate/properties/([0-9a-f-]+)"',
    "/cockpit/people/": r'<th scope="row"><a href="/cockpit/people/([0-9a-f-]+)"',
    "/cockpit/people/?q=meier": r'<th scope="row"><a href="/cockpit/people/([0-9a-f-]+)"',
    "/cockpit/people/?tie=former": r'<th scope="row"><a href="/cockpit/people/([0-9a-f-]+)"',
    "/cockpit/residents/": r'<th scope="row"><a href="/cockpit/residents/([0-9a-f-]+)"',
    "/cockpit/residents/?q=meier": r'<th scope="row"><a href="/cockpit/residents/([0-9a-f-]+)"',
    "/cockpit/residents/?stage=addressable": r'<th scope="row"><a href="/cockpit/residents/([0-9a-f-]+)"',
    "/cockpit/residents/?stage=name_only": r'<th scope="row"><a href="/cockpit/residents/([0-9a-f-]+)"',
    "/cockpit/residents/?stage=moved_out": r'<th scope="row"><a href="/cockpit/residents/([0-9a-f-]+)"',
}
FEWER = {
    "/cockpit/estate/units?kind=office&commercial=no",
    "/cockpit/people/?tie=former",
    "/cockpit/residents/?stage=name_only",
}
KEPT = {path for path in LISTS if "q=" not in path or "residents" in path}
RIGHTS = ("estate.read", "people.read", "people.invite")


def test_lists_ask_three_statements_at_most_with_one_row_and_with_many(brunnenhof: SomeCompany) -> None:
    desk = brunnenhof.agent("Nadja Frei", *RIGHTS, language="en").browser
    home, house, *rest = _rows(0)
    brunnenhof.plant(home, house, *rest)
    within = (f"{TREE}?open={home.id}", f"{UNITS}?property={home.id}", f"{UNITS}?building={house.id}")
    few = _asked(desk, within)
    brunnenhof.plant(*(row for number in range(1, MANY) for row in _rows(number)))
    many = _asked(desk, within)
    assert few == many == {path: (3, 3 if path in LISTS and path not in KEPT else 1) for path in few}
    searched = desk.get("/cockpit/residents/?q=meier").text
    assert f"0 of {MANY} units are vacant today" in desk.get("/cockpit/estate/vacancy").text, "of all, not of this page"
    assert f'<span class="count">{MANY}</span>' in searched, "how many are found is said, however common their name"
    for path, row in LISTS.items():
        found, more = _whole(desk, path, row)
        assert len(found) == len(set(found)), path
        assert more == (path not in FEWER and "moved_out" not in path), path


def _rows(number: int) -> tuple[Any, ...]:
    """A property with a house, a flat, and somebody who lives there."""
    home = Property(id=new_id(), name=f"Siedlung {number}", timezone="Europe/Zurich")
    house = Building(
        id=new_id(), property_id=home.id, name=f"Haus {number}", street="Allee", house_number=str(number),
        postal_code="8057", city="Zürich", country="CH",
    )  # fmt: skip
    flat = Unit(id=new_id(), building_id=house.id, name=f"Wohnung {number}", kind="flat")
    lease = Occupancy(id=new_id(), unit_id=flat.id, kind="tenancy", starts=LONG_AGO)
    person = Person(id=new_id(), given_name=f"Vera {number}", family_name="Meier", email=f"v{number}@post.example")
    return home, house, flat, lease, person, Occupant(occupancy_id=lease.id, person_id=person.id)


def _asked(desk: Browser, within: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """What each list asks when something has changed, and when nothing has."""
    desk.get("/cockpit/estate/units?kind=garden")  # what the process keeps of the company is read by then
    return {path: (_sent(desk, path), _sent(desk, path)) for path in (*LISTS, *within)}


def _sent(desk: Browser, path: str) -> int:
    with Statements() as sent:
        assert desk.get(path).status_code == 200
    return sent.count


def _whole(desk: Browser, path: str, row: str) -> tuple[list[str], bool]:
    """The rows of a list and those of its second page."""
    page = desk.get(path).text
    more = re.search(r'hx-get="([^"]+after=[^"]+)"', page)
    rest = desk.get(more[1].replace("&amp;", "&")).text if more else ""
    return re.findall(row, page) + re.findall(row, rest), more is not None
