"""What residents do on the board: write, read what reaches them, answer, change, and leave."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from plugins.pinboard import plugin, queries, services
from plugins.pinboard.models import Spot
from plugins.pinboard.queries import finding
from plugins.pinboard.services import Extra
from plugins.pinboard.tests.sample import notice, said, topic
from quartier.sdk import Visit
from quartier.testing import Browser, SomeCompany, Statements


def board(visit: Visit, **asked: object) -> list[str]:
    """The headings in somebody's feed."""
    return [card.heading for card in queries.feed(visit, **asked).cards]  # type: ignore[arg-type]


def found(visit: Visit, query: str) -> list[str]:
    """What the portal's search says of the board."""
    return [hit.title for hit in plugin.search(visit, query)]


def ids(page: str) -> list[str]:
    return re.findall(r'id="post-([0-9a-f-]{36})"', page)


def form(browser: Browser, visit: Visit, body: str, **more: str) -> dict[str, str]:
    way = next(way.value for way in queries.ways(visit) if way.reach == "property")
    visit.db.rollback()
    return {"body": body, "way": way, "category_id": str(topic_of(visit)), **more}


def topic_of(visit: Visit) -> object:
    found = topic(visit.db)
    visit.db.commit()
    return found


def test_each_circle_reaches_its_neighbours_and_nobody_else(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Address, property, area and all; of the management to its audience; staff read everything."""
    house, building = brunnenhof.house("Seestrasse")
    writer = brunnenhof.resident("Lea Zimmermann").visit()
    for reach in ("address", "property", "area", "all"):
        said(writer, f"An {reach}", reach)
    notice(writer.db, "Nur Seestrasse", where=[house])
    notice(writer.db, "Für alle")
    writer.db.commit()
    own = ["Für alle", "An all", "An area", "An property", "An address"]
    assert board(brunnenhof.resident("Verena Keller").visit()) == own
    # Both properties are in the postcode 8057, so the area holds both.
    there = brunnenhof.resident("Urs Meier", building_id=building).visit()
    assert board(there) == ["Für alle", "Nur Seestrasse", "An all", "An area"]
    assert board(brunnenhof.agent("Nadja Frei", "pinboard.view").visit()) == ["Für alle", "Nur Seestrasse", *own[1:]]
    elsewhere = brunnenhof.agent("Beat Ammann", "pinboard.view").limited_to(house).visit()
    assert board(elsewhere) == ["Für alle", "Nur Seestrasse"]
    assert board(brunnenhof.agent("Dragan Petrović").visit()) == ["Für alle"]
    readers = (writer, there, brunnenhof.agent("Dragan Petrović").visit())
    assert [found(reader, "AN Property") for reader in readers] == [["An property"], [], []]
    assert [found(reader, "Seestraße") for reader in readers] == [[], ["Nur Seestrasse"], []]
    chief = brunnenhof.agent("Vera Kunz", "pinboard.view", "pinboard.publish", "pinboard.moderate").visit()
    # With nought every word is a common one; of each key's newest one alone nothing can be said.
    for rare, newest in ((finding.RARE, finding.NEWEST), (0, finding.NEWEST), (0, (1, 2000))):
        monkeypatch.setattr(finding, "RARE", rare)
        monkeypatch.setattr(finding, "NEWEST", newest)
        assert [found(writer, asked) for asked in ("", "' OR %", "haus' an", "a")] == [[], [], [], own]
        assert found(there, "An") == ["An all", "An area"]
        listed = [[row.heading for row in queries.desk_posts(chief, text=asked)] for asked in ("an", "an area", "x")]
        assert listed == [own[1:], ["An area"], []], rare
    flat, tomorrow = writer.viewer.places[0].unit_id, datetime.now(UTC) + timedelta(days=1)
    for title, day in (("Ihr Heizkörper", None), ("Für Nachfolger", tomorrow)):
        notice(writer.db, title, where=[flat], show_from=day)
    writer.db.execute(update(Spot).where(Spot.at >= tomorrow).values(at=datetime(2010, 1, 1, tzinfo=UTC)))
    assert board(writer) == ["Ihr Heizkörper", *own]  # what was written before they came is not for them


def test_a_closed_community_and_business_premises_read_the_management_only(brunnenhof: SomeCompany) -> None:
    writer = brunnenhof.resident("Lea Zimmermann")
    visit = writer.visit()
    notice(visit.db, "Wasser weg")
    post = said(visit, "Kaffee im Hof?")
    visit.db.commit()
    shop = brunnenhof.resident("Bäckerei Huber", unit="shop")
    assert board(shop.visit()) == ["Wasser weg"]
    assert queries.ways(shop.visit()) == []
    assert shop.browser.get("/pinboard/new").status_code == 403
    brunnenhof.settings(**{"pinboard.businesses": True})
    assert board(shop.visit()) == ["Kaffee im Hof?", "Wasser weg"]
    brunnenhof.settings(**{"pinboard.community": False})
    reader = brunnenhof.resident("Verena Keller")
    assert board(reader.visit()) == ["Wasser weg"]
    page = reader.browser.get("/pinboard/").text
    assert "composer" not in page
    assert reader.browser.post(f"/pinboard/{post.id}/react", {"kind": "like"}).status_code == 404


def test_a_post_is_written_read_answered_changed_and_deleted(brunnenhof: SomeCompany) -> None:
    lea, verena = (
        brunnenhof.resident("Lea Zimmermann", language="en"),
        brunnenhof.resident("Verena Keller", language="en"),
    )
    visit = lea.visit("en")
    text = "L’échelle d'Anne <b>is</b> mine\n\nSee https://www.example.invalid/a/b?q='x'."
    sent = form(lea.browser, visit, text, id=str(uuid4()))
    answers = [lea.browser.post("/pinboard/new", sent).status_code for _twice in range(2)]
    assert answers == [303, 303]
    (post,) = ids(verena.browser.get("/pinboard/").text)
    assert post == sent["id"]
    page = verena.browser.get(f"/pinboard/{post}").text
    assert "L’échelle d&#39;Anne &lt;b&gt;is&lt;/b&gt; mine" in page
    assert "<strong>example.invalid</strong><small>a/b</small>" in page
    assert 'rel="nofollow noopener noreferrer"' in page
    for kind, count in (("heart", 1), ("like", 1), ("like", 0)):
        shown = verena.browser.post(f"/pinboard/{post}/react", {"kind": kind}, headers={"HX-Request": "true"}).text
        assert len(re.findall(r'aria-pressed="true" title="', shown)) == count
    assert verena.browser.post(f"/pinboard/{post}/react", {"kind": "vomit"}).status_code == 400
    said_twice = {"comment": "Hier, bei mir.", "id": str(uuid4())}
    assert [verena.browser.post(f"/pinboard/{post}/comments", said_twice).status_code for _ in range(2)] == [303, 303]
    assert verena.browser.post(f"/pinboard/{post}/comments", {"comment": " \u200b"}).status_code == 422
    assert "1 comment" in lea.browser.get("/pinboard/").text
    assert verena.browser.post(f"/pinboard/{post}/follow").status_code == 303  # who answered follows: no more
    own = f"/pinboard/{post}/comments/{said_twice['id']}"
    others = (lea.browser.get(f"{own}/edit"), lea.browser.post(f"{own}/edit", {"comment": "x", "version": "1"}))
    assert [answer.status_code for answer in others] == [404, 404]
    tries = [("Doch im Keller.", "1"), ("Im Estrich.", "1"), ("", "2"), ("Im Keller <hinten>.", "2")]
    sent_on = [verena.browser.post(f"{own}/edit", {"comment": words, "version": at}) for words, at in tries]
    assert [answer.status_code for answer in sent_on] == [303, 409, 422, 303]
    assert ["Im Estrich." in sent_on[1].text, "Doch im Keller." in sent_on[1].text] == [True, True]
    assert re.findall(r'<div class="post-text"><p>(.*?)</p>', lea.browser.get(f"{own}/history").text) == [
        "Im Keller &lt;hinten&gt;.", "Doch im Keller.", "Hier, bei mir.",
    ]  # fmt: skip
    assert verena.browser.get(f"/pinboard/{post}/edit").status_code == 404
    changed = {"body": "Es ist wieder da", "version": "1", "category_id": sent["category_id"]}
    assert lea.browser.post(f"/pinboard/{post}/edit", changed).status_code == 303
    stale = lea.browser.post(f"/pinboard/{post}/edit", {**changed, "body": "Doch nicht"})
    assert (stale.status_code, "Doch nicht" in stale.text, "Es ist wieder da" in stale.text) == (409, True, True)
    assert "&lt;b&gt;is&lt;/b&gt; mine" in verena.browser.get(f"/pinboard/{post}/history").text
    assert verena.browser.post(f"/pinboard/{post}/delete").status_code == 404
    assert [one.browser.post(f"{own}/delete").status_code for one in (lea, verena)] == [404, 303]
    assert verena.browser.get(f"{own}/history").status_code == 404
    assert lea.browser.post(f"/pinboard/{post}/delete").status_code == 303
    assert ids(verena.browser.get("/pinboard/").text) == []
    assert verena.browser.get(f"/pinboard/{post}").status_code == 404


def test_a_card_that_was_drawn_for_many_shows_what_is_true_for_each_at_once(brunnenhof: SomeCompany) -> None:
    """Words, answers, signs, the author's name, the category, the reader's own: none of it is an earlier one's."""
    lea, verena, urs = (
        brunnenhof.resident(name, language="en") for name in ("Lea Zimmermann", "Verena Keller", "Urs Meier")
    )
    visit = lea.visit("en")
    post = said(visit, "Meine Leiter")
    visit.db.commit()

    def cards(browser: Browser) -> tuple[list[str], ...]:
        page = browser.get("/pinboard/").text
        looked_for = (r'<div class="post-text"><p>(.*?)</p>', r"<strong>(.*?)</strong>\s*<small>", r"(\d+) comment",
                      r'aria-pressed="true" title="(.*?)"', r'badge" href=".*?category=(\w+)"')  # fmt: skip
        assert set(re.findall(r'name="form_token" value="(.*?)"', page)) == {token(page)}
        return tuple(re.findall(one, page) for one in looked_for)

    def token(page: str) -> str:
        return str(re.findall(r'name="form_token" value="(.+?)"', page)[0])

    first: tuple[list[str], ...] = (["Meine Leiter"], ["Lea Zimmermann"], [], [], ["offer"])
    assert [cards(one.browser) for one in (verena, urs, lea)] == [first] * 3
    assert len({token(one.browser.get("/pinboard/").text) for one in (verena, urs)}) == 2
    verena.browser.post(f"/pinboard/{post.id}/react", {"kind": "heart"})
    urs.browser.post(f"/pinboard/{post.id}/comments", {"comment": "Gern."})
    now: tuple[list[str], ...] = (*first[:2], ["1"], [], ["offer"])
    hers = (*first[:2], ["1"], ["With love"], ["offer"])
    assert [cards(one.browser) for one in (verena, urs, lea)] == [hers, now, now]
    lea.browser.post(f"/pinboard/{post.id}/edit", {"body": "Unsere Leiter", "version": "1"})
    with brunnenhof.db() as db:
        db.rows("UPDATE person SET family_name = 'Zimmerli' WHERE id = %s RETURNING id", (lea.person_id,))
        db.rows("UPDATE pinboard_category SET key = 'lend' RETURNING id")
        db.commit()
    assert cards(urs.browser) == (["Unsere Leiter"], ["Lea Zimmerli"], ["1"], [], ["lend"])
    with brunnenhof.db() as db:
        db.rows("UPDATE pinboard_spot SET until = now() WHERE post_id = %s RETURNING id", (post.id,))
        db.commit()
    assert cards(urs.browser) == ([], [], [], [], [])


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [("x" * 100_000, 422, "At most 10,000 characters; now there are 100,000."), ("👋🏽🎉", 303, ""),
     ("", 422, "Please write something."), ("\u200b \n\t", 422, "Please write something."), ("null\0", 303, "")],
    ids=["long", "emoji", "empty", "invisible", "nul"],
)  # fmt: skip
def test_any_text_is_taken_or_refused_at_its_field(brunnenhof: SomeCompany, body: str, status: int, words: str) -> None:
    lea = brunnenhof.resident("Lea Zimmermann", language="en")
    answer = lea.browser.post("/pinboard/new", form(lea.browser, lea.visit("en"), body))
    assert answer.status_code == status
    assert words in answer.text
    assert status == 303 or body.strip()[:200] in answer.text


