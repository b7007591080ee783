"""The prospect says yes: what was made up goes, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, AccountSession, Agent
from quartier.app import Platform, house_of
from quartier.contracts import services as contracts
from quartier.contracts.services import By
from quartier.db.base import new_id
from quartier.estate.models import Building, Property, Unit
from quartier.people.models import Person
from quartier.sandboxes import samples
from quartier.sandboxes.yes import become_due
from quartier.tenancy.models import Company
from quartier.testing import Browser, SomeCompany
from tests.quotes.test_quotes import SOON, TODAY, YES, ZURICH, begun, numbers, offered, put, ready
from tests.sandboxes.conftest import Demo
from tests.sandboxes.test_demo import let_end, tend_demos

MakeDemo = Callable[..., Demo]


def write_article(manager: Browser, title: str) -> None:
    """The prospect writes an article of their own, as the made-up manager."""
    page = manager.get("/cockpit/faq/new").text
    topic = re.search(r'<option value="([0-9a-f-]{36})"', page)[1]  # type: ignore[index]
    sent = {
        "category_id": topic,
        "texts.de.title": title,
        "texts.de.body": "Bei uns ist alles anders.",
        "do": "publish",
    }
    answer = manager.post("/cockpit/faq/new", sent)
    assert answer.status_code == 303, re.findall(r'class="error"[^>]*>(.*?)</p>', answer.text)


def test_samples_go_and_what_the_prospect_entered_stays(make_demo: MakeDemo) -> None:
    demo = make_demo()
    manager, resident, door = demo.enter("manager"), demo.enter("resident"), demo.door()
    write_article(manager, "Unsere Hausordnung")
    with Session(demo.platform.shell.platform, expire_on_commit=False) as db:
        company = db.get_one(Company, demo.id)
        house = db.scalars(select(Building).filter_by(company_id=demo.id, external_id="B3")).one()
        own_unit = Unit(
            company_id=demo.id,
            id=new_id(),
            building_id=house.id,
            external_id="EIGEN-1",
            name="Eigene Wohnung",
            kind="flat",
        )
        boss = Person(
            company_id=demo.id, id=new_id(), given_name="Paula", family_name="Prospekt", email="paula@seeblick.ch"
        )
        thief = Person(company_id=demo.id, id=new_id(), given_name="Theo", family_name="Dieb", email="theo@evil.ch")
        db.add_all([own_unit, boss, thief])
        db.flush()
        agents = [Agent(company_id=demo.id, id=new_id(), person_id=one.id) for one in (boss, thief)]
        db.add_all(agents)
        db.get_one(Property, (demo.id, house.property_id)).name = "Unser Ringpark"
        contract = contracts.add_contract(
            db, demo.id, number="2026-1", timezone="Europe/Zurich", starts=date(2026, 1, 1), ends=None, by=By("Mara")
        )
        contracts.add_line(db, contract, module="faq", starts=date(2026, 1, 1), ends=None, by=By("Mara"))
        db.commit()
        look = company.languages, company.greeting
        before = samples.rows_of(db, demo.id)
    page = demo.mara.get(f"{demo.path}/real").text
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    for said in (
        "65 people",
        "34 units",
        "Eigene Wohnung",
        "Paula Prospekt",
        "theo@evil.ch",
        "Unser Ringpark",
        "unsere-hausordnung",
    ):
        assert said in words, said
    assert "these modules close with the demo: Bookings, Pinboard" in words or "Pinboard" in words
    taken = demo.mara.post(f"{demo.path}/real", {"slug": "console", "colleagues": [str(agents[0].id)]})
    assert (taken.status_code, "reserved" in taken.text) == (422, True)
    slug = f"seeblick-{new_id().hex[-10:]}"
    asked = re.findall(r'name="asked" value="([^"]*)"', page)
    sent = {"slug": slug, "colleagues": [str(agents[0].id)], "asked": asked, "keep": asked}
    answer = demo.mara.post(f"{demo.path}/real", sent)
    assert answer.headers["Location"] == f"/companies/{demo.id}"
    with Session(demo.platform.shell.platform, expire_on_commit=False) as db:
        left = samples.rows_of(db, demo.id)
        company = db.get_one(Company, demo.id)
        assert (company.slug, company.demo_ends, company.languages, company.greeting) == (slug, None, *look)
        assert {one.family_name for one in db.scalars(select(Person).filter_by(company_id=demo.id))} == {
            "Prospekt",
            "Dieb",
        }
        assert {one.name for one in db.scalars(select(Unit).filter_by(company_id=demo.id))} == {"Eigene Wohnung"}
        assert [one.name for one in db.scalars(select(Property).filter_by(company_id=demo.id))] == ["Unser Ringpark"]
        off = {
            one.person_id: one.deactivated_at is not None
            for one in db.scalars(select(Agent).filter_by(company_id=demo.id))
        }
        assert off == {boss.id: False, thief.id: True}
        titles = text("SELECT title FROM faq_article_text WHERE company_id = :id")
        assert list(db.scalars(titles, {"id": demo.id})) == ["Unsere Hausordnung"]
        for model in (Account, AccountSession):
            assert db.scalar(select(func.count()).select_from(model).filter_by(company_id=demo.id)) == 0
        assert db.scalar(text("SELECT count(*) FROM sandbox WHERE company_id = :id"), {"id": demo.id}) == 0
    kept = {"brand_version", "faq_category", "pinboard_category", "module_switch", "contract_event"}
    assert {name: left[name].keys() >= before[name].keys() for name in kept} == dict.fromkeys(kept, True)
    assert {name for name in left if name.startswith(("pinboard_", "bookings_"))} == {"pinboard_category"}
    assert demo.visitor().get(door).status_code == 404
    for browser in (manager, resident):
        assert browser.get("/", base_url=f"https://{slug}.localhost").status_code in {302, 401}
    assert demo.mara.post(f"{demo.path}/real", sent).status_code == 404


def test_what_was_tried_as_a_made_up_person_goes_and_an_unticked_change_as_well(make_demo: MakeDemo) -> None:
    demo = make_demo()
    resident = demo.enter("resident")
    page = resident.get("/pinboard/new").text
    topic = re.search(r'name="category_id" value="([0-9a-f-]{36})"|<option value="([0-9a-f-]{36})"', page)
    assert topic is not None
    way = re.search(r'name="way".*?value="([^"]+)"', page, re.DOTALL)
    posted = resident.post(
        "/pinboard/new",
        {"category_id": topic[1] or topic[2], "body": "Nur ein Versuch", "way": way[1] if way else ""},
    )
    assert posted.status_code == 303, re.findall(r'class="error"[^>]*>(.*?)</p>', posted.text)
    with Session(demo.platform.shell.platform) as db:
        db.execute(
            text("UPDATE property SET name = 'Anders' WHERE company_id = :id AND external_id = 'P2'"), {"id": demo.id}
        )
        db.commit()
    page = demo.mara.get(f"{demo.path}/real").text
    asked = re.findall(r'name="asked" value="([^"]*)"', page)
    assert len(asked) == 1
    answer = demo.mara.post(f"{demo.path}/real", {"slug": demo.company.slug, "asked": asked})
    assert answer.status_code == 303
    with Session(demo.platform.shell.platform) as db:
        left = samples.rows_of(db, demo.id)
    gone = "person account property building unit occupancy occupant change pinboard_post bookings_asset".split()
    assert {name for name in gone if name in left} == set()


def test_a_quote_that_is_accepted_makes_it_real_at_its_minute(
    make_demo: MakeDemo, console: Callable[..., Browser], platform: Platform
) -> None:
    demo = make_demo()
    firm = SomeCompany(platform, demo.id, demo.company.slug, ("de",), demo.id, demo.id)
    url, link = ready(firm, demo.mara, offered(demo.mara, f"quoted_{next(numbers)}"))
    review = demo.mara.get(f"{url}/send").text
    assert "Until then it is a demo." in review
    named = set(re.findall(r'<section class="stack stack-s" aria-label="([^"]+)"', review))
    assert named == {"Bookings", "Good to know", "Pinboard"}  # what was not bought ends
    assert console().post(f"{link}/accept", YES).status_code == 303
    _become(platform)
    assert demo.company.demo_ends is not None  # its contract begins later
    assert demo.mara.post(f"{demo.path}/remove").status_code == 404  # and it cannot go any more
    assert "Somebody has said yes: it becomes the real company on" in demo.mara.get(demo.path).text
    with platform.shell.platform.begin() as connection:
        connection.execute(text("UPDATE sandbox SET becomes_at = now() WHERE company_id = :id"), {"id": demo.id})
    _become(platform)
    assert demo.company.demo_ends is None
    with Session(platform.shell.platform) as db:
        left = samples.rows_of(db, demo.id)
    assert ({"person", "unit", "account"} & left.keys(), len(left["quote"])) == (set(), 1)
    with Session(platform.shell.platform) as db:
        ended = "SELECT actor FROM contract_event WHERE company_id = :id AND kind LIKE 'grant.%' AND reason = 'Demo'"
        assert set(db.scalars(text(ended), {"id": demo.id})) == {"Quartier", "system"}  # planted, and ended by itself
    assert "by itself, " in demo.mara.get(f"/companies/{demo.id}/contract").text
    firm.close()


def test_a_quote_that_can_be_accepted_keeps_its_demo_and_a_yes_until_it_begins(
    make_demo: MakeDemo, console: Callable[..., Browser], platform: Platform
) -> None:
    demo = make_demo()
    firm = SomeCompany(platform, demo.id, demo.company.slug, ("de",), demo.id, demo.id)
    let_end(demo, timedelta(days=1))
    key = offered(demo.mara, f"quoted_{next(numbers)}")
    unsaid = put(begun(firm, demo.mara), demo.mara, key)
    assert (unsaid.status_code, "those of the demo are made up." in unsaid.text) == (422, True)
    url, link = ready(firm, demo.mara, key)
    lives_until(demo, TODAY + timedelta(days=10 + 7))  # a week longer than the quote
    assert "The demo lives a week longer than that." in demo.mara.get(demo.path).text
    kept = demo.mara.post(f"{demo.path}/remove")
    assert kept.headers["Location"] == demo.path
    assert "and so long this demo stays. Withdraw the quote first." in demo.mara.get(demo.path).text
    let_end(demo, timedelta(seconds=-1))  # as one whose quote was sent before quotes kept demos
    with platform.shell.platform.begin() as connection:
        warned = text("UPDATE sandbox SET warned_at = now() - interval '2 days' WHERE company_id = :id")
        connection.execute(warned, {"id": demo.id})
    tend_demos(platform)
    assert demo.rows()
    assert console().post(f"{link}/accept", YES).status_code == 303
    lives_until(demo, SOON)  # the day on which it becomes real
    assert demo.mara.post(f"{url}/undo", {"reason": "Misunderstood."}).status_code == 303
    let_end(demo, timedelta(seconds=-1))
    with platform.shell.platform.begin() as connection:
        connection.execute(warned, {"id": demo.id})
    tend_demos(platform)
    assert demo.rows() == {}
    firm.close()


def lives_until(demo: Demo, day: date) -> None:
    """Through that day, as a portal and with its modules."""
    ends = day + timedelta(days=1)
    assert demo.company.demo_ends == datetime.combine(ends, time(), ZURICH)
    with Session(demo.platform.shell.platform) as db:
        granted = db.scalars(text("SELECT ends FROM entitlement_override WHERE company_id = :id"), {"id": demo.id})
        assert set(granted) == {ends}


def test_a_yes_that_is_taken_back_makes_nothing_real(
    make_demo: MakeDemo, console: Callable[..., Browser], platform: Platform
) -> None:
    demo = make_demo()
    firm = SomeCompany(platform, demo.id, demo.company.slug, ("de",), demo.id, demo.id)
    url, link = ready(firm, demo.mara, offered(demo.mara, f"quoted_{next(numbers)}"))
    assert console().post(f"{link}/accept", YES).status_code == 303
    assert demo.mara.post(f"{url}/undo", {"reason": "Misunderstood."}).status_code == 303
    with platform.shell.platform.begin() as connection:
        expected = connection.scalar(text("SELECT becomes_at FROM sandbox WHERE company_id = :id"), {"id": demo.id})
    assert expected is None
    firm.close()


def _become(platform: Platform) -> None:
    with Session(platform.shell.platform) as db:
        become_due(house_of(platform.shell), db)
