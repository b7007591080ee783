"""Events: written by residents and staff, who comes, calendars, and what becomes of them."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import select

from plugins.pinboard import exchange, plugin, queries, services
from plugins.pinboard.models import Post
from plugins.pinboard.rules import When, read_when
from plugins.pinboard.tests.sample import EDITOR, notice, topic
from quartier.sdk import Visit
from quartier.testing import SomeBody, SomeCompany, shown_by_khal

ZURICH = ZoneInfo("Europe/Zurich")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = datetime.now(ZURICH).date() + timedelta(days=10)
PARTY = {
    "with": "event", "event.title": "Hoffest", "event.day": DAY.isoformat(), "event.from": "17:00",
    "event.to": "20:00", "event.place": "Innenhof",
}  # fmt: skip


def announced(body: SomeBody, **more: str) -> UUID:
    """A party in the yard, announced by a resident to the property."""
    visit = body.visit()
    category, way = str(topic(visit.db)), next(way.value for way in queries.ways(visit) if way.reach == "property")
    visit.db.commit()
    sent = {"body": "Alle sind eingeladen", "way": way, "category_id": category, **PARTY, **more}
    answer = body.browser.post("/pinboard/new", sent)
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["Location"].rpartition("post-")[2])


def shown(visit: Visit, post: UUID) -> queries.EventView:
    found = queries.post_page(visit, post)
    assert found is not None
    assert found.event is not None
    return found.event


def entry(body: SomeBody, event: UUID) -> tuple[str, Any]:
    """The method of a calendar file, and its only event."""
    answer = body.browser.get(f"/pinboard/events/{event}.ics")
    assert answer.status_code == 200
    found = Calendar.from_ical(answer.data)
    (only,) = found.walk("VEVENT")
    return str(found["method"]), only


def heard(body: SomeBody, company: SomeCompany) -> str:
    company.work()
    return body.browser.get("/notifications").text


def test_neighbours_say_that_they_come_and_hear_what_changes_until_it_is_gone(brunnenhof: SomeCompany) -> None:
    lea, verena, urs = (
        brunnenhof.resident(name, language="en") for name in ("Lea Zimmermann", "Verena Keller", "Urs Meier")
    )
    away = brunnenhof.resident("Beat Ammann", building_id=brunnenhof.house("Seestrasse")[1])
    post = announced(lea)
    join = f"/pinboard/{post}/join"
    assert away.browser.post(join, {"answer": "yes"}).status_code == 404
    assert verena.browser.post(join, {"answer": "ja"}).status_code == 400
    for said in ("no", "yes", "yes"):
        assert verena.browser.post(join, {"answer": said}).status_code == 303
    fragment = urs.browser.post(join, {"answer": "maybe"}, headers={"HX-Request": "true"}).text
    assert 'value="maybe" aria-pressed="true"' in fragment
    event = shown(lea.visit(), post)
    assert (event.counts._asdict(), event.mine) == ({"yes": 1, "maybe": 1, "no": 0}, None)
    assert "Coming up" in verena.browser.get("/pinboard/").text
    assert f"/pinboard/{post}" in verena.browser.get("/pinboard/events").text
    assert "Verena Keller" in lea.browser.get(f"/pinboard/{post}").text
    assert "Who has answered" not in verena.browser.get(f"/pinboard/{post}").text
    method, first = entry(verena, event.id)
    begins = datetime(DAY.year, DAY.month, DAY.day, 17, tzinfo=ZURICH)
    assert (method, first["summary"], first["location"], first["sequence"]) == ("PUBLISH", "Hoffest", "Innenhof", 0)
    assert (first.start, first.end) == (begins, begins.replace(hour=20))

    assert 'value="17:00"' in lea.browser.get(f"/pinboard/{post}/edit").text
    later = {"body": "Alle sind eingeladen", "version": "1", **PARTY, "event.from": "18:00"}
    assert lea.browser.post(f"/pinboard/{post}/edit", later).status_code == 303
    stale = lea.browser.post(f"/pinboard/{post}/edit", {**later, "event.from": "19:00", "event.place": "Keller"})
    differs = re.findall(
        r'<div class="clash-name">(.*?)</div><div><dt>[^<]*</dt><dd>(.*?)</dd>.*?<dd>(.*?)</dd>', stale.text
    )
    assert (stale.status_code, differs) == (409, [("From", "18:00", "19:00"), ("Place", "Innenhof", "Keller")])
    assert "18:00" in heard(verena, brunnenhof)
    assert "17:00–20:00, Innenhof" in verena.browser.get(f"/pinboard/{post}/history").text
    _method, moved = entry(verena, event.id)
    assert (moved["uid"], moved["sequence"], moved.start) == (first["uid"], 1, begins.replace(hour=18))
    assert verena.browser.get(f"/pinboard/{post}/cancel").status_code == 404
    assert lea.browser.post(f"/pinboard/{post}/delete").status_code == 303
    assert "Cancelled: it does not take place" in heard(urs, brunnenhof)
    method, off = entry(urs, event.id)
    assert (method, off["status"], off["uid"], off["sequence"]) == ("CANCEL", "CANCELLED", first["uid"], 2)
    assert "This event is called off." in urs.browser.get(f"/pinboard/events/{event.id}").text
    for nobody in (away, brunnenhof.resident("Anna Bosshard")):
        assert nobody.browser.get(f"/pinboard/events/{event.id}.ics").status_code == 404
    db = brunnenhof.db()
    assert {name for name, rows in plugin.export_person(db, urs.person_id).items() if rows} == {"guests"}
    plugin.erase_person(db, lea.person_id)
    assert db.rows("SELECT 1 FROM pinboard_event") == []


def test_the_team_announces_and_calls_off_and_does_not_answer_itself(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", "pinboard.view", "pinboard.publish", language="en")
    verena = brunnenhof.resident("Verena Keller", language="en")
    house = brunnenhof.house("Seestrasse")[0]
    brunnenhof.settings(**{"pinboard.community": False})
    with brunnenhof.db() as db:
        db.rows("UPDATE property SET timezone = 'Europe/Lisbon' WHERE id = %s RETURNING id", (house,))
        category = str(topic(db, "notice"))
        db.commit()
    fields = {"texts.de.title": "Wasserzähler", "texts.de.body": "Wir lesen ab.", "category_id": category}
    wrong = nadja.browser.post("/cockpit/pinboard/new", {**fields, **PARTY, "event.from": "", "where": str(house)})
    assert (wrong.status_code, "Please say when it begins as well." in wrong.text) == (422, True)
    there = nadja.browser.post("/cockpit/pinboard/new", {**fields, **PARTY, "where": str(house)})
    assert there.status_code == 303
    made = nadja.browser.post("/cockpit/pinboard/new", {**fields, **PARTY, "event.from": "", "event.to": ""})
    post = UUID(made.headers["Location"].split("/")[-2])
    (first, here), _more = queries.upcoming(nadja.visit())
    assert first.event is not None
    assert first.event.when.zone.key == "Europe/Lisbon"
    assert here.id == post
    event = shown(verena.visit(), post)
    assert verena.browser.post(f"/pinboard/{post}/join", {"answer": "yes"}).status_code == 303
    assert nadja.browser.post(f"/pinboard/{post}/join", {"answer": "yes"}).status_code == 403
    assert entry(verena, event.id)[1].start == DAY
    assert nadja.browser.get(f"/cockpit/pinboard/{post}/cancel").status_code == 200
    assert nadja.browser.post(f"/cockpit/pinboard/{post}/cancel").status_code == 303
    assert entry(verena, event.id)[0] == "CANCEL"
    assert verena.browser.post(f"/pinboard/{post}/join", {"answer": "no"}).status_code == 422
    assert "Cancelled" in heard(verena, brunnenhof)
    assert queries.upcoming(verena.visit()) == ([], None)


def test_a_folder_carries_events_and_polls_there_and_back(brunnenhof: SomeCompany, tmp_path: Path) -> None:
    (tmp_path / "categories.toml").write_text('[news]\nname = { de = "Neues" }\n')
    (tmp_path / "posts.toml").write_text(f"""
