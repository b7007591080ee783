"""Polls: one vote each, until the end, by those whom the post means; and what may change once somebody has voted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from marshmallow import ValidationError
from sqlalchemy import update

from plugins.pinboard import plugin, queries, services
from plugins.pinboard.models import Poll
from plugins.pinboard.tests.sample import notice, topic
from quartier.sdk import Visit
from quartier.testing import SomeBody, SomeCompany

ASK = {"with": "poll", "poll.0.en": "Monday", "poll.1.en": "Friday", "poll.2.en": "", "poll.results": "voted"}


def asked(body: SomeBody, **more: str) -> UUID:
    """A poll among those who live in the same property."""
    visit = body.visit("en")
    category, way = str(topic(visit.db)), next(way.value for way in queries.ways(visit) if way.reach == "property")
    visit.db.commit()
    answer = body.browser.post(
        "/pinboard/new", {"body": "When do we clean?", "way": way, "category_id": category, **ASK, **more}
    )
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["Location"].rpartition("post-")[2])


def counts(visit: Visit, post: UUID) -> list[int | None]:
    found = queries.post_page(visit, post)
    assert found is not None
    assert found.poll is not None
    return [one.count for one in found.poll.choices]


def ended(company: SomeCompany, post: UUID) -> None:
    with company.db() as db:
        db.execute(update(Poll).filter_by(post_id=post).values(ends=datetime.now(UTC) - timedelta(minutes=1)))
        db.commit()


def test_a_person_has_one_vote_and_changes_it_until_the_end(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.resident("Lea Zimmermann", language="en")
    verena = brunnenhof.resident("Verena Keller", language="en")
    post = asked(lea)
    vote = f"/pinboard/{post}/vote"
    assert brunnenhof.resident("Urs Meier", building_id=brunnenhof.house("Seestrasse")[1]).browser.post(
        vote, {"picked": "0"}
    ).status_code == 404  # fmt: skip
    assert brunnenhof.agent("Nadja Frei", "pinboard.view", "pinboard.publish").browser.post(
        vote, {"picked": "0"}
    ).status_code == 403  # fmt: skip
    for picked in ([], ["2"], ["0", "1"], ["99"], ["-1"]):
        assert verena.browser.post(vote, {"picked": picked}).status_code == 422
    assert counts(verena.visit(), post) == [None, None]
    browser = verena.browser
    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(lambda place: browser.post(vote, {"picked": str(place)}).status_code, [0, 1] * 4))
    assert answers == [303] * 8
    shown = browser.post(vote, {"picked": "1"}, headers={"HX-Request": "true"}).text
    assert 'value="1" checked' in shown
    assert counts(verena.visit(), post) == [0, 1]
    assert counts(lea.visit(), post) == [None, None]
    assert "Verena Keller" not in lea.browser.get(f"/pinboard/{post}").text
    ended(brunnenhof, post)
    late = verena.browser.post(vote, {"picked": "0"})
    assert (late.status_code, "This poll is over." in late.text) == (422, True)
    assert counts(lea.visit(), post) == [0, 1]
    db = brunnenhof.db()
    plugin.erase_person(db, verena.person_id)
    assert db.rows("SELECT 1 FROM pinboard_ballot") == []


def test_a_poll_with_votes_takes_more_answers_and_better_words_and_nothing_else(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.resident("Lea Zimmermann", language="en")
    post = asked(lea, **{"poll.named": "1", "poll.2.en": "Sunday"})
    edit = f"/pinboard/{post}/edit"
    sent = {**ASK, "body": "When do we clean?", "poll.named": "1", "poll.2.en": "", "version": "1"}
    assert lea.browser.post(edit, sent).status_code == 303  # nobody has voted: an answer can go
    assert lea.browser.post(f"/pinboard/{post}/vote", {"picked": "1"}).status_code == 303
    page = lea.browser.get(f"/pinboard/{post}").text
    assert "Lea Zimmermann</p>" in page
    gone = lea.browser.post(edit, {**sent, "version": "2", "poll.1.en": "", "poll.2.en": "Tuesday"})
    assert (gone.status_code, "1 people have voted already: an answer can be reworded" in gone.text) == (422, True)
    secret = {name: text for name, text in sent.items() if name != "poll.named"}
    for other in ({**sent, "poll.several": "1"}, {**sent, "poll.results": "always"}, secret):
        assert lea.browser.post(edit, {**other, "version": "2"}).status_code == 422
    better = {**sent, "version": "2", "poll.1.en": "Friday evening", "poll.2.en": "Saturday"}
    assert lea.browser.post(edit, better).status_code == 303
    assert counts(lea.visit(), post) == [0, 1, 0]
    history = lea.browser.get(f"/pinboard/{post}/history").text
    assert (">Friday</li>" in history, ">Friday evening</li>" in history) == (True, True)
    ended(brunnenhof, post)
    assert lea.browser.post(edit, {**better, "version": "3", "poll.3.en": "Never"}).status_code == 422


def test_a_poll_that_cannot_be_is_refused_at_its_field(brunnenhof: SomeCompany) -> None:
    two, db = {"poll.0.de": "Ja", "poll.1.de": "Nein"}, brunnenhof.db()
    wrong = [
        ({"poll.0.de": "Ja"}, "poll.1.de"), ({"poll.0.de": "Ja", "poll.1.de": " JA "}, "poll.1.de"),
        ({"poll.0.de": "Ja", "poll.1.de": "x" * 121}, "poll.1.de"),
        ({"poll.0.de": "Ja", "poll.1.fr": "Non"}, "poll.1.de"), ({**two, "poll.results": "never"}, "poll.results"),
        ({**two, "poll.ends": "2020-01-01T10:00"}, "poll.ends"), ({**two, "poll.ends": "morgen"}, "poll.ends"),
    ]  # fmt: skip
    texts: dict[str, Any] = {"body": {"de": "Welche?", "fr": "Laquelle ?"}, "titles": {"de": "Farbe", "fr": "Couleur"}}
    for typed, field in wrong:
        with pytest.raises(ValidationError) as refused:
            notice(db, "Farbe", **texts, extra=services.Extra("poll", typed))
        assert set(refused.value.messages_dict) == {field}


def test_staff_ask_several_answers_and_show_the_results_at_the_end(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", "pinboard.view", "pinboard.publish", language="en")
    verena = brunnenhof.resident("Verena Keller", language="en")
    with brunnenhof.db() as db:
        category = str(topic(db, "notice"))
        db.commit()
    sent = {
        "category_id": category, "texts.de.title": "Farbe", "texts.de.body": "Welche?", "with": "poll",
        "poll.0.de": "Rot", "poll.1.de": "Blau", "poll.2.de": "Grün", "poll.several": "1", "poll.results": "end",
        "poll.ends": (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    made = nadja.browser.post("/cockpit/pinboard/new", sent)
    post = UUID(made.headers["Location"].split("/")[-2])
    assert verena.browser.post(f"/pinboard/{post}/vote", {"picked": ["0", "2"]}).status_code == 303
    assert "The results are shown when the poll is over." in verena.browser.get("/pinboard/").text
    assert (counts(verena.visit(), post), counts(nadja.visit(), post)) == ([None] * 3, [1, 0, 1])
    assert 'value="Blau"' in nadja.browser.get(f"/cockpit/pinboard/{post}/edit").text
    without = {**sent, "version": "1", "poll.1.de": ""}
    assert nadja.browser.post(f"/cockpit/pinboard/{post}/edit", without).status_code == 422