def test_who_moved_out_meanwhile_keeps_the_words_and_cannot_publish(brunnenhof: SomeCompany) -> None:
    """They may look back for thirty days; what they had begun to write is shown to them again, and nobody else."""
    brunnenhof.settings(access_after=30)
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    gone = brunnenhof.resident("Lea Zimmermann", language="en")
    sent = form(gone.browser, gone.visit("en"), "Ich suche eine Leiter")
    with brunnenhof.db() as db:
        db.rows(
            "UPDATE occupancy SET ends = %s FROM occupant c WHERE c.occupancy_id = occupancy.id AND c.person_id = %s "
            "RETURNING occupancy.id",
            (yesterday, gone.person_id),
        )
        db.commit()
    assert gone.browser.post("/pinboard/new", sent).status_code == 403
    two = brunnenhof.resident("Urs Meier", language="en")
    other = brunnenhof.house("Seestrasse")[0]
    answer = two.browser.post("/pinboard/new", {**sent, "way": f"property:{other}"})
    assert answer.status_code == 422
    assert "This circle is not open to you, or not any more." in answer.text
    assert "Ich suche eine Leiter" in answer.text
    assert board(two.visit()) == []


def test_pages_follow_each_other_without_a_gap(brunnenhof: SomeCompany) -> None:
    visit = brunnenhof.resident("Lea Zimmermann").visit()
    for number in range(45):
        said(visit, f"Beitrag {number:02}", "address" if number % 2 else "all")
    notice(visit.db, "Oben", pinned=True)
    notice(visit.db, "Später", show_from=datetime.now(UTC) + timedelta(days=1))
    over = notice(visit.db, "Vorbei", show_until=datetime.now(UTC) + timedelta(days=1))
    visit.db.execute(update(Spot).filter_by(post_id=over.id).values(until=datetime.now(UTC)))
    visit.db.commit()
    seen, after = [], None
    while True:
        page = queries.feed(visit, after=after)
        seen += [card.heading for card in page.cards]
        if (after := page.next) is None:
            break
    assert seen == ["Oben", *(f"Beitrag {number:02}" for number in reversed(range(45)))]
    browser = brunnenhof.resident("Verena Keller").browser
    first = browser.get("/pinboard/").text
    more = re.search(r'href="(/pinboard/\?after=[^"]+)"', first)
    assert more is not None
    second = browser.get(more[1]).text
    assert (len(ids(first)), len(set(ids(first) + ids(second)))) == (12, 24)
    assert [browser.get(f"/pinboard/?after={bad}").status_code for bad in ("0_x_y", "1_9e99_0", "0_1")] == [
        400,
        400,
        200,
    ]
    events = [
        Extra("event", {"event.title": f"Fest {n}", "event.day": f"{visit.today + timedelta(days=n)}"})
        for n in range(1, 23)
    ]
    for party in events:
        said(visit, "Kommt", extra=party)
    post = notice(visit.db, "Zwei", titles={"de": "Zwei", "fr": "Deux"}, body={"de": "Zwei", "fr": "Deux"})
    visit.db.commit()
    first = browser.get("/pinboard/events").text
    later = re.search(r'href="(/pinboard/events\?after=[^"]+)"', first)
    assert later is not None
    assert re.findall(r"Fest \d+", first + browser.get(later[1]).text) == [f"Fest {n}" for n in range(1, 23)]
    french = brunnenhof.resident("Léa Morel", language="fr").browser
    with Statements() as sent:
        shown = french.get(f"/pinboard/{post.id}").text
    assert ("Deux</h1>" in shown, "Afficher l’original" in shown, sent.count) == (True, True, 3)
    assert "Afficher la traduction" in french.get(f"/pinboard/{post.id}?language=de").text
    services.clear_ended(visit.db)
    assert visit.db.rows("SELECT 1 FROM pinboard_spot WHERE post_id = %s", (over.id,)) == []


def test_whoever_is_forgotten_takes_their_words_along(brunnenhof: SomeCompany) -> None:
    lea, db = brunnenhof.resident("Lea Zimmermann"), brunnenhof.db()
    visit = lea.visit()
    post = said(visit)
    services.comment(visit.db, post.id, by=visit.viewer, body="Immer noch")
    visit.db.commit()
    copy = plugin.export_person(db, lea.person_id)
    held = {name: len(rows) for name, rows in copy.items() if rows}  # type: ignore[arg-type]
    assert held == {"posts": 1, "comments": 1, "follows": 1}
    plugin.erase_person(db, lea.person_id)
    assert db.rows("SELECT 1 FROM pinboard_post") == []


def test_home_and_tile_say_what_is_new(brunnenhof: SomeCompany) -> None:
    visit = brunnenhof.resident("Lea Zimmermann").visit("en")
    assert (plugin.tile_note(visit), plugin.dashboard_cards(visit)) == (None, [])
    said(visit, "Kaffee & <Kuchen>")
    visit.db.flush()
    assert plugin.tile_note(visit) == "1 new post"
    (card,) = plugin.dashboard_cards(visit)
    assert "Kaffee &amp; &lt;Kuchen&gt;" in card.body
