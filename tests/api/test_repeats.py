"""The same POST twice does its work once, at whatever moment the second one comes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from quartier.api.models import ApiAnswer
from tests.api.conftest import SCOPE, Machine

KEY = {"Idempotency-Key": "2f0c"}
HOUSE = {"name": "Seestrasse"}


def kept(machine: Machine) -> list[ApiAnswer]:
    with machine.company.db() as db:
        return list(db.scalars(select(ApiAnswer)))


def test_a_repeated_request_gets_the_same_answer(machine: Machine) -> None:
    first, second = (machine.post("/tests/houses", HOUSE, headers=KEY) for _ in range(2))
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert [second.headers[name] for name in ("Location", "Content-Type", "Idempotent-Replayed")] == [
        first.headers["Location"], "application/json", "true",
    ]  # fmt: skip
    assert "Idempotent-Replayed" not in first.headers
    assert machine.houses() == ["Seestrasse"]


def test_the_key_of_another_request_is_refused(machine: Machine) -> None:
    machine.post("/tests/houses", HOUSE, headers=KEY)
    other = machine.post("/tests/houses", {"name": "Bergstrasse"}, headers={**KEY, "Accept-Language": "fr"})
    elsewhere = machine.post("/tests/small", HOUSE, headers=KEY)
    asked = machine.post("/tests/houses?x=1", HOUSE, headers=KEY)
    assert [answer.status_code for answer in (other, elsewhere, asked)] == [422, 422, 422]
    assert other.json is not None
    assert other.json["detail"] == "Cet Idempotency-Key appartient à une autre requête."
    assert machine.houses() == ["Seestrasse"]


def test_keys_belong_to_their_token(machine: Machine) -> None:
    machine.post("/tests/houses", HOUSE, headers=KEY)
    colleague = Machine(machine.company, machine.platform, machine.company.token(SCOPE))
    assert colleague.post("/tests/houses", {"name": "Bergstrasse"}, headers=KEY).status_code == 201
    assert machine.houses() == ["Bergstrasse", "Seestrasse"]


@pytest.mark.parametrize(("path", "status"), [("/tests/broken-houses", 500), ("/tests/refused-houses", 409)])
def test_a_request_that_failed_leaves_nothing_and_is_done_anew(machine: Machine, path: str, status: int) -> None:
    assert [machine.post(path, HOUSE, headers=KEY).status_code for _ in range(2)] == [status, status]
    assert (kept(machine), machine.houses()) == ([], [])
    assert machine.post("/tests/houses", HOUSE, headers=KEY).status_code == 201


def test_what_was_refused_for_its_values_may_be_sent_again_corrected(machine: Machine) -> None:
    assert machine.post("/tests/houses", {}, headers=KEY).status_code == 422
    assert machine.post("/tests/houses", HOUSE, headers=KEY).status_code == 201


def test_two_at_the_same_moment_do_the_work_once(machine: Machine) -> None:
    barrier = Barrier(2)

    def send(_number: int) -> TestResponse:
        barrier.wait()
        return machine.post("/tests/houses", HOUSE, headers=KEY)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].data == answers[1].data
    assert sorted(answer.headers.get("Idempotent-Replayed", "false") for answer in answers) == ["false", "true"]
    assert machine.houses() == ["Seestrasse"]


def test_an_answer_of_more_than_a_megabyte_is_not_kept_but_the_work_is_done_once(machine: Machine) -> None:
    first, second = (machine.post("/tests/large-answers", headers={**KEY, "Accept-Language": "en"}) for _ in range(2))
    assert (first.status_code, second.status_code, len(first.data)) == (200, 409, 2**20 + 1)
    assert second.json is not None
    assert second.json["detail"] == "This request has been carried out already; its answer was too large to be kept."
    assert machine.houses() == ["Largest of all"]


def test_a_form_with_a_file_is_the_same_form_whatever_its_boundary(machine: Machine) -> None:
    def send(text: bytes) -> int:
        data: Any = {"file": (BytesIO(text), "houses.txt")}
        return machine.ask("POST", "/tests/files", data=data, headers=KEY).status_code

    assert [send(b"Seestrasse"), send(b"Seestrasse"), send(b"Bergstrasse")] == [201, 201, 422]
    assert machine.houses() == ["Seestrasse"]


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_a_sensible_length(machine: Machine, key: str) -> None:
    assert machine.post("/tests/houses", HOUSE, headers={"Idempotency-Key": key}).status_code == 400
    assert machine.post("/tests/houses", HOUSE, headers={"Idempotency-Key": "x" * 200}).status_code == 201


def test_keys_are_forgotten_after_a_day(machine: Machine) -> None:
    machine.post("/tests/houses", HOUSE, headers=KEY)
    with machine.company.db() as db:
        db.execute(text("UPDATE api_answer SET created_at = now() - interval '25 hours'"))
        db.commit()
    assert machine.post("/tests/houses", {"name": "Bergstrasse"}, headers=KEY).status_code == 201
    assert len(kept(machine)) == 1
