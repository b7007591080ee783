"""The looks of properties over the API: what is their own, on what the company wears, and who reaches them."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from quartier.companies.branding import publish_brand
from quartier.companies.subbrands import OWNABLE
from quartier.contracts.models import ContractEvent
from quartier.subbrands.schemas import PropertyLookSchema
from quartier.testing import Browser, SomeCompany
from tests.companies.test_subbrands import GREEN, RED, shown
from tests.studio.test_api import Api, complaints, program
from tests.studio.test_look import NIGHT, png

LIST = "/brand/properties"
COLOURS = ["colour", "second"]
SOON = {"publish_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}


@pytest.fixture
def api(brunnenhof: SomeCompany) -> Api:
    return program(brunnenhof, "company.settings")


@pytest.fixture
def home(brunnenhof: SomeCompany) -> tuple[str, UUID, Browser]:
    """The address of a property's look, the property, and somebody who lives there."""
    estate, building = brunnenhof.house("Hofgarten O'Hara")
    verena = brunnenhof.resident("Verena Keller", building_id=building, language="de").browser
    return f"/properties/{estate}/brand", estate, verena


def now(company: SomeCompany) -> None:
    company.platform.shell.snapshots.forget(company.id)


def company_in(company: SomeCompany, theme: str) -> None:
    with company.db() as db:
        publish_brand(db, company.id, {"theme": theme})
        db.commit()


def test_a_look_of_a_property_has_all_that_can_be_its_own() -> None:
    assert set(PropertyLookSchema().fields) == set(OWNABLE)


def test_drafted_published_ended_and_taken_up_again(
    brunnenhof: SomeCompany, api: Api, home: tuple[str, UUID, Browser]
) -> None:
    there, estate, verena = home
    draft, versions = f"{there}/draft", f"{there}/versions"
    first = api("GET", there).json
    assert (first["in_force"], first["planned"], first["draft"], first["own"]) == (None, None, None, [])
    assert first["look"]["colour"] == GREEN
    assert api("GET", LIST).json == {"items": [], "next": None}
    changed = api("PATCH", draft, draft, json={"colour": "8C2F39", "app_name": {"fr": "Cour"}, "corners": "round"})
    assert (changed.status_code, changed.json["own"]) == (200, ["app_name", *COLOURS, "corners"])
    less = api("PATCH", draft, draft, json={"corners": None, "app_name": {}}).json
    assert (less["own"], less["look"]) == (COLOURS, {**first["look"], "colour": RED, "second": None})
    sent = api("POST", f"{draft}/pictures/logo", draft, data={"file": (io.BytesIO(NIGHT), "logo.svg")}).json
    assert sent["own"] == [*COLOURS, "logo_id", "logo_dark_id", "logo_reverse_id"]
    gone = api("PATCH", draft, draft, json={"logo_id": None}).json
    assert (gone["own"], shown(verena)[0]) == (COLOURS, GREEN)
    made = api("POST", versions, draft, json={})
    assert made.status_code == 201
    assert [made.json[name] for name in ("number", "state", "own")] == [1, "in_force", COLOURS]
    now(brunnenhof)
    assert shown(verena)[0] == RED
    (one,) = api("GET", LIST).json["items"]
    assert {name: one[name] for name in ("property_id", "name", "own", "number", "planned_at", "draft_saved_at")} == {
        "property_id": str(estate), "name": "Hofgarten O'Hara", "own": COLOURS, "number": 1, "planned_at": None,
        "draft_saved_at": None,
    }  # fmt: skip
    assert (api("DELETE", there, there).status_code, api("DELETE", there, there).status_code) == (204, 409)
    now(brunnenhof)
    assert (shown(verena)[0], api("GET", there).json["own"]) == (GREEN, [])
    again = api("POST", f"{versions}/{made.json['id']}/restore", there)
    assert (again.status_code, again.json["number"], again.json["restored"]) == (201, 3, 1)
    found = api("GET", f"{versions}?limit=2").json
    rest = api("GET", f"{versions}?limit=2&after={found['next']}").json["items"]
    assert [(one["number"], one["state"], one["own"]) for one in found["items"] + rest] == [
        (3, "in_force", COLOURS), (2, "past", []), (1, "past", COLOURS),
    ]  # fmt: skip
    with brunnenhof.db() as db:
        events = select(ContractEvent.kind, ContractEvent.subject).where(ContractEvent.kind.like("look.%"))
        assert [tuple(one) for one in db.execute(events.order_by(ContractEvent.id))] == [
            (f"look.{what}", "Hofgarten O'Hara") for what in ("published", "ended", "restored")
        ]


