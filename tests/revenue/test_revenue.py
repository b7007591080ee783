"""Recurring revenue and what moved it: exact sums, currency by currency."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from quartier.contracts.models import Contract, ContractLine
from quartier.db.base import new_id
from quartier.revenue.drawing import HALF, HIGH, chart
from quartier.revenue.movements import KINDS, Month, Running, monthly, months_until, movements
from quartier.revenue.queries import running_lines, unpriced_customers
from quartier.tenancy.models import Company
from quartier.testing import Browser, SomeCompany

TODAY = date(2026, 11, 23)
MONTHS = months_until(TODAY, 6)  # June to November
ANNA, BEAT = UUID(int=1), UUID(int=2)


def line(starts: str, ends: str | None = None, amount: str = "100", who: UUID = ANNA, **more: Any) -> Running:
    until = date.fromisoformat(ends) if ends else None
    facts = {"currency": "CHF", "today": TODAY, **more}
    return Running(
        who, monthly=Decimal(amount).quantize(Decimal("0.01")), starts=date.fromisoformat(starts), ends=until, **facts
    )


def moved(*lines: Running) -> list[dict[str, str]]:
    """Of each month what is not nothing, as month number and text."""
    found = movements(lines, MONTHS).get("CHF", [])
    names = ("start", *KINDS, "end")
    return [{name: str(value) for name in names if (value := getattr(month, name))} for month in found]


NONE: dict[str, str] = {}
STAYS = {"start": "100.00", "end": "100.00"}


@pytest.mark.parametrize(
    ("lines", "months"),
    [
        # begins in the middle of a month: the whole price counts at its end
        ([line("2026-08-15")], [NONE, NONE, {"new": "100.00", "end": "100.00"}, STAYS, STAYS, STAYS]),
        ([line("2026-08-31")], [NONE, NONE, {"new": "100.00", "end": "100.00"}, STAYS, STAYS, STAYS]),
        # ends are exclusive: until 1 September is August's last day included, until 31 August is not
        ([line("2020-01-01", "2026-09-01")], [STAYS, STAYS, STAYS, {"start": "100.00", "churn": "100.00"}, NONE, NONE]),
        ([line("2020-01-01", "2026-08-31")], [STAYS, STAYS, {"start": "100.00", "churn": "100.00"}, NONE, NONE, NONE]),
        # came and went within a month: on no last day was it there
        ([line("2026-08-02", "2026-08-30")], [NONE] * 6),
        # gone for a month and back
        (
            [line("2020-01-01", "2026-08-15"), line("2026-09-20", amount="40")],
            [STAYS, STAYS, {"start": "100.00", "churn": "100.00"}, {"reactivation": "40.00", "end": "40.00"},
             {"start": "40.00", "end": "40.00"}, {"start": "40.00", "end": "40.00"}],
        ),
        # a dearer line takes the place of another on the day on which it ends
        (
            [line("2020-01-01", "2026-09-10"), line("2026-09-10", amount="130.50")],
            [STAYS, STAYS, STAYS, {"start": "100.00", "expansion": "30.50", "end": "130.50"},
             {"start": "130.50", "end": "130.50"}, {"start": "130.50", "end": "130.50"}],
        ),
        # one module less
        (
            [line("2020-01-01"), line("2020-01-01", "2026-10-01", amount="19.90")],
            [{"start": "119.90", "end": "119.90"}] * 4
            + [{"start": "119.90", "contraction": "19.90", "end": "100.00"}, STAYS],
        ),
        # what begins after today, or ends after it this month, has not happened yet
        ([line("2026-11-24")], [NONE] * 6),
        ([line("2026-11-23")], [NONE] * 5 + [{"new": "100.00", "end": "100.00"}]),
        ([line("2020-01-01", "2026-11-24")], [STAYS] * 6),
        ([line("2020-01-01", "2026-11-23")], [STAYS] * 5 + [{"start": "100.00", "churn": "100.00"}]),
        # the day of the contract's zone counts: there it is the next day already
        ([line("2026-11-24", today=date(2026, 11, 24))], [NONE] * 5 + [{"new": "100.00", "end": "100.00"}]),
    ],
)  # fmt: skip
def test_a_line_counts_while_it_runs(lines: list[Running], months: list[dict[str, str]]) -> None:
    assert moved(*lines) == months


def test_customers_move_by_themselves_and_currencies_are_never_added_up() -> None:
    """One grows by what the other shrinks: both are said. Who changes the currency leaves the one and is new."""
    found = movements(
        [
            line("2020-01-01", "2026-09-15", "50"), line("2026-09-15", amount="80"),
            line("2020-01-01", "2026-09-15", "80", who=BEAT), line("2026-09-15", amount="50", who=BEAT),
            line("2020-01-01", "2026-10-01", "7", who=UUID(int=3)),
            line("2026-10-01", amount="6.50", who=UUID(int=3), currency="EUR"),
        ],
        MONTHS,
    )  # fmt: skip
    assert list(found) == ["CHF", "EUR"]
    september, october = found["CHF"][3], found["CHF"][4]
    assert (september.start, september.expansion, september.contraction, september.end, september.customers) == (
        Decimal("137.00"), Decimal("30.00"), Decimal("30.00"), Decimal("137.00"), 3,
    )  # fmt: skip
    assert (october.churn, october.end, october.customers) == (Decimal("7.00"), Decimal("130.00"), 2)
    assert (found["EUR"][4].new, found["EUR"][4].end, found["EUR"][3].end) == (Decimal("6.50"), Decimal("6.50"), 0)


DAYS = st.dates(date(2026, 3, 1), date(2027, 1, 31))
LINES = st.builds(
    Running, customer=st.sampled_from([ANNA, BEAT, UUID(int=3)]), currency=st.sampled_from(["CHF", "EUR"]),
    monthly=st.decimals("0.01", "999.99", places=2), starts=DAYS, ends=st.none() | DAYS, today=st.just(TODAY),
)  # fmt: skip


@given(st.lists(LINES, max_size=12))
@settings(max_examples=200, deadline=None)
def test_what_there_was_with_what_moved_is_what_there_is(lines: list[Running]) -> None:
    for months in movements(lines, MONTHS).values():
        for before, month in zip([None, *months], months, strict=False):
            assert month.start + month.gained - month.lost == month.end
            assert min(getattr(month, kind) for kind in KINDS) >= 0
            assert before is None or before.end == month.start


@pytest.mark.parametrize(
    ("price", "period", "found"),
    [
        ("1000", "year", "83.33"),
        ("100", "year", "8.33"),
        ("0.06", "year", "0.01"),
        ("12.50", "month", "12.50"),
        ("9", "once", None),
    ],
)
def test_a_years_price_is_a_twelfth_in_whole_cents(price: str, period: str, found: str | None) -> None:
    assert monthly(Decimal(price), period) == (Decimal(found) if found else None)


def test_months_go_back_over_the_turn_of_the_year() -> None:
    assert months_until(date(2026, 2, 28), 4) == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


def test_a_chart_shows_little_as_little_and_nothing_as_nothing() -> None:
    months = [Month(one) for one in MONTHS[:3]]
    months[0].end, months[1].end, months[2].churn = Decimal("2000.00"), Decimal("0.50"), Decimal("2000.00")
    drawn = chart(months)
    assert [(one.height, one.up, one.down) for one in drawn.months] == [(HIGH, 0, 0), (1, 0, 0), (0, 0, HALF)]
    assert [(one.height, one.up) for one in chart([Month(TODAY)]).months] == [(0, 0)]


@pytest.fixture
def deal(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    """A yearly line that a contract cuts off, a monthly one, one that is paid once, one without a price, an offer."""
    company = make_company("Ertrag")
    facts = {"timezone": "Europe/Zurich", "starts": date(2020, 2, 10), "currency": "EUR"}
    contract = Contract(id=new_id(), number="E-1", ends=date(2020, 12, 5), **facts)
    offer = Contract(id=new_id(), number="E-2", stage="offered", **facts)
    lines = [
        ("bookings", Decimal("1200.00"), "year", {}), ("faq", Decimal("30.00"), "month", {"ends": date(2020, 6, 30)}),
        ("setup", Decimal("900.00"), "once", {}), ("pinboard", None, None, {}),
    ]  # fmt: skip
    begun, cheap = {"starts": date(2020, 1, 1)}, {"price": Decimal(5), "period": "month"}
    company.plant(
        contract, offer,
        *(ContractLine(contract_id=contract.id, module=module, price=price, period=period, **begun, **more)
          for module, price, period, more in lines),
        ContractLine(contract_id=offer.id, stage="offered", module="faq", **begun, **cheap),
    )  # fmt: skip
    return company


def test_accepted_lines_with_a_price_that_recurs_are_read_as_the_contract_cuts_them(deal: SomeCompany) -> None:
    with Session(deal.platform.shell.platform) as db:
        mine = [one for one in running_lines(db) if one.customer == deal.id]
        assert unpriced_customers(db) >= 0
    found = sorted((one.currency, str(one.monthly), one.starts, one.ends) for one in mine)
    assert found == [
        ("EUR", "100.00", date(2020, 2, 10), date(2020, 12, 5)), ("EUR", "30.00", date(2020, 2, 10), date(2020, 6, 30)),
    ]  # fmt: skip
    months = movements(mine, months_until(date(2021, 1, 1), 13))["EUR"]
    moved = [month for month in months if month.start != month.end]
    assert [(str(one.end), str(one.new), str(one.contraction), str(one.churn)) for one in moved] == [
        ("130.00", "130.00", "0.00", "0.00"), ("100.00", "0.00", "30.00", "0.00"), ("0.00", "0.00", "0.00", "100.00"),
    ]  # fmt: skip


def test_what_stands_in_the_contract_of_a_demo_is_no_revenue(deal: SomeCompany) -> None:
    with Session(deal.platform.shell.platform) as db:
        before = unpriced_customers(db)
        db.execute(update(ContractLine).where(ContractLine.company_id == deal.id).values(ends=None))
        db.execute(update(Contract).where(Contract.company_id == deal.id).values(ends=None))
        demo = db.get_one(Company, deal.id)
        demo.demo_ends = datetime(2030, 1, 1, tzinfo=ZoneInfo("UTC"))
        db.flush()
        assert [one for one in running_lines(db) if one.customer == deal.id] == []
        assert unpriced_customers(db) <= before
        demo.demo_ends = None
        db.flush()
        assert [one for one in running_lines(db) if one.customer == deal.id] != []
        db.rollback()


def test_the_page_and_its_file_say_the_same_for_those_who_may(
    make_company: Callable[..., SomeCompany], console: Callable[..., Browser]
) -> None:
    company = make_company("Ertrag")
    contract = Contract(id=new_id(), number="E-1", timezone="Europe/Zurich", starts=date(2020, 1, 1))
    priced = {"price": Decimal("1234.55"), "period": "month"}
    company.plant(contract, ContractLine(contract_id=contract.id, module="faq", starts=date(2020, 1, 1), **priced))
    finance, support = console("finance"), console("support")
    page = finance.get("/revenue").text
    assert ('role="img"' in page, "In CHF" in page, "CHF" in page) == (True, True, True)
    rows = list(csv.DictReader(io.StringIO(finance.get("/revenue/export").data.decode("utf-8-sig")), delimiter=";"))
    chf = [row for row in rows if row["Currency"] == "CHF"]
    assert (len(chf), list(chf[0])[:3]) == (12, ["Currency", "Month", "Before"])
    with Session(company.platform.shell.platform) as db:
        whole = movements(running_lines(db), months_until(_today(), 12))["CHF"]
    assert [Decimal(row["Revenue"]) for row in chf] == [month.end for month in whole]
    assert whole[-1].end >= Decimal("1234.55")
    assert finance.get("/revenue/export?format=xlsx&months=24").data[:2] == b"PK"
    assert [finance.get("/revenue/export?format=pdf").status_code, support.get("/revenue").status_code] == [404, 403]
    assert finance.get("/revenue?months=x").status_code == 200


def _today() -> date:
    return datetime.now(ZoneInfo("Europe/Zurich")).date()
