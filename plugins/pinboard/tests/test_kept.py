"""What somebody was shown of the board is kept, and nothing of it outlives what it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from plugins.pinboard import services
from plugins.pinboard.tests.sample import notice, said
from quartier.sdk import Visit
from quartier.testing import Browser, SomeCompany, Statements

HOME = "/pinboard/"
POST = "(SELECT id FROM pinboard_post WHERE NOT by_staff)"
CHANGES = {
    "UPDATE pinboard_post SET plain = '{\"de\": \"Unsere Leiter\"}' WHERE NOT by_staff RETURNING id":
        ("Unsere Leiter", "Meine Leiter"),
    "UPDATE person SET family_name = 'Zimmerli' WHERE family_name = 'Zimmermann' RETURNING id":
        ("Lea Zimmerli", "Lea Zimmermann"),
    f"INSERT INTO pinboard_comment (id, post_id, body) VALUES (gen_random_uuid(), {POST}, 'Gern') RETURNING id":
        ("1 comment", "2 comments"),
    "UPDATE pinboard_comment SET status = 'hidden' RETURNING id": ("Comment<", "1 comment"),
    "INSERT INTO pinboard_reaction (id, post_id, account_id, kind) SELECT gen_random_uuid(), p.id, a.id, 'laugh' "
    "FROM pinboard_post p, account a WHERE NOT p.by_staff LIMIT 1 RETURNING id":
        ('It makes me laugh: </span>1', 'It makes me laugh: </span>2'),
    "DELETE FROM pinboard_reaction RETURNING id": ("Leiter", "It makes me laugh: "),
    "INSERT INTO pinboard_poll (id, post_id, choices, several, named, results) VALUES (gen_random_uuid(), "
    f"{POST}, '[{{\"de\": \"Jein\"}}]', false, false, 'always') RETURNING id": ("Jein", "1 person has voted"),
    "INSERT INTO pinboard_ballot (id, post_id, account_id, picked) SELECT gen_random_uuid(), p.id, a.id, '{0}' "
    "FROM pinboard_post p, account a WHERE NOT p.by_staff LIMIT 1 RETURNING id":
        ("1 person has voted", "0 people have voted"),
    "INSERT INTO pinboard_event (id, post_id, title, timezone, whole_day, starts, over) VALUES (gen_random_uuid(), "
    f"{POST}, '{{}}', 'Europe/Zurich', true, '2060-05-01', '2060-05-02') RETURNING id":
        ("Add to calendar", "<b>1</b></button>"),
    "INSERT INTO pinboard_guest (id, event_id, account_id, answer) SELECT gen_random_uuid(), e.id, a.id, 'maybe' "
    "FROM pinboard_event e, account a LIMIT 1 RETURNING id": ("<b>1</b></button>", "<b>2</b></button>"),
    "UPDATE pinboard_category SET name = '{\"de\": \"Leihen\"}' RETURNING id": ("Leihen", ">offer<"),
    "UPDATE pinboard_spot SET until = now() WHERE post_id IN (SELECT id FROM pinboard_post WHERE NOT by_staff) "
    "RETURNING id": ("Wasser weg", "Unsere Leiter"),
}  # fmt: skip


def asked(browser: Browser) -> tuple[int, str]:
    """Statements, and the posts with what stands above them."""
    with Statements() as seen:
        page = browser.get(HOME).text
    return seen.count, page[page.index('class="board-topics"') :]


def test_each_change_is_seen_at_once_and_otherwise_nothing_is_asked(brunnenhof: SomeCompany) -> None:
    lea, verena = (brunnenhof.resident(name, language="en") for name in ("Lea Zimmermann", "Verena Keller"))
    visit = lea.visit()
    notice(visit.db, "Wasser weg")
    said(visit, "Meine Leiter")
    visit.db.commit()
    reader = verena.browser
    reader.get(HOME)
    for write, (now, before) in CHANGES.items():
        with brunnenhof.db() as db:
            assert db.rows(write), write
            db.commit()
        statements, page = asked(reader)
        assert (1 < statements <= 3, now in page, before in page) == (True, True, False), write
        assert asked(reader) == (1, page), write


def test_what_begins_and_ends_by_itself_does_so_on_a_kept_page(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    verena, now = brunnenhof.resident("Verena Keller"), datetime.now(UTC)
    visit = verena.visit()
    notice(visit.db, "Heute", show_until=now + timedelta(days=1))
    notice(visit.db, "Morgen", show_from=now + timedelta(days=1))
    visit.db.commit()
    shown = []
    for later in (timedelta(minutes=1), timedelta(hours=23), timedelta(hours=25)):
        monkeypatch.setattr(Visit, "now", now + later)
        verena.browser.get(HOME)
        statements, page = asked(verena.browser)
        shown.append((statements, re.findall(r'<h2 class="title-s"><a [^>]+>(\w+)', page)))
    assert shown == [(1, ["Heute"]), (1, ["Heute"]), (1, ["Morgen"])]


def test_what_is_kept_is_one_readers(brunnenhof: SomeCompany) -> None:
    """Of one circle, one category, one language; who moves out has nothing of it."""
    house, building = brunnenhof.house("Seestrasse")
    lea, urs = brunnenhof.resident("Lea Zimmermann"), brunnenhof.resident("Urs Meier", building_id=building)
    visit = lea.visit()
    notice(visit.db, "Nur dort", where=[house])
    notice(visit.db, "Für alle", titles={"de": "Für alle", "fr": "Pour tous"}, body={"de": "a", "fr": "b"})
    visit.db.commit()

    def titles(browser: Browser, path: str = HOME) -> list[str]:
        return re.findall(r'<h2 class="title-s"><a [^>]+>([^<]+)', browser.get(path).text)

    for _twice in range(2):
        assert [titles(one.browser) for one in (lea, urs)] == [["Für alle"], ["Für alle", "Nur dort"]]
        assert [titles(urs.browser, f"{HOME}?{which}") for which in ("category=notice", "mine=1")] == [
            ["Für alle", "Nur dort"], []
        ]  # fmt: skip
    urs.browser.post("/language", {"language": "fr"})
    assert titles(urs.browser)[0] == "Pour tous"
    with brunnenhof.db() as db:
        db.rows("UPDATE occupancy SET ends = current_date - 90 WHERE id IN (SELECT occupancy_id FROM occupant "
                "WHERE person_id = %s) RETURNING id", (urs.person_id,))  # fmt: skip
        db.commit()
    assert urs.browser.get(HOME).status_code == 404


def test_one_post_is_kept_for_its_reader_and_says_at_once_what_happens_there(brunnenhof: SomeCompany) -> None:
    lea, verena = (brunnenhof.resident(name, language="en") for name in ("Lea Zimmermann", "Verena Keller"))
    visit = lea.visit()
    post = said(visit, "Meine Leiter")
    visit.db.commit()
    hers, here = verena.browser, f"/pinboard/{post.id}"

    def shown(*looked_for: str, asks: int = 1) -> list[bool]:
        first = hers.get(here).text
        with Statements() as seen:
            again = hers.get(here).text
        assert (seen.count, [one in first for one in looked_for]) == (asks, [one in again for one in looked_for])
        return [one in again for one in looked_for]

    follows = ("Do not follow any more", "Follow<")
    assert shown(*follows) == [False, True]
    hers.post(f"{here}/follow")
    assert shown(*follows) == [True, False]
    answer = services.comment(visit.db, post.id, by=visit.viewer, body="Im Keller.")
    visit.db.commit()
    assert shown("Im Keller.", "1 comment") == [True, True]
    services.edit_comment(visit.db, answer.id, by=visit.viewer, version=1, body="Im Estrich.")
    visit.db.commit()
    assert shown("Im Estrich.", "Im Keller.") == [True, False]
    own = hers.post(f"{here}/comments", {"comment": "Holzkopf"}).headers["Location"].partition("#comment-")[2]
    case = services.report(visit, post.id, UUID(own), reason="insult", note="")
    visit.db.commit()
    chief = brunnenhof.agent("Nadja Frei", "pinboard.moderate").visit()
    services.decide(chief.db, case.id, by=chief.viewer, version=case.version, decision="removed", reason="So nicht.")
    chief.db.commit()
    assert shown("So nicht.", "Your comment was taken from the board", asks=3) == [
        True,
        True,
    ]  # with the verdict itself
    lea.browser.post(f"{here}/delete")
    assert hers.get(here).status_code == 404
