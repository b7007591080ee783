"""The old number of a merged entry: imports and the ERP find who is left, and nothing is made twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from quartier.files.storage import FolderStorage
from quartier.people.models import Occupant, Person, PersonAlias
from quartier.testing import SomeCompany
from tests.erp.test_api import Erp, counts
from tests.imports.test_exchange import uuid
from tests.imports.test_imports import Desk, codes
from tests.merging.test_merging import entry, merge, nadja, only, period, undo

HEAD = "Personennummer;Vorname;Nachname;Telefon"


def merged(company: SomeCompany) -> UUID:
    """M-7 and M-8 are one person under M-7; who that is."""
    one, two = entry(company, external_id="M-7"), entry(company, external_id="M-8")
    assert merge(nadja(company), one.id, two.id).status_code == 303
    return one.id


def people(company: SomeCompany) -> set[tuple[Any, ...]]:
    db = company.db()
    query = "SELECT external_id, family_name, phone FROM person WHERE left(external_id, 2) = 'M-'"
    found = {tuple(row) for row in db.rows(query)}
    db.close()
    return found


@pytest.fixture
def desk(brunnenhof: SomeCompany, tmp_path: Path) -> Desk:
    return Desk(brunnenhof, FolderStorage(tmp_path))


def test_an_import_of_the_old_number_changes_who_is_left(brunnenhof: SomeCompany, desk: Desk) -> None:
    merged(brunnenhof)
    rows = f"{HEAD}\nM-8;Verena;Keller-Frei;044 555 01 01\n"
    _found, made = desk.apply(("Personen.csv", rows))
    assert made.counts["person"] == {"changed": 1}
    assert people(brunnenhof) == {("M-7", "Keller-Frei", "+41445550101")}
    assert desk.apply(("Personen.csv", rows))[1].counts["person"] == {"unchanged": 1}


@pytest.mark.parametrize("order", [("M-7", "M-8"), ("M-8", "M-7")])
def test_of_both_numbers_in_one_file_the_own_one_counts(
    brunnenhof: SomeCompany, desk: Desk, order: tuple[str, str]
) -> None:
    merged(brunnenhof)
    lines = {"M-7": "M-7;Verena;Keller;044 555 01 07", "M-8": "M-8;Verena;Kellerr;044 555 01 08"}
    file = ("Personen.csv", "\n".join([HEAD, *(lines[number] for number in order)]) + "\n")
    assert desk.apply(file)[1].counts["person"] == {"changed": 1, "unchanged": 1}
    assert people(brunnenhof) == {("M-7", "Keller", "+41445550107")}
    assert desk.apply(file)[1].counts["person"] == {"unchanged": 2}


def test_a_new_id_for_an_old_number_means_the_same_person(brunnenhof: SomeCompany, desk: Desk) -> None:
    old, new, main, other = (uuid(number) for number in (18, 19, 20, 21))
    one, two = entry(brunnenhof, external_id=main), entry(brunnenhof, external_id=old)
    assert merge(nadja(brunnenhof), one.id, two.id, **{"keep.external_id": str(one.id)}).status_code == 303
    head = "importType,resource,oldUuid,newUuid\n"
    wrong = desk.check(("uuidRemappings.csv", f"{head}update,tenant,{other},{new}\nupdate,tenant,{main},{old}\n"))
    assert codes(wrong) == [("unknown_id", 2), ("taken_id", 3)]
    desk.apply(("uuidRemappings.csv", f"{head}update,tenant,{old},{new}\n"))
    assert only(brunnenhof, PersonAlias, external_id=new).person_id == one.id


def test_the_erp_may_go_on_sending_the_old_number(brunnenhof: SomeCompany) -> None:
    survivor, erp = merged(brunnenhof), Erp(brunnenhof)
    done = erp.send("persons", [{"external_id": "M-8", "phone": "+41445550108", "archived": True}])
    assert counts(done) == ("done", 1, 0, 1, 0)
    assert people(brunnenhof) == {("M-7", "Keller", "+41445550108")}
    assert only(brunnenhof, Person, id=survivor).archived_at is None
    both = [{"external_id": "M-8", "phone": "+41445550108"}, {"external_id": "M-7", "phone": "+41445550107"}]
    assert counts(erp.send("persons", both)) == ("done", 2, 0, 1, 1)
    assert counts(erp.send("persons", both)) == ("done", 2, 0, 0, 2)
    assert people(brunnenhof) == {("M-7", "Keller", "+41445550107")}


def test_the_erp_puts_the_old_number_on_a_period(brunnenhof: SomeCompany) -> None:
    survivor, erp = merged(brunnenhof), Erp(brunnenhof)
    held = period(brunnenhof, (survivor, "main"), external_id="V-1")
    sent = [{"external_id": "V-1", "persons": [{"person": "M-8", "role": "partner"}, {"person": "M-7"}]}]
    assert counts(erp.send("occupancies", sent)) == ("done", 1, 0, 0, 1)
    alone = [{"external_id": "V-1", "persons": [{"person": "M-8", "role": "partner"}]}]
    assert counts(erp.send("occupancies", alone)) == ("done", 1, 0, 1, 0)
    assert (only(brunnenhof, Occupant, occupancy_id=held.id).role, survivor) == (
        "partner", only(brunnenhof, Occupant, occupancy_id=held.id).person_id,
    )  # fmt: skip


def test_a_number_is_not_given_twice(brunnenhof: SomeCompany) -> None:
    survivor, desk = merged(brunnenhof), nadja(brunnenhof)
    form = {"family_name": "Kunz", "salutation": "none", "external_id": "M-8"}
    refused = desk.post("/cockpit/people/new", form)
    assert (refused.status_code, 'id="external_id-error"' in refused.text) == (422, True)
    other = entry(brunnenhof, "Kunz", "Reto")
    answer = desk.post(f"/cockpit/people/{other.id}/edit", {**form, "version": str(other.version or 1)})
    assert answer.status_code == 422
    assert only(brunnenhof, PersonAlias, external_id="M-8").person_id == survivor


def test_an_undo_gives_the_number_back(brunnenhof: SomeCompany) -> None:
    merged(brunnenhof)
    undo(nadja(brunnenhof), brunnenhof)
    assert {number for number, *_rest in people(brunnenhof)} == {"M-7", "M-8"}
    assert brunnenhof.db().query(PersonAlias).all() == []
