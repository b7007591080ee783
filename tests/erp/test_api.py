"""Batches from the company's own system: by its numbers, whole or not at all, and only into its own company."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.erp.policies import WRITE
from quartier.keys import key_of
from quartier.people.erased import leave_out
from quartier.rights.models import ErasureRequest
from quartier.testing import SomeCompany

HOUSE = {
    "properties": [{"external_id": "L1", "name": "Seefeld"}],
    "buildings": [
        {"external_id": "G1", "property": "L1", "street": "Seefeldstrasse", "house_number": "9", "postal_code": "8008",
         "city": "Zürich", "country": "CH"},
    ],
    "units": [
        {"external_id": "W1", "building": "G1", "name": "1. OG links", "kind": "flat", "area_m2": 80.5, "rooms": 3.5},
        {"external_id": "W2", "building": "G1", "name": "Laden", "kind": "shop"},
    ],
    "persons": [
        {"external_id": "P1", "given_name": "Verena", "family_name": "Keller", "email": "verena@example.ch",
         "phone": "044 555 01 99"},
        {"external_id": "P2", "company_name": "Velo Kunz GmbH"},
    ],
    "occupancies": [
        {"external_id": "M1", "unit": "W1", "kind": "tenancy", "starts": "2024-04-01",
         "persons": [{"person": "P1"}, {"person": "P2", "role": "co_tenant"}]},
    ],
}  # fmt: skip


def test_a_key_that_is_limited_to_some_properties_sends_nothing(brunnenhof: SomeCompany) -> None:
    erp = Erp(brunnenhof)
    with brunnenhof.platform.shell.platform.begin() as connection:
        limit = "UPDATE api_token SET properties = ARRAY[:property]::uuid[] WHERE company_id = :company"
        connection.execute(text(limit), {"property": brunnenhof.property_id, "company": brunnenhof.id})
    assert erp.post("properties", HOUSE["properties"]).status_code == 403


class Erp:
    """The company's own system: sends, and asks what became of it."""

    def __init__(self, company: SomeCompany) -> None:
        self.company, self.browser = company, company.visitor()
        self.headers = {"Authorization": f"Bearer {company.token(WRITE)}"}

    def post(self, noun: str, rows: Any, **headers: str) -> Any:
        return self.browser.open("POST", f"/api/v1/erp/{noun}", json=rows, headers={**self.headers, **headers})

    def stream(self, noun: str, body: bytes, **more: str) -> Any:
        headers = {**self.headers, "Content-Type": "application/x-ndjson", **more}
        return self.browser.open("POST", f"/api/v1/erp/{noun}", data=body, headers=headers)

    def result(self, answer: Any) -> dict[str, Any]:
        assert answer.status_code == 202, answer.text
        self.company.work()
        found: dict[str, Any] = self.browser.get(answer.headers["Location"], headers=self.headers).json
        return found

    def send(self, noun: str, rows: Any) -> dict[str, Any]:
        return self.result(self.post(noun, rows))

    def house(self) -> None:
        for noun, rows in HOUSE.items():
            done = self.send(noun, rows)
            assert done["status"] == "done", done


@pytest.fixture
def erp(brunnenhof: SomeCompany) -> Erp:
    return Erp(brunnenhof)


def rows(company: SomeCompany, query: str) -> list[Any]:
    db = company.db()
    found = [tuple(row) for row in db.rows(query)]
    db.close()
    return found


