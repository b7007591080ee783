"""Terms of a contract for what ends, and taking a module's contents along at every level."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.contracts.models import Contract, ContractEvent
from quartier.testing import Browser, SomeCompany
from tests.rules.sample import plant_sample

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Europe/Zurich")).date()


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ")


def contract_of(company: SomeCompany, **values: Any) -> Contract:
    with Session(company.platform.shell.platform, expire_on_commit=False) as db:
        if values:
            db.execute(update(Contract).where(Contract.company_id == company.id).values(**values))
            db.commit()
        return db.scalars(select(Contract).filter_by(company_id=company.id)).one()


@pytest.fixture
def firm(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    return make_company("Brunnenhof", modules=("faq",))


def test_sales_change_the_steps_and_see_first_what_that_does(
    firm: SomeCompany, console: Callable[..., Browser]
) -> None:
    mara = console("sales")
    contract = contract_of(firm, ends=TODAY)
    url = f"/companies/{firm.id}/contracts/{contract.id}/lapse"
    assert "after the end 30 days of grace, 60 days of reading" in plain(
        mara.get(f"/companies/{firm.id}/contract").text
    )
    typed = {"grace_days": "0", "read_only_days": "10", "reason": "Signed offer 2026-118."}
    review = mara.post(url, {**typed, "step": "review"})
    assert "only read it." in plain(review.text)
    assert (contract_of(firm).grace_days, contract_of(firm).read_only_days) == (30, 60)
    unseen = mara.post(url, {**typed, "step": "save", "reviewed": "30/10"})
    assert (unseen.status_code, contract_of(firm).grace_days) == (200, 30)
    assert mara.post(url, {**typed, "step": "save", "reviewed": "0/10"}).status_code == 303
    assert (contract_of(firm).grace_days, contract_of(firm).read_only_days) == (0, 10)
    with Session(firm.platform.shell.platform) as db:
        event = db.scalars(select(ContractEvent).filter_by(company_id=firm.id, kind="contract.changed")).one()
        assert (event.before, event.after) == (
            {"grace_days": 30, "read_only_days": 60}, {"grace_days": 0, "read_only_days": 10},
        )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"grace_days": "-1", "read_only_days": "10"}, "grace_days"),
        ({"grace_days": "0", "read_only_days": "3651"}, "read_only_days"),
        ({"grace_days": "1.5", "read_only_days": "10"}, "grace_days"),
        ({"grace_days": "1", "read_only_days": ""}, "read_only_days"),
    ],
)
def test_days_that_cannot_be_are_refused_at_the_field(
    firm: SomeCompany, console: Callable[..., Browser], typed: dict[str, str], said: str
) -> None:
    contract = contract_of(firm)
    url = f"/companies/{firm.id}/contracts/{contract.id}/lapse"
    answer = console("sales").post(url, {**typed, "reason": "Why", "step": "save"})
    assert (answer.status_code, f'id="{said}-error"' in answer.text) == (422, True)
    assert console("support").get(url).status_code == 403
    assert contract_of(firm).grace_days == 30


def test_everything_can_be_taken_along_at_every_level_and_secrets_stay(brunnenhof: SomeCompany) -> None:
    plant_sample(brunnenhof, "Erinnerung")
    regula = brunnenhof.agent("Regula Steiner", COMPANY_SETTINGS).browser
    yesterday = TODAY - timedelta(days=1)
    for values in ({}, {"ends": yesterday, "grace_days": 5}, {"grace_days": 0}, {"read_only_days": 0}):
        contract_of(brunnenhof, **values)
        brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
        answer = regula.get("/cockpit/settings/modules/bookings/export")
        assert answer.status_code == 200
        with ZipFile(io.BytesIO(answer.data)) as packed:
            tables = {
                name: list(csv.reader(io.StringIO(packed.read(name).decode("utf-8-sig")))) for name in packed.namelist()
            }
        assert len(tables["bookings_booking.csv"]) > 1
        assert {"company_id", "token_hash", "secret_hash"} & set(tables["bookings_feed.csv"][0]) == set()
    assert (
        "/cockpit/settings/modules/bookings/export"
        in brunnenhof.agent("Nadja Frei", COMPANY_SETTINGS, "modules.switch")
        .browser.get("/cockpit/settings/modules")
        .text
    )
    for who in (brunnenhof.agent("Dragan Petrović", "modules.switch"), brunnenhof.resident()):
        assert who.browser.get("/cockpit/settings/modules/bookings/export").status_code == 403
    assert regula.get("/cockpit/settings/modules/nonsense/export").status_code == 404
