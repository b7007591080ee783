"""Pages by keyset: complete, once each, whatever happens meanwhile; and cursors that somebody made up."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from quartier.db.base import new_id
from quartier.estate.models import Property
from tests.api.conftest import Machine

SOMEBODY = "01a20174-0000-7000-8000-000000000001"  # fixed, for every process must collect the same tests


def plant(machine: Machine, *names: str) -> None:
    machine.company.plant(*(Property(id=new_id(), name=name, timezone="Europe/Zurich") for name in names))


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(values))).decode().rstrip("=")


def test_230_rows_arrive_once_each_while_others_are_written(machine: Machine) -> None:
    names = [f"House {number:03}" for number in range(230)]
    plant(machine, *names)
    seen, sizes, address = [], [], "/tests/houses?limit=60"
    while address:
        page = machine.get(address).json
        assert page is not None
        seen += [item["name"] for item in page["items"]]
        sizes.append(len(page["items"]))
        plant(machine, f"Attic, before all {len(sizes)}", f"House {len(seen) - 1:03}b", f"Zoo, after all {len(sizes)}")
        address = f"/tests/houses?limit=60&after={page['next']}" if page["next"] and len(sizes) < 9 else ""
    assert sorted(set(seen)) == sorted(seen)
    assert [name for name in seen if name in names] == names
    assert [name for name in seen if name.startswith("Attic")] == []
    assert {name for name in seen if name.startswith("Zoo")} == {f"Zoo, after all {number}" for number in range(1, 4)}
    assert sizes == [60, 60, 60, 57]


def test_equal_names_are_told_apart_by_their_id(machine: Machine) -> None:
    plant(machine, *["House"] * 5)
    first = machine.get("/tests/houses?limit=3").json
    assert first is not None
    second = machine.get(f"/tests/houses?limit=3&after={first['next']}").json
    assert second is not None
    assert len({item["id"] for item in first["items"] + second["items"]}) == 6
    assert second["next"] is None


def test_the_link_header_names_the_next_page_with_the_same_filters(machine: Machine) -> None:
    plant(machine, "A", "B")
    answer = machine.get("/tests/houses?limit=2&tag=x&tag=y")
    address, relation = answer.headers["Link"].split("; ")
    parts = urlsplit(address.strip("<>"))
    assert (parts.path, relation) == ("/api/v1/tests/houses", 'rel="next"')
    assert answer.json is not None
    assert parse_qs(parts.query) == {"limit": ["2"], "tag": ["x", "y"], "after": [answer.json["next"]]}
    assert "Link" not in machine.get(f"/tests/houses?limit=2&after={answer.json['next']}").headers


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "", "1e9", "99999999999999999999"])
def test_a_limit_out_of_bounds_is_a_problem_of_that_parameter(machine: Machine, limit: str) -> None:
    answer = machine.get(f"/tests/houses?limit={limit}")
    assert answer.json is not None
    assert (answer.status_code, [error["parameter"] for error in answer.json["errors"]]) == (422, ["limit"])


@pytest.mark.parametrize("limit", [1, 200])
def test_the_bounds_themselves_are_allowed(machine: Machine, limit: int) -> None:
    assert machine.get(f"/tests/houses?limit={limit}").status_code == 200


@pytest.mark.parametrize(
    "after",
    [
        "",
        "nonsense",
        "ä",
        "%00",
        cursor(),
        cursor("House"),
        cursor("House", 5),
        cursor("House", None),
        cursor("House", "not-a-uuid"),
        cursor(7, SOMEBODY),
        cursor("a\0b", SOMEBODY),
        cursor("House", SOMEBODY, "more"),
        cursor({"name": "House"}, [SOMEBODY]),
        base64.urlsafe_b64encode(b'{"a": 1}').decode(),
        base64.urlsafe_b64encode(b"7").decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_made_up_cursor_is_a_problem_of_that_parameter(machine: Machine, after: str) -> None:
    answer = machine.get(f"/tests/houses?after={after}", headers={"Accept-Language": "fr"})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"] == [{"parameter": "after", "detail": "Ce curseur n’appartient pas à cette liste."}]


def test_a_cursor_shows_nothing_of_another_company(machine: Machine, nordlicht: object) -> None:
    everything = machine.get(f"/tests/houses?after={cursor('', '00000000-0000-0000-0000-000000000000')}").json
    assert everything is not None
    assert [item["name"] for item in everything["items"]] == ["Brunnenhofstrasse"]
