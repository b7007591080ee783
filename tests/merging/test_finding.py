"""Who is probably in the books twice, and who only looks like it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from quartier.db.base import new_id
from quartier.estate.models import Occupancy, Unit
from quartier.merging import finding
from quartier.people.models import Occupant
from quartier.testing import LONG_AGO, SomeCompany
from tests.merging.test_merging import DESK, entry, nadja, only, period

LIST = "/cockpit/people/duplicates"
ONE_NAME = {"email": "v@post.example", "given": ""}


def found(company: SomeCompany, *, within: tuple[UUID, ...] = ()) -> set[tuple[frozenset[UUID], tuple[str, ...]]]:
    db = company.db()
    page = finding.duplicates(db, within=within, today=LONG_AGO)
    return {(frozenset(row.id for row in group.people), tuple(group.reasons)) for group in page.groups}


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"email": "v@post.example"}, {"email": "V@post.example"}, "email"),
        ({"phone": "+41445550101"}, {"mobile": "+41445550101"}, "phone"),
        ({"street": "See 14", "postal_code": "8002"}, {"street": "see 14", "postal_code": "8002"}, "address"),
        ({"email": "v@post.example"}, {"email": "v@post.example", "given": "V."}, "email"),
        ({"email": "v@post.example"}, {"email": "v@post.example", "family": "Keller-Frei"}, "email"),
        ({"family": "Müller", "phone": "+41445550101"}, {"family": "MULLER", "phone": "+41445550101"}, "phone"),
        ({"email": "v@post.example", "family": "Vega-Roth"}, {**ONE_NAME, "family": "Verena"}, "email"),
        ({"email": "v@post.example", "external_id": "1"}, {"email": "v@post.example", "external_id": "2"}, "email"),
    ],
)  # fmt: skip
def test_these_look_like_one_person(
    brunnenhof: SomeCompany, one: dict[str, Any], other: dict[str, Any], reason: str
) -> None:
    pair = frozenset(entry(brunnenhof, **facts).id for facts in (one, other))
    assert found(brunnenhof) == {(pair, (reason,))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({"email": "familie@post.example"}, {"email": "familie@post.example", "given": "Thomas"}),
        ({"phone": "+41445550101"}, {"phone": "+41445550101", "given": "Vera"}),
        ({"email": "v@post.example"}, {"email": "w@post.example"}),
        (
            {"email": "v@post.example", "family": "Vega-Roth"},
            {"email": "v@post.example", "given": "", "family": "Vera"},
        ),
    ],
)
def test_these_do_not(brunnenhof: SomeCompany, one: dict[str, Any], other: dict[str, Any]) -> None:
    for facts in (one, other):
        entry(brunnenhof, **facts)
    assert found(brunnenhof) == set()


def test_one_house_and_one_name(brunnenhof: SomeCompany) -> None:
    one, two, elsewhere = (entry(brunnenhof) for _each in range(3))
    period(brunnenhof, (one.id, "main"))
    period(brunnenhof, (two.id, "main"))
    period(brunnenhof, (elsewhere.id, "main"), building_id=brunnenhof.house()[1])
    assert found(brunnenhof) == {(frozenset({one.id, two.id}), ("address",))}


def test_who_has_registered_beside_who_was_imported(brunnenhof: SomeCompany) -> None:
    body = brunnenhof.resident("Verena Keller")
    unit = only(brunnenhof, Unit)
    imported = entry(brunnenhof, "Keller-Frei", external_id="M-7")
    before = Occupancy(id=new_id(), unit_id=unit.id, kind="ownership", starts=LONG_AGO)
    brunnenhof.plant(before, Occupant(occupancy_id=before.id, person_id=imported.id))
    assert found(brunnenhof) == {(frozenset({body.person_id, imported.id}), ("account",))}


def test_three_entries_are_one_group(brunnenhof: SomeCompany) -> None:
    trio = frozenset(entry(brunnenhof, email="v@post.example").id for _each in range(3))
    assert found(brunnenhof) == {(trio, ("email",))}


def test_an_address_of_an_office_says_nothing(brunnenhof: SomeCompany) -> None:
    for number in range(finding.MOST_ALIKE + 1):
        entry(brunnenhof, f"Keller{'abcdefghij'[number]}", email="office@firm.example")
    assert found(brunnenhof) == set()


def test_who_was_called_different_is_not_shown_again(brunnenhof: SomeCompany) -> None:
    desk, one, two = nadja(brunnenhof), entry(brunnenhof, phone="+41445550101"), entry(brunnenhof, phone="+41445550101")
    assert f"/cockpit/people/{one.id}" in desk.get(LIST).text
    assert desk.post(f"{LIST}/apart", {"person": [one.id, two.id]}).status_code == 303
    page = desk.get(LIST).text
    assert f"/cockpit/people/{one.id}" not in page
    assert "Niemand ist doppelt da" in page
    third = entry(brunnenhof, phone="+41445550101")
    assert {len(members) for members, _reasons in found(brunnenhof)} == {3}
    assert third.id in {one for members, _reasons in found(brunnenhof) for one in members}


def test_an_agent_for_some_properties_sees_whom_they_may_see_both(brunnenhof: SomeCompany) -> None:
    home, house = brunnenhof.house("Gartenweg")
    mine, also, other = (entry(brunnenhof, phone="+41445550101") for _each in range(3))
    for person, place in ((mine, house), (also, house), (other, brunnenhof.building_id)):
        period(brunnenhof, (person.id, "main"), building_id=place)
    assert {members for members, _reasons in found(brunnenhof, within=(home,))} == {frozenset({mine.id, also.id})}
    agent = brunnenhof.agent("Dragan Petrović", *DESK).limited_to(home)
    page = agent.browser.get(LIST).text
    assert (str(mine.id) in page, str(other.id) in page) == (True, False)
    assert agent.browser.get(f"/cockpit/people/merge?person={mine.id}&person={other.id}").status_code == 404


def test_a_long_list_has_pages(brunnenhof: SomeCompany) -> None:
    for number in range(finding.PAGE + 3):
        for _twice in range(2):
            entry(brunnenhof, f"Nummer{number:02}", email=f"n{number}@post.example")
    db = brunnenhof.db()
    first = finding.duplicates(db, within=(), today=LONG_AGO)
    second = finding.duplicates(db, within=(), today=LONG_AGO, after=first.after)
    names = [group.people[0].family_name for group in (*first.groups, *second.groups)]
    assert names == [f"Nummer{number:02}" for number in range(finding.PAGE + 3)]
    assert (first.total, second.after) == (finding.PAGE + 3, None)


def test_a_large_company_is_looked_through_by_a_job(brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "SMALL", 0)
    desk, one, two = (
        nadja(brunnenhof),
        entry(brunnenhof, email="v@post.example"),
        entry(brunnenhof, email="v@post.example"),
    )
    assert "Noch hat niemand gesucht" in desk.get(LIST).text
    assert desk.post(f"{LIST}/look").status_code == 303
    brunnenhof.work()
    assert str(one.id) in desk.get(LIST).text
    assert found(brunnenhof) == {(frozenset({one.id, two.id}), ("email",))}
    assert found(brunnenhof, within=(brunnenhof.property_id,)) == set()
    desk.post(f"{LIST}/apart", {"person": [one.id, two.id]})
    assert found(brunnenhof) == set()


def test_nobody_sees_another_companys_people(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    entry(brunnenhof, email="v@post.example")
    entry(nordlicht, email="v@post.example")
    assert (found(brunnenhof), found(nordlicht)) == (set(), set())
