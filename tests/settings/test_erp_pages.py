"""The page of the ERP: named once, its fields are locked everywhere."""

from __future__ import annotations

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.locks.fields import locked_fields
from quartier.testing import SomeCompany

PAGE = "/cockpit/settings/erp"


def test_the_company_names_its_system_and_what_it_owns(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", COMPANY_SETTINGS).browser
    sent = {"system": "GARAIO REM", "correction_email": "erp@brunnenhof.example", "owned": ["unit.area_m2", "a.b"]}
    assert nadja.post(PAGE, sent).status_code == 303
    db, other = brunnenhof.db(), nordlicht.db()
    assert (locked_fields(db, "unit"), locked_fields(other, "unit")) == ({"area_m2"}, frozenset())
    page = nadja.get(PAGE).text
    assert ["GARAIO REM" in page, 'value="unit.area_m2" checked' in page, 'value="unit.name" checked' in page] == [
        True, True, False,
    ]  # fmt: skip
    assert nadja.post(PAGE, {"drop": "1"}).status_code == 303
    db.rollback()
    assert locked_fields(db, "unit") == frozenset()
    db.close()
    other.close()


def test_what_cannot_be_used_is_told_at_the_field(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", COMPANY_SETTINGS).browser
    answer = nadja.post(PAGE, {"system": "", "correction_email": "nobody", "owned": ["unit.name"]})
    assert (answer.status_code, 'value="nobody"' in answer.text, 'value="unit.name" checked' in answer.text) == (
        422, True, True,
    )  # fmt: skip
