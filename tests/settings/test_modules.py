"""Switching modules: what is in the contract, by the company itself, at once and everywhere."""

from __future__ import annotations

import sys
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from quartier.contracts.models import Contract, ContractEvent, ContractLine, ModuleSwitch
from quartier.contracts.services import local_today
from quartier.db.base import new_id
from quartier.i18n.formats import format_date
from quartier.i18n.texts import using
from quartier.i18n.voice import Voice
from quartier.testing import Browser, SomeCompany
from tests.settings.conftest import CLUB, POST, WALL
from tests.settings.forms import changed, filled, send, words

PATH = "/cockpit/settings/modules"


@pytest.fixture
def nadja(company: SomeCompany) -> Browser:
    """May switch modules."""
    return company.agent("Nadja Frei", "modules.switch", language="en").browser


def sell(company: SomeCompany, module: str, *, until: int | None = None) -> None:
    """Put a module into a contract, for some days or for good."""
    today = local_today("Europe/Zurich")
    contract = Contract(id=new_id(), number=f"S-{module}", timezone="Europe/Zurich", starts=today)
    ends = today + timedelta(days=until) if until else None
    company.plant(contract, ContractLine(contract_id=contract.id, module=module, starts=today, ends=ends))
    company.platform.shell.snapshots.forget(company.id)


def events(company: SomeCompany, kind: str) -> list[tuple[str, str, object]]:
    with company.db() as db:
        query = select(ContractEvent).filter_by(kind=kind).order_by(ContractEvent.id)
        return [(one.subject, one.actor, one.after) for one in db.scalars(query)]


def begun(company: SomeCompany, slug: str) -> list[tuple[UUID, str]]:
    """What the module's hook was told about this company."""
    return [call for call in sys.modules[f"outside_{slug}.plugin"].begun if call[0] == company.id]


def test_a_module_that_is_switched_off_is_gone_at_once(company: SomeCompany, nadja: Browser) -> None:
    verena = company.resident("Verena Keller").browser
    assert verena.get(f"/{WALL}/").status_code == 200
    answer = send(nadja, PATH, **{f"on__{WALL}": None})
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    assert "Switched off: Wall board." in words(nadja.get(PATH))
    assert verena.get(f"/{WALL}/").status_code == 404
    assert f"/{WALL}/" not in verena.get("/").text
    assert events(company, "module.switched") == [(WALL, "Nadja Frei", {"on": False})]


def test_a_module_that_is_switched_on_is_set_up_once_and_found(company: SomeCompany, nadja: Browser) -> None:
    sell(company, CLUB)
    verena = company.resident("Verena Keller").browser
    assert verena.get(f"/{CLUB}/").status_code == 404
    send(nadja, PATH, **{f"on__{CLUB}": "on"})
    assert verena.get(f"/{CLUB}/").status_code == 200
    send(nadja, PATH, **{f"on__{CLUB}": None})
    send(nadja, PATH, **{f"on__{CLUB}": "on"})
    assert begun(company, CLUB) == [(company.id, "Nadja Frei")]


def test_what_nobody_moved_is_nothing_to_write_down(company: SomeCompany, nadja: Browser) -> None:
    send(nadja, PATH)
    assert "Nothing was changed." in words(nadja.get(PATH))
    assert events(company, "module.switched") == []


def test_two_people_at_once_move_two_switches(company: SomeCompany, nadja: Browser) -> None:
    regula = company.agent("Regula Steiner", "modules.switch").browser
    mine = filled(nadja.get(PATH))
    send(regula, PATH, **{f"on__{POST}": None})
    nadja.post(PATH, changed(mine, **{f"on__{WALL}": None}))
    with company.db() as db:
        on = {row.module for row in db.scalars(select(ModuleSwitch)) if row.is_on}
    assert on == set()


def test_what_is_not_in_the_contract_is_locked_and_says_whom_to_ask(company: SomeCompany, nadja: Browser) -> None:
    page = nadja.get(PATH)
    said = words(page)
    assert "not in contract Neither sold nor granted. Your contact at the operator of the portal adds it" in said
    assert f"on.{CLUB}" not in filled(page)
    assert nadja.post(PATH, {f"seen.{CLUB}": "off", f"on.{CLUB}": "on"}).status_code == 303
    assert events(company, "module.switched") == []
    assert "Club" not in words(company.resident("Verena Keller").browser.get("/"))


def test_groups_states_and_help_in_words(company: SomeCompany, nadja: Browser) -> None:
    sell(company, CLUB, until=10)
    said = words(nadja.get(PATH))
    places = [said.index(text) for text in ("Service Letter box", "Community Wall board", "More Club")]
    assert places == sorted(places)
    assert "Help on lettersbox." in said
    assert "In contract, without an end." in said
    with using(Voice("en")):
        last = format_date(local_today("Europe/Zurich") + timedelta(days=9)).replace("\xa0", " ")
    assert f"ends in 9 days In contract until and including {last}." in said


def test_whom_a_switch_reaches_is_said_before_it_is_moved(company: SomeCompany, nadja: Browser) -> None:
    company.resident("Verena Keller")
    company.resident("Luca Meier", ends=local_today("Europe/Zurich"))
    send(nadja, PATH, **{f"on__{POST}": None})
    said = words(nadja.get(PATH))
    assert "After saving, 1 resident sees it in the menu." in said
    assert "1 resident has it. After saving, 1 resident does not see it any more. The contents stay." in said


def test_what_a_module_needs_is_named_by_the_companys_word(company: SomeCompany, nadja: Browser) -> None:
    sell(company, CLUB)
    send(nadja, PATH, **{f"on__{CLUB}": "on", f"on__{WALL}": None})
    assert "Does not work yet, because this is off: Wall board." in words(nadja.get(PATH))
    send(nadja, PATH, **{f"on__{CLUB}": None})
    assert "Works only together with: Wall board." in words(nadja.get(PATH))


def test_without_the_right_there_is_neither_entry_nor_page(company: SomeCompany) -> None:
    dragan = company.agent("Dragan Petrović", "company.settings").browser
    for path in (PATH, f"{PATH}/{WALL}"):
        assert (dragan.get(path).status_code, dragan.post(path, {}).status_code) == (403, 403)
    assert PATH not in dragan.get("/cockpit/").text
