"""Who is told of what: once, where they want it, and only as long as they may see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select, text, update

from quartier.accounts.models import ApiToken
from quartier.app import Platform
from quartier.audience.audience import Audience
from quartier.db.base import new_id
from quartier.deliveries.models import MailSettings
from quartier.estate.models import Occupancy
from quartier.notifications.models import Notification, NotificationChoice, NotificationReceipt
from quartier.notifications.services import TEAM, withdraw_notifications
from quartier.people.models import Person
from quartier.testing import SomeCompany, Statements
from tests.deliveries.desk import deliveries, runner_with
from tests.deliveries.test_digests import age, collect
from tests.notifications.desk import ANSWER, KINDS, NEWS, NINETY_NINE_PLUS, REPORT, THINGS, tell, under_the_bell

MANY = """
    WITH told AS (
        INSERT INTO notification (id, kind, event, path, thing_id, facts, told_at)
        SELECT ('01990000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'core.post', 'many:' || n, '/faq/',
               CASE WHEN n <= 150 THEN :here ELSE :hidden END, '{"title": "Viel"}', now()
          FROM generate_series(1, 1300) n RETURNING id)
    INSERT INTO notification_receipt (id, notification_id, person_id) SELECT id, id, :person FROM told
"""
READ_OLDEST = """
    UPDATE notification_receipt SET read_at = now() WHERE person_id = :person AND notification_id IN (
        SELECT notification_id FROM notification_receipt WHERE person_id = :person AND read_at IS NULL
         ORDER BY notification_id LIMIT :number)
"""
HIDDEN_GO = "DELETE FROM notification WHERE thing_id <> :seen AND substr(event, 6)::int > 400"


@pytest.fixture(autouse=True)
def kinds(platform: Platform) -> Iterator[None]:
    platform.shell.mails |= KINDS
    yield
    for key in KINDS:
        del platform.shell.mails[key]


def told(company: SomeCompany) -> dict[str, list[str]]:
    """Given name → kinds that this person was told of."""
    found: dict[str, list[str]] = {}
    with company.db() as db:
        query = (
            select(Person.given_name, Notification.kind)
            .join_from(NotificationReceipt, Person, NotificationReceipt.person_id == Person.id)
            .join(Notification, NotificationReceipt.notification_id == Notification.id)
            .order_by(Notification.id)
        )
        for name, kind in db.execute(query):
            found.setdefault(name, []).append(kind)
    return found


def run(company: SomeCompany) -> None:
    """What waits is told, in this process."""
    runner = runner_with(company.platform, None)
    with company.db() as db:
        waiting = db.scalars(select(Notification.id).filter_by(told_at=None)).all()
    for one in waiting:
        runner(runner.known.jobs["notifications.tell"], company.id, {"notification": str(one)}, 1)


def test_an_audience_is_told_once_as_each_has_chosen_and_sees_it_while_it_may(brunnenhof: SomeCompany) -> None:
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Frei")
    gone = brunnenhof.resident("Moritz Gestern", ends=date(2021, 1, 1))
    brunnenhof.resident("Lea Eigen", kind="ownership")
    elsewhere = brunnenhof.house("Seestrasse")
    brunnenhof.resident("Mia Fern", building_id=elsewhere[1])
    brunnenhof.person("Ruth Ohne")
    nadja = brunnenhof.agent("Nadja Frei")
    brunnenhof.plant(NotificationChoice(person_id=urs.person_id, in_app={"core.post": False}))
    post, here = new_id(), Audience(frozenset({brunnenhof.property_id}), frozenset({"tenants"}))
    THINGS[post] = here
    assert tell(brunnenhof, NEWS, here, thing=post, event="post:1", by=nadja.account_id)
    assert tell(brunnenhof, NEWS, here, thing=post, event="post:1") is None
    run(brunnenhof)
    run(brunnenhof)
    assert told(brunnenhof) == {"Verena": ["core.post"], "Urs": ["core.post"]}
    assert sorted((one.name, one.subject) for one in deliveries(brunnenhof)) == [
        ("Urs Frei", "Neuer Aushang: Der Lift"), ("Verena Keller", "Neuer Aushang: Der Lift")
    ]  # fmt: skip
    assert [under_the_bell(one)[0] for one in (verena, urs, gone)] == [1, 0, 0]
    assert "Der Lift" in under_the_bell(verena)[1]
    browser = verena.browser
    browser.get("/faq/")
    with Statements() as sent:
        browser.get("/faq/")
    assert not [one for one in sent.sent if "JOIN notification n" in one]
    THINGS[post] = Audience(frozenset({elsewhere[0]}))
    assert "Der Lift" not in under_the_bell(verena)[1]
    THINGS[post] = here
    (one,) = (line.split('"')[0] for line in under_the_bell(verena)[1].split('href="')[1:] if "/notifications/" in line)
    assert browser.open("HEAD", one).status_code == 303
    assert under_the_bell(verena)[0] == 1
    answer = browser.get(one)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/faq/")
    assert under_the_bell(verena)[0] == 0
    assert (urs.browser.get(one).status_code, gone.browser.get(one).status_code) == (303, 404)
    assert under_the_bell(urs)[0] == 0


def test_the_number_at_the_bell_is_right_however_many_are_unread_or_hidden(brunnenhof: SomeCompany) -> None:
    """A thousand that may not be seen any more are newer than a hundred and fifty that may."""
    verena, post = brunnenhof.resident("Verena Keller", language="de"), new_id()
    THINGS[post] = Audience()
    with brunnenhof.db() as db:
        db.execute(text(MANY), {"person": verena.person_id, "here": post, "hidden": new_id()})
        db.commit()
    number, page = under_the_bell(verena)
    assert (number, page.count('class="row-new"'), "after=" in page) == (NINETY_NINE_PLUS, 30, True)
    assert "Mehr als 99 ungelesene Benachrichtigungen" in verena.browser.get("/account").text
    for read, left in ((50, NINETY_NINE_PLUS), (1, 99), (0, 99), (39, 60)):
        with brunnenhof.db() as db:
            db.execute(text(READ_OLDEST), {"person": verena.person_id, "number": read})
            db.commit()
        assert under_the_bell(verena)[0] == left
    with brunnenhof.db() as db:  # fewer are unread than each visit is told, so the number is kept, and still right
        db.execute(text(HIDDEN_GO), {"seen": post})
        db.commit()
    assert [under_the_bell(verena)[0] for _time in range(2)] == [60, 60]
    browser = verena.browser
    pages = [page := browser.get("/notifications").text]
    while older := re.search(r'href="(/notifications\?after=[^"]+)"', page):
        pages.append(page := browser.get(older[1]).text)
    assert [len(re.findall(r'href="/notifications/01', page)) for page in pages] == [30] * 5
    with Statements() as sent:
        browser.get("/account")
    assert not [one for one in sent.sent if "JOIN notification n" in one]
    browser.get(re.findall(r'href="(/notifications/[^"]+)"', pages[0])[0])
    assert under_the_bell(verena)[0] == 59


def test_those_named_are_told_at_once_and_the_team_by_its_rights(brunnenhof: SomeCompany) -> None:
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Frei")
    alias = brunnenhof.person("Ruth Ohne", email="ruth@example.ch")
    nadja = brunnenhof.agent("Nadja Frei", "people.edit")
    dragan = brunnenhof.agent("Dragan Fern", "people.edit").limited_to(brunnenhof.house()[0])
    brunnenhof.agent("Ida Ohne", "estate.read")
    place = (brunnenhof.property_id, brunnenhof.building_id)
    tell(brunnenhof, ANSWER, [verena.account_id, urs.person_id, alias.id, new_id()], by=urs.account_id)
    tell(brunnenhof, REPORT, TEAM, at=place)
    tell(brunnenhof, REPORT, TEAM)
    assert told(brunnenhof) == {
        "Verena": ["core.answer"], "Ruth": ["core.answer"], "Nadja": ["core.report"] * 2, "Dragan": ["core.report"]
    }  # fmt: skip
    assert under_the_bell(nadja, "/cockpit/notifications")[0] == 2
    assert "Urs Frei antwortet" in under_the_bell(verena)[1]
    with brunnenhof.db() as db:
        db.execute(update(Notification).values(author_id=None))
        db.execute(update(NotificationReceipt).values(person_id=dragan.person_id).where(
            NotificationReceipt.person_id == nadja.person_id,
            NotificationReceipt.notification_id.in_(select(Notification.id).where(Notification.place != [])),
        ))  # fmt: skip
        db.commit()
    assert "Jemand antwortet" in under_the_bell(verena)[1]
    assert under_the_bell(dragan, "/cockpit/notifications")[1].count('class="row-new"') == 1
    page = under_the_bell(nadja, "/cockpit/notifications")[1]
    until = page.partition('name="until" value="')[2].partition('"')[0]
    tell(brunnenhof, REPORT, TEAM)
    browser = nadja.browser
    assert (
        browser.post("/notifications/read", {"until": until, "desk": "1"}).headers["Location"]
        == "/cockpit/notifications"
    )
    assert under_the_bell(nadja)[0] == 1
    assert browser.post("/notifications/read", {"until": "x"}).status_code == 400
    assert browser.get("/notifications?after=x").status_code == 400


def test_nobody_is_told_of_a_module_that_was_switched_off_nor_of_what_is_gone(brunnenhof: SomeCompany) -> None:
    """Neither in a summary that is written later, nor in a mail that waits, nor under the bell."""
    verena, moved = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Moritz Bald")
    brunnenhof.plant(MailSettings(paces={"core.post": "daily"}))
    stays, goes, narrowed = new_id(), new_id(), new_id()
    THINGS.update(dict.fromkeys((stays, goes, narrowed), Audience()))
    for thing in (stays, goes, narrowed):
        tell(brunnenhof, NEWS, Audience(), thing=thing)
    run(brunnenhof)
    THINGS[narrowed] = Audience(frozenset({brunnenhof.house()[0]}))
    with brunnenhof.db() as db:
        withdraw_notifications(db, [goes])
        ended = update(Occupancy).where(Occupancy.id.in_(select(Occupancy.id).order_by(Occupancy.id.desc()).limit(1)))
        db.execute(ended.values(ends=date(2022, 1, 1)))
        db.commit()
    age(brunnenhof, 1)
    collect(brunnenhof)
    states = sorted((one.name, one.state, one.reason) for one in deliveries(brunnenhof) if one.kind == "core.post")
    assert states == [
        ("Moritz Bald", "withheld", "hidden"), ("Moritz Bald", "withheld", "hidden"),
        ("Moritz Bald", "withheld", "hidden"), ("Verena Keller", "summed_up", ""),
        ("Verena Keller", "withheld", "hidden"), ("Verena Keller", "withheld", "hidden"),
    ]  # fmt: skip
    assert [under_the_bell(one)[0] for one in (verena, moved)] == [1, 0]


def test_everybody_chooses_where_they_hear_of_what_on_a_page_and_over_the_api(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", "people.edit")
    verena = brunnenhof.resident("Verena Keller")
    tell(brunnenhof, REPORT, TEAM)
    tell(brunnenhof, ANSWER, [verena.account_id])
    browser = verena.browser
    form = {"pace.faq.article": "weekly", "app.faq.article": "on"}
    assert browser.post("/account/notifications", form).status_code == 303
    page = browser.get("/account/notifications").text
    assert 'name="app.faq.article" checked' in page
    assert "core.report" not in page
    assert browser.post("/account/notifications", {"pace.faq.article": "weekly"}).status_code == 303
    page = browser.get("/account/notifications").text
    assert ('name="app.faq.article"' in page, 'name="app.faq.article" checked' in page) == (True, False)
    secret = brunnenhof.token("me.read", "me.write")
    with brunnenhof.db() as db:
        db.execute(update(ApiToken).values(agent_id=nadja.agent_id))
        db.commit()
    own = {"Authorization": f"Bearer {secret}"}
    api, url = brunnenhof.visitor(), "/api/v1/me/notifications"
    wish = {"kinds": {"core.report": {"mail": "never", "in_app": False}}}
    assert api.open("PATCH", url, json=wish, headers=own).status_code == 200
    kinds = {one["key"]: one for one in api.get(url, headers=own).json["kinds"]}  # type: ignore[index]
    assert {name: kinds["core.report"][name] for name in ("mail", "in_app")} == {"mail": "never", "in_app": False}
    for bad in ({"core.report": {"mail": "hourly"}}, {"core.nothing": {}}, {"invitations.code": {"in_app": True}}):
        assert api.open("PATCH", url, json={"kinds": bad}, headers=own).status_code == 422
    nobody = {"Authorization": f"Bearer {brunnenhof.token('me.read')}"}
    assert api.get(url, headers=nobody).status_code == 404
