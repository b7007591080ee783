"""Staff and master data that something else decides on: what only the ERP changes, and who is in the books twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from quartier.db.base import new_id
from quartier.estate.models import Unit
from quartier.locks.services import save_link
from quartier.people.models import Person
from quartier.testing import SomeCompany
from tests.journeys.axe import TWO, bring_axe, faults
from tests.journeys.conftest import Opens
from tests.journeys.guest import Guest

DESK = ("estate.read", "estate.edit", "people.read", "people.edit")


@pytest.fixture
def nadja(brunnenhof: SomeCompany, opens: Opens) -> Guest:
    guest = opens(brunnenhof.host).has_session(brunnenhof.agent("Nadja Frei", *DESK).session_token())
    bring_axe(guest.context)
    return guest


def test_nadja_cannot_change_what_the_erp_owns_and_asks_for_it(nadja: Guest, brunnenhof: SomeCompany) -> None:
    db = brunnenhof.db()
    save_link(db, system="Abacus", correction_email="stammdaten@brunnenhof.example", owned=["unit.area_m2"])
    db.commit()
    db.close()
    unit = Unit(id=new_id(), building_id=brunnenhof.building_id, name="2. OG links", kind="flat", external_id="W-12",
                area_m2="80.5")  # fmt: skip
    brunnenhof.plant(unit)
    page = nadja.page
    nadja.goes(f"/cockpit/estate/units/{unit.id}/edit")
    expect(page.get_by_label("Fläche in m²")).not_to_be_editable()
    expect(page.locator(".callout").filter(has_text="Abacus")).to_contain_text("Fläche in m²")
    nadja.sees("link", "Korrektur vorschlagen").click()
    page.get_by_label("Fläche in m²").fill("viel")
    nadja.sees("button", "Wunsch abschicken").click()
    expect(page.get_by_label("Fläche in m²")).to_have_value("viel")
    nadja.was_told(422)
    page.get_by_label("Fläche in m²").fill("82,5")
    page.get_by_label("Warum").fill("Neu vermessen.")
    assert faults(page, looks=TWO) == []
    nadja.sees("button", "Wunsch abschicken").click()
    expect(page.get_by_role("status").filter(has_text="stammdaten@brunnenhof.example")).to_be_visible()
    nadja.goes("/cockpit/estate/corrections")
    row = page.get_by_role("row").filter(has_text="2. OG links")
    expect(row.locator("del")).to_have_text("80.5")
    expect(row.locator("ins")).to_have_text("82.5")
    expect(row).to_contain_text("Neu vermessen.")
    assert faults(page, looks=TWO) == []


def test_nadja_makes_one_entry_of_two_and_takes_it_back(nadja: Guest, brunnenhof: SomeCompany) -> None:
    names = {"given_name": "Beat", "family_name": "Ammann", "phone": "+41445550105"}
    brunnenhof.plant(
        Person(id=new_id(), external_id="M-5", email="beat.ammann@post.example", **names),
        Person(id=new_id(), external_id="M-66", **names),
    )
    page = nadja.page
    nadja.goes("/cockpit/people/duplicates")
    expect(page.get_by_text("gleiche Telefonnummer")).to_be_visible()
    assert faults(page, looks=TWO) == []
    page.get_by_role("link", name="Vergleichen und zusammenführen").click()
    page.get_by_label("M-66", exact=True).check()
    nadja.sees("button", "Änderungen prüfen").click()
    expect(page.locator("#review")).to_contain_text("M-5 bleibt als weitere externe ID gemerkt.")
    assert faults(page, looks=TWO) == []
    nadja.sees("button", "Zusammenführen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Beat Ammann")
    nadja.goes("/cockpit/people/?q=Ammann")
    expect(page.get_by_role("row").filter(has_text="Ammann")).to_have_count(1)
    page.get_by_role("link", name="Beat Ammann").click()
    page.get_by_role("link", name="Zusammengeführt mit").click()
    nadja.sees("button", "Zusammenführung rückgängig machen").click()
    expect(page.get_by_role("status").filter(has_text="wieder getrennt")).to_be_visible()
    nadja.goes("/cockpit/people/?q=Ammann")
    expect(page.get_by_role("row").filter(has_text="Ammann")).to_have_count(2)
