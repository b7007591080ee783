"""So many requests a minute for each token, whatever they are and whatever becomes of them."""

from __future__ import annotations

from sqlalchemy import text

from tests.api.conftest import Machine


def left(machine: Machine, path: str = "/me") -> int:
    return int(machine.get(path).headers["RateLimit"].removeprefix('"default";r=').split(";")[0])


def set_window(machine: Machine, assignment: str) -> None:
    with machine.company.db() as db:
        db.execute(text(f"UPDATE api_window SET {assignment}"))
        db.commit()


def test_refused_requests_count_too(machine: Machine) -> None:
    assert left(machine) == 599
    stranger = Machine(machine.company, machine.platform, machine.company.token())
    assert [left(stranger, "/properties"), left(stranger, "/tests/houses?limit=0")] == [599, 598]
    assert left(machine) == 598


def test_nobody_without_a_token_is_counted(machine: Machine) -> None:
    answer = machine.browser.get("/api/v1/tests/doors/1")
    assert (answer.status_code, "RateLimit" in answer.headers) == (200, False)


def test_one_too_many_is_told_when_to_come_back(machine: Machine) -> None:
    machine.get("/me")
    set_window(machine, "requests = 599")
    assert machine.get("/me").headers["RateLimit"].startswith('"default";r=0;')
    answer = machine.get("/me", headers={"Accept-Language": "de"})
    assert (answer.status_code, answer.headers["RateLimit-Policy"]) == (429, '"default";q=600;w=60')
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.json is not None
    assert (answer.json["title"], answer.json["detail"]) == (
        "Zu viele Anfragen", "Ein Token darf 600 Anfragen pro Minute stellen.",
    )  # fmt: skip


def test_after_a_minute_everything_is_as_before(machine: Machine) -> None:
    machine.get("/me")
    set_window(machine, "requests = 700, began_at = now() - interval '61 seconds'")
    assert left(machine) == 599
