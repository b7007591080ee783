"""A peer's exchange set, read as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from quartier.accounts.models import Account, Agent
from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.files.storage import FolderStorage
from quartier.imports import words
from quartier.imports.manifest import Manifest, manifest_of
from quartier.imports.models import ExchangeRecord
from quartier.imports.problems import Problem
from quartier.imports.reading import Source
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


def test_the_set_becomes_an_estate(desk: Desk) -> None:
    _found, made = desk.apply(*files())
    assert codes(made) == []
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
    assert codes(made) == [("unknown_id", 3)]
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
    assert codes(refused) == [("bad_import_type", 2)]


def test_new_ids_for_old_ones(desk: Desk) -> None:
    desk.apply(*files())
    head = "importType,resource,oldUuid,newUuid\n"
    _found, made = desk.apply(
        ("uuidRemappings.csv", f"{head}update,unit,{U},{NEW}\nupdate,unit,{uuid(99)},{uuid(98)}\n")
    )
    assert (codes(made), made.counts["unit"]) == ([("unknown_id", 3)], {"bad": 1, "changed": 1})
    assert [(row["label"], row["line"], row["fields"]) for row in made.preview["unit"]["changed"]] == [
        ("Seestrasse 14 · 1. OG links", 2, [["external_id", U, NEW]])
    ]
    assert desk.rows(Unit, "external_id") == {(NEW,)}
    circle = desk.check(("uuidRemappings.csv", f"{head}update,unit,{NEW},{U}\nupdate,unit,{U},{NEW}\n"))
    assert [code for code, _line in codes(circle)] == ["cycle", "cycle"]
    together = desk.check(*files(uuidRemappings__csv=f"{head}update,unit,{NEW},{U}\n"))
    assert ("remapping_not_alone", 0) in codes(together)


def test_bad_rows_are_named_and_the_others_go_on(desk: Desk) -> None:
    made = desk.check(
        ("properties.csv", f"importType,id,name\ninsert,{P},Hof\ninsert,nonsense,Hof\nupsert,{G},Hof\ninsert,{U},\n")
    )
    assert codes(made) == [("bad_uuid", 3), ("bad_import_type", 4), ("missing", 5)]
    assert made.counts["property"] == {"new": 1}


def test_a_manifest_that_cannot_be_read_is_said(desk: Desk) -> None:
    assert ("bad_manifest", 0) in codes(desk.check(*files(manifest__json="{nonsense")))
    assert codes(desk.check(*files(manifest__json="{}"))) == []


def test_options_of_the_manifest_are_read_one_by_one(desk: Desk) -> None:
    said = {
        "locale": "xx", "autoImport": "yes", "colour": "blue", "agentPermissions": ["app-admin"], "unitType": "owned",
        "receiveAdminNotifications": True,
        "reportEmails": {"Erp@Brunnenhof.example": ["error"], "nobody": ["error"], "b@c.example": ["always"]},
    }  # fmt: skip
    problems: list[Problem] = []
    made = manifest_of([Source("manifest.json", json.dumps(said).encode())], problems.append)
    assert sorted((one.code, one.column, one.value) for one in problems) == [
        ("bad_option", "autoImport", "yes"), ("bad_option", "locale", "xx"),
        ("bad_option", "reportEmails", "b@c.example: ['always']"), ("bad_option", "reportEmails", "nobody: ['error']"),
        ("unknown_option", "colour", ""),
    ]  # fmt: skip
    assert made == Manifest(
        "ownership", reports={"erp@brunnenhof.example": ("error",)}, permissions=("app-admin",), notifications=True
    )
    made = manifest_of([Source("manifest.json", b'{"reportEmails": ["a@b.example"]}')], problems.append)
    assert (made.reports, made.kind) == ({"a@b.example": ("error", "success")}, "tenancy")


@pytest.mark.parametrize("body", ['{"unitType": "lent"}', "[]"])
def test_whether_periods_are_owned_is_never_guessed(desk: Desk, body: str) -> None:
    assert ("bad_manifest", 0) in codes(desk.check(*files(manifest__json=body)))


def test_rights_in_the_files_are_proposals_and_nobody_gets_any(desk: Desk) -> None:
    head = "importType,resourceType,resourceId,agentId,agentType,validFromDate,validToDate\n"
    found, made = desk.apply(
        *files(manifest__json='{"agentPermissions": ["app-admin"], "receiveAdminNotifications": true}'),
        ("agentPermissions.csv", f"{head}insert,group,{G},{A},property-manager,2026-01-01\n"),
        ("userRelations.csv", f"importType,agentId,resourceId,resourceType,jobRole\ninsert,{A},{NEW},unit,caretaker\n"),
    )
    assert codes(made) == []
    assert made.kept == {"agentPermissions": 1, "agents": 1, "propertyTeams": 1, "tenants": 1, "userRelations": 1}
    assert [(one["agent"], one["place"], one["resource"], one["what"]) for one in found.report["wishes"]] == [
        ("Frei", None, "agents", "app-admin"), ("Frei", "Lindenhof", "propertyTeams", ""),
        ("Frei", "Haus A", "agentPermissions", "property-manager"), ("Frei", NEW, "userRelations", "caretaker"),
    ]  # fmt: skip
    assert [one["starts"] for one in made.wishes] == ["", "", "2026-01-01", ""]
    assert [words.right(one["what"]) for one in made.wishes] == [
        "Administration of the portal", "", "Property management", "Caretaker",
    ]  # fmt: skip
    assert words.right("tenantManager, Hüttenwart") == "Tenant management, Hüttenwart"
    assert [row["place"] for row in made.preview["occupancy"]["new"]] == ["Seestrasse 14 · 1. OG links"]
    assert desk.rows(Agent, "id") == set()
    assert desk.rows(Account, "id") == set()


def test_an_owner_of_a_building_or_a_unit_is_kept_for_later(desk: Desk) -> None:
    owners = files(
        groups__csv=SET["groups.csv"].replace("zipCode", "zipCode,propertyOwner").replace("8002", "8002,Frei AG"),
        units__csv=SET["units.csv"].replace("name", "name,propertyOwner").replace("links", "links,Senn"),
    )
    desk.apply(*owners)
    assert kept(desk) >= {("groups", f"{G}/Frei AG"), ("units", f"{U}/Senn")}


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
