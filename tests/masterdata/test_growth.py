"""A company that outgrows its contract asks sales, and sales sees it until the contract grows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from quartier.contracts.growth import open_request
from quartier.contracts.models import Contract, ContractEvent
from quartier.testing import Browser, SomeCompany

URL = "/cockpit/estate/more-units"


@pytest.fixture
def full(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    """A company whose contract covers not one unit more."""
    company = make_company("Brunnenhof", modules=("faq",))
    cover(company, 0)
    return company


def cover(company: SomeCompany, units: int | None) -> None:
    with Session(company.platform.shell.platform) as db:
        db.execute(update(Contract).filter_by(company_id=company.id).values(unit_quota=units))
        db.commit()


def desk(company: SomeCompany, *permissions: str) -> Browser:
    rights = permissions or ("estate.read", "estate.edit")
    return company.agent("Nadja Frei", *rights, language="de").browser


def test_a_wish_reaches_sales_and_stays_until_a_contract_changes(
    full: SomeCompany, console: Callable[..., Browser]
) -> None:
    nadja, mara = desk(full), console("sales")
    assert f'href="{URL}"' in nadja.get("/cockpit/estate/").text
    assert nadja.post(URL, {"wanted": "1500", "note": "Ab März kommt d'Areal Süd dazu."}).status_code == 303
    assert "Nadja Frei hat am" in nadja.get(URL).text
    page = mara.get(f"/companies/{full.id}/contract").text
    assert "Nadja Frei asks for 1,500 units" in page
    assert "Ab März kommt d&#39;Areal Süd dazu." in page
    contract = only_contract(full)
    agreed = {"number": contract.number, "starts": str(contract.starts), "until": "", "unit_quota": "1500"}
    changed = mara.post(
        f"/companies/{full.id}/contracts/{contract.id}", {**agreed, "reason": "Areal Süd", "step": "save"}
    )
    assert changed.status_code == 303
    assert "Nadja Frei asks for" not in mara.get(f"/companies/{full.id}/contract").text
    with Session(full.platform.shell.platform) as db:
        assert open_request(db, full.id) is None


@pytest.mark.parametrize("wanted", ["", "0", "-5", "viel", "1e9", "99999999999"])
def test_a_number_that_is_no_growth_is_refused_at_the_field(full: SomeCompany, wanted: str) -> None:
    refused = desk(full).post(URL, {"wanted": wanted, "note": "Bitte"})
    assert (refused.status_code, 'id="wanted-error"' in refused.text, "Bitte" in refused.text) == (422, True, True)
    with Session(full.platform.shell.platform) as db:
        asked = select(ContractEvent.id).filter_by(company_id=full.id, kind="units.asked")
        assert db.scalars(asked).all() == []


def test_without_a_limit_there_is_nothing_to_ask_for(full: SomeCompany) -> None:
    cover(full, None)
    nadja = desk(full)
    assert (nadja.get(URL).status_code, URL in nadja.get("/cockpit/estate/").text) == (303, False)


def test_who_may_only_read_does_not_ask(full: SomeCompany) -> None:
    assert desk(full, "estate.read").get(URL).status_code == 403


def only_contract(company: SomeCompany) -> Contract:
    with Session(company.platform.shell.platform) as db:
        return db.scalars(select(Contract).filter_by(company_id=company.id)).one()
