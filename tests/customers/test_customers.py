"""How companies fare: counted at night, listed for operators, explained in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from quartier.contracts.models import Contract, ContractLine
from quartier.customers.charts import drawn
from quartier.customers.models import CompanyHealth
from quartier.customers.queries import Customer, CustomerFilters, customer, customers
from quartier.customers.services import count_health
from quartier.customers.wording import sentences
from quartier.db.base import new_id
from quartier.estate.models import Unit
from quartier.leads.models import Lead
from quartier.tenancy.models import Company, Domain
from quartier.testing import Browser, SomeCompany, Statements
from quartier.usage.models import UsageDay

TODAY = datetime.now(UTC).date()
DAY = timedelta(days=1)


@pytest.fixture
def mara(console: Callable[..., Browser]) -> Browser:
    return console("sales")


@pytest.fixture
def word() -> str:
    return new_id().hex[-8:]


def plain(html: str) -> str:
    """The words of a page, without marks and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ")


def counted(company: SomeCompany, addressable: int, registered: int, active: int, units: int = 0) -> None:
    company.plant(CompanyHealth(addressable=addressable, registered=registered, active=active, units=units))


def sold(company: SomeCompany, *, ends: date | None = None, quota: int | None = None, **more: Any) -> Contract:
    facts = {"number": f"T-{new_id()}", "timezone": "Europe/Zurich", "starts": date(2020, 1, 1), **more}
    contract = Contract(id=new_id(), ends=ends, unit_quota=quota, **facts)
    company.plant(contract)
    return contract


def read(company: SomeCompany) -> Customer:
    with Session(company.platform.shell.platform) as db:
        found = customer(db, company.id, today=TODAY)
    assert found is not None
    return found