def counts(done: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(done[name] for name in ("status", "received", "created", "updated", "unchanged"))


def test_a_whole_house_arrives(erp: Erp, brunnenhof: SomeCompany) -> None:
    erp.house()
    flat, shop = rows(brunnenhof, "SELECT name, kind, is_commercial, area_m2::text FROM unit ORDER BY external_id")
    assert (flat, shop) == (("1. OG links", "flat", False, "80.50"), ("Laden", "shop", True, None))
    assert rows(brunnenhof, "SELECT phone, salutation FROM person WHERE external_id = 'P1'") == [
        ("+41445550199", "none")
    ]
    assert rows(
        brunnenhof,
        "SELECT p.external_id, o.role FROM occupant o JOIN person p ON p.id = o.person_id ORDER BY 1",
    ) == [("P1", "main"), ("P2", "co_tenant")]
    assert rows(brunnenhof, "SELECT timezone FROM property WHERE external_id = 'L1'") == [("Europe/Zurich",)]


def test_what_is_sent_twice_changes_nothing(erp: Erp, brunnenhof: SomeCompany) -> None:
    erp.house()
    before = rows(brunnenhof, "SELECT noun_id, version FROM (SELECT id AS noun_id, version FROM unit) x ORDER BY 1")
    history = rows(brunnenhof, "SELECT count(*) FROM change")
    for noun, sent in HOUSE.items():
        done = erp.send(noun, sent)
        assert counts(done) == ("done", len(sent), 0, 0, len(sent)), done
    assert rows(brunnenhof, "SELECT id, version FROM unit ORDER BY 1") == before
    assert rows(brunnenhof, "SELECT count(*) FROM change") == history


def test_only_what_is_sent_changes_and_the_history_says_by_whom(erp: Erp, brunnenhof: SomeCompany) -> None:
    erp.house()
    done = erp.send("units", [{"external_id": "W1", "area_m2": 81}, {"external_id": "W2", "floor": None}])
    assert counts(done) == ("done", 2, 0, 1, 1)
    assert rows(brunnenhof, "SELECT name, area_m2::text, version FROM unit WHERE external_id = 'W1'") == [
        ("1. OG links", "81.00", 2)
    ]
    assert rows(
        brunnenhof, "SELECT actor, source_kind, source_id::text, after FROM change WHERE action = 'update'"
    ) == [("test", "api", done["id"], {"area_m2": 81.00})]


def test_contact_data_that_somebody_had_erased_do_not_come_back(erp: Erp, brunnenhof: SomeCompany) -> None:
    """Until there is a contract again for which the person has to be reached."""
    erp.house()
    ((person,),) = rows(brunnenhof, "SELECT id FROM person WHERE external_id = 'P1'")
    with brunnenhof.db() as db:
        db.rows("UPDATE occupancy SET ends = '2025-01-01' WHERE external_id = 'M1' RETURNING id")
        db.rows("UPDATE person SET email = NULL, phone = NULL WHERE id = %s RETURNING id", (person,))
        db.commit()
    brunnenhof.plant(ErasureRequest(person_id=person, state="partly"))
    sent = [{**HOUSE["persons"][0], "family_name": "Keller-Roth"}, HOUSE["persons"][1]]
    done = erp.send("persons", sent)
    assert counts(done) == ("done", 2, 0, 1, 1)
    assert [(one["line"], one["external_id"], one["field"]) for one in done["problems"]] == [(1, "P1", "email")]
    known = "SELECT family_name, email, phone FROM person WHERE external_id = 'P1'"
    assert rows(brunnenhof, known) == [("Keller-Roth", None, None)]
    again = {
        "external_id": "M9",
        "unit": "W1",
        "kind": "tenancy",
        "starts": "2026-01-01",
        "persons": [{"person": "P1"}],
    }
    erp.send("occupancies", [again])
    assert erp.send("persons", sent)["problems"] == []
    assert rows(brunnenhof, known) == [("Keller-Roth", "verena@example.ch", "+41445550199")]


def test_who_was_erased_is_left_out_until_there_is_a_new_contract(erp: Erp, brunnenhof: SomeCompany) -> None:
    shell = brunnenhof.platform.shell
    with Session(shell.platform) as db:
        leave_out(db, key_of(shell.config), brunnenhof.id, ["P1"])
        db.commit()
    for noun in ("properties", "buildings", "units"):
        erp.send(noun, HOUSE[noun])
    on = "SELECT p.external_id FROM occupant o JOIN person p ON p.id = o.person_id"
    left_out = [erp.send(noun, HOUSE[noun]) for noun in ("persons", "occupancies")]
    assert [(done["status"], done["created"]) for done in left_out] == [("done", 1), ("done", 1)]
    assert [one["field"] for done in left_out for one in done["problems"]] == ["external_id", "persons"]
    assert rows(brunnenhof, on) == [("P2",)]
    new = {**HOUSE["occupancies"][0], "external_id": "M9", "unit": "W2", "starts": "2099-01-01"}
    again = (("occupancies", [new]), ("persons", HOUSE["persons"]), ("occupancies", [new]))
    assert [erp.send(noun, sent)["problem_count"] for noun, sent in again] == [1, 0, 0]
    assert sorted(rows(brunnenhof, on)) == [("P1",), ("P2",), ("P2",)]


def test_a_stream_of_lines_is_read_like_an_array(erp: Erp, brunnenhof: SomeCompany) -> None:
    body = b"\n".join(orjson.dumps({"external_id": f"L{n}", "name": f"Haus {n}"}) for n in range(50)) + b"\n\n"
    done = erp.result(erp.stream("properties", body))
    assert counts(done) == ("done", 50, 50, 0, 0)


def test_a_large_stream_goes_over_the_disk_and_is_known_when_it_comes_again(erp: Erp) -> None:
    body = b" " * 2**20 + orjson.dumps(HOUSE["properties"][0])
    first, again = (erp.stream("properties", body, **{"Idempotency-Key": "M-1"}) for _time in range(2))
    assert (again.json["id"], again.headers["Idempotent-Replayed"]) == (first.json["id"], "true")
    assert counts(erp.result(first)) == ("done", 1, 1, 0, 0)
    other = erp.stream("properties", body + b" ", **{"Idempotency-Key": "M-1"})
    assert other.status_code == 422


def test_one_bad_row_keeps_out_all_and_each_is_told(erp: Erp, brunnenhof: SomeCompany) -> None:
    erp.house()
    sent = [
        {"external_id": "W3", "building": "G1", "name": "gut", "kind": "flat"},
        {"external_id": "W4", "building": "G9", "name": "verirrt", "kind": "flat"},
        {"external_id": "W5", "building": "G1", "name": "Schloss", "kind": "castle"},
        {"external_id": "W6", "building": "G1", "kind": "flat"},
        {"external_id": "W3", "name": "doppelt"},
        {"name": "ohne Nummer"},
        {"external_id": "W1", "area_m2": -1},
        {"external_id": "W1", "colour": "blue"},
        "W7",
        {"external_id": "W8", "building": "G1", "name": "x" * 4000, "kind": "flat"},
    ]
    done = erp.send("units", sent)
    assert counts(done) == ("failed", 10, 0, 0, 0)
    assert [(one["line"], one["field"]) for one in done["problems"]] == [
        (2, "building"), (3, "kind"), (4, "name"), (5, "external_id"), (6, "external_id"), (7, "area_m2"),
        (8, "colour"), (8, "external_id"), (9, ""), (10, "name"),
    ]  # fmt: skip
    assert done["problem_count"] == 10
    assert rows(brunnenhof, "SELECT count(*) FROM unit WHERE external_id IN ('W3', 'W8')") == [(0,)]


@pytest.mark.parametrize(
    ("body", "line"), [(b"{", 1), (b'{"external_id": "A", "name": "a"}\nnope', 2), (b"\xff\xfe", 1), (b"[1", 1)]
)
def test_what_is_no_json_is_told_by_line(erp: Erp, body: bytes, line: int) -> None:
    done = erp.result(erp.stream("properties", body))
    assert (done["status"], [one["line"] for one in done["problems"]]) == ("failed", [line])


def test_tenancies_never_overlap_and_periods_run_forward(erp: Erp, brunnenhof: SomeCompany) -> None:
    erp.house()
    period = {"unit": "W2", "kind": "tenancy"}
    done = erp.send("occupancies", [
        {"external_id": "A", **period, "starts": "2020-01-01", "ends": "2021-01-01"},
        {"external_id": "B", **period, "starts": "2020-06-01", "ends": "2022-01-01"},
        {"external_id": "C", "unit": "W1", "kind": "tenancy", "starts": "2025-01-01"},
        {"external_id": "D", "unit": "W1", "kind": "ownership", "starts": "2010-01-01"},
    ])  # fmt: skip
    assert [one["line"] for one in done["problems"]] == [1, 2, 3]
    done = erp.send("occupancies", [{"external_id": "E", **period, "starts": "2020-01-01", "ends": "2019-01-01"}])
    assert [one["field"] for one in done["problems"]] == ["ends"]


def test_somebody_moves_out_and_somebody_moves_in(erp: Erp, brunnenhof: SomeCompany) -> None:
    erp.house()
    done = erp.send("occupancies", [
        {"external_id": "M2", "unit": "W1", "kind": "tenancy", "starts": "2026-12-01", "persons": ["P2"]},
        {"external_id": "M1", "ends": "2026-12-01", "persons": [{"person": "P1"}]},
    ])  # fmt: skip
    assert counts(done) == ("done", 2, 1, 1, 0)
    assert rows(brunnenhof, "SELECT external_id, ends::text FROM occupancy ORDER BY 1") == [
        ("M1", "2026-12-01"), ("M2", None),
    ]  # fmt: skip
    assert rows(brunnenhof, "SELECT count(*) FROM occupant") == [(2,)]


def test_things_are_put_away_and_taken_back(erp: Erp, brunnenhof: SomeCompany) -> None:
    erp.house()
    archived = "SELECT archived_at IS NOT NULL FROM unit WHERE external_id = 'W2'"
    away = [{"external_id": "W2", "archived": True}]
    assert [counts(erp.send("units", away))[3:] for _twice in range(2)] == [(1, 0), (0, 1)]
    assert rows(brunnenhof, archived) == [(True,)]
    erp.send("units", [{"external_id": "W2", "archived": False}])
    assert rows(brunnenhof, archived) == [(False,)]


def test_growth_ends_at_the_contracts_quota(erp: Erp, brunnenhof: SomeCompany) -> None:
    erp.house()
    with brunnenhof.platform.shell.platform.begin() as connection:
        change = text("""
            UPDATE contract SET unit_quota = CASE WHEN id = (SELECT min(id::text)::uuid FROM contract
                WHERE company_id = :company) THEN 2 ELSE 0 END WHERE company_id = :company
        """)
        connection.execute(change, {"company": brunnenhof.id})
    one_more = {"external_id": "W3", "building": "G1", "name": "zu viel", "kind": "flat"}
    done = erp.send("units", [one_more, {"external_id": "W1", "note": "bleibt"}])
    assert (done["status"], [one["line"] for one in done["problems"]]) == ("failed", [0])
    assert erp.send("units", [{"external_id": "W1", "note": "bleibt"}])["updated"] == 1
    assert erp.send("units", [one_more | {"archived": True}])["created"] == 1


def test_an_idempotency_key_makes_one_batch_of_two_requests(erp: Erp, brunnenhof: SomeCompany) -> None:
    answers = [erp.post("properties", HOUSE["properties"], **{"Idempotency-Key": "nightly-1"}) for _twice in range(2)]
    assert answers[0].json["id"] == answers[1].json["id"]
    assert rows(brunnenhof, "SELECT count(*) FROM erp_batch") == [(1,)]


@pytest.mark.parametrize(("body", "kind", "status"), [
    (b"{}", "application/json", 422), (b"", "application/json", 422), (b"name;ort", "text/csv", 415),
])  # fmt: skip
def test_what_is_no_batch_is_refused_at_once(erp: Erp, body: bytes, kind: str, status: int) -> None:
    answer = erp.browser.open("POST", "/api/v1/erp/units", data=body, headers={**erp.headers, "Content-Type": kind})
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_the_same_numbers_of_two_companies_are_two_things(
    erp: Erp, brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    other = Erp(nordlicht)
    erp.house()
    other.house()
    answer = erp.post("units", [{"external_id": "W1", "name": "unsere"}])
    location = answer.headers["Location"]
    assert erp.result(answer)["updated"] == 1
    assert other.browser.get(location, headers=other.headers).status_code == 404
    assert rows(nordlicht, "SELECT name FROM unit WHERE external_id = 'W1'") == [("1. OG links",)]


def test_a_token_without_the_scope_writes_nothing(brunnenhof: SomeCompany) -> None:
    headers = {"Authorization": f"Bearer {brunnenhof.token('estate.read')}"}
    answer = brunnenhof.visitor().open("POST", "/api/v1/erp/units", json=[], headers=headers)
    assert answer.status_code == 403
