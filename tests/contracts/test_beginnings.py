"""A module that works for the first time sets itself up; nothing it does can undo a sale."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.app import house_of
from quartier.contracts.beginnings import begin_modules
from quartier.contracts.jobs import begin_due
from quartier.contracts.models import ContractEvent, ContractLine
from quartier.testing import SomeCompany


def begin(firm: SomeCompany) -> list[str]:
    return begin_modules(firm.platform.shell.engine, firm.platform.shell.plugins, firm.id, actor="Mara Lindt")


def begun(firm: SomeCompany) -> list[str]:
    db = firm.db()
    try:
        return sorted(db.scalars(select(ContractEvent.subject).filter_by(kind="module.begun")))
    finally:
        db.close()


def test_a_module_is_set_up_once_in_a_companys_life(make_company: Callable[..., SomeCompany]) -> None:
    firm = make_company("Brunnenhof", modules=("ballroom",))
    assert begin(firm) == ["ballroom"]
    assert begin(firm) == []
    firm.switch("ballroom", on=False)
    firm.switch("ballroom", on=True)
    assert begin(firm) == []
    calls = [call for call in sys.modules["sold_ballroom.plugin"].begun if call[0] == firm.id]
    assert calls == [(firm.id, "Mara Lindt")]


def test_a_first_day_that_comes_by_date_alone_is_met_by_the_clock(make_company: Callable[..., SomeCompany]) -> None:
    firm, later = (make_company(name, modules=("ballroom",)) for name in ("Brunnenhof", "Nordlicht"))
    db = later.db()
    line = db.scalars(select(ContractLine)).one()
    with Session(later.platform.shell.platform) as platform:
        platform.get_one(ContractLine, (later.id, line.id)).starts = datetime.now(UTC).date() + timedelta(days=3)
        platform.commit()
    db.close()
    with Session(firm.platform.shell.platform) as platform:
        begin_due(house_of(firm.platform.shell), platform)
    assert (begun(firm), begun(later)) == (["ballroom"], [])


def test_what_is_sold_but_off_or_lacks_another_module_is_not_set_up(make_company: Callable[..., SomeCompany]) -> None:
    firm = make_company("Brunnenhof", modules=("letters",))
    assert begin(firm) == []
    firm.switch("ballroom")
    assert begin(firm) == ["ballroom", "letters"]


def test_a_module_that_raises_is_counted_tried_again_and_hinders_nobody(
    make_company: Callable[..., SomeCompany],
) -> None:
    firm = make_company("Brunnenhof", modules=("ballroom", "piano"))
    failures = firm.platform.shell.plugins.failures
    before = failures["piano", "module_switched_on"]
    assert begin(firm) == ["ballroom"]
    assert begin(firm) == []
    assert failures["piano", "module_switched_on"] == before + 2
    assert begun(firm) == ["ballroom"]
    assert firm.platform.shell.snapshots._load(firm.id).modules == {"ballroom", "piano"}
