"""Validators as RFC 9110 has them: strong for writes, weak will do for reads, lists, and the star."""

from __future__ import annotations

import pytest

from tests.api.conftest import Machine


@pytest.mark.parametrize("known", ['"3"', 'W/"3"', '"1", "3"', '"1",W/"3" , "x,y"', "*"])
def test_who_has_the_present_version_gets_no_body(machine: Machine, known: str) -> None:
    answer = machine.get("/tests/doors/3", headers={"If-None-Match": known})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", '"3"')
    assert answer.headers["X-Known"] == "True"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("known", ['"2"', 'W/"2"', '"33"', '""', ",", "nonsense"])
def test_who_has_another_version_gets_the_present_one(machine: Machine, known: str) -> None:
    answer = machine.get("/tests/doors/3", headers={"If-None-Match": known})
    assert (answer.status_code, answer.text, answer.headers["ETag"]) == (200, "open", '"3"')
    assert answer.headers["X-Known"] == "False"


def test_without_a_condition_there_is_an_answer(machine: Machine) -> None:
    answer = machine.get("/tests/doors/3")
    assert (answer.status_code, answer.headers["X-Known"]) == (200, "False")


def test_head_says_what_get_would_say(machine: Machine) -> None:
    answer = machine.ask("HEAD", "/tests/doors/3")
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (200, b"", '"3"')
    assert machine.ask("HEAD", "/tests/doors/3", headers={"If-None-Match": '"3"'}).status_code == 304


@pytest.mark.parametrize("wanted", ['"3"', '"1", "3"', "*"])
def test_a_write_to_the_version_that_was_read_is_done(machine: Machine, wanted: str) -> None:
    answer = machine.ask("PUT", "/tests/doors/3", headers={"If-Match": wanted})
    assert (answer.status_code, answer.text, answer.headers["ETag"]) == (200, "closed", '"4"')


@pytest.mark.parametrize("wanted", ['"2"', 'W/"3"', '"33", W/"3"', "", ","])
def test_a_write_to_another_version_is_refused_and_told_the_present_one(machine: Machine, wanted: str) -> None:
    answer = machine.ask("PUT", "/tests/doors/3", headers={"If-Match": wanted, "Accept-Language": "de"})
    assert (answer.status_code, answer.headers["ETag"]) == (412, '"3"')
    assert answer.json is not None
    assert answer.json["title"] == "Der Inhalt wurde inzwischen geändert"


def test_a_write_must_say_which_version_it_means(machine: Machine) -> None:
    answer = machine.ask("PUT", "/tests/doors/3", headers={"Accept-Language": "en"})
    assert answer.json is not None
    assert (answer.status_code, answer.json["title"]) == (428, "The If-Match header is missing")
