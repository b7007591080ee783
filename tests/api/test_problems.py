"""Everything that can go wrong with a request is told as a problem document, in the caller's language."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from quartier.db.base import new_id
from quartier.testing import SomeCompany
from quartier.web.headers import SECURITY
from tests.api.conftest import SMALL, Machine

GERMAN = {"Accept-Language": "de"}


def problem(answer: TestResponse) -> dict[str, Any]:
    """The document; whatever it is about, its frame is right and every header is there."""
    assert answer.content_type == "application/problem+json"
    assert set(answer.headers.items()) >= set(SECURITY.items())
    assert answer.headers["Cache-Control"] == "private, no-store"
    body: dict[str, Any] = json.loads(answer.data)
    assert (body.pop("status"), body.pop("type")) == (answer.status_code, f"/api/problems/{answer.status_code}")
    assert "Traceback" not in answer.text
    return body


@pytest.mark.parametrize(
    ("language", "title", "sentence"),
    [
        ("de", "Einige Angaben sind nicht brauchbar", "Bitte ausfüllen."),
        ("fr-CH", "Certaines valeurs ne conviennent pas", "Ce champ est obligatoire."),
        ("en-GB, de;q=0.5", "Some values cannot be used", "Please fill this in."),
        ("it", "Einige Angaben sind nicht brauchbar", "Bitte ausfüllen."),
    ],
)
def test_problems_speak_the_callers_language(machine: Machine, language: str, title: str, sentence: str) -> None:
    answer = machine.post("/tests/houses", {}, headers={"Accept-Language": language})
    body = problem(answer)
    assert (answer.status_code, body) == (422, {
        "title": title, "instance": "/api/v1/tests/houses", "errors": [{"pointer": "#/name", "detail": sentence}],
    })  # fmt: skip


def test_each_unusable_value_is_pointed_at(machine: Machine) -> None:
    house = {"name": "", "floors": 0, "rooms": [1, "two", 3], "title": {"fr": 7}, "x~y/z": 1}
    found = problem(machine.post("/tests/houses", house, headers={"Accept-Language": "en"}))["errors"]
    assert {error["pointer"]: error["detail"] for error in found} == {
        "#/name": "At most 80 characters.",
        "#/floors": "At least 1.",
        "#/rooms/1": "Please enter a whole number.",
        "#/title/fr": "This must be text.",
        "#/x~0y~1z": "This field is not known.",
    }


@pytest.mark.parametrize("body", ["[]", '"text"', "7", "null"])
def test_json_of_the_wrong_shape_is_pointed_at_as_a_whole(machine: Machine, body: str) -> None:
    answer = machine.ask("POST", "/tests/houses", data=body, content_type="application/json")
    assert (answer.status_code, [error["pointer"] for error in problem(answer)["errors"]]) == (422, ["#"])


@pytest.mark.parametrize(
    "body", [b"{", b"{'name': 1}", b'{"name": NaN}', b"\xff\xfe", b'{"name": "\xe4"}', b"[" * 100_000, b'"\\ud800"']
)
def test_what_is_not_json_is_said_to_be_none(machine: Machine, body: bytes) -> None:
    answer = machine.ask("POST", "/tests/houses", data=body, content_type="application/json", headers=GERMAN)
    found = problem(answer)
    assert (answer.status_code, found["title"]) == (400, "Die Anfrage ist nicht lesbar")
    assert found["detail"].startswith("Das ist kein gültiges JSON: Zeile 1, Spalte ")


def test_another_content_type_is_refused_as_such(machine: Machine) -> None:
    for options in (
        {"data": {"name": "Seestrasse"}},
        {"data": b'{"name": "Seestrasse"}', "content_type": "text/plain"},
    ):
        answer = machine.ask("POST", "/tests/houses", headers=GERMAN, **options)
        assert (answer.status_code, answer.headers["Accept"]) == (415, "application/json")
        assert problem(answer)["detail"] == "Der Inhalt muss JSON sein, und Content-Type muss es sagen."


def test_no_body_at_all_lacks_the_required_fields(machine: Machine) -> None:
    assert problem(machine.post("/tests/houses"))["errors"][0]["pointer"] == "#/name"


def test_a_megabyte_is_enough(machine: Machine) -> None:
    answer = machine.post("/tests/houses", {"name": "x" * 2**20})
    assert (answer.status_code, problem(answer)["instance"]) == (413, "/api/v1/tests/houses")
    assert machine.post("/tests/houses", {"name": "x" * (2**20 - 100)}).status_code == 422


def test_an_operation_may_take_less(machine: Machine) -> None:
    assert machine.post("/tests/small", {"name": "x", "rooms": [1] * SMALL}).status_code == 413
    assert machine.post("/tests/small", {"name": "x", "rooms": [1]}).status_code == 204


def test_the_same_holds_with_an_idempotency_key(machine: Machine) -> None:
    answer = machine.post("/tests/small", {"name": "x", "rooms": [1] * SMALL}, headers={"Idempotency-Key": "1"})
    assert answer.status_code == 413


@pytest.mark.parametrize("name", ["a\0b", "\0"])
def test_what_the_database_cannot_hold_is_the_callers_mistake(machine: Machine, name: str) -> None:
    answer = machine.post("/tests/houses", {"name": name}, headers=GERMAN)
    assert (answer.status_code, problem(answer)["detail"]) == (422, "Einer der Werte kann nicht gespeichert werden.")


def test_a_number_that_somebody_else_has_taken_is_a_conflict(machine: Machine) -> None:
    statuses = [machine.post("/tests/houses", {"name": "Seestrasse"}).status_code for _ in range(2)]
    assert (statuses, machine.houses()) == ([201, 409], ["Seestrasse"])


def test_a_service_may_validate_by_itself(machine: Machine) -> None:
    answer = machine.post("/tests/strict-houses")
    assert (answer.status_code, problem(answer)["errors"][0]["pointer"]) == (422, "#/address/street")


def test_a_module_that_raises_shows_nothing_but_a_number(machine: Machine) -> None:
    answer = machine.post("/tests/broken-houses", {"name": "Seestrasse"}, headers=GERMAN)
    body = problem(answer)
    assert (answer.status_code, body["title"]) == (500, "Bei uns ist etwas schiefgegangen")
    assert len(body["request_id"]) == 16
    assert "secret" not in answer.text
    assert machine.houses() == []


def test_a_method_that_is_not_there_names_those_that_are(machine: Machine) -> None:
    answer = machine.ask("DELETE", "/tests/houses")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert problem(answer)["instance"] == "/api/v1/tests/houses"


def test_options_says_what_can_be_done(machine: Machine) -> None:
    answer = machine.ask("OPTIONS", "/tests/doors/3")
    assert (answer.status_code, answer.data) == (200, b"")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PUT"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_missing_scope_is_named(machine: Machine) -> None:
    beginner = Machine(machine.company, machine.platform, machine.company.token())
    answer = beginner.get("/properties", headers=GERMAN)
    assert (answer.status_code, problem(answer)["detail"]) == (403, "Dafür braucht es den Scope estate.read.")
    assert answer.headers["WWW-Authenticate"] == ('Bearer realm="API", error="insufficient_scope", scope="estate.read"')


@pytest.mark.parametrize("header", ["Bearer qrt_wrong", "Bearer", "Basic dTpw", "qrt_wrong", "Bearer \t"])
def test_a_token_that_is_none_is_called_invalid(machine: Machine, header: str) -> None:
    answer = machine.browser.get("/api/v1/me", headers={"Authorization": header})
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="API", error="invalid_token"'
    assert (answer.status_code, problem(answer)["instance"]) == (401, "/api/v1/me")


def test_a_closed_portal_says_so_to_programs_too(machine: Machine) -> None:
    with machine.company.platform.shell.platform.begin() as connection:
        connection.execute(text("UPDATE company SET status = 'suspended' WHERE id = :id"), {"id": machine.company.id})
    machine.company.platform.shell.snapshots.forget(machine.company.id)
    answer = machine.get("/me", headers=GERMAN)
    assert (answer.status_code, problem(answer)["detail"]) == (503, "Dieses Portal ist im Moment geschlossen.")
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_a_module_that_is_off_is_gone_for_every_method(
    machine: Machine, make_company: Callable[..., SomeCompany], method: str
) -> None:
    company = make_company("Ohne")
    there = Machine(company, machine.platform, company.token(*("team.admin", "faq.edit")))
    for slug in machine.platform.shell.plugins.installed:
        answers = {there.ask(method, f"/{slug}{path}").status_code for path in ("", "/", f"/articles/{new_id()}")}
        assert answers == {404}
