"""A module in some properties only: those who live there have it, the others find no trace of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from quartier.contracts.models import ContractEvent, ModuleScope, ModuleSwitch
from quartier.contracts.wording import Difference, differences, title
from quartier.i18n.texts import using
from quartier.i18n.voice import Voice
from quartier.testing import Browser, SomeCompany
from tests.settings.conftest import POST, WALL
from tests.settings.forms import changed, errors, filled, send, words

PATH = f"/cockpit/settings/modules/{WALL}"


@dataclass
class Estate:
    """A company with two properties and somebody in each."""

    company: SomeCompany
    first: UUID
    second: UUID
    here: Browser
    there: Browser
    nadja: Browser


@pytest.fixture
def estate(company: SomeCompany) -> Estate:
    """Verena lives in the first property, Luca in the second, Nadja may switch modules."""
    second, building = company.house("Seestrasse")
    here = company.resident("Verena Keller", language="en").browser
    there = company.resident("Luca Meier", building_id=building, language="en").browser
    nadja = company.agent("Nadja Frei", "modules.switch", language="en").browser
    return Estate(company, company.property_id, second, here, there, nadja)


def chosen(company: SomeCompany) -> set[UUID] | None:
    with company.db() as db:
        if db.scalars(select(ModuleSwitch.everywhere).filter_by(module=WALL)).one():
            return None
        return set(db.scalars(select(ModuleScope.property_id).filter_by(module=WALL)))


def test_only_those_who_live_there_have_it(estate: Estate) -> None:
    answer = send(estate.nadja, PATH, where="some", property=str(estate.first))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cockpit/settings/modules")
    assert chosen(estate.company) == {estate.first}
    assert estate.here.get(f"/{WALL}/").text == f"the pages of {WALL}"
    assert estate.there.get(f"/{WALL}/").status_code == 404
    for page in ("/", "/more", "/search?q=found"):
        assert (f"/{WALL}/" in estate.here.get(page).text, f"/{WALL}/" in estate.there.get(page).text) == (True, False)
    assert f"Found in {POST}" in estate.there.get("/search?q=found").text
    assert send(estate.nadja, PATH, where="some", property=str(estate.second)).status_code == 303
    page = estate.nadja.get(PATH).text
    assert page.index(str(estate.second)) < page.index(str(estate.first))  # what is chosen stands first


def test_staff_and_machines_work_for_the_whole_estate(estate: Estate) -> None:
    send(estate.nadja, PATH, where="some", property=str(estate.first))
    machine = {"headers": {"Authorization": f"Bearer {estate.company.token()}"}}
    visitor = estate.company.visitor()
    assert visitor.get(f"/api/v1/{WALL}/things", **machine).status_code == 200
    send(estate.nadja, "/cockpit/settings/modules", **{f"on__{WALL}": None})
    assert visitor.get(f"/api/v1/{WALL}/things", **machine).status_code == 404


def test_who_lives_nowhere_here_finds_nothing_wherever_the_module_is_on(estate: Estate) -> None:
    homeless = estate.company.account("Rosa Vogt", language="en").browser
    assert homeless.get(f"/{WALL}/").status_code == 404
    send(estate.nadja, PATH, where="some", property=[str(estate.first), str(estate.second)])
    assert homeless.get(f"/{WALL}/").status_code == 404


def test_everywhere_again_includes_the_other_house(estate: Estate) -> None:
    send(estate.nadja, PATH, where="some", property=str(estate.first))
    send(estate.nadja, PATH, where="all")
    assert chosen(estate.company) is None
    assert estate.there.get(f"/{WALL}/").status_code == 200


def test_the_choice_is_written_down_by_name(estate: Estate) -> None:
    send(estate.nadja, PATH, where="some", property=str(estate.second))
    send(estate.nadja, PATH, where="some", property=str(estate.second))
    with estate.company.db() as db:
        rows = list(db.scalars(select(ContractEvent).filter_by(kind="module.scoped")))
    assert [(row.subject, row.actor, row.before, row.after) for row in rows] == [
        (WALL, "Nadja Frei", {"properties": None}, {"properties": ["Seestrasse"]})
    ]
    with using(Voice("en")):
        assert title(rows[0], "Wall board") == "Wall board: properties chosen"
        assert differences(rows[0]) == [Difference("Properties", "all properties", "Seestrasse")]


def test_whom_it_reaches_is_counted_before_it_is_saved(estate: Estate) -> None:
    answer = send(estate.nadja, PATH, where="some", property=str(estate.second), do="count")
    assert answer.status_code == 200
    said = words(answer)
    assert "After saving, 1 resident has it. Before: 2." in said
    assert "Seestrasse Zürich 1 resident" in said
    assert chosen(estate.company) is None


def test_the_page_of_all_modules_says_in_how_many(estate: Estate) -> None:
    assert "In all properties" in words(estate.nadja.get("/cockpit/settings/modules"))
    send(estate.nadja, PATH, where="some", property=str(estate.second))
    assert "In 1 of 2 properties" in words(estate.nadja.get("/cockpit/settings/modules"))


@pytest.mark.parametrize("sent", [[], ["nonsense"]])
def test_nowhere_is_not_a_choice(estate: Estate, sent: list[str]) -> None:
    answer = send(estate.nadja, PATH, where="some", property=sent)
    assert answer.status_code == 422
    assert errors(answer) == {"property": "Choose at least one property, or switch the module off."}
    assert chosen(estate.company) is None


def test_a_property_of_another_company_is_none(estate: Estate, make_company: Callable[..., SomeCompany]) -> None:
    other = make_company("Nordlicht")
    send(estate.nadja, PATH, where="some", property=[str(estate.first), str(other.property_id)])
    assert chosen(estate.company) == {estate.first}


def test_two_people_at_once_see_both_choices(estate: Estate) -> None:
    regula = estate.company.agent("Regula Steiner", "modules.switch", language="en").browser
    mine = filled(estate.nadja.get(PATH))
    send(regula, PATH, where="some", property=str(estate.first))
    answer = estate.nadja.post(PATH, changed(mine, where="some", property=str(estate.second)))
    assert answer.status_code == 409
    assert "Properties Saved in the meantime Brunnenhofstrasse In your form Seestrasse" in words(answer)
    assert chosen(estate.company) == {estate.first}
    assert estate.nadja.post(PATH, filled(answer)).status_code == 303
    assert chosen(estate.company) == {estate.second}


def test_a_company_with_one_property_is_not_asked(company: SomeCompany) -> None:
    nadja = company.agent("Nadja Frei", "modules.switch", language="en").browser
    assert PATH not in nadja.get("/cockpit/settings/modules").text


@pytest.mark.parametrize("slug", [POST, "clubroom", "nonsense"])
def test_only_modules_made_for_it_and_in_the_contract_have_places(estate: Estate, slug: str) -> None:
    path = f"/cockpit/settings/modules/{slug}"
    assert (estate.nadja.get(path).status_code, estate.nadja.post(path, {"where": "all"}).status_code) == (404, 404)
