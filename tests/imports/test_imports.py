"""An import from the upload to the undo, against a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from quartier.db.base import new_id
from quartier.estate.history import acting
from quartier.estate.models import Building, Change, Occupancy, Property, Unit
from quartier.files.models import StoredFile
from quartier.files.storage import FolderStorage
from quartier.imports import services, staging
from quartier.imports.models import ImportRun
from quartier.imports.planning import Plan
from quartier.imports.records import Home
from quartier.locks.services import save_link
from quartier.merging.models import PersonApart, PersonMerge
from quartier.people.erased import leave_out
from quartier.people.models import Occupant, Person
from quartier.rights.emptying import empty
from quartier.rights.models import ErasureRequest
from quartier.testing import SomeCompany

HOME, TODAY = Home("CH", "Europe/Zurich", b"key"), date(2026, 11, 22)
HEAD = "Liegenschaft;Strasse;Hausnr.;PLZ;Ort;Wohnung;Nutzungsart;Zimmer;Fläche;Mieter;E-Mail;Telefon;"
HEAD += "Mietbeginn;Mietende"
ROLL = f"""{HEAD}
Lindenhof;Seestrasse;14;8002;Zürich;1. OG links;Wohnung;3,5;84,5;Keller, Verena;v@post.example;044 5550101;1.4.2020;
Lindenhof;Seestrasse;14;8002;Zürich;1. OG rechts;Wohnung;4,5;96;Leerstand;;;;
Lindenhof;Seestrasse;16;8002;Zürich;Laden;Ladenlokal;;120;Blumen Frei GmbH;laden@frei.example;;01.01.2019;31.12.2030
"""


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path)


class Desk:
    """Somebody who imports."""

    def __init__(self, company: SomeCompany, storage: FolderStorage) -> None:
        self.company, self.storage, self.db = company, storage, company.db()

    def begin(self, *files: tuple[str, str], **choices: Any) -> ImportRun:
        found = services.begin(self.db, self.storage, [(name, body.encode()) for name, body in files], by="Nadja Frei")
        services.choose(found, **choices)
        return found

    def check(self, *files: tuple[str, str], **choices: Any) -> Plan:
        made = services.check(self.db, self.storage, self.begin(*files, **choices), HOME, on=TODAY)
        self.db.commit()
        return made

    def apply(self, *files: tuple[str, str], **choices: Any) -> tuple[ImportRun, Plan]:
        found = self.begin(*files, **choices)
        made = services.apply(self.db, self.storage, found, HOME, on=TODAY, progress=lambda _rows: None)
        self.db.commit()
        return found, made

    def undo(self, found: ImportRun) -> list[Any]:
        blocked = services.take_back(self.db, found, by="Nadja Frei")
        self.db.commit()
        return blocked

    def rows(self, model: Any, *names: str) -> set[tuple[Any, ...]]:
        self.db.expire_all()
        columns = [getattr(model, name) for name in names]
        return {tuple(row) for row in self.db.execute(select(*columns)).all()}


@pytest.fixture
def desk(brunnenhof: SomeCompany, storage: FolderStorage) -> Iterator[Desk]:
    desk = Desk(brunnenhof, storage)
    yield desk
    desk.db.close()


def codes(made: Plan) -> list[tuple[str, int]]:
    return [(problem.code, problem.line) for problem in made.problems.kept]


def states(made: Plan, *nouns: str) -> list[dict[str, int]]:
    return [made.counts[noun] for noun in nouns]


EVERYTHING = ("property", "building", "unit", "person", "occupancy", "occupant")


def test_a_rent_roll_becomes_an_estate(desk: Desk) -> None:
    _found, made = desk.apply(("Mieterspiegel.csv", ROLL))
    assert codes(made) == []
    assert states(made, *EVERYTHING) == [{"new": 1}, {"new": 2}, {"new": 3}, {"new": 2}, {"new": 2}, {"new": 2}]
    assert ("Lindenhof", "Europe/Zurich") in desk.rows(Property, "name", "timezone")
    assert desk.rows(Building, "street", "house_number", "city", "country") >= {
        ("Seestrasse", "14", "Zürich", "CH"), ("Seestrasse", "16", "Zürich", "CH"),
    }  # fmt: skip
    assert desk.rows(Unit, "name", "kind", "is_commercial") == {
        ("1. OG links", "flat", False), ("1. OG rechts", "flat", False), ("Laden", "shop", True),
    }  # fmt: skip
    assert desk.rows(Person, "given_name", "family_name", "company_name", "email", "phone") == {
        ("Verena", "Keller", "", "v@post.example", "+41445550101"),
        ("", "", "Blumen Frei GmbH", "laden@frei.example", None),
    }  # fmt: skip
    assert desk.rows(Occupancy, "kind", "starts", "ends") == {
        ("tenancy", date(2020, 4, 1), None), ("tenancy", date(2019, 1, 1), date(2031, 1, 1)),
    }  # fmt: skip


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    made = desk.check(("Mieterspiegel.csv", ROLL))
    assert made.counts["unit"] == {"new": 3}
    assert desk.rows(Unit, "name") == set()


def stored(desk: Desk, found: ImportRun) -> list[StoredFile]:
    return list(desk.db.scalars(select(StoredFile).filter_by(purpose=f"import:{found.id}")))


def test_what_the_dry_run_has_read_is_applied_without_reading_it_again(desk: Desk) -> None:
    found = desk.begin(("Mieterspiegel.csv", ROLL + "Lindenhof;Seestrasse;16;8002;Zürich;Dach;Raumschiff\n"))
    checked = services.check(desk.db, desk.storage, found, HOME, on=TODAY)
    desk.db.commit()
    (roll,) = (file for file in stored(desk, found) if file.name == "Mieterspiegel.csv")
    desk.storage.delete(roll.key)
    made = services.apply(desk.db, desk.storage, found, HOME, on=TODAY, progress=lambda _rows: None)
    assert (made.counts, made.problems, made.rows) == (checked.counts, checked.problems, checked.rows)
    assert codes(made) == [("too_few_cells", 5), ("bad_kind", 5)]
    assert {name for (name,) in desk.rows(Unit, "name")} == {"1. OG links", "1. OG rechts", "Laden"}


def test_what_was_read_otherwise_or_is_damaged_is_read_again(desk: Desk) -> None:
    found = desk.begin(("Mieterspiegel.csv", ROLL))
    services.check(desk.db, desk.storage, found, HOME, on=TODAY)
    desk.db.commit()
    services.choose(found, fixes=[{"file": "Mieterspiegel.csv", "line": 4, "column": "Wohnung", "value": "Café"}])
    (reading,) = (file for file in stored(desk, found) if file.name == "reading")
    made = services.apply(desk.db, desk.storage, found, HOME, on=TODAY, progress=lambda _rows: None)
    assert ("Café",) in desk.rows(Unit, "name")
    desk.db.rollback()
    desk.storage.put(reading.key, (desk.storage.get(reading.key) or b"")[:-9], "application/zlib")
    made = services.apply(desk.db, desk.storage, found, HOME, on=TODAY, progress=lambda _rows: None)
    assert made.counts["unit"] == {"new": 3}


def test_two_imports_of_one_file_do_not_share_it(desk: Desk) -> None:
    first, second = desk.begin(("Mieterspiegel.csv", ROLL)), desk.begin(("Mieterspiegel.csv", ROLL))
    services.discard(desk.db, desk.storage, first)
    made = services.check(desk.db, desk.storage, second, HOME, on=TODAY)
    assert made.counts["unit"] == {"new": 3}


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    desk.apply(("Mieterspiegel.csv", ROLL))
    history = len(desk.rows(Change, "id"))
    _found, made = desk.apply(("Mieterspiegel.csv", ROLL))
    assert states(made, *EVERYTHING) == [{"unchanged": n} for n in (1, 2, 3, 2, 2, 2)]
    assert len(desk.rows(Change, "id")) == history


def test_more_records_than_are_remembered_are_still_taken_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "REMEMBERED", 2)
    found = desk.begin(("Mieterspiegel.csv", ROLL))
    wanted = [{"new": 1}, {"new": 2}, {"new": 3}, {"new": 2}, {"new": 2}, {"new": 2}]
    made = services.check(desk.db, desk.storage, found, HOME, on=TODAY)
    assert (codes(made), states(made, *EVERYTHING)) == ([], wanted)
    desk.db.commit()
    made = services.apply(desk.db, desk.storage, found, HOME, on=TODAY, progress=lambda _rows: None)
    assert (codes(made), states(made, *EVERYTHING)) == ([], wanted)


def test_what_changed_is_shown_with_before_and_after(desk: Desk) -> None:
    desk.apply(("Mieterspiegel.csv", ROLL))
    made = desk.check(("Mieterspiegel.csv", ROLL.replace("84,5", "86").replace("1.4.2020;", "1.4.2020;31.03.2027")))
    assert states(made, "unit", "occupancy", "person") == [
        {"changed": 1, "unchanged": 2}, {"changed": 1, "unchanged": 1}, {"unchanged": 2},
    ]  # fmt: skip
    (unit,) = made.preview["unit"]["changed"]
    assert (unit["line"], unit["label"], unit["fields"]) == (
        2, "Seestrasse 14 · 1. OG links", [["area_m2", "84.50", "86.00"]],
    )  # fmt: skip
    assert made.preview["occupancy"]["changed"][0]["fields"] == [["ends", None, "2027-04-01"]]


def test_an_empty_cell_keeps_what_is_known(desk: Desk) -> None:
    desk.apply(("Mieterspiegel.csv", ROLL))
    made = desk.check(("Mieterspiegel.csv", ROLL.replace("044 5550101", "").replace("96;", ";")))
    assert states(made, "unit", "person") == [{"unchanged": 3}, {"unchanged": 2}]


def test_one_click_takes_an_import_back(desk: Desk) -> None:
    desk.apply(("Mieterspiegel.csv", ROLL))
    before = {model: desk.rows(model, "id") for model in (Property, Building, Unit, Person, Occupancy, Occupant)}
    facts = desk.rows(Unit, "name", "area_m2"), desk.rows(Occupancy, "starts", "ends")
    more = "Lindenhof;Seestrasse;16;8002;Zürich;2. OG;Wohnung;2,5;60;Meier, Urs;urs@post.example;;01.02.2021;\n"
    found, made = desk.apply(
        ("Mieterspiegel.csv", ROLL.replace("84,5", "86").replace("31.12.2030", "31.12.2027") + more)
    )
    assert states(made, "unit", "occupancy") == [
        {"changed": 1, "unchanged": 2, "new": 1}, {"changed": 1, "unchanged": 1, "new": 1},
    ]  # fmt: skip
    assert desk.undo(found) == []
    assert {model: desk.rows(model, "id") for model in before} == before
    assert (desk.rows(Unit, "name", "area_m2"), desk.rows(Occupancy, "starts", "ends")) == facts
    assert found.status == "undone"


def test_an_undo_says_what_depends_on_the_import(desk: Desk) -> None:
    found, _made = desk.apply(("Mieterspiegel.csv", ROLL))
    shop = desk.db.scalars(select(Unit).filter_by(name="Laden")).one()
    shop.area_m2 = 130  # type: ignore[assignment]
    person = desk.db.scalars(select(Person).filter_by(family_name="Keller")).one()
    desk.db.add(Unit(building_id=shop.building_id, name="Neu", kind="flat"))
    desk.db.commit()
    desk.company.plant(_account(person.id))
    blocked = desk.undo(found)
    assert {(one.noun, one.label, one.what) for one in blocked} == {
        ("unit", "Laden", "changed"), ("person", "Verena Keller", "account"), ("building", "Seestrasse 16", "unit"),
    }  # fmt: skip
    assert found.status == "applied"
    assert len(desk.rows(Unit, "id")) == 4


def test_what_a_later_import_did_is_no_obstacle_once_that_one_is_undone(desk: Desk) -> None:
    before = {model: desk.rows(model, "id") for model in (Property, Building, Unit, Person, Occupancy, Occupant)}
    first, _made = desk.apply(("Mieterspiegel.csv", ROLL))
    facts = desk.rows(Unit, "id", "name", "area_m2"), desk.rows(Occupancy, "id", "ends"), desk.rows(Person, "id")
    without = ROLL.replace("84,5", "86").replace("31.12.2030", "31.12.2027").replace("1. OG rechts", "2. OG")
    second, made = desk.apply(("Mieterspiegel.csv", without), full=True, remove_gone=True)
    assert states(made, "unit", "occupancy") == [
        {"changed": 1, "new": 1, "unchanged": 1}, {"changed": 1, "unchanged": 1},
    ]  # fmt: skip
    assert {(one.noun, one.label, one.what, one.who) for one in desk.undo(first)} == {
        ("unit", "1. OG links", "import", "Nadja Frei"), ("unit", "1. OG rechts", "import", "Nadja Frei"),
        ("occupancy", "2019-01-01", "import", "Nadja Frei"), ("building", "Seestrasse 14", "unit", ""),
    }  # fmt: skip
    assert desk.undo(second) == []
    assert (desk.rows(Unit, "id", "name", "area_m2"), desk.rows(Occupancy, "id", "ends"), desk.rows(Person, "id")) == (
        facts
    )
    assert desk.undo(first) == []
    assert {model: desk.rows(model, "id") for model in before} == before


def test_what_was_changed_by_hand_between_two_imports_stays_in_the_way(desk: Desk) -> None:
    first, _made = desk.apply(("Mieterspiegel.csv", ROLL))
    shop = desk.db.scalars(select(Unit).filter_by(name="Laden")).one()
    shop.area_m2 = 130  # type: ignore[assignment]
    desk.db.commit()
    second, _made = desk.apply(("Mieterspiegel.csv", ROLL.replace(";120;", ";140;")))
    assert desk.undo(second) == []
    assert [(one.label, one.what) for one in desk.undo(first)] == [("Laden", "changed")]


def test_a_merge_that_was_undone_is_no_obstacle(desk: Desk) -> None:
    found, _made = desk.apply(("Mieterspiegel.csv", ROLL))
    person = desk.db.scalars(select(Person).filter_by(family_name="Keller")).one()
    merge = PersonMerge(id=new_id(), survivor_id=person.id, gone=[], names=["V. Keller"], by="Nadja Frei", journal=[])
    other = desk.db.scalars(select(Person).filter_by(company_name="Blumen Frei GmbH")).one()
    first, second = sorted((person.id, other.id))
    for given_name in ("V.", "Verena"):
        with acting(desk.db, "Nadja Frei", "agent", merge.id):
            person.given_name = given_name
    desk.db.add_all([merge, PersonApart(one_id=first, other_id=second, said_by="Nadja Frei")])
    desk.db.commit()
    assert {(one.label, one.what) for one in desk.undo(found)} == {
        ("Verena Keller", "changed"), ("Verena Keller", "person_merge"),
    }  # fmt: skip
    merge.undone_at = datetime(2026, 11, 22, tzinfo=UTC)
    desk.db.commit()
    assert desk.undo(found) == []


def _account(person_id: Any) -> Any:
    from quartier.accounts.models import Account

    return Account(person_id=person_id, email="v@k.example", email_key="v@k.example")


def test_the_history_names_the_import(desk: Desk) -> None:
    found, _made = desk.apply(("Mieterspiegel.csv", ROLL))
    assert desk.rows(Change, "actor", "source_kind", "source_id", "action") >= {
        ("Nadja Frei", "import", found.id, "insert"),
    }


def test_several_files_by_number_in_any_order(desk: Desk) -> None:
    files = (
        ("Mietverhältnisse.csv", "MV-Nr.;Wohnung Nr.;Mietbeginn;Mietende;Personen\nV1;U1;1.4.2020;;M1,M2\n"),
        ("Personen.csv", "Personennummer;Vorname;Nachname;Anrede\nM1;Anna;Roth;Frau\nM2;Beat;Roth;Herr\n"),
        ("Wohnungen.csv", "Wohnung Nr.;Gebäude-Nr.;Lage;Nutzungsart\nU1;B1;Parterre;Wohnung\n"),
        ("Gebäude.csv", "Gebäude-Nr.;Liegenschaft Nr.;Strasse;Hausnr.;PLZ;Ort\nB1;P1;Seeweg;3;8000;Zürich\n"),
        ("Liegenschaften.csv", "Nr.;Bezeichnung\nP1;Seeweg\n"),
    )
    _found, made = desk.apply(*files)
    assert codes(made) == []
    assert states(made, *EVERYTHING) == [{"new": n} for n in (1, 1, 1, 2, 1, 2)]
    assert desk.rows(Person, "external_id", "salutation") == {("M1", "ms"), ("M2", "mr")}


UNITS = "Wohnung Nr.;Gebäude-Nr.;Lage\n"
HOUSES = ("Gebäude.csv", "Gebäude-Nr.;Liegenschaft Nr.;Liegenschaft;Strasse\nB1;P1;Hof;Seeweg 3\n")


def test_an_orphan_is_named(desk: Desk) -> None:
    made = desk.check(HOUSES, ("Wohnungen.csv", f"{UNITS}U1;B1;Parterre\nU2;B9;Dach\n"))
    assert codes(made) == [("orphan", 3)]
    assert made.problems.kept[0].words == "It belongs to “B9”, which is neither in the files nor in Quartier."
    assert made.counts["unit"] == {"new": 1, "bad": 1}


def test_a_building_that_belongs_to_itself_is_an_orphan(desk: Desk) -> None:
    made = desk.check(("Gebäude.csv", "Gebäude-Nr.;Liegenschaft Nr.;Strasse\nB1;B1;Seeweg\n"))
    assert codes(made) == [("orphan", 2)]


def test_an_id_twice_with_different_data_is_named_and_the_first_holds(desk: Desk) -> None:
    _found, made = desk.apply(HOUSES, ("Wohnungen.csv", f"{UNITS}U1;B1;Parterre\nU1;B1;Dach\nU1;B1;Parterre\n"))
    assert codes(made) == [("conflict", 3)]
    assert made.problems.kept[0].details == {"other": 2}
    assert desk.rows(Unit, "external_id", "name") == {("U1", "Parterre")}


PERIODS = "MV-Nr.;Wohnung Nr.;Mietbeginn;Mietende\n"


def test_tenancies_that_overlap_in_the_file_and_against_what_there_is(desk: Desk) -> None:
    units = ("Wohnungen.csv", f"{UNITS}U1;B1;Parterre\n")
    desk.apply(HOUSES, units, ("Mietverhältnisse.csv", f"{PERIODS}V1;U1;1.1.2020;31.12.2020\n"))
    rows = "V2;U1;1.1.2021;31.12.2022\nV3;U1;1.12.2022;\nV4;U1;31.12.2020;31.12.2020\n"
    _found, made = desk.apply(("Mietverhältnisse.csv", PERIODS + rows))
    assert [(one.code, one.line, dict(one.details)) for one in made.problems.kept] == [
        ("overlap_known", 4, {"starts": "2020-01-01", "contract": ""}),
        ("overlap_in_file", 3, {"other": 2}),
    ]
    assert desk.rows(Occupancy, "external_id") == {("V1",), ("V2",)}


def test_owners_may_overlap(desk: Desk) -> None:
    units = ("Wohnungen.csv", f"{UNITS}U1;B1;Parterre\n")
    rows = "MV-Nr.;Wohnung Nr.;Vertragsart;Mietbeginn\nE1;U1;Eigentum;1.1.2020\nE2;U1;Eigentum;1.1.2021\n"
    made = desk.check(HOUSES, units, ("Mietverhältnisse.csv", rows))
    assert (codes(made), made.counts["occupancy"]) == ([], {"new": 2})


def test_a_period_moves_on_and_its_follower_moves_in(desk: Desk) -> None:
    units = ("Wohnungen.csv", f"{UNITS}U1;B1;Parterre\n")
    desk.apply(HOUSES, units, ("Mietverhältnisse.csv", f"{PERIODS}V1;U1;1.1.2020;\n"))
    _found, made = desk.apply(("Mietverhältnisse.csv", f"{PERIODS}V2;U1;1.4.2026;\nV1;U1;1.1.2020;31.3.2026\n"))
    assert codes(made) == []
    assert desk.rows(Occupancy, "external_id", "ends") == {("V1", date(2026, 4, 1)), ("V2", None)}


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("V1;U1;31.02.2024;", "bad_date", "Mietbeginn"),
        ("V1;U1;1.3.2024;1.2.2024", "ends_before_start", "Mietende"),
        ("V1;U1;#REF!;", "excel_error", "Mietbeginn"),
        ("V1;=cmd|' /C calc'!A0;1.3.2024;", "formula", "Wohnung Nr."),
        (f"V1;{'x' * 4000};1.3.2024;", "too_long", "Wohnung Nr."),
        ("V1;;1.3.2024;", "missing_unit", ""),
    ],
)
def test_a_row_that_cannot_be_used_says_where_and_why(desk: Desk, row: str, code: str, column: str) -> None:
    made = desk.check(("Mietverhältnisse.csv", f"{PERIODS}{row}\n"))
    if code == "missing_unit":
        assert codes(made) == [("orphan", 2)]
        return
    assert [(one.code, one.file, one.line, one.column) for one in made.problems.kept] == [
        (code, "Mietverhältnisse.csv", 2, column)
    ]
    assert made.problems.errors == 1
    lost = {"ends_before_start": {"occupancy": {"bad": 1}}}.get(code, {"row": {"bad": 1}, "occupancy": {}})
    assert {part: made.counts.get(part) for part in lost} == lost


def test_a_cell_that_cannot_be_used_costs_the_cell(desk: Desk) -> None:
    body = "Personennummer;Vorname;Nachname;E-Mail;Telefon;Sprache\nM1;Anna;Roth;anna.post.example;12;Klingonisch\n"
    _found, made = desk.apply(("Personen.csv", body))
    assert codes(made) == [("bad_email", 2), ("bad_phone", 2), ("bad_language", 2)]
    assert made.problems.errors == 0
    assert desk.rows(Person, "external_id", "email", "phone") == {("M1", None, None)}


def test_a_fix_replaces_a_cell(desk: Desk) -> None:
    body = "Personennummer;Vorname;Nachname;E-Mail\nM1;Anna;Roth;anna.post.example\n"
    fix = {"file": "Personen.csv", "line": 2, "column": "E-Mail", "value": "anna@post.example"}
    _found, made = desk.apply(("Personen.csv", body), fixes=[fix])
    assert codes(made) == []
    assert desk.rows(Person, "email") == {("anna@post.example",)}


def test_somebody_who_may_be_known_already_is_shown_and_not_merged(desk: Desk) -> None:
    desk.company.plant(Person(external_id="OLD-7", given_name="Anna", family_name="Roth", email="anna@post.example"))
    files = ("Personen.csv", "Personennummer;Vorname;Nachname;E-Mail\nM1;anna;ROTH;anna@post.example\n")
    made = desk.check(files)
    (problem,) = made.problems.kept
    assert (problem.code, problem.line, problem.details["name"]) == ("duplicate_person", 2, "Anna Roth (OLD-7)")
    assert made.counts["person"] == {"new": 1}
    decided = desk.check(files, decisions={problem.details["key"]: problem.details["person"]})
    assert (codes(decided), decided.counts["person"]) == ([], {"changed": 1})
    kept_apart = desk.check(files, decisions={problem.details["key"]: "new"})
    assert (codes(kept_apart), kept_apart.counts["person"]) == ([], {"new": 1})


def test_a_decision_cannot_reach_another_companys_person(desk: Desk, nordlicht: SomeCompany) -> None:
    stranger = nordlicht.person("Anna Roth", email="anna@post.example")
    files = ("Personen.csv", "Personennummer;Vorname;Nachname;E-Mail\nM1;Anna;Roth;anna@post.example\n")
    assert codes(desk.check(files)) == []
    assert desk.check(files, decisions={"xM1": str(stranger.id)}).counts["person"] == {"new": 1}


def test_two_rows_for_what_may_be_one_person_are_shown(desk: Desk) -> None:
    body = "Personennummer;Vorname;Nachname;E-Mail\nM1;Anna;Roth;a@post.example\nM2;Anna;Roth;a@post.example\n"
    made = desk.check(("Personen.csv", body))
    assert codes(made) == [("duplicate_in_file", 3)]


def test_contact_data_that_somebody_had_erased_do_not_come_back(desk: Desk, brunnenhof: SomeCompany) -> None:
    anna = Person(id=new_id(), external_id="M1", given_name="Anna", family_name="Roth")
    brunnenhof.plant(anna, ErasureRequest(person_id=anna.id, state="partly"))
    files = ("Personen.csv", "Personennummer;Vorname;Nachname;E-Mail\nM1;Anna;Roth-Vogt;anna@post.example\n")
    made = desk.check(files)
    assert (codes(made), made.counts["person"]) == ([("contact_erased", 2)], {"changed": 1})
    desk.apply(files)
    with brunnenhof.db() as db:
        after = db.get_one(Person, (brunnenhof.id, anna.id))
        assert (after.family_name, after.email) == ("Roth-Vogt", None)


def test_who_was_erased_is_left_out_until_there_is_a_new_contract(desk: Desk, brunnenhof: SomeCompany) -> None:
    with Session(brunnenhof.platform.shell.platform) as db:
        leave_out(db, HOME.key, brunnenhof.id, ["M1", "M2"])
        db.commit()
    people = ("Personen.csv", "Personennummer;Vorname;Nachname;E-Mail\nM1;Anna;Roth;a@post.example\nM3;Urs;Wyss;\n")
    _run, made = desk.apply(people)
    assert (codes(made), made.counts["person"]) == ([("person_erased", 2)], {"new": 1})
    numbers = ("Personennummer", "M1", "", "M2")
    roll = "\n".join(f"{line};{number}" for line, number in zip(ROLL.splitlines(), numbers, strict=True))
    _run, made = desk.apply(("Mieterspiegel.csv", roll))
    assert codes(made) == [("person_erased", 2), ("person_erased", 4)]
    _run, made = desk.apply(("Mieterspiegel.csv", roll.replace("1.4.2020", "1.4.2099")))
    assert desk.rows(Person, "external_id", "email") >= {("M1", "v@post.example"), ("M3", None)}
    assert desk.check(people).counts["person"] == {"changed": 1, "unchanged": 1}


def test_what_vanished_is_reported_and_closed_only_on_request(desk: Desk) -> None:
    desk.apply(("Mieterspiegel.csv", ROLL))
    less = ROLL.rsplit("Lindenhof", 1)[0]
    assert desk.check(("Mieterspiegel.csv", less)).gone == {}
    made = desk.check(("Mieterspiegel.csv", less), full=True)
    assert {noun: gone.fates for noun, gone in made.gone.items()} == {
        "property": {"delete": 1}, "building": {"stay": 1, "delete": 1}, "unit": {"stay": 1}, "occupancy": {"stay": 1},
    }  # fmt: skip
    assert (date(2019, 1, 1), date(2031, 1, 1)) in desk.rows(Occupancy, "starts", "ends")
    found, _made = desk.apply(("Mieterspiegel.csv", less), full=True, close_gone=True)
    assert (date(2019, 1, 1), TODAY) in desk.rows(Occupancy, "starts", "ends")
    assert desk.undo(found) == []
    assert (date(2019, 1, 1), date(2031, 1, 1)) in desk.rows(Occupancy, "starts", "ends")


UNUSED = ("Wohnungen.csv", "Liegenschaft;Strasse;Hausnr.;PLZ;Ort;Wohnung\nLindenhof;Seestrasse;16;8002;Zürich;Lager\n")
PEOPLE = "Personennummer;Vorname;Nachname\n"


def test_what_vanished_is_deleted_or_archived_where_something_hangs_on_it(desk: Desk) -> None:
    desk.apply(("Mieterspiegel.csv", ROLL))
    desk.apply(UNUSED)
    less = ("Mieterspiegel.csv", ROLL.rsplit("Lindenhof", 1)[0])
    made = desk.check(less, full=True, close_gone=True)
    assert made.gone["unit"].labels == [("Seestrasse 16 · Laden", "archive"), ("Seestrasse 16 · Lager", "delete")]
    fates = {noun: gone.fates for noun, gone in made.gone.items()}
    assert (fates["occupancy"], fates["building"]) == ({"close": 1}, {"archive": 1, "delete": 1})
    assert "Laden" in {name for (name,) in desk.rows(Unit, "name")}
    desk.db.execute(text("UPDATE unit SET note = 'Schlüssel beim Hauswart' WHERE name = 'Lager'"))
    found, _made = desk.apply(less, full=True, close_gone=True, remove_gone=True)
    in_use = {name for name, archived in desk.rows(Unit, "name", "archived_at") if archived is None}
    assert (in_use, {name for (name,) in desk.rows(Unit, "name")}) == (
        {"1. OG links", "1. OG rechts"}, {"1. OG links", "1. OG rechts", "Laden"},
    )  # fmt: skip
    houses = {number: archived is None for number, archived in desk.rows(Building, "house_number", "archived_at")}
    assert (houses["14"], houses["16"]) == (True, False)
    assert desk.undo(found) == []
    assert desk.rows(Unit, "name", "archived_at", "note") == {
        ("1. OG links", None, ""), ("1. OG rechts", None, ""), ("Laden", None, ""),
        ("Lager", None, "Schlüssel beim Hauswart"),
    }  # fmt: skip


def test_people_who_vanished_stay_while_they_live_somewhere_and_are_kept_with_their_history(desk: Desk) -> None:
    rows = "M1;Anna;Roth\nM2;Beat;Senn\nM3;Cleo;Tanner\nM4;Dora;Uhl\n"
    units = ("Wohnungen.csv", f"{UNITS}U1;B1;Parterre\n")
    periods = "MV-Nr.;Wohnung Nr.;Mietbeginn;Mietende;Personen\nV1;U1;1.1.2020;31.12.2020;M1\nV2;U1;1.1.2021;;M2\n"
    desk.apply(HOUSES, units, ("Personen.csv", PEOPLE + rows), ("Mietverhältnisse.csv", periods))
    made = desk.check(("Personen.csv", f"{PEOPLE}M4;Dora;Uhl\n"), full=True)
    assert made.gone["person"].labels == [("Anna Roth", "archive"), ("Cleo Tanner", "delete"), ("Beat Senn", "stay")]
    desk.apply(("Personen.csv", f"{PEOPLE}M4;Dora;Uhl\n"), full=True, remove_gone=True)
    assert {(name, archived is None) for name, archived in desk.rows(Person, "external_id", "archived_at")} == {
        ("M1", False), ("M2", True), ("M4", True),
    }  # fmt: skip


def test_nothing_vanishes_while_rows_cannot_be_read(desk: Desk) -> None:
    units = ("Wohnungen.csv", f"{UNITS}U1;B1;Parterre\n")
    desk.apply(HOUSES, units, ("Mietverhältnisse.csv", f"{PERIODS}V1;U1;1.1.2020;\n"))
    rows = f"{PERIODS}V1;U1;31.02.2020;\nV0;U1;1.1.2019;31.12.2019\n"
    found = desk.begin(("Mietverhältnisse.csv", rows), full=True, close_gone=True)
    with pytest.raises(services.Refused) as caught:
        services.apply(desk.db, desk.storage, found, HOME, on=TODAY, progress=lambda _rows: None)
    assert caught.value.code == "gone_with_errors"


def test_a_period_that_came_with_the_files_is_not_gone(desk: Desk) -> None:
    units = ("Wohnungen.csv", f"{UNITS}U1;B1;Parterre\n")
    desk.apply(HOUSES, units, ("Mietverhältnisse.csv", f"{PERIODS}V1;U1;1.1.2020;\n"), full=True, close_gone=True)
    assert desk.rows(Occupancy, "external_id", "ends") == {("V1", None)}


def test_a_rent_roll_with_the_propertys_number_alone(desk: Desk) -> None:
    roll = ("Mieter.csv", "Liegenschaft;Strasse;Wohnung\n1042;Seestrasse 14;1. OG\n1042;Seestrasse 14;2. OG\n")
    _found, made = desk.apply(roll)
    assert (codes(made), states(made, "property", "unit")) == ([], [{"new": 1}, {"new": 2}])
    assert ("1042", "1042") in desk.rows(Property, "external_id", "name")
    desk.apply(("Liegenschaften.csv", "Nr.;Bezeichnung\n1042;Lindenhof\n"))
    assert states(desk.check(roll), "property", "unit") == [{"unchanged": 1}, {"unchanged": 2}]


def test_only_good_files_if_somebody_wants_that(desk: Desk) -> None:
    found = desk.begin(("Mietverhältnisse.csv", f"{PERIODS}V1;U1;31.02.2024;\n"), strict=True)
    with pytest.raises(services.Refused) as caught:
        services.apply(desk.db, desk.storage, found, HOME, on=TODAY, progress=lambda _rows: None)
    assert caught.value.code == "errors"


def test_a_mapping_is_remembered_for_the_next_file(desk: Desk) -> None:
    body = "Kennz.;Sonstwas;Nachname\nM1;Anna;Roth\n"
    found = desk.begin(("Personen.csv", body))
    (columns,) = services.columns_of(found).values()
    assert columns.targets == ("", "", "person.family_name")
    own = type(columns)(columns.header, ("person.external_id", "person.given_name", "person.family_name"))
    services.choose_columns(desk.db, found, {"Personen.csv": own})
    again = desk.begin(("Andere.csv", body))
    assert services.columns_of(again)["Andere.csv"].targets == own.targets


def test_another_company_sees_neither_import_nor_mapping(desk: Desk, nordlicht: SomeCompany) -> None:
    found, _made = desk.apply(("Mieterspiegel.csv", ROLL))
    services.choose_columns(desk.db, found, services.columns_of(found))
    desk.db.commit()
    db = nordlicht.db()
    assert services.one_import(db, found.id) is None
    assert services.kept_columns(db) == {}
    assert db.execute(text("SELECT count(*) FROM import_run")).scalar() == 0
    db.close()


def test_people_who_were_deleted_a_month_ago_do_not_come_back(desk: Desk) -> None:
    desk.apply(("Mieterspiegel.csv", ROLL))
    found, _made = desk.apply(("Mieterspiegel.csv", ROLL.replace("84,5", "86")))
    with acting(desk.db, "Nadja Frei", "import", found.id):
        desk.db.execute(delete(Person).filter_by(family_name="Keller"))
    desk.db.commit()
    with Session(desk.company.platform.shell.platform) as db:
        assert empty(db, desk.company.id, before=datetime.now(UTC) + timedelta(minutes=1)) == 1
        db.commit()
    assert [(one.noun, one.label, one.what) for one in desk.undo(found)] == [("people", "1", "emptied")]
    assert found.status == "applied"


def test_what_the_erp_owns_stays_unless_the_files_come_from_there(desk: Desk) -> None:
    desk.apply(("Spiegel.csv", ROLL))
    save_link(desk.db, system="GARAIO REM", correction_email=None, owned=["unit.area_m2", "occupancy.ends"])
    wider = ROLL.replace("84,5", "90").replace("1.4.2020;", "1.4.2020;30.06.2027").replace("3,5;", "2,5;")
    made = desk.check(("Spiegel.csv", wider))
    owned = [(one.column, one.line, one.value, one.words) for one in made.problems.kept if one.code == "erp_owned"]
    stays = "This comes from GARAIO REM and stays as it is; the file says otherwise."
    assert owned == [("Fläche", 2, "90.00", stays), ("Mietende", 2, "2027-06-30", stays)]
    assert [row["fields"] for row in made.preview["unit"]["changed"]] == [[["rooms", "3.5", "2.5"]]]
    assert made.counts["occupancy"] == {"unchanged": 2}
    desk.apply(("Spiegel.csv", wider), from_erp=True)
    assert ("1. OG links", Decimal("90.00")) in desk.rows(Unit, "name", "area_m2")
    assert (date(2020, 4, 1), date(2027, 7, 1)) in desk.rows(Occupancy, "starts", "ends")


def test_periods_that_the_files_do_not_have_go_on_where_the_erp_ends_them(desk: Desk) -> None:
    desk.apply(("Spiegel.csv", ROLL))
    save_link(desk.db, system="GARAIO REM", correction_email=None, owned=["occupancy.ends"])
    rest = "\n".join(ROLL.splitlines()[:1] + ROLL.splitlines()[2:])
    gone = {"full": True, "close_gone": True}
    _found, made = desk.apply(("Spiegel.csv", rest), **gone)
    assert (made.gone["occupancy"].fates, made.ends_owner) == ({"stay": 1}, "GARAIO REM")
    assert (date(2020, 4, 1), None) in desk.rows(Occupancy, "starts", "ends")
    _found, made = desk.apply(("Spiegel.csv", rest), **gone, from_erp=True)
    assert (made.gone["occupancy"].fates, made.ends_owner) == ({"close": 1}, "")
    assert (date(2020, 4, 1), TODAY) in desk.rows(Occupancy, "starts", "ends")


def test_phones_are_those_of_the_country_where_the_house_stands(desk: Desk) -> None:
    head = "Liegenschaft;Strasse;PLZ;Ort;Land;Wohnung;Mieter;Telefon;Mietbeginn\n"
    rows = "A;Weg 1;8002;Zürich;CH;1;Roth;044 555 01 01;1.1.2020\nB;Weg 2;10115;Berlin;D;1;Vogt;030 5550101;1.1.2020\n"
    desk.apply(("Spiegel.csv", head + rows + "C;Weg 3;8003;Zürich;;1;Frei;044 555 01 01;1.1.2020\n"))
    phones = {("Roth", "+41445550101"), ("Vogt", "+49305550101"), ("Frei", "+41445550101")}
    assert desk.rows(Person, "family_name", "phone") == phones


def test_phones_of_people_in_a_file_of_their_own_are_those_of_their_house(desk: Desk) -> None:
    houses = "Liegenschaft;Gebäudenummer;Strasse;PLZ;Ort;Land;Einheitennummer;Wohnung\n"
    houses += "A;G1;Weg 1;8002;Zürich;CH;U1;1\nB;G2;Weg 2;10115;Berlin;D;U2;1\n"
    periods = "Vertragsnummer;Einheitennummer;Mietbeginn;Personennummer\nV1;U1;1.1.2020;M1\nV2;U2;1.1.2020;M2\n"
    people = "Personennummer;Nachname;Telefon;Mobil\nM1;Roth;044 555 01 01;\nM2;Vogt;030 5550101;+41 79 555 01 01\n"
    files = [("Häuser.csv", houses), ("Verträge.csv", periods)]
    _found, made = desk.apply(*files, ("Personen.csv", people + "M3;Frei;044 555 02 02;\nM4;Kurz;12;\n"))
    assert [(one.code, one.line, one.column, one.value) for one in made.problems.kept] == [
        ("bad_phone", 5, "Telefon", "12")
    ]
    zurich, berlin = ("Roth", "+41445550101", None), ("Vogt", "+49305550101", "+41795550101")
    others = {("Frei", "+41445550202", None), ("Kurz", None, None)}
    assert desk.rows(Person, "family_name", "phone", "mobile") == {zurich, berlin, *others}
    again = desk.check(("Personen.csv", people.replace("030 5550101", "030 5550102")))
    assert [row["fields"] for row in again.preview["person"]["changed"]] == [
        [["phone", "+49305550101", "+49305550102"]]
    ]


def test_a_table_that_nobody_knows_is_named_and_tables_stay_in_the_order_of_the_files(desk: Desk) -> None:
    forty = ";".join(f"x{number}" for number in range(40))
    found = desk.begin(("Spiegel.csv", ROLL), ("Fremd.csv", f"{forty}\n{forty.replace('x', '')}\n"), ("A.csv", ROLL))
    desk.db.flush()
    desk.db.expire(found)
    assert list(services.columns_of(found)) == ["Spiegel.csv", "Fremd.csv", "A.csv"]
    made = services.check(desk.db, desk.storage, found, HOME, on=TODAY)
    assert [(one.code, one.file) for one in made.problems.kept] == [("unknown_sheet", "Fremd.csv")]
