"""Wishes to the ERP for programs: fetched, answered, and made."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from quartier.db.base import new_id
from quartier.erp.policies import WRITE
from quartier.estate.models import Unit
from quartier.estate.policies import EDIT
from quartier.testing import SomeCompany
from tests.masterdata.test_corrections import LIST, agent, as_it_is, mails, page_of


class Program:
    """The company's own system, or somebody else's."""

    def __init__(self, company: SomeCompany, *scopes: str) -> None:
        self.browser = company.visitor()
        self.headers = {"Authorization": f"Bearer {company.token(*scopes)}", "Accept-Language": "de"}

    def ask(self, method: str, path: str = "", **sent: Any) -> Any:
        return self.browser.open(method, f"/api/v1/corrections{path}", headers=self.headers, **sent)


def wish(unit: Unit, **values: Any) -> dict[str, Any]:
    return {"json": {"noun": "unit", "id": str(unit.id), "values": values, "note": "laut Plan"}}


def test_the_erp_fetches_a_wish_and_says_what_becomes_of_it(brunnenhof: SomeCompany, unit: Unit) -> None:
    nadja, erp = agent(brunnenhof).browser, Program(brunnenhof, WRITE)
    for area in ("81", "82"):
        nadja.post(page_of(unit), {**as_it_is(nadja, page_of(unit)), "area_m2": area})
    second, first = erp.ask("GET").json["items"]
    assert (first["object"], first["state"], first["proposed_by"]) == (
        {"id": str(unit.id), "external_id": "W-12"}, "open", "Nadja Frei",
    )  # fmt: skip
    assert [(one["field"], one["present"], one["proposed"], one["arrived_at"]) for one in first["fields"]] == [
        ("area_m2", 80.5, 81.0, None)
    ]
    assert erp.ask("POST", f"/{first['id']}/answer", json={"accepted": False}).status_code == 422
    no = erp.ask("POST", f"/{first['id']}/answer", json={"accepted": False, "reason": "Neu vermessen: 80,5"})
    yes = erp.ask("POST", f"/{second['id']}/answer", json={"accepted": True})
    assert (no.json["state"], yes.json["state"], yes.json["closed_at"]) == ("declined", "accepted", None)
    assert erp.ask("POST", f"/{first['id']}/answer", json={"accepted": True}).status_code == 409
    assert [one["id"] for one in erp.ask("GET").json["items"]] == [second["id"]]
    assert [one["id"] for one in erp.ask("GET", "?state=closed").json["items"]] == [first["id"]]
    assert "in Bearbeitung" in nadja.get(LIST).text
    assert "Neu vermessen: 80,5" in nadja.get(f"{LIST}?state=done").text
    db = brunnenhof.db()
    db.execute(text("UPDATE unit SET area_m2 = 82"))
    db.commit()
    assert erp.ask("GET", f"/{second['id']}").json["state"] == "arrived"


def test_a_program_proposes_by_the_rules_of_the_form(brunnenhof: SomeCompany, unit: Unit) -> None:
    program = Program(brunnenhof, EDIT, WRITE)
    made = program.ask("POST", **wish(unit, area_m2=81, name="12a"))
    assert (made.status_code, made.json["state"], made.json["note"]) == (201, "open", "laut Plan")
    assert {one["field"]: one["proposed"] for one in made.json["fields"]} == {"area_m2": 81.0, "name": "12a"}
    assert program.ask("GET", f"/{made.json['id']}").json == made.json
    assert [mail.address for mail in mails(brunnenhof)] == ["erp@keepers.example"]
    for values, where in (
        ({"area_m2": 81}, "/area_m2"),  # wished already
        ({"area_m2": "viel"}, "/area_m2"), ({"floor": "2"}, "/floor"), ({"area_m2": 80.5}, ""),
    ):  # fmt: skip
        answer = program.ask("POST", **wish(unit, **values))
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"#/values{where}"), values
    nothing = {"json": {"noun": "unit", "id": str(new_id()), "values": {"area_m2": 81}}}
    assert program.ask("POST", **nothing).json["errors"][0]["pointer"] == "#/id"
    assert len(mails(brunnenhof)) == 1


def test_scopes_and_limits_of_keys(brunnenhof: SomeCompany, nordlicht: SomeCompany, unit: Unit) -> None:
    made = Program(brunnenhof, EDIT, WRITE).ask("POST", **wish(unit, area_m2=81)).json["id"]
    assert Program(brunnenhof, EDIT).ask("GET").status_code == 403
    assert Program(brunnenhof, WRITE).ask("POST", **wish(unit, area_m2=82)).status_code == 403
    person = {"json": {"noun": "person", "id": str(brunnenhof.person("Keller").id), "values": {"email": "v@k.example"}}}
    assert Program(brunnenhof, EDIT).ask("POST", **person).status_code == 403
    stranger = Program(nordlicht, EDIT, WRITE)
    assert stranger.ask("GET", f"/{made}").status_code == 404
    assert stranger.ask("POST", f"/{made}/answer", json={"accepted": True}).status_code == 404
    limited = Program(brunnenhof, WRITE)
    with brunnenhof.platform.shell.platform.begin() as connection:
        limit = "UPDATE api_token SET properties = ARRAY[:property]::uuid[] WHERE company_id = :company"
        connection.execute(text(limit), {"property": brunnenhof.property_id, "company": brunnenhof.id})
    assert [limited.ask("GET", path).status_code for path in ("", f"/{made}")] == [403, 403]
