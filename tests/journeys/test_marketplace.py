"""A module is tried with one click, ordered, approved by somebody else, and stays when the trial has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from quartier.accounts.permissions import MODULES_APPROVE
from quartier.catalogue.models import ProductPrice, ProductVersion
from quartier.contracts.models import ContractLine, ModuleTrial
from quartier.marketplace.models import ProductOrder
from quartier.testing import SomeCompany
from quartier.web.read_only import BUY
from tests.journeys.axe import TWO, faults
from tests.journeys.conftest import PATIENCE, Opens
from tests.journeys.test_sales import ANSWERS
from tests.marketplace.shelves import TODAY, version
from tests.rules.rows import as_owner

HOME = "/cockpit/marketplace"
NEWEST = 1_000  # whatever other stories have put on the shelves


@pytest.fixture
def firm(make_company: Callable[..., SomeCompany]) -> Iterator[SomeCompany]:
    """A company with answers, and a board on the shelves."""
    firm = make_company("Brunnenhof", modules=("faq",))
    version(firm, "pinboard", "0.50", number=NEWEST)
    yield firm
    mine = ProductVersion.number == NEWEST
    with as_owner(firm) as db:
        ids = list(db.scalars(select(ProductVersion.id).where(mine)))
        for statement in (
            delete(ProductOrder).where(ProductOrder.version_id.in_(ids)),
            update(ContractLine).where(ContractLine.version_id.in_(ids)).values(version_id=None),
            delete(ProductPrice).where(ProductPrice.version_id.in_(ids)), delete(ProductVersion).where(mine),
        ):  # fmt: skip
            db.execute(statement)
        db.commit()


def test_nadja_tries_a_board_and_orders_it_regula_approves_and_it_stays(firm: SomeCompany, opens: Opens) -> None:
    nadja = opens(firm.host).has_session(firm.agent("Nadja Frei", BUY).session_token())
    verena = opens(firm.host, size="phone").has_session(firm.resident("Verena Keller").session_token())
    regula = opens(firm.host, size="phone").has_session(
        firm.agent("Regula Steiner", BUY, MODULES_APPROVE).session_token()
    )

    nadja.goes(HOME)
    assert faults(nadja.page, looks=TWO) == []
    nadja.page.get_by_role("button", name="30 Tage testen").click()
    expect(nadja.page.get_by_role("status").filter(has_text="Der Test hat begonnen")).to_be_visible()
    verena.goes("/faq/")
    assert verena.page.evaluate(ANSWERS, ["/pinboard/", 200, PATIENCE])

    expect(nadja.page.get_by_text("Freigabe durch Regula Steiner.")).to_be_visible()
    nadja.page.get_by_label("Notiz").fill("Für den Aushang am Brunnen")
    nadja.sees("button", "Bestellen").click()
    expect(nadja.page.get_by_role("status").filter(has_text="Bestellt.")).to_be_visible()
    assert faults(nadja.page, looks=TWO) == []

    regula.goes(HOME)
    regula.sees("link", "Pinnwand: wartet auf Freigabe").click()
    expect(regula.page.get_by_text("Für den Aushang am Brunnen")).to_be_visible()
    regula.sees("button", "Freigeben").click()
    expect(regula.page.get_by_role("status").filter(has_text="Freigegeben.")).to_be_visible()
    with ThreadPoolExecutor(1) as worker:  # Playwright has a loop in this thread already
        worker.submit(firm.work).result()

    trial_ends(firm)
    assert verena.goes("/pinboard/").status == 200
    nadja.goes(f"{HOME}/pinboard")
    expect(nadja.page.get_by_text("Im Vertrag, unbefristet.")).to_be_visible()
    expect(nadja.page.get_by_role("button", name="Bestellen")).to_have_count(0)


def trial_ends(firm: SomeCompany) -> None:
    """Thirty-one days pass, for the trial."""
    with Session(firm.platform.shell.platform) as db:
        mine = update(ModuleTrial).where(ModuleTrial.company_id == firm.id)
        db.execute(mine.values(starts=TODAY - timedelta(days=31), ends=TODAY - timedelta(days=1)))
        db.commit()
    firm.platform.shell.snapshots.forget(firm.id)
