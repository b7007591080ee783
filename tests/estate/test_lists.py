"""What lists of the estate count and choose: who uses a unit today, what is vacant, what soon will be."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from quartier.db.base import new_id
from quartier.estate import queries
from quartier.estate.models import Occupancy, Unit
from quartier.estate.queries import UnitFilters
from quartier.estate.vacancy import vacancies
from quartier.testing import LONG_AGO, SomeCompany

TODAY = date(2026, 11, 22)
SOON = TODAY + timedelta(days=92)


@pytest.fixture
def street(brunnenhof: SomeCompany) -> SomeCompany:
    """A house in which every case lives once."""

    def unit(name: str, *periods: tuple[str, date, date | None], kind: str = "flat", **facts: Any) -> None:
        made = Unit(
            id=new_id(), building_id=brunnenhof.building_id, name=name, kind=kind, area_m2=Decimal(50), **facts
        )  # fmt: skip
        brunnenhof.plant(made)
        for what, starts, ends in periods:
            brunnenhof.plant(Occupancy(id=new_id(), unit_id=made.id, kind=what, starts=starts, ends=ends))

    month = TODAY + timedelta(days=30)
    unit("let", ("tenancy", LONG_AGO, None))
    unit("let until a month from now", ("tenancy", LONG_AGO, month))
    unit("let until next year", ("tenancy", LONG_AGO, SOON + timedelta(days=1)))
    unit("owned and let until a month from now", ("ownership", LONG_AGO, None), ("tenancy", LONG_AGO, month))
    unit("owned", ("ownership", LONG_AGO, None))
    unit("left", ("tenancy", LONG_AGO, TODAY))
    unit("to be let", ("tenancy", TODAY + timedelta(days=1), None))
    unit("empty office", kind="office", is_commercial=True)
    unit("laundry", kind="laundry")
    return brunnenhof


@pytest.mark.parametrize(
    ("use", "names"),
    [
        ("let", {"let", "let until a month from now", "let until next year", "owned and let until a month from now"}),
        ("owned", {"owned and let until a month from now", "owned"}),
        ("vacant", {"left", "to be let", "empty office"}),
    ],
)
def test_a_list_is_narrowed_down_to_how_units_are_used_today(street: SomeCompany, use: str, names: set[str]) -> None:
    for filters in (UnitFilters(use=use), UnitFilters(use=use, building_id=street.building_id)):
        found = queries.units(street.db(), filters, within=(), today=TODAY)
        assert {row.name for row in found} == names


def test_vacancy_tells_homes_from_business_and_what_ends_soon(street: SomeCompany) -> None:
    (found,) = vacancies(street.db(), within=(), today=TODAY, soon=SOON)
    assert found.units == 8
    assert (found.vacant, found.area, found.homes, found.business) == (3, Decimal(150), 2, 1)
    assert found.soon == 1, "where an owner stays, nothing becomes vacant"
