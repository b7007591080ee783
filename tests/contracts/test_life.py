"""The life of a contract: drafted, offered, accepted; prices that stay; a module that is tried once."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from quartier.contracts.models import Contract, ContractEvent, ContractLine, ModuleTrial
from quartier.contracts.stages import phase
from quartier.db.base import new_id
from quartier.estate.quota import usage
from quartier.testing import Browser, SomeCompany

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Europe/Zurich")).date()
WHY = "Signed offer 2026-118."
numbers = itertools.count(1)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ")


def stored(company: SomeCompany, model: Any) -> list[Any]:
    with Session(company.platform.shell.platform, expire_on_commit=False) as db:
        return list(db.scalars(select(model).filter_by(company_id=company.id).order_by(model.id)))


def can_use(company: SomeCompany) -> set[str]:
    snapshot = company.platform.shell.snapshots._load(company.id)
    assert snapshot is not None
    return set(snapshot.entitled)


@pytest.fixture
def firm(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    return make_company("Brunnenhof")


@pytest.fixture
def mara(console: Callable[..., Browser]) -> Browser:
    return console("sales")


@pytest.fixture
def service(mara: Browser) -> str:
    """A product of its own for each test: 0.40 per unit, 0.30 from the 501st on, in CHF only."""
    key = f"life_{next(numbers)}"
    assert offer(mara, key).status_code == 303
    return key


def offer(mara: Browser, key: str, url: str = "/catalogue/new", **more: Any) -> Any:
    texts = {f"{field}.{language}": key for field in ("name", "summary") for language in ("de", "en", "fr")}
    tiers = {"row1.CHF": "0.40", "row2.from_unit": "501", "row2.CHF": "0.30"}
    return mara.post(url, {"key": key, **texts, "model": "unit", "period": "month", **tiers, **more})


def draft(firm: SomeCompany, stage: str = "draft", **more: Any) -> Contract:
    one = Contract(
        id=new_id(), number=f"N-{next(numbers)}", timezone="Europe/Zurich", starts=TODAY, stage=stage, **more
    )
    firm.plant(one)
    return one


def sell(mara: Browser, firm: SomeCompany, of: Contract, module: str, **more: str) -> Any:
    data = {
        "module": module,
        "contract": str(of.id),
        "starts": TODAY.isoformat(),
        "reason": WHY,
        "step": "save",
        **more,
    }
    return mara.post(f"/companies/{firm.id}/lines/new", data)


def move(mara: Browser, firm: SomeCompany, of: Contract, to: str, **more: str) -> Any:
    data = {"to": to, "reason": WHY, "step": "save", **more}
    return mara.post(f"/companies/{firm.id}/contracts/{of.id}/stage", data)


def complaint(answer: Any, field: str) -> str:
    """What stands at a field, or in the summary for the form as a whole."""
    assert answer.status_code == 422
    pattern = r'id="errors".*?<li>(.*?)</li>' if field == "_schema" else rf'id="{field}-error">(.*?)</p>'
    found = re.search(pattern, answer.text, re.DOTALL)
    assert found is not None
    return plain(found[1]).strip().removeprefix("Error: ")


def test_a_contract_gives_nothing_until_it_is_accepted(firm: SomeCompany, mara: Browser) -> None:
    terms = {"number": "B-1", "starts": TODAY.isoformat(), "until": "", "stage": "draft", "reason": WHY, "step": "save"}
    mara.post(f"/companies/{firm.id}/contracts/new", terms)
    [of] = stored(firm, Contract)
    assert complaint(move(mara, firm, of, "offered"), "_schema") == "An offer needs at least one line."
    assert sell(mara, firm, of, "ballroom", switch_on="true").status_code == 303
    assert move(mara, firm, of, "offered").status_code == 303
    frozen = "This contract is offered. Make it a draft again to change it."
    assert complaint(sell(mara, firm, of, "billboard"), "_schema") == frozen
    assert complaint(mara.post(f"/companies/{firm.id}/contracts/{of.id}", terms), "_schema") == frozen
    assert can_use(firm) == set()
    review = plain(move(mara, firm, of, "accepted", step="review").text)
    assert "Ballroom Now Off Neither sold nor granted. After saving" in review
    assert "In contract, without an end." in review
    assert can_use(firm) == set()
    assert move(mara, firm, of, "accepted").status_code == 303
    assert can_use(firm) == {"ballroom"}
    again = "Somebody has moved this contract in the meantime. Open its page anew."
    assert complaint(move(mara, firm, of, "draft"), "_schema") == again
    told = [(e.kind, e.before, e.after) for e in stored(firm, ContractEvent) if e.kind == "contract.staged"]
    assert told == [
        ("contract.staged", {"stage": "draft"}, {"stage": "offered"}),
        ("contract.staged", {"stage": "offered"}, {"stage": "accepted"}),
    ]


def test_an_offer_may_lie_beside_what_runs_and_is_accepted_after_it(firm: SomeCompany, mara: Browser) -> None:
    runs, renewal = draft(firm, "accepted"), draft(firm)
    sell(mara, firm, runs, "ballroom")
    assert sell(mara, firm, renewal, "ballroom").status_code == 303
    assert complaint(sell(mara, firm, renewal, "ballroom"), "starts").startswith("These days overlap with another line")
    move(mara, firm, renewal, "offered")
    assert f"in contract {runs.number}" in plain(move(mara, firm, renewal, "accepted").text)
    line = ContractLine(id=new_id(), contract_id=runs.id, module="ballroom", starts=TODAY + timedelta(days=9))
    with pytest.raises(IntegrityError, match="one_line_at_a_time"):
        firm.plant(line)
    assert move(mara, firm, renewal, "draft").status_code == 303
    gone = mara.post(f"/companies/{firm.id}/contracts/{renewal.id}/discard", {"reason": WHY, "step": "save"})
    assert gone.status_code == 303
    assert [(one.number, one.stage) for one in stored(firm, Contract)] == [(runs.number, "accepted")]
    kept = mara.post(f"/companies/{firm.id}/contracts/{runs.id}/discard", {"reason": WHY, "step": "save"})
    assert complaint(kept, "_schema") == "Only a draft can be thrown away."


def test_a_line_keeps_the_price_and_the_version_it_was_sold_with(
    firm: SomeCompany, mara: Browser, service: str
) -> None:
    of = draft(firm, "accepted")
    review = sell(mara, firm, of, service, quantity="600", step="review")
    assert "CHF 230.00 per month for 600" in plain(review.text)
    assert sell(mara, firm, of, service, quantity="600").status_code == 303
    assert offer(mara, service, f"/catalogue/{service}/edit", seen="1", **{"row1.CHF": "0.90"}).status_code == 303
    [line] = stored(firm, ContractLine)
    assert (line.quantity, line.price, line.period) == (600, Decimal("230.00"), "month")
    words = plain(mara.get(f"/companies/{firm.id}/contract").text)
    assert words.count("CHF 230.00 per month") == 2  # the line, and the contract's sum
    assert can_use(firm) == set()  # a service is no module


def test_units_count_where_nobody_says_how_many_and_an_agreed_price_wins(
    firm: SomeCompany, mara: Browser, service: str
) -> None:
    of = draft(firm)
    sell(mara, firm, of, service, until=TODAY.isoformat())
    sell(mara, firm, of, service, starts=(TODAY + timedelta(days=1)).isoformat(), quantity="100", price="33,50")
    found = [(line.quantity, line.price) for line in stored(firm, ContractLine)]
    assert found == [(1, Decimal("0.40")), (100, Decimal("33.50"))]


@pytest.mark.parametrize(
    ("more", "field", "sentence"),
    [
        ({"price": "0"}, "price", "A price is above 0. What costs nothing is granted, not sold."),
        ({"price": "-5"}, "price", "A price is above 0. What costs nothing is granted, not sold."),
        ({"price": "5.125"}, "price", "A price has two decimals at most."),
        ({"quantity": "0"}, "quantity", "From 1 to 10000000."),
        ({"quantity": "1.5"}, "quantity", "Please enter a whole number."),
        ({"module": "teleporter"}, "module", "This module is not installed."),
        (
            {"module": "ballroom", "price": "5"},
            "price",
            "Put this module into the catalogue first, then sell it for a price.",
        ),
    ],
)
def test_what_cannot_be_sold_like_that_stands_at_its_field(
    firm: SomeCompany, mara: Browser, service: str, more: dict[str, str], field: str, sentence: str
) -> None:
    assert complaint(sell(mara, firm, draft(firm), **{"module": service, **more}), field) == sentence
    assert stored(firm, ContractLine) == []


def test_one_contract_has_one_currency(firm: SomeCompany, mara: Browser, service: str) -> None:
    euros, francs = draft(firm, currency="EUR"), draft(firm)
    missing = complaint(sell(mara, firm, euros, service), "price")
    assert missing == (
        "The catalogue has no price in EUR, the currency of this contract. Please write down what was agreed."
    )
    assert sell(mara, firm, euros, service, price="36").status_code == 303
    terms = {"starts": TODAY.isoformat(), "reason": WHY, "step": "save"}
    changed = {"number": euros.number, "currency": "CHF", **terms}
    answer = mara.post(f"/companies/{firm.id}/contracts/{euros.id}", changed)
    assert complaint(answer, "currency") == "Lines have prices in EUR already."
    free = {"number": francs.number, "currency": "EUR", **terms}
    assert mara.post(f"/companies/{firm.id}/contracts/{francs.id}", free).status_code == 303
    assert {one.currency for one in stored(firm, Contract)} == {"EUR"}


def test_what_was_taken_from_the_catalogue_is_not_sold_again(firm: SomeCompany, mara: Browser, service: str) -> None:
    of = draft(firm, "accepted")
    sell(mara, firm, of, service)
    mara.post(f"/catalogue/{service}/retire")
    later = (TODAY + timedelta(days=40)).isoformat()
    refused = complaint(sell(mara, firm, of, service, starts=later), "module")
    assert refused == "This is no longer sold. Contracts that have it keep it."
    abroad = f"{service}_de"
    offer(mara, abroad, countries=["DE"])
    assert complaint(sell(mara, firm, of, abroad), "module") == "This is not offered in the company’s country."
    page = mara.get(f"/companies/{firm.id}/lines/new").text
    assert f'value="{service}"' not in page
    assert f'value="{abroad}"' not in page
    assert service in plain(mara.get(f"/companies/{firm.id}/contract").text)


def test_two_sales_people_at_one_contract_do_not_overwrite_each_other(firm: SomeCompany, mara: Browser) -> None:
    of = draft(firm, "accepted")
    url, terms = f"/companies/{firm.id}/contracts/{of.id}", {"starts": TODAY.isoformat(), "reason": WHY, "step": "save"}
    stamp = re.search(r'name="stamp" value="([^"]*)"', mara.get(url).text)
    assert stamp is not None
    first = {"number": of.number, "unit_quota": "100", "currency": "CHF", "stamp": stamp[1], **terms}
    assert mara.post(url, first).status_code == 303
    second = mara.post(url, {**first, "unit_quota": "200"})
    told = "Somebody has changed this contract in the meantime. Open the page anew to see it."
    assert complaint(second, "_schema") == told
    assert [one.unit_quota for one in stored(firm, Contract)] == [100]


def test_a_line_goes_on_with_another_quantity_or_price_from_a_day_on(
    firm: SomeCompany, mara: Browser, service: str
) -> None:
    of, day, last = draft(firm, "accepted"), TODAY + timedelta(days=30), TODAY + timedelta(days=400)
    assert sell(mara, firm, of, service, quantity="500", until=last.isoformat()).status_code == 303
    [line] = stored(firm, ContractLine)
    mara.post(f"/catalogue/{service}/retire")  # who has it keeps it, at the prices that were sold
    url, asked = f"/companies/{firm.id}/lines/{line.id}/terms", {"reason": WHY, "step": "save", "quantity": "600"}
    review = plain(mara.post(url, {**asked, "starts": day.isoformat(), "step": "review"}).text)
    assert "CHF 230.00 per month for 600" in review
    assert "No module changes. Only the dates on paper do." in review
    assert len(stored(firm, ContractLine)) == 1
    for wrong, field, sentence in (
        ({"starts": TODAY.isoformat()}, "starts", "Choose a day after the first one."),
        ({"starts": (last + timedelta(days=1)).isoformat()}, "starts", "The line has ended by then."),
        ({"starts": day.isoformat(), "quantity": "500"}, "quantity", "Quantity and price are as they are already."),
        ({"starts": day.isoformat(), "price": "0"}, "price", "A price is above 0."),
        ({"starts": day.isoformat(), "price": "1.255"}, "price", "A price has two decimals at most."),
        ({"starts": day.isoformat(), "stamp": "2020-01-01/None"}, "_schema", "Somebody has changed this contract"),
    ):
        assert complaint(mara.post(url, {**asked, **wrong}), field).startswith(sentence)
    assert mara.post(url, {**asked, "starts": day.isoformat()}).status_code == 303
    ends = last + timedelta(days=1)
    told = [(one.starts, one.ends, one.quantity, str(one.price)) for one in stored(firm, ContractLine)]
    assert told == [(TODAY, day, 500, "200.00"), (day, ends, 600, "230.00")]
    later = f"/companies/{firm.id}/lines/{stored(firm, ContractLine)[1].id}/terms"
    cheaper = {**asked, "starts": (day + timedelta(days=1)).isoformat(), "price": "199.90"}
    assert mara.post(later, cheaper).status_code == 303
    assert [str(one.price) for one in stored(firm, ContractLine)] == ["200.00", "230.00", "199.90"]


def test_units_sold_as_a_line_are_room_for_units(firm: SomeCompany) -> None:
    of = draft(firm, "accepted", unit_quota=50)
    offered = draft(firm, "offered", unit_quota=9000)
    until = TODAY + timedelta(days=5)
    firm.plant(
        ContractLine(id=new_id(), contract_id=of.id, module="units", quantity=200, starts=TODAY, ends=until),
        ContractLine(id=new_id(), contract_id=offered.id, module="units", quantity=9, starts=TODAY, stage="offered"),
    )
    assert [usage(firm.db(), on).quota for on in (TODAY, until - timedelta(days=1), until)] == [250, 250, 50]


def try_out(mara: Browser, firm: SomeCompany, module: str = "ballroom", **more: str) -> Any:
    data = {"module": module, "effect": "trial", "starts": TODAY.isoformat(), "reason": WHY, "step": "save", **more}
    return mara.post(f"/companies/{firm.id}/overrides/new", data)


def test_a_module_is_tried_once_for_thirty_days(firm: SomeCompany, mara: Browser) -> None:
    too_long = try_out(mara, firm, until=(TODAY + timedelta(days=93)).isoformat())
    assert complaint(too_long, "until") == "A trial lasts 92 days at most."
    assert try_out(mara, firm).status_code == 303
    [trial] = stored(firm, ModuleTrial)
    assert (trial.ends - trial.starts, can_use(firm)) == (timedelta(days=30), {"ballroom"})
    assert "Ballroom on trial" in plain(mara.get(f"/companies/{firm.id}/contract").text)
    stopped = {"until": (TODAY - timedelta(days=1)).isoformat(), "reason": WHY, "step": "save"}
    assert mara.post(f"/companies/{firm.id}/trials/{trial.id}", stopped).status_code == 303
    assert can_use(firm) == set()
    assert complaint(try_out(mara, firm), "module").startswith("The company has tried this module already: ")
    with Session(firm.platform.shell.platform) as db, pytest.raises(ProgrammingError, match="permission denied"):
        db.execute(delete(ModuleTrial))
    told = [event.kind for event in stored(firm, ContractEvent) if event.kind.startswith("trial.")]
    assert told == ["trial.added", "trial.changed"]


def test_nobody_tries_what_they_have_and_a_denial_is_stronger(firm: SomeCompany, mara: Browser) -> None:
    sell(mara, firm, draft(firm, "accepted"), "billboard")
    assert complaint(try_out(mara, firm, "billboard"), "module") == "The company may use this module already."
    try_out(mara, firm)
    try_out(mara, firm, effect="deny")
    assert can_use(firm) == {"billboard"}


@pytest.mark.parametrize(
    ("stage", "starts", "ends", "expected"),
    [
        ("draft", 0, None, "draft"),
        ("offered", -9, -1, "offered"),
        ("accepted", 1, None, "accepted"),
        ("accepted", 0, 1, "active"),
        ("accepted", -9, 0, "ended"),
    ],
)
def test_active_and_ended_come_by_the_calendar(stage: str, starts: int, ends: int | None, expected: str) -> None:
    today = date(2026, 10, 25)
    last = None if ends is None else today + timedelta(days=ends)
    assert phase(Contract(stage=stage, starts=today + timedelta(days=starts), ends=last), today) == expected


def test_a_prerequisite_that_is_missing_is_told_at_the_sale_and_switches_off_what_needs_it(
    firm: SomeCompany, mara: Browser, service: str
) -> None:
    plan, of = f"{service}_plus", draft(firm, "accepted")
    offer(mara, plan)
    assert offer(mara, service, f"/catalogue/{service}/edit", seen="1", needs=plan).status_code == 303
    told = f"It needs this, which is not there: {plan}."
    assert told in plain(sell(mara, firm, of, service, step="review").text)
    until = TODAY + timedelta(days=9)
    assert sell(mara, firm, of, plan, until=until.isoformat()).status_code == 303
    assert told not in plain(sell(mara, firm, of, service, step="review").text)
    assert sell(mara, firm, of, service).status_code == 303
    url = f"/companies/{firm.id}/contract/day?day="
    pages = [plain(mara.get(f"{url}{day}").text) for day in (until, until + timedelta(days=1))]
    assert [told in page for page in pages] == [False, True]
