"""A module lets staff choose one person: whoever the company knows, registered or not, and how they are reached."""

from __future__ import annotations

import re

from quartier.db.base import new_id
from quartier.estate.models import Occupancy, Unit
from quartier.people.models import Occupant, Person
from quartier.testing import LONG_AGO, SomeCompany

KEYS = "/cockpit/laundry/keys"


def found(page: str) -> dict[str, str]:
    """Names that can be chosen, with how far they have come."""
    return dict(re.findall(r'name="person" value="[^"]+"[^>]*><span>([^<]+?) <span class="badge[^>]*>([^<]*)<', page))


def test_a_module_finds_anybody_by_name_home_and_number(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    urs = Person(id=new_id(), given_name="Urs", family_name="Kern", external_id="P-4711", phone="+41445550101")
    rosa = Person(id=new_id(), family_name="Rosa", email="rosa@post.example")
    name = Person(id=new_id(), family_name="Namenlos")
    flat = Unit(id=new_id(), building_id=brunnenhof.building_id, name="Dachstudio", kind="flat")
    period = Occupancy(id=new_id(), unit_id=flat.id, kind="tenancy", starts=LONG_AGO)
    brunnenhof.plant(urs, rosa, name, flat, period, Occupant(occupancy_id=period.id, person_id=urs.id))
    stranger = nordlicht.resident("Verena Keller")
    desk = brunnenhof.agent("Nadja Frei", "people.read", language="en").browser

    def asked(query: str) -> dict[str, str]:
        return found(desk.post(KEYS, {"do": "people", "person_query": query}).text)

    assert asked("keller") == {"Verena Keller": "Registered"}
    assert asked("dachstudio") == asked("4711") == asked("kern dachstudio") == {"Urs Kern": "Not invited yet"}
    assert asked("namenlos") == {"Namenlos": "Name only"}
    assert asked("xyzzy") == asked("") == {}
    answers = [
        desk.post(KEYS, {"person": str(one)}).status_code for one in (verena.person_id, urs.id, rosa.id, name.id)
    ]
    assert answers == [303] * 4
    shown = desk.post(KEYS, {"do": "people", "person_query": "kern", "person": str(rosa.id)}).text
    assert found(shown) == {"Rosa": "Not invited yet", "Urs Kern": "Not invited yet"}
    assert [words in shown for words in ("Reached by e-mail", "Reached by letter, by phone")] == [True, True]
    assert re.search(rf'value="{rosa.id}" checked', shown)
    wrong = [desk.post(KEYS, {"person": one}) for one in ("", "x", str(stranger.person_id), str(new_id()))]
    assert {(one.status_code, 'id="person-error"' in one.text) for one in wrong} == {(422, True)}


def test_who_looks_after_a_house_finds_its_people_only(brunnenhof: SomeCompany) -> None:
    _lake, house = brunnenhof.house("Seestrasse")
    lea = brunnenhof.resident("Lea Keller", building_id=house)
    verena = brunnenhof.resident("Verena Keller")
    ruedi = brunnenhof.agent("Ruedi Berg", language="en").granted("people.read", building_id=house).browser
    assert found(ruedi.post(KEYS, {"do": "people", "person_query": "keller"}).text) == {"Lea Keller": "Registered"}
    answers = [ruedi.post(KEYS, {"person": str(one.person_id)}).status_code for one in (lea, verena)]
    assert answers == [303, 422]
