"""Imports over the API: by programs, with a key, to the same rules as in the Cockpit."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from sqlalchemy import select, text

from quartier.accounts.permissions import ESTATE_IMPORT
from quartier.deliveries.models import MailDelivery
from quartier.estate.policies import READ
from quartier.testing import SomeCompany
from tests.imports.test_exchange import NEW, SET
from tests.imports.test_imports import ROLL

WRONG = ROLL.replace("1.4.2020", "31.2.2020").replace("laden@frei.example", "laden.frei.example")


class Program:
    """Something that imports."""

    def __init__(self, company: SomeCompany, *scopes: str) -> None:
        self.company, self.browser = company, company.visitor()
        self.headers = {
            "Authorization": f"Bearer {company.token(*(scopes or (ESTATE_IMPORT,)))}",
            "Accept-Language": "en",
        }

    def ask(self, method: str, path: str, **options: Any) -> Any:
        headers = {**self.headers, **options.pop("headers", {})}
        return self.browser.open(
            method, path if path.startswith("/") else f"/api/v1/{path}", headers=headers, **options
        )

    def send(self, body: str | bytes, query: str = "", kind: str = "text/csv", **headers: str) -> Any:
        data = body.encode() if isinstance(body, str) else body
        return self.ask("POST", f"imports?{query}", data=data, headers={"Content-Type": kind, **headers})

    def after(self, answer: Any) -> dict[str, Any]:
        """The import when the worker has done what was asked."""
        assert answer.status_code == 202, answer.text
        for _each in range(2):
            self.company.work()
        found: dict[str, Any] = self.ask("GET", answer.headers["Location"]).json
        return found

    def units(self) -> int:
        db = self.company.db()
        count: int = db.row("SELECT count(*) FROM unit")[0]
        db.close()
        return count


@pytest.fixture
def program(brunnenhof: SomeCompany) -> Program:
    return Program(brunnenhof)


def test_from_the_file_to_the_undo(program: Program) -> None:
    answer = program.send(ROLL, "name=Mieterspiegel.csv")
    assert (answer.json["status"], answer.json["files"][0]["name"]) == ("checking", "Mieterspiegel.csv")
    checked = program.after(answer)
    assert (checked["status"], checked["counts"]["unit"], checked["errors"]) == ("checked", {"new": 3}, 0)
    assert program.units() == 0
    applied = program.after(program.ask("POST", f"imports/{checked['id']}/apply"))
    assert (applied["status"], applied["done"] > 0, program.units()) == ("applied", True, 3)
    assert program.ask("POST", f"imports/{checked['id']}/apply").status_code == 409
    assert program.ask("DELETE", f"imports/{checked['id']}").status_code == 409
    undone = program.after(program.ask("POST", f"imports/{checked['id']}/undo"))
    assert (undone["status"], program.units()) == ("undone", 0)
    assert [one["id"] for one in program.ask("GET", "imports").json["items"]] == [checked["id"]]


def test_problems_come_in_pages_and_in_the_callers_language(program: Program) -> None:
    checked = program.after(program.send(WRONG))
    assert (checked["errors"], checked["warnings"]) == (1, 1)
    first = program.ask("GET", f"imports/{checked['id']}/problems?limit=1")
    assert [(one["line"], one["column"], one["code"], one["severity"]) for one in first.json["items"]] == [
        (2, "Mietbeginn", "bad_date", "error")
    ]
    second = program.ask("GET", f"imports/{checked['id']}/problems?limit=1&after={first.json['next']}")
    assert [one["code"] for one in second.json["items"]] == ["bad_email"]
    assert second.json["next"] is None
    german = program.ask("GET", f"imports/{checked['id']}/problems", headers={"Accept-Language": "de"})
    assert german.json["items"][0]["message"] != first.json["items"][0]["message"]
    assert program.ask("GET", f"imports/{checked['id']}/problems?after=x").status_code == 422


def test_several_files_and_options_as_a_form(program: Program) -> None:
    houses = "Gebäude-Nr.;Liegenschaft Nr.;Liegenschaft;Strasse\nB1;P1;Hof;Seeweg 3\n"
    flats = "Wohnung Nr.;Gebäude-Nr.;Lage\nU1;B1;Parterre\n"
    sent = [(io.BytesIO(body.encode()), name) for name, body in (("Gebäude.csv", houses), ("Wohnungen.csv", flats))]
    answer = program.ask("POST", "imports?full=true&apply=true", data={"files": sent})
    found = program.after(answer)
    assert (found["status"], found["counts"]["unit"], program.units()) == ("applied", {"new": 1}, 1)
    assert found["gone"]["building"]["count"] == 1


def test_applied_without_a_question_only_when_there_is_none(program: Program) -> None:
    assert program.after(program.send(WRONG, "apply=true"))["status"] == "checked"
    program.after(program.send("Personennummer;Vorname;Nachname;E-Mail\nM1;Anna;Roth;a@post.example\n", "apply=true"))
    again = program.send("Personennummer;Vorname;Nachname;E-Mail\nM2;Anna;Roth;a@post.example\n", "apply=true")
    assert program.after(again)["status"] == "checked"  # somebody has to say whether this is the same Anna


def packed(files: dict[str, str]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, body in files.items():
            opened.writestr(name, body)
    return archive.getvalue()


@pytest.mark.parametrize(("manifest", "status"), [('{"autoImport": true}', "applied"), ("{}", "checked")])
def test_an_exchange_set_may_ask_to_be_applied(program: Program, manifest: str, status: str) -> None:
    found = program.after(program.send(packed({**SET, "manifest.json": manifest}), kind="application/zip"))
    assert (found["status"], found["counts"]["unit"]) == (status, {"new": 1})


def mails(company: SomeCompany) -> set[tuple[str, str]]:
    db = company.db()
    found = {(one.address, one.subject) for one in db.scalars(select(MailDelivery))}
    db.close()
    return found


def test_whom_the_manifest_names_gets_a_report_of_the_outcomes_they_want(
    program: Program, brunnenhof: SomeCompany
) -> None:
    said = {"reportEmails": {"all@frei.example": ["error", "success"], "bad@frei.example": ["error"]}}
    good = {**SET, "manifest.json": json.dumps({**said, "autoImport": True})}
    program.after(program.send(packed({**good, "manifest.json": json.dumps(said)}), kind="application/zip"))
    assert mails(brunnenhof) == set()  # nothing has happened yet, and who sent it asks for it
    program.after(program.send(packed(good), kind="application/zip"))
    told = {("all@frei.example", "Import angewendet: import.zip")}
    assert mails(brunnenhof) == told
    bad = {**good, "units.csv": f"importType,id,name\nupdate,{NEW},Dach\n"}
    found = program.after(program.send(packed(bad), kind="application/zip"))
    waits = "Ein Import wartet auf eine Entscheidung: import.zip"
    told |= {("all@frei.example", waits), ("bad@frei.example", waits)}
    assert (found["status"], mails(brunnenhof)) == ("checked", told)
    program.after(program.ask("POST", f"imports/{found['id']}/apply"))
    partly = "Import angewendet, bis auf Zeilen mit Fehlern: import.zip"
    assert mails(brunnenhof) == told | {("all@frei.example", partly), ("bad@frei.example", partly)}


def test_sent_twice_it_is_one_import(program: Program) -> None:
    first = program.send(ROLL, **{"Idempotency-Key": "a"})
    again = program.send(ROLL, **{"Idempotency-Key": "a"})
    assert (again.json["id"], again.headers["Idempotent-Replayed"]) == (first.json["id"], "true")
    assert len(program.ask("GET", "imports").json["items"]) == 1


def test_what_cannot_be_read_is_a_problem_document(program: Program) -> None:
    for body, kind, status in (
        ("%PDF-1.7 nothing", "text/csv", 422),
        ("", "text/csv", 422),
        ("{}", "application/json", 415),
        (b"PK\x03\x04 cut off", "application/zip", 422),
    ):
        answer = program.send(body, kind=kind)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), body
    assert (
        program.ask("POST", "imports", data={}, headers={"Content-Type": "multipart/form-data; boundary=x"}).status_code
        == 422
    )
    assert program.ask("GET", "imports").json["items"] == []


def test_scopes_limits_and_other_companies(program: Program, brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    found = program.after(program.send(ROLL))
    assert Program(brunnenhof, READ).send(ROLL).status_code == 403
    stranger = Program(nordlicht)
    for method, path in (("GET", ""), ("GET", "/problems"), ("POST", "/apply"), ("POST", "/undo"), ("DELETE", "")):
        assert stranger.ask(method, f"imports/{found['id']}{path}").status_code == 404
    with brunnenhof.platform.shell.platform.begin() as connection:
        limit = "UPDATE api_token SET properties = ARRAY[:property]::uuid[] WHERE company_id = :company"
        connection.execute(text(limit), {"property": brunnenhof.property_id, "company": brunnenhof.id})
    assert program.ask("GET", "imports").status_code == 403
    assert program.send(ROLL).status_code == 403


def test_an_import_that_is_not_wanted_is_gone(program: Program) -> None:
    found = program.after(program.send(ROLL))
    assert program.ask("DELETE", f"imports/{found['id']}").status_code == 204
    assert program.ask("GET", f"imports/{found['id']}").status_code == 404