def test_planned_taken_back_and_what_is_refused(api: Api, home: tuple[str, UUID, Browser]) -> None:
    there = home[0]
    draft, versions = f"{there}/draft", f"{there}/versions"
    wrong = {"colour": "green", "tone": "informal", "logo_id": "me", "micro_apps": {}}
    assert set(complaints(api("PATCH", draft, draft, json=wrong))) == set(wrong)
    strange = {"theme": "sepia", "icon_id": "018f0000-0000-7000-8000-000000000001"}
    assert set(complaints(api("PATCH", draft, draft, json=strange))) == set(strange)
    assert api("POST", f"{draft}/pictures/poster", draft, data={}).status_code == 404
    assert set(complaints(api("POST", f"{draft}/pictures/icon", draft, data={}))) == {"file"}
    assert api("POST", versions, draft, json={}).status_code == 409  # no draft
    api("PATCH", draft, draft, json={"colour": GREEN})
    assert api("POST", versions, draft, json={}).status_code == 409  # nothing of its own
    api("PATCH", draft, draft, json={"colour": RED})
    assert api("GET", f"{there}/proof?of=draft").json["holds"] is True
    planned = api("POST", versions, draft, json=SOON).json
    assert (planned["state"], api("GET", there).json["planned"]["id"]) == ("planned", planned["id"])
    api("PATCH", draft, draft, json={"theme": "warm"})
    assert "is planned for" in complaints(api("POST", versions, draft, json=SOON))["publish_at"]
    assert api("DELETE", draft, draft).status_code == 204
    back = f"{versions}/{planned['id']}/withdraw"
    assert [api("POST", back).json["state"], api("POST", back).status_code] == ["withdrawn", 409]
    assert api("GET", draft).json["look"]["colour"] == RED
    assert api("GET", f"{versions}/{planned['id']}").json["state"] == "withdrawn"


def test_who_was_quicker_is_not_written_over_nor_the_company_s_new_look(
    brunnenhof: SomeCompany, api: Api, home: tuple[str, UUID, Browser]
) -> None:
    there = home[0]
    draft, versions = f"{there}/draft", f"{there}/versions"
    seen, stood = api("GET", draft).headers["ETag"], api("GET", there).headers["ETag"]
    company_in(brunnenhof, "warm")
    late = api("PATCH", draft, seen, json={"colour": RED})
    assert (late.status_code, late.headers["ETag"]) == (412, api("GET", draft).headers["ETag"])
    api("PATCH", draft, draft, json={"colour": RED})
    made = api("POST", versions, draft, json={}).json["id"]
    icon = {"file": (io.BytesIO(png()), "i.png")}
    assert [
        api("POST", versions, seen, json={}).status_code, api("DELETE", draft, seen).status_code,
        api("POST", f"{draft}/pictures/icon", seen, data=icon).status_code,
        api("POST", f"{versions}/{made}/restore", stood).status_code, api("DELETE", there, stood).status_code,
        api("DELETE", there).status_code,
    ] == [412, 412, 412, 412, 412, 428]  # fmt: skip
    again = api("GET", draft).headers["ETag"]
    company_in(brunnenhof, "markant")
    assert api("PATCH", draft, again, json={"colour": GREEN}).status_code == 412


def test_neither_another_company_nor_property_nor_scope_reaches_it(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, api: Api, home: tuple[str, UUID, Browser]
) -> None:
    there, other = home[0], program(nordlicht, "company.settings")
    draft, versions = f"{there}/draft", f"{there}/versions"
    api("PATCH", draft, draft, json={"colour": RED})
    made = api("POST", versions, draft, json={}).json["id"]
    seal, beside = api("GET", there).headers["ETag"], f"/properties/{brunnenhof.property_id}/brand"
    reads = (there, draft, versions, f"{versions}/{made}", f"{there}/proof")
    writes: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("DELETE", there, {}), ("PATCH", draft, {"json": {"colour": RED}}), ("DELETE", draft, {}),
        ("POST", f"{draft}/pictures/icon", {"data": {}}), ("POST", versions, {"json": {}}),
        ("POST", f"{versions}/{made}/restore", {}), ("POST", f"{versions}/{made}/withdraw", {}),
    )  # fmt: skip
    assert {other("GET", path).status_code for path in reads} == {404}
    assert {other(method, path, seal, **more).status_code for method, path, more in writes} == {404}
    assert other("GET", LIST).json["items"] == []
    company = api("GET", "/brand").json["in_force"]["id"]
    for wrong in (f"{versions}/{company}", f"{beside}/versions/{made}", f"/brand/versions/{made}"):
        assert api("GET", wrong).status_code == 404
        assert api("POST", f"{wrong}/withdraw").status_code == 404
    assert api("POST", f"{beside}/versions/{made}/restore", beside).status_code == 404
    narrow = program(brunnenhof, "legal.edit")
    assert {narrow("GET", path).status_code for path in (LIST, *reads)} == {403}


def test_the_list_goes_on_where_it_ended(brunnenhof: SomeCompany, api: Api) -> None:
    made = sorted(str(brunnenhof.house(f"Haus {at}")[0]) for at in range(3))
    for one in made:
        api("PATCH", f"/properties/{one}/brand/draft", f"/properties/{one}/brand/draft", json={"colour": RED})
    first = api("GET", f"{LIST}?limit=2").json
    second = api("GET", f"{LIST}?limit=2&after={first['next']}").json
    assert [one["property_id"] for one in first["items"] + second["items"]] == made
    assert second["next"] is None
