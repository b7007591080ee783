"""From changes to messages: which changes, in which shape and order, and how many at a time."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from quartier.db.base import new_id
from quartier.erp.policies import WRITE
from quartier.estate.history import acting
from quartier.estate.models import Unit
from quartier.people.models import Person
from quartier.testing import SomeCompany
from quartier.webhooks import messages
from quartier.webhooks.signing import signature
from tests.webhooks.conftest import Receiver, Subscribe, rows, work


def add_units(company: SomeCompany, *names: str, **facts: Any) -> list[Unit]:
    """Units, made by an agent in one transaction."""
    db = company.db()
    made = [
        Unit(id=new_id(), building_id=company.building_id, name=name, kind="flat", external_id=f"W-{name}", **facts)
        for name in names
    ]
    with acting(db, "Nadja Frei", "agent", new_id()):
        db.add_all(made)
    db.commit()
    return made


def test_a_change_in_the_cockpit_arrives_in_the_shape_of_the_api(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    hook = subscribe(brunnenhof, "unit")
    (unit,) = add_units(brunnenhof, "12", area_m2="80.50")
    work(brunnenhof)
    db = brunnenhof.db()
    with acting(db, "Nadja Frei", "agent", new_id()):
        db.get_one(Unit, (brunnenhof.id, unit.id)).area_m2 = 81  # type: ignore[assignment]
    db.commit()
    with acting(db, "Nadja Frei", "agent", new_id()):
        db.delete(db.get_one(Unit, (brunnenhof.id, unit.id)))
    db.commit()
    work(brunnenhof)
    whole = {
        "external_id": "W-12", "building_id": str(brunnenhof.building_id), "name": "12", "kind": "flat",
        "is_commercial": False, "floor": None, "rooms": None, "position": 0, "note": "", "archived_at": None,
    }  # fmt: skip
    made, changed, gone = [change for letter in receiver.letters for change in letter.changes]
    assert (made["type"], made["before"], made["after"]) == ("unit.created", None, {**whole, "area_m2": 80.5})
    assert (changed["type"], changed["before"], changed["after"]) == (
        "unit.updated",
        {"area_m2": 80.5},
        {"area_m2": 81},
    )
    assert (gone["type"], gone["before"], gone["after"]) == ("unit.deleted", {**whole, "area_m2": 81}, None)
    for change in (made, changed, gone):
        assert change["object"] == {"type": "unit", "id": str(unit.id), "external_id": "W-12"}
        assert change["links"] == {
            "building": {"type": "building", "id": str(brunnenhof.building_id), "external_id": None}
        }
        assert change["source"] == {"kind": "agent", "id": None}
        assert change.keys() == {"id", "type", "at", "source", "object", "links", "before", "after"}
    letter = receiver.letters[0]
    assert (letter.json["type"], letter.json["data"]["page"], letter.json["data"]["last"]) == (
        "masterdata.changed", 1, True,
    )  # fmt: skip
    found = signature(letter.headers["webhook-id"], letter.headers["webhook-timestamp"], letter.body, hook.shown_secret)
    assert letter.headers["webhook-signature"] == f"v1,{found}"
    assert rows(brunnenhof, "SELECT status, attempts, answer FROM webhook_delivery") == [("delivered", 1, 204)] * 2


def test_only_the_chosen_nouns_are_told_and_nothing_of_people_with_the_others(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(brunnenhof, "unit", "occupancy")
    verena = brunnenhof.resident("Verena Keller")
    person = brunnenhof.person("Hanna Berger", email="hanna@post.example")
    work(brunnenhof)
    assert receiver.types == ["unit.created", "occupancy.created"]
    for word in ("Verena", "Keller", "Hanna", str(verena.person_id), str(person.id)):
        assert not any(word.encode() in letter.body for letter in receiver.letters)


def test_who_lives_where_is_told_with_the_numbers_of_all_three(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(brunnenhof)
    verena = brunnenhof.resident("Verena Keller")
    work(brunnenhof)
    assert receiver.types == ["person.created", "unit.created", "occupancy.created", "occupant.created"]
    (occupant,) = [one for letter in receiver.letters for one in letter.changes if one["type"] == "occupant.created"]
    assert occupant["links"].keys() == {"occupancy", "person"}
    assert occupant["links"]["person"] == {"type": "person", "id": str(verena.person_id), "external_id": None}
    assert occupant["object"].keys() == {"type", "id"}


def test_fields_that_the_api_does_not_show_are_not_told(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    """Search keys, versions, the picture of a property."""
    subscribe(brunnenhof, "property", "person")
    brunnenhof.person("Hanna Berger")
    work(brunnenhof)
    (change,) = receiver.letters[0].changes
    assert change["after"].keys() == set(messages.FIELDS["person"])
    assert not {"search_key", "sort_key", "version", "company_id", "changed_at"} & change["after"].keys()
    assert "picture_id" not in messages.FIELDS["property"]


def test_what_the_erp_itself_sent_can_be_left_out(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(brunnenhof, "property", url=receiver.url + "/all")
    subscribe(brunnenhof, "property", url=receiver.url + "/rest", with_api=False)
    headers = {"Authorization": f"Bearer {brunnenhof.token(WRITE)}"}
    sent = [{"external_id": "L1", "name": "Seefeld"}]
    job = brunnenhof.visitor().open("POST", "/api/v1/erp/properties", json=sent, headers=headers).json
    work(brunnenhof)
    brunnenhof.house("Hafenstrasse")
    work(brunnenhof)
    told = [(one.path, one.changes[0]["after"]["name"], one.changes[0]["source"]) for one in receiver.letters]
    assert sorted(told, key=str) == [
        ("/hook/all", "Hafenstrasse", {"kind": "system", "id": None}),
        ("/hook/all", "Seefeld", {"kind": "api", "id": job["id"]}),
        ("/hook/rest", "Hafenstrasse", {"kind": "system", "id": None}),
    ]


def test_a_big_import_is_a_few_messages_in_order(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(brunnenhof, "property")
    headers = {"Authorization": f"Bearer {brunnenhof.token(WRITE)}"}
    sent = [{"external_id": f"L{number}", "name": f"Haus {number}"} for number in range(1250)]
    brunnenhof.visitor().open("POST", "/api/v1/erp/properties", json=sent, headers=headers)
    work(brunnenhof)
    assert [len(letter.changes) for letter in receiver.letters] == [500, 500, 250]
    data = [letter.json["data"] for letter in receiver.letters]
    assert [(one["page"], one["last"]) for one in data] == [(1, False), (2, False), (3, True)]
    assert len({one["batch"] for one in data}) == 1
    ids = [change["id"] for letter in receiver.letters for change in letter.changes]
    assert ids == sorted(set(ids))
    assert {change["object"]["external_id"] for one in receiver.letters for change in one.changes} == {
        one["external_id"] for one in sent
    }
    jobs = "SELECT count(*) FROM webhook_pending"
    assert rows(brunnenhof, jobs) == [(0,)]


def test_long_texts_make_more_messages_and_not_larger_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LARGEST", 1000)
    items = [{"object": {"type": noun}, "x": "." * 400} for noun in ("unit", "unit", "person", "unit")]
    found = list(messages.pages(items))
    assert [(len(page.items), page.nouns) for page in found] == [(3, ("person", "unit")), (1, ("unit",))]


def test_a_transaction_queues_one_job_however_many_statements_it_has(
    brunnenhof: SomeCompany, subscribe: Subscribe
) -> None:
    subscribe(brunnenhof, "unit")
    db = brunnenhof.db()
    for name in ("1", "2", "3"):
        with db.begin_nested():  # a part that may be taken back counts to the whole
            db.add(Unit(id=new_id(), building_id=brunnenhof.building_id, name=name, kind="flat"))
            db.flush()
    db.commit()
    assert queued(brunnenhof) == 1
    assert rows(brunnenhof, "SELECT count(*) FROM webhook_pending") == [(1,)]
    assert len(rows(brunnenhof, "SELECT 1 FROM change c JOIN webhook_pending p ON p.work = c.work")) == 3


def queued(company: SomeCompany) -> int:
    with company.platform.shell.platform.connect() as connection:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'webhooks.gather' AND status = 'todo' "
        found: int = connection.execute(
            text(query + "AND args ->> 'company' = :company"), {"company": str(company.id)}
        ).scalar_one()
        return found


def test_nobody_listens_and_nothing_is_queued(brunnenhof: SomeCompany, subscribe: Subscribe) -> None:
    subscribe(brunnenhof, "person")
    add_units(brunnenhof, "1")
    assert (queued(brunnenhof), rows(brunnenhof, "SELECT count(*) FROM webhook_pending")) == (0, [(0,)])


def test_what_is_taken_back_is_not_told(brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe) -> None:
    subscribe(brunnenhof, "unit")
    db = brunnenhof.db()
    db.add(Unit(id=new_id(), building_id=brunnenhof.building_id, name="1", kind="flat"))
    db.flush()
    db.rollback()
    work(brunnenhof)
    assert receiver.letters == []


def test_who_began_first_and_committed_last_is_told_last(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    """Two at the same time: each message has what its transaction did, and the same row's changes stay in order."""
    subscribe(brunnenhof, "person")
    (hanna, dragan) = (brunnenhof.person("Hanna Berger"), brunnenhof.person("Dragan Petrović"))
    work(brunnenhof)
    receiver.letters.clear()
    slow, quick = brunnenhof.db(), brunnenhof.db()
    slow.get_one(Person, (brunnenhof.id, hanna.id)).title = "Dr."
    slow.flush()
    quick.get_one(Person, (brunnenhof.id, dragan.id)).title = "Prof."
    quick.commit()
    slow.get_one(Person, (brunnenhof.id, dragan.id)).note = "bleibt"
    slow.commit()
    work(brunnenhof)
    changes = [change for letter in receiver.letters for change in letter.changes]
    assert [change["after"] for change in changes if change["object"]["id"] == str(dragan.id)] == [
        {"title": "Prof."}, {"note": "bleibt"},
    ]  # fmt: skip
    assert len(changes) == 3


def test_changes_of_one_company_are_told_to_nobody_elses_webhook(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(brunnenhof, url=receiver.url + "/b")
    subscribe(nordlicht, url=receiver.url + "/n")
    brunnenhof.person("Hanna Berger")
    nordlicht.person("Svenja Petersen")
    work(brunnenhof)
    told = {(letter.path, change["after"]["family_name"]) for letter in receiver.letters for change in letter.changes}
    assert told == {("/hook/b", "Berger"), ("/hook/n", "Petersen")}
