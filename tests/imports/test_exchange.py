"""A peer's exchange set, read as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.files.storage import FolderStorage
from quartier.imports.models import ExchangeRecord
from quartier.people.models import Occupant, Person
from quartier.testing import SomeCompany
from tests.imports.test_imports import Desk, codes


def uuid(number: int) -> str:
    return f"0000000a-0000-4000-8000-{number:012d}"


P, G, U, LET, T, A, NEW = (uuid(number) for number in range(1, 8))
SET = {
    "properties.csv": f"importType,id,name\ninsert,{P.upper()},Lindenhof\n",
    "groups.csv": "name,importType,id,propertyId,country,city,streetName,houseNumber,zipCode\n"
    f"Haus A,insert,{G},{P},CH,Zürich,Seestrasse,14,8002\n",
    "units.csv": f"importType,id,groupId,name\ninsert,{U},{G},1. OG links\n",
    "utilisationPeriods.csv": f"importType,id,unitId,startDate,endDate\ninsert,{LET},{U},2020-04-01\n",
    "tenants.csv": "importType,id,registrationCode,email,phone,name\n"
    f"insert,{T},ABC-123,verena@post.example,+41 44 555 01 01,Verena Keller\n",
    "tenantCheckIns.csv": f"importType,tenantId,utilisationPeriodId\ninsert,{T},{LET}\n",
    "agents.csv": f"importType,id,email,lastName\ninsert,{A},nadja@frei.example,Frei\n",
    "propertyTeams.csv": f"importType,propertyId,agentId\ninsert,{P},{A}\n",
    "manifest.json": '{"locale": "de_DE", "unitType": "owned", "autoImport": true}',
}


@pytest.fixture
def desk(brunnenhof: SomeCompany, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(brunnenhof, FolderStorage(tmp_path))
    yield desk
    desk.db.close()


def files(**changed: str) -> list[tuple[str, str]]:
    return list({**SET, **{name.replace("__", "."): body for name, body in changed.items()}}.items())


def mistakes(made: Any) -> list[tuple[str, int]]:
    return [one for one in codes(made) if one[0] != "too_few_cells"]


def test_the_set_becomes_an_estate(desk: Desk) -> None:
    _found, made = desk.apply(*files())
    assert mistakes(made) == []
    assert (P, "Lindenhof") in desk.rows(Property, "external_id", "name")
    assert (G, "Seestrasse", "14", "8002", "CH") in desk.rows(
        Building, "external_id", "street", "house_number", "postal_code", "country"
    )
    assert desk.rows(Unit, "external_id", "name") == {(U, "1. OG links")}
    assert desk.rows(Occupancy, "external_id", "kind", "ends") == {(LET, "ownership", None)}
    assert desk.rows(Person, "external_id", "given_name", "family_name", "phone", "language") == {
        (T, "Verena", "Keller", "+41445550101", "de"), (A, "", "Frei", None, None),
    }  # fmt: skip
    assert len(desk.rows(Occupant, "id")) == 1
    assert {resource for (resource,) in desk.rows(ExchangeRecord, "resource")} == {"tenants", "agents", "propertyTeams"}


def test_the_set_again_changes_nothing_and_ids_may_be_in_either_case(desk: Desk) -> None:
    desk.apply(*files())
    _found, made = desk.apply(*[(name, body.replace(P, P.upper())) for name, body in files()])
    assert {state for states in made.counts.values() for state in states} == {"unchanged"}


def test_an_update_needs_only_the_id_and_must_find_it(desk: Desk) -> None:
    desk.apply(*files())
    _found, made = desk.apply(("units.csv", f"importType,id,name\nupdate,{U},Attika\nupdate,{NEW},Dach\n"))
    assert mistakes(made) == [("unknown_id", 3)]
    assert desk.rows(Unit, "name") == {("Attika",)}


def test_deletes_where_the_set_allows_them(desk: Desk) -> None:
    desk.apply(*files())
    found, made = desk.apply(("utilisationPeriods.csv", f"importType,id\ndelete,{LET}\n"))
    assert made.counts["occupancy"] == {"delete": 1}
    assert desk.rows(Occupancy, "id") == set()
    assert desk.undo(found) == []
    assert desk.rows(Occupancy, "external_id") == {(LET,)}
    assert len(desk.rows(Occupant, "id")) == 1
    refused = desk.check(("units.csv", f"importType,id\ndelete,{U}\n"))
    assert mistakes(refused) == [("bad_import_type", 2)]


def test_new_ids_for_old_ones(desk: Desk) -> None:
    desk.apply(*files())
    head = "importType,resource,oldUuid,newUuid\n"
    _found, made = desk.apply(
        ("uuidRemappings.csv", f"{head}update,unit,{U},{NEW}\nupdate,unit,{uuid(99)},{uuid(98)}\n")
    )
    assert mistakes(made) == [("unknown_id", 3)]
    assert desk.rows(Unit, "external_id") == {(NEW,)}
    circle = desk.check(("uuidRemappings.csv", f"{head}update,unit,{NEW},{U}\nupdate,unit,{U},{NEW}\n"))
    assert [code for code, _line in mistakes(circle)] == ["cycle", "cycle"]
    together = desk.check(*files(uuidRemappings__csv=f"{head}update,unit,{NEW},{U}\n"))
    assert ("remapping_not_alone", 0) in mistakes(together)


def test_bad_rows_are_named_and_the_others_go_on(desk: Desk) -> None:
    made = desk.check(
        ("properties.csv", f"importType,id,name\ninsert,{P},Hof\ninsert,nonsense,Hof\nupsert,{G},Hof\ninsert,{U},\n")
    )
    assert mistakes(made) == [("bad_uuid", 3), ("bad_import_type", 4), ("missing", 5)]
    assert made.counts["property"] == {"new": 1}


def test_a_manifest_that_cannot_be_read_is_said(desk: Desk) -> None:
    assert ("bad_manifest", 0) in codes(desk.check(*files(manifest__json="{nonsense")))
    assert mistakes(desk.check(*files(manifest__json="{}"))) == []


def kept(desk: Desk) -> set[tuple[str, str]]:
    rows = desk.db.rows("SELECT resource, data FROM exchange_record")
    desk.db.commit()
    return {(row.resource, "/".join(sorted(row.data.values()))) for row in rows}


def test_an_undo_takes_back_what_is_kept_for_later_too(desk: Desk) -> None:
    first, _made = desk.apply(*files())
    before = kept(desk)
    head = "importType,propertyId,agentId,validFromDate\n"
    changed, _made = desk.apply(("propertyTeams.csv", f"{head}update,{P},{A},2026-01-01\n"))
    assert kept(desk) != before
    blocked = desk.undo(first)
    assert ("record", "propertyTeams", "changed") in {(one.noun, one.label, one.what) for one in blocked}
    assert desk.undo(changed) == []
    assert kept(desk) == before
    gone, _made = desk.apply(("propertyTeams.csv", f"{head}delete,{P},{A},\n"))
    assert {resource for resource, _data in kept(desk)} == {"tenants", "agents"}
    assert desk.undo(gone) == []
    assert kept(desk) == before
    assert desk.undo(first) == []
    assert kept(desk) == set()


def test_new_ids_reach_what_is_kept_and_go_back_with_an_undo(desk: Desk) -> None:
    desk.apply(*files())
    before, head = kept(desk), "importType,resource,oldUuid,newUuid\n"
    found, _made = desk.apply(("uuidRemappings.csv", f"{head}update,property,{P},{NEW}\nupdate,agent,{A},{uuid(77)}\n"))
    assert kept(desk) >= {("propertyTeams", "/".join(sorted((NEW, uuid(77)))))}
    assert NEW in {number for (number,) in desk.rows(Property, "external_id")}
    assert desk.undo(found) == []
    assert kept(desk) == before
    assert P in {number for (number,) in desk.rows(Property, "external_id")}
    assert (A,) in desk.rows(Person, "external_id")
