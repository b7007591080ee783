"""The time machine: what a company could use on a day, and why, for sales and for the company's own programs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.contracts.models import (
    Contract,
    ContractEvent,
    ContractLine,
    EntitlementOverride,
    ModuleSwitch,
    ModuleTrial,
)
from quartier.contracts.on_a_day import answers
from quartier.contracts.queries import needs_of
from quartier.db.base import new_id
from quartier.testing import Browser, SomeCompany, Statements

ZURICH = ZoneInfo("Europe/Zurich")
TODAY = datetime.now(UTC).astimezone(ZURICH).date()


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ")


@pytest.fixture
def firm(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    """Letters, built on the ballroom, which needs a plan that ends; a trial; a denial; an offer; a moved switch."""
    firm = make_company("Brunnenhof")
    sold, offered = (
        Contract(id=new_id(), number=number, timezone="Europe/Zurich", starts=date(2026, 1, 1), stage=stage)
        for number, stage in (("B-1", "accepted"), ("B-2", "offered"))
    )
    line = {"contract_id": sold.id, "starts": date(2026, 1, 1)}
    firm.plant(
        sold, offered,
        ContractLine(id=new_id(), module="ballroom", needs="pro OR kunden_plus", **line),
        ContractLine(id=new_id(), module="kunden_plus", ends=date(2026, 10, 26), **line),
        ContractLine(id=new_id(), module="letters", **line),
        ContractLine(id=new_id(), module="piano", contract_id=offered.id, starts=date(2026, 1, 1), stage="offered"),
        ModuleTrial(id=new_id(), module="billboard", starts=date(2026, 3, 1), ends=date(2026, 3, 31), reason="Fair",
                    author="Mara Lindt"),
        EntitlementOverride(id=new_id(), module="letters", effect="deny", starts=date(2026, 5, 1),
                            ends=date(2026, 6, 1), reason="Unpaid", author="Ivo Baum"),
        *(ModuleSwitch(id=new_id(), module=module, is_on=True) for module in ("ballroom", "billboard", "letters")),
        *(
            ContractEvent(id=new_id(), kind="module.switched", subject="billboard", actor="Nadja Frei",
                          happened_at=datetime(2026, 3, day, 12, tzinfo=UTC), before={"on": not on}, after={"on": on})
            for day, on in ((10, False), (20, True))
        ),
    )  # fmt: skip
    return firm


def told(firm: SomeCompany, day: date) -> dict[str, tuple[bool, bool, bool | None, list[tuple[str, bool]]]]:
    with firm.db() as db:
        needs = needs_of(firm.platform.shell.plugins)
        found = answers(db, firm.id, ZURICH, day, needs, drafts=True)
    return {
        one.key: (one.usable, one.entitled, one.switched, [(cause.kind, cause.counts) for cause in one.causes])
        for one in found
    }


NOTHING: tuple[bool, bool, bool, list[Any]] = (False, False, True, [])


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), {}),
        (date(2026, 1, 1), {"ballroom": (True, True, True, [("line", True)])}),
        (date(2026, 3, 9), {"billboard": (True, True, True, [("trial", True)])}),
        (date(2026, 3, 10), {"billboard": (False, True, False, [("trial", True)])}),
        (date(2026, 3, 30), {"billboard": (True, True, True, [("trial", True)])}),
        (date(2026, 3, 31), {"billboard": (False, False, True, [("trial", True)])}),  # for reading
        (date(2026, 4, 30), {"billboard": NOTHING}),
        (date(2026, 4, 30), {"letters": (True, True, True, [("line", True)])}),
        (date(2026, 5, 31), {"letters": (False, False, True, [("deny", True), ("line", False)])}),
        (date(2026, 6, 1), {"letters": (True, True, True, [("line", True)])}),
        (date(2026, 10, 25), {"ballroom": (True, True, True, [("line", True)])}),  # the day that has 25 hours
        (
            date(2026, 10, 26),
            {"ballroom": (True, False, True, [("line", True)]), "letters": (True, True, True, [("line", True)]),
             "kunden_plus": (True, False, None, [("line", True)])},
        ),  # in grace
        (
            date(2027, 1, 24),
            {"ballroom": (False, False, True, [("line", True)]), "letters": (False, True, True, [("line", True)]),
             "kunden_plus": (False, False, None, [])},
        ),
        (date(2026, 7, 1), {"piano": (False, False, False, [("line", False)])}),
    ],
)  # fmt: skip
def test_what_could_be_used_on_a_day_and_why(firm: SomeCompany, day: date, expected: dict[str, Any]) -> None:
    found = told(firm, day)
    assert {key: found[key] for key in expected} == expected
    assert set(found) == {"ballroom", "billboard", "letters", "piano", "kunden_plus"}


def test_sales_ask_for_a_day_and_read_each_reason(firm: SomeCompany, console: Callable[..., Browser]) -> None:
    mara, url = console("support"), f"/companies/{firm.id}/contract/day"
    words = plain(mara.get(f"{url}?day=2026-05-15").text)
    assert "What the company could use on 15 May 2026" in words
    assert "Serial letters denied Denied from 1 May 2026 until and including 31 May 2026 “Unpaid” Ivo Baum" in words
    assert "Contract B-1, from 1 January 2026, open (overruled)" in words
    assert "Contract B-2 is not accepted: from 1 January 2026, open" in words
    words = plain(mara.get(f"{url}?day=2027-01-01").text)
    assert "It needs this, which is not there: pro or kunden_plus." in words
    assert "Ballroom only for reading Has ended. It can be read until and including 23 January 2027." in words
    words = plain(mara.get(f"{url}?day=2027-01-24").text)
    assert "It rests until this works: Ballroom." in words
    assert "Billboard not in contract Neither sold nor granted. Last changed by Nadja Frei, 20 March 2026" in words
    wrong = mara.get(f"{url}?day=2026-02-30")
    assert (wrong.status_code, "Please enter a date, such as 2026-03-17." in plain(wrong.text)) == (422, True)
    assert mara.get(url).status_code == 200
    with Statements() as sent:
        mara.get(url)
    firm.plant(*(ModuleTrial(id=new_id(), module=f"m{n}", starts=TODAY, ends=TODAY + timedelta(days=1), reason="x",
                             author="x") for n in range(50)))  # fmt: skip
    with Statements() as more:
        mara.get(url)
    assert sent.count == more.count


def test_a_program_reads_the_same_without_offers_and_of_its_own_company_only(
    firm: SomeCompany, nordlicht: SomeCompany
) -> None:
    def ask(of: SomeCompany, day: str) -> Any:
        head = {"Authorization": f"Bearer {of.token(COMPANY_SETTINGS)}"}
        return of.visitor().open("GET", f"/api/v1/entitlements?on={day}", headers=head)

    answer = ask(firm, "2026-05-15").json
    found = {one.pop("key"): one for one in answer["entitlements"]}
    assert (answer["on"], answer["timezone"]) == ("2026-05-15", "Europe/Zurich")
    assert found["letters"] == {
        "usable": False, "state": "locked", "state_until": "2026-05-31", "entitled": False,
        "switched_on": True, "lacking": None, "resting_for": [],
        "because": [
            {"kind": "deny", "contract": None, "starts": "2026-05-01", "ends": "2026-06-01", "reason": "Unpaid",
             "counts": True},
            {"kind": "line", "contract": "B-1", "starts": "2026-01-01", "ends": None, "reason": "", "counts": False},
        ],
    }  # fmt: skip
    assert found["piano"]["because"] == []
    later = ask(firm, "2027-01-24").json["entitlements"]
    assert {one["key"]: (one["lacking"], one["resting_for"]) for one in later if not one["usable"]} == {
        "ballroom": ("pro OR kunden_plus", []), "letters": (None, ["ballroom"]), "billboard": (None, []),
        "piano": (None, []), "kunden_plus": (None, []),
    }  # fmt: skip
    assert "B-1" not in ask(nordlicht, "2026-05-15").text
    assert ask(firm, "soon").status_code == 422
