"""A page of tenant management is kept while nothing of it changes, and is another one right after."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from quartier.app import Platform
from quartier.people.stages import ResidentFilters
from quartier.people.standing import STAGES
from quartier.residents.shown import CONTENTS, shown
from quartier.testing import Browser, SomeCompany, Statements
from quartier.web.visit import Visit
from tests.residents.test_pages import DESK, HOME, nadja, tenant

DERIVED = {"unplaced_person": "triggers keep it in the transaction that changes people or their periods"}
INVITED = """
    WITH i AS (INSERT INTO invitation (id, person_id, code_hash, token_hash, created_by, expires_at)
               SELECT gen_random_uuid(), id, 'c', 't', 'Nadja', now() + interval '1 minute' FROM person
                WHERE given_name = 'Anna' RETURNING id)
    INSERT INTO invitation_sending (id, invitation_id, event, kind, channel, sent_by)
    SELECT gen_random_uuid(), id, gen_random_uuid(), 'invitation', 'phone', 'Nadja' FROM i RETURNING id
"""
REGISTERED = """
    INSERT INTO account (id, person_id, email, email_key)
    SELECT gen_random_uuid(), id, email, email FROM person WHERE given_name = 'Anna' RETURNING id
"""
HIRED = """
    WITH gone AS (DELETE FROM occupant RETURNING person_id)
    INSERT INTO agent (id, person_id) SELECT gen_random_uuid(), person_id FROM gone RETURNING id
"""
BOUNCED = """
    INSERT INTO mail_address (id, address_key, token, bounced_at)
    VALUES (gen_random_uuid(), 'anna@post.example', 'x', now()) RETURNING id
"""
CHANGES = {  # what is written: what the list then says, and says no longer
    "UPDATE person SET family_name = 'Zbinden' WHERE given_name = 'Anna' RETURNING id":
        (">Anna Zbinden<", ">Anna Amsler<"),
    "UPDATE unit SET name = 'Mansarde' RETURNING id": ("Mansarde", "Wohnung Anna"),
    "UPDATE building SET street = 'Feldweg' RETURNING id": ("Feldweg", "nowhere"),
    BOUNCED: ("does not arrive", "nowhere"),
    INVITED: ("read out or handed over", ">Expired<"),
    "UPDATE invitation SET expires_at = now() RETURNING id": (">Expired<", "nowhere"),
    REGISTERED: ("badge-success", ">Expired<"),
    "UPDATE account SET email = 'new@post.example' WHERE email = 'anna@post.example' RETURNING id":
        ("new@post.example", "anna@post"),
    "UPDATE occupancy SET ends = starts + 1 RETURNING id": ("badge-line", "badge-success"),
    "UPDATE occupant SET role = 'carer' RETURNING id": ("Zbinden", "nowhere"),
    HIRED: ("Nobody is on this list", "Zbinden"),
}  # fmt: skip


def asked(desk: Browser, path: str) -> tuple[int, str]:
    with Statements() as sent:
        page = desk.get(path).text
    return sent.count, page


def test_a_list_says_what_was_just_written_and_is_kept_until_then(brunnenhof: SomeCompany) -> None:
    tenant(brunnenhof, "Anna Amsler", email="anna@post.example")
    desk = nadja(brunnenhof)
    desk.get(HOME)
    for write, (said, no_longer) in CHANGES.items():
        with brunnenhof.db() as db:
            assert db.rows(write), write
            db.commit()
        statements, page = asked(desk, HOME)
        assert (statements, said in page, no_longer in page) == (3, True, False), write
        assert asked(desk, HOME) == (1, page), write


def test_an_invitation_ends_on_a_kept_list_as_well(brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant(brunnenhof, "Anna Amsler", email="anna@post.example")
    desk = nadja(brunnenhof)
    with brunnenhof.db() as db:
        db.rows(INVITED)
        db.commit()
    open_yet = desk.get(HOME).text
    later = datetime.now(UTC) + timedelta(minutes=2)
    monkeypatch.setattr(Visit, "now", later)
    ended = desk.get(HOME).text
    assert (">Expired<" in open_yet, ">Expired<" in ended) == (False, True)
    assert asked(desk, HOME) == (1, ended)


def test_what_is_kept_is_for_one_list_one_limit_and_one_language(brunnenhof: SomeCompany) -> None:
    tenant(brunnenhof, "Anna Amsler", email="anna@post.example")
    elsewhere, _house = brunnenhof.house("Seestrasse")
    desk, sees_all = nadja(brunnenhof), "Anna Amsler"
    reader = brunnenhof.agent("Rosa Roth", language="fr")
    reader.granted("people.read", "people.invite", property_id=elsewhere)
    assert sees_all in desk.get(HOME).text
    assert [sees_all in one.get(path).text for one, path in (
        (reader.browser, HOME), (desk, f"{HOME}?stage=invited"), (desk, f"{HOME}?q=zbinden"), (desk, HOME),
    )] == [False, False, False, True]  # fmt: skip
    assert "Afficher tout le monde" in reader.browser.get(HOME).text


def test_every_table_of_a_page_counts_its_changes(brunnenhof: SomeCompany, platform: Platform) -> None:
    tenant(brunnenhof, "Anna Amsler", email="anna@post.example")
    visit, lists = brunnenhof.agent("Nadja Frei", *DESK).visit(), [ResidentFilters(stage=stage) for stage in STAGES]
    places = ResidentFilters(building_id=brunnenhof.building_id)
    with Statements() as sent:
        for filters in (*lists, places, ResidentFilters(), ResidentFilters(text="amsler")):
            shown(visit, filters, within=visit.viewer.within("people.read"), after=None)
    words = {word for one in sent.sent for word in re.findall(r"(?:FROM|JOIN)\s+(\w+)", one)}
    with platform.shell.platform.connect() as connection:
        tables = set(connection.scalars(text("SELECT relname FROM pg_class WHERE relkind = 'r'")))
        counted = connection.scalars(text(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname IN "
            "('note_contents_insert', 'note_contents_update', 'note_contents_delete') "
            "AND trim('\\x00'::bytea FROM t.tgargs) = ANY (CAST(:modules AS bytea[])) GROUP BY c.relname "
            "HAVING count(*) = 3"
        ), {"modules": [module.encode() for module in CONTENTS]}).all()  # fmt: skip
    assert (words & tables) - DERIVED.keys() == set(counted)