def test_a_company_is_counted_as_its_people_have_come_in(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    """Names only do not count, nor does the team; who moved out is not reached; twice is once."""
    verena, gone = brunnenhof.resident(), brunnenhof.resident("Alt Weg", ends=date(2021, 1, 1))
    brunnenhof.resident("Lea Zimmermann")
    brunnenhof.person("Urs Meier", email="urs@post.example")
    brunnenhof.person("Nur Name")
    for body in (verena, gone, brunnenhof.agent(), nordlicht.resident()):
        body.session_token()
    place = {"building_id": brunnenhof.building_id, "kind": "flat", "archived_at": datetime.now(UTC)}
    brunnenhof.plant(Unit(id=new_id(), name="Alt", **place))
    for _twice in range(2):
        with brunnenhof.db() as db:
            count_health(db, today=TODAY)
            db.commit()
    found = read(brunnenhof)
    assert (found.addressable, found.registered, found.units) == (3, 2, 3)
    assert (found.active, found.reach, read(nordlicht).addressable) == (2, 66, None)


@pytest.mark.parametrize(
    ("numbers", "deal", "concerns"),
    [
        ((100, 60, 40, 10), {"quota": 100}, ()),
        ((100, 24, 20, 10), {}, ("reach",)),
        ((100, 25, 20, 10), {}, ()),
        ((19, 1, 1, 10), {}, ()),
        ((100, 50, 9, 10), {}, ("active",)),
        ((100, 50, 10, 10), {}, ()),
        ((100, 60, 40, 90), {"quota": 100}, ("quota",)),
        ((100, 60, 40, 89), {"quota": 100}, ()),
        ((100, 60, 40, 9), {"ends": TODAY + 90 * DAY}, ("ending",)),
        ((100, 60, 40, 9), {"ends": TODAY + 91 * DAY}, ()),
        ((100, 60, 40, 9), {"ends": TODAY}, ("contract",)),
        ((100, 60, 40, 9), {"starts": TODAY + DAY}, ("contract",)),
        ((100, 60, 40, 9), {"stage": "offered"}, ("contract",)),
    ],
)
def test_what_somebody_should_look_at(
    make_company: Callable[..., SomeCompany], numbers: tuple[int, ...], deal: dict[str, Any], concerns: tuple[str, ...]
) -> None:
    company = make_company("Brunnenhof")
    counted(company, *numbers)
    sold(company, **deal)
    found = read(company)
    assert found.concerns == concerns
    pressing = {one.look for one in sentences(found, TODAY)} & {"danger", "warning"}
    assert bool(pressing) == bool(set(concerns) - {"quota"})


def test_units_that_were_sold_beside_the_contract_belong_to_the_quota(make_company: Callable[..., SomeCompany]) -> None:
    company = make_company("Brunnenhof")
    one, other = sold(company, quota=10, ends=TODAY + 400 * DAY), sold(company, quota=5, ends=TODAY + 500 * DAY)
    company.plant(
        ContractLine(contract_id=one.id, module="units", starts=date(2020, 1, 1), quantity=7),
        ContractLine(contract_id=other.id, module="faq", starts=date(2020, 1, 1)),
    )
    found = read(company)
    assert (found.quota, found.ends, found.last_day) == (22, TODAY + 500 * DAY, TODAY + 499 * DAY)
    sold(company, starts=TODAY + DAY)
    assert (read(company).quota, read(company).ends) == (22, None)


def test_the_list_narrows_down_and_sorts_from_the_address(
    make_company: Callable[..., SomeCompany], mara: Browser, word: str
) -> None:
    few, idle, well = (make_company(f"{name} {word}") for name in ("Alpha", "Beta", "Gamma"))
    counted(few, 100, 10, 9)
    counted(idle, 100, 80, 2)
    counted(well, 100, 90, 80, 95)
    sold(few, ends=TODAY + 300 * DAY), sold(idle, ends=TODAY + 30 * DAY), sold(well, quota=100)
    idle.plant(Lead(id=new_id(), customer_id=idle.id, source="console", title="More", created_by="Mara"))
    names = {str(few.id): "few", str(idle.id): "idle", str(well.id): "well"}

    def found(query: str) -> list[str]:
        page = mara.get(f"/companies?q={word}&{query}").text
        return [names[one] for one in re.findall(r'<th scope="row">.*?href="/companies/([^"]+)"', page)]

    assert found("") == ["few", "idle", "well"]
    assert found("sort=reach") == ["few", "idle", "well"]
    assert found("sort=active") == ["idle", "well", "few"]
    assert found("sort=ends") == ["idle", "few", "well"]
    assert found("sort=leads") == ["idle", "few", "well"]
    assert found("sort=quota") == ["well", "few", "idle"]
    assert found("show=attention") == ["few", "idle", "well"]
    assert found("show=ending") == ["idle"]
    assert found("show=quota") == ["well"]
    assert found("show=leads") == ["idle"]
    assert found("show=leads&sort=x&page=0&status=x") == ["idle"]
    assert found("page=2") == found("status=suspended") == []
    words = plain(mara.get(f"/companies?q=beta+{word}").text)
    assert "80 % 80 of 100" in words
    assert "contract ends little used" in words


def test_a_company_is_found_by_name_by_host_and_by_an_earlier_host(
    make_company: Callable[..., SomeCompany], mara: Browser, word: str
) -> None:
    one, two = make_company(f"Seeblick {word}"), make_company(f"Nordlicht {word}")
    one.plant(Domain(host=f"alt-{word}", company_id=one.id, kind="redirect"))

    def found(query: str) -> set[str]:
        return set(re.findall(r'<th scope="row">.*?href="/companies/([^"]+)"', mara.get(f"/companies?q={query}").text))

    assert found(word) == {str(one.id), str(two.id)}
    assert found(f"seeblick+{word}") == {str(one.id)}
    assert found(f"alt-{word}") == {str(one.id)}
    assert found(f"{word}+%25") == set()
    assert one.host in plain(mara.get(f"/companies?q=alt-{word}").text)
    assert "Nothing found" in mara.get(f"/companies?q=nobody-{word}").text


def test_the_list_shows_more_page_by_page_and_leaves_nobody_out(
    make_company: Callable[..., SomeCompany], word: str
) -> None:
    made = [make_company(f"{name} {word}") for name in ("Same", "Same", "Other", "Same", "Änderung")]
    seen: list[Any] = []
    with Session(made[0].platform.shell.platform) as db:
        for number in (1, 2, 3, 4):
            page = customers(db, CustomerFilters(words=word, page=number), today=TODAY, size=2)
            seen += [row.id for row in page.rows]
    assert len(seen) == 5
    assert set(seen) == {company.id for company in made}


def test_a_demo_is_marked_and_counts_in_no_number(
    make_company: Callable[..., SomeCompany], mara: Browser, word: str
) -> None:
    """Its made-up people are no reason to worry, and it is no company more."""
    real, demo = make_company(f"Brunnenhof {word}"), make_company(f"Nordlicht {word}")
    for company in (real, demo):
        counted(company, 100, 1, 0)
    with Session(demo.platform.shell.platform) as db:
        ends = datetime.now(UTC) + DAY
        db.execute(update(Company).where(Company.id == demo.id).values(demo_ends=ends))
        db.commit()
    assert (read(real).concerns, read(demo).concerns, read(demo).is_demo) == (("contract", "reach"), (), True)

    def listed(shown: str) -> set[str]:
        with Session(demo.platform.shell.platform) as db:
            found = customers(db, CustomerFilters(words=word, shown=shown), today=TODAY)
        return {row.name.split()[0] for row in found.rows}

    assert [listed(shown) for shown in ("", "attention", "demos", "customers")] == [
        {"Brunnenhof", "Nordlicht"}, {"Brunnenhof"}, {"Nordlicht"}, {"Brunnenhof"},
    ]  # fmt: skip
    with Session(demo.platform.shell.platform) as db:
        found = customers(db, CustomerFilters(words=word), today=TODAY)
    assert (found.total, found.demos) == (2, 1)
    assert "This is a demo" in mara.get(f"/companies/{demo.id}/health").text


def test_the_list_takes_three_statements_however_many_there_are(
    make_company: Callable[..., SomeCompany], mara: Browser, word: str
) -> None:
    sent = []
    for number in range(3):
        make_company(f"Nummer {number} {word}")
        with Statements() as said:
            assert mara.get(f"/companies?q={word}&sort=ends").status_code == 200
        sent.append(said.count)
    assert sent == [3, 3, 3]


def test_the_page_of_a_company_says_why_and_shows_what_was_used(brunnenhof: SomeCompany, mara: Browser) -> None:
    counted(brunnenhof, 100, 20, 15)
    days = [(TODAY - number * DAY, 1 if number <= 30 else 2) for number in range(1, 61)]
    brunnenhof.plant(*(UsageDay(module="pinboard", day=day, counts={"posts": posts}) for day, posts in days))
    page = mara.get(f"/companies/{brunnenhof.id}/health").text
    words = plain(page)
    assert "20 of 100 people who can be reached are registered: 20 %." in words
    assert "Below a quarter" in words
    assert "A contract runs without an end." in words
    assert re.search(r"Posts 30 60\b", words)
    assert 'aria-label="posts per week: 0, 0, 0, 0, ' in page
    with brunnenhof.db() as db:
        assert db.execute(update(UsageDay).values(module="pinboard")).rowcount == 60  # type: ignore[attr-defined]
    empty = plain(mara.get(f"/companies/{new_id()}/health").text)
    assert "Below a quarter" not in empty


def test_other_operators_see_health_and_no_leads(brunnenhof: SomeCompany, console: Callable[..., Browser]) -> None:
    support = console("support")
    page = support.get(f"/companies/{brunnenhof.id}/health")
    assert (page.status_code, "/leads" in page.text) == (200, False)


def test_bars_stand_against_the_highest_and_little_is_not_nothing() -> None:
    assert [(bar.x, bar.y, bar.height) for bar in drawn((0, 1000, 1, 500))] == [
        (0, 24, 0), (8, 0, 24), (16, 23, 1), (24, 12, 12)
    ]  # fmt: skip
    assert [bar.height for bar in drawn((0, 0))] == [0, 0]