[fest]
category = "news"
title = {{ de = "Fest" }}
body = {{ de = "Alle kommen" }}
event = {{ day = "{DAY}", from = "17:00", to = "20:00", place = "Hof" }}

[frage]
category = "news"
title = {{ de = "Welche Farbe?", fr = "Quelle couleur ?" }}
body = {{ de = "Bitte wählen", fr = "Choisissez" }}
[frage.poll]
choices = [{{ de = "Rot", fr = "Rouge" }}, {{ de = "Blau", fr = "Bleu" }}]
several = true
results = "end"
ends = "{DAY}T12:00"

[vorbei]
category = "news"
title = {{ de = "Vorbei" }}
body = {{ de = "Das war" }}
event = {{ day = "2020-01-01" }}
""")
    with brunnenhof.db() as db:
        for _twice in range(2):
            exchange.plant(db, tmp_path, by=EDITOR, storage=brunnenhof.platform.shell.storage)
        (back := tmp_path / "back").mkdir()
        exchange.export(db, back, storage=brunnenhof.platform.shell.storage)
        planted = {post.title["de"]: services.typed_of(db, post.id) for post in db.scalars(select(Post))}
        db.commit()
    assert {title: extra.kind for title, extra in planted.items()} == {
        "Fest": "event",
        "Welche Farbe?": "poll",
        "Vorbei": "",
    }
    written = tomllib.loads((back / "posts.toml").read_text())
    extras = {facts["title"]["de"]: (facts.get("event"), facts.get("poll")) for facts in written.values()}
    assert extras["Fest"][0] == {"day": str(DAY), "from": "17:00", "to": "20:00", "place": "Hof"}
    assert extras["Welche Farbe?"][1] == {
        "choices": [{"de": "Rot", "fr": "Rouge"}, {"de": "Blau", "fr": "Bleu"}], "several": True, "named": False,
        "results": "end", "ends": f"{DAY}T12:00",
    }  # fmt: skip


def test_who_has_moved_out_reads_and_does_not_come(brunnenhof: SomeCompany) -> None:
    brunnenhof.settings(access_after=30)
    gone = brunnenhof.resident("Lea Zimmermann")
    with brunnenhof.db() as db:
        post = notice(db, "Sommerfest", extra=services.Extra("event", PARTY)).id
        db.rows(
            "UPDATE occupancy SET ends = %s FROM occupant c WHERE c.occupancy_id = occupancy.id AND c.person_id = %s "
            "RETURNING occupancy.id", (datetime.now(UTC).date() - timedelta(days=1), gone.person_id),
        )  # fmt: skip
        db.commit()
    assert gone.browser.get(f"/pinboard/{post}").status_code == 200
    assert gone.browser.post(f"/pinboard/{post}/join", {"answer": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"event.day": ""}, {"event.day": "Please choose a day."}),
        ({"event.day": "31.12."}, {"event.day": "Please choose a day."}),
        ({"event.day": "2026-02-28"}, {"event.day": "This day is over. Please choose one that lies ahead."}),
        (
            {"event.day": "2226-01-01"},
            {"event.day": "This is too far ahead or too long. Please look at the year again."},
        ),
        ({"event.from": "8 Uhr"}, {"event.from": "Please give a time, such as 17:30."}),
        ({"event.to": "09:00"}, {"event.from": "Please say when it begins as well."}),
        ({"event.from": "09:00", "event.to": "09:00"}, {"event.to": "The end has to be after the beginning."}),
        ({"event.last": "2026-03-28"}, {"event.last": "The end has to be after the beginning."}),
        ({"event.from": "02:30"}, {"event.from": "This hour does not exist on this day: the clocks are put forward."}),
    ],
)
def test_an_event_that_cannot_be_is_refused_at_its_field(typed: dict[str, str], said: dict[str, str]) -> None:
    found = read_when({"event.day": "2026-03-29", **typed}, ZURICH, now=NOW, known=None)
    assert found == {name: [sentence] for name, sentence in said.items()}


def test_days_and_hours_are_right_over_both_changes_of_clocks() -> None:
    hours = {"event.from": "01:30", "event.to": "03:30"}
    spring = read_when({"event.day": "2026-03-29", **hours}, ZURICH, now=NOW, known=None)
    autumn = read_when({"event.day": "2026-10-25"}, ZURICH, now=NOW, known=None)
    assert isinstance(spring, When)
    assert isinstance(autumn, When)
    assert spring.ends is not None
    assert autumn.ends is not None
    assert (spring.ends - spring.starts, autumn.ends - autumn.starts) == (timedelta(hours=1), timedelta(hours=25))
    assert (autumn.first, autumn.last, autumn.over) == (autumn.first, autumn.first, autumn.ends)
    assert autumn.typed == {"event.day": "2026-10-25"}
    assert spring.typed == {"event.day": "2026-03-29", **hours}


def test_programs_publish_events_and_polls_and_read_the_votes(brunnenhof: SomeCompany) -> None:
    key = {"Authorization": f"Bearer {brunnenhof.token('pinboard.view', 'pinboard.publish')}"}
    with brunnenhof.db() as db:
        topic(db, "notice")
        db.commit()
    browser, texts = brunnenhof.visitor(), {"de": {"title": "Fest", "body": "Kommt!"}}
    facts: dict[str, Any] = {"category": "notice", "texts": texts}
    event = {"day": DAY.isoformat(), "from": "17:00", "place": "Hof"}
    made = browser.post("/api/v1/pinboard/posts", json={**facts, "event": event}, headers=key)
    assert (made.status_code, made.get_json()["event"]) == (201, event)
    path = f"/api/v1/pinboard/posts/{made.get_json()['id']}"
    off = browser.post(f"{path}/cancel", headers=key)
    assert off.status_code == 200
    poll = {"choices": [{"de": "Ja"}, {"de": "Nein"}], "results": "always"}
    asked = browser.post("/api/v1/pinboard/posts", json={**facts, "poll": poll}, headers=key)
    assert (asked.get_json()["poll"]["people"], asked.get_json()["poll"]["counts"]) == (0, [0, 0])
    for wrong in (
        {"event": event, "poll": poll},
        {"event": {"day": "2020-01-01"}},
        {"poll": {"choices": [{"de": "Ja"}]}},
    ):
        assert browser.post("/api/v1/pinboard/posts", json={**facts, **wrong}, headers=key).status_code == 422


def test_a_calendar_program_shows_several_days_and_what_is_called_off(brunnenhof: SomeCompany, tmp_path: Path) -> None:
    lea, last = brunnenhof.resident("Lea Zimmermann", language="en"), (DAY + timedelta(days=2)).isoformat()
    long = {"event.title": "Flohmarkt", "event.from": "", "event.to": "", "event.last": last}
    posts = [announced(lea, **long), announced(lea, **{"event.last": last, "event.to": "10:00"})]
    events, urs = [shown(lea.visit(), post).id for post in posts], brunnenhof.resident("Urs Meier")
    assert [urs.browser.post(f"/pinboard/{one}/join", {"answer": "yes"}).status_code for one in posts] == [303, 303]

    def seen() -> list[tuple[str, int]]:
        files = [urs.browser.get(f"/pinboard/events/{one}.ics").data for one in events]
        return shown_by_khal(tmp_path, *files, zone="Europe/Zurich", first=DAY - timedelta(days=1), days=7)

    first, end = f"{DAY:%d.%m.}", f"{DAY + timedelta(days=2):%d.%m.}"
    market, party = f"{first} |{end} |%sFlohmarkt|Innenhof", f"{first} 17:00|{end} 10:00|%sHoffest|Innenhof"
    assert seen() == sorted([(market % "", 3), (party % "", 3)])
    assert lea.browser.post(f"/pinboard/{posts[0]}/cancel", {"reason": "Regen"}).status_code == 303
    assert lea.browser.post(f"/pinboard/{posts[1]}/delete").status_code == 303
    assert seen() == sorted([(market % "CANCELLED ", 3), (party % "CANCELLED ", 3)])
