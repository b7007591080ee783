"""An agent drops a file, assigns columns, looks, applies, and takes it back; a worker does the work."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from quartier.accounts.permissions import ESTATE_IMPORT
from quartier.app import Platform
from quartier.contracts.models import Contract
from quartier.db.base import new_id
from quartier.estate.models import Unit
from quartier.estate.policies import EDIT, READ
from quartier.files.models import StoredFile
from quartier.imports import services
from quartier.imports.models import ImportRun
from quartier.jobs.queue import defer
from quartier.people.models import Person
from quartier.testing import Browser, SomeCompany, work_off

ROLL = """Liegenschaft;Strasse;Hausnr.;PLZ;Ort;Wohnung;Mieter;E-Mail;Mietbeginn
Lindenhof;Seestrasse;14;8002;Zürich;1. OG;Keller, Verena;verena@post.example;01.04.2020
Lindenhof;Seestrasse;14;8002;Zürich;2. OG;Roth, Anna;anna.post.example;01.05.2020
"""


@pytest.fixture
def browser(brunnenhof: SomeCompany) -> Browser:
    return brunnenhof.agent("Nadja Frei", ESTATE_IMPORT, language="en").browser


def drop(browser: Browser, *files: tuple[str, str]) -> Any:
    sent = [(io.BytesIO(body.encode()), name) for name, body in files]
    return browser.post("/cockpit/imports", {"files": sent}, content_type="multipart/form-data")


def columns_as_suggested(page: str) -> dict[str, str]:
    chosen = {}
    for name, body in re.findall(r'<select class="input" name="(target[.\d]+)".*?>(.*?)</select>', page, re.DOTALL):
        picked = re.search(r'value="([^"]*)" selected', body)
        chosen[name] = picked[1] if picked else ""
    return chosen


def checked(browser: Browser, platform: Platform, *files: tuple[str, str]) -> tuple[str, str]:
    """The address of the import, and its preview."""
    columns = drop(browser, *files).headers["Location"]
    form = columns_as_suggested(browser.get(columns).text)
    one = browser.post(columns, form).headers["Location"]
    assert "Reading and comparing" in browser.get(one).text
    work_off(platform)
    return one, browser.get(one).text


def units(company: SomeCompany) -> set[str]:
    db = company.db()
    found = set(db.scalars(select(Unit.name)))
    db.close()
    return found


def test_from_the_drop_to_the_undo(browser: Browser, brunnenhof: SomeCompany, platform: Platform) -> None:
    one, preview = checked(browser, platform, ("Mieterspiegel.csv", ROLL))
    assert "anna.post.example" in preview
    assert units(brunnenhof) == set()
    assert browser.post(f"{one}/apply").status_code == 303
    work_off(platform)
    assert "The import is applied" in browser.get(one).text
    assert units(brunnenhof) == {"1. OG", "2. OG"}
    browser.post(f"{one}/undo")
    work_off(platform)
    assert "The import is undone" in browser.get(one).text
    assert units(brunnenhof) == set()


def test_a_cell_is_corrected_on_the_page(browser: Browser, platform: Platform) -> None:
    one, preview = checked(browser, platform, ("Mieterspiegel.csv", ROLL))
    assert preview.count('name="fix.') == 1
    (field,) = re.findall(r'name="(fix\.\w+)"', preview)
    browser.post(f"{one}/fixes", {field: "anna@post.example", "fix.of-a-list-that-has-moved-on": "Seestrasse"})
    work_off(platform)
    corrected = browser.get(one).text
    assert 'name="fix.' not in corrected
    (key,) = re.findall(r'name="forget" value="(\w+)"', corrected)
    browser.post(f"{one}/fixes", {"forget": key})
    work_off(platform)
    assert field in browser.get(one).text


def test_who_somebody_is_can_be_decided_and_decided_anew(
    browser: Browser, platform: Platform, brunnenhof: SomeCompany
) -> None:
    brunnenhof.plant(Person(external_id="OLD-7", given_name="Anna", family_name="Roth", email="anna@post.example"))
    body = "Personennummer;Vorname;Nachname;E-Mail\nM1;Anna;Roth;anna@post.example\n"
    one, preview = checked(browser, platform, ("Personen.csv", body))
    (field,) = re.findall(r'name="(decide\.\w+)"', preview)
    browser.post(f"{one}/fixes", {field: "same"})
    work_off(platform)
    decided = browser.get(one).text
    assert (field in decided, "Anna Roth (OLD-7): the same person" in decided) == (False, True)
    (key,) = re.findall(r'name="forget" value="(\w+)"', decided)
    browser.post(f"{one}/fixes", {"forget": key})
    work_off(platform)
    again = browser.get(one).text
    assert (field in again, 'name="forget"' in again) == (True, False)


def test_a_file_that_cannot_be_read_is_said_at_once(browser: Browser) -> None:
    answer = drop(browser, ("Mieter.csv", "%PDF-1.7 nothing"))
    assert answer.status_code == 422
    assert "This is a PDF" in answer.text
    assert browser.post("/cockpit/imports").status_code == 422


def test_problems_as_a_table_are_no_formulas(browser: Browser, platform: Platform) -> None:
    evil = ROLL.replace("anna.post.example", "=cmd|' /C calc'!A0")
    one, preview = checked(browser, platform, ("Mieterspiegel.csv", evil))
    assert "begins like a formula" in preview
    table = browser.get(f"{one}/problems.csv").text
    assert "\"'=cmd|' /C calc'!A0\"" in table


def test_an_import_that_is_discarded_is_gone_with_its_files(browser: Browser, brunnenhof: SomeCompany) -> None:
    one = drop(browser, ("Mieterspiegel.csv", ROLL)).headers["Location"].removesuffix("/columns")
    browser.post(f"{one}/discard")
    assert browser.get(one).status_code == 404
    assert browser.get("/cockpit/imports").status_code == 200


def test_another_companys_agent_finds_nothing(browser: Browser, nordlicht: SomeCompany) -> None:
    one = drop(browser, ("Mieterspiegel.csv", ROLL)).headers["Location"].removesuffix("/columns")
    stranger = nordlicht.agent("Jan Harms", ESTATE_IMPORT).browser
    for path in (one, f"{one}/columns", f"{one}/problems.csv"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"{one}/apply").status_code == 404


def test_a_worker_that_died_leaves_nothing_and_says_so(
    browser: Browser, brunnenhof: SomeCompany, platform: Platform
) -> None:
    one, _preview = checked(browser, platform, ("Mieterspiegel.csv", ROLL))
    browser.post(f"{one}/apply")
    db = brunnenhof.db()
    run = db.scalars(select(ImportRun)).one()
    services.fail(db, run.id, "interrupted")
    db.commit()
    db.close()
    page = browser.get(one).text
    assert "rolled back" in page
    assert units(brunnenhof) == set()
    work_off(platform)  # the job that comes late finds nothing to do
    assert units(brunnenhof) == set()


def test_a_companys_own_words_for_kinds_are_assigned_once(
    browser: Browser, brunnenhof: SomeCompany, platform: Platform
) -> None:
    rows = "Liegenschaft;Strasse;Wohnung;Nutzungsart\nLindenhof;Seestrasse 14;1. OG;Raumkapsel\n"
    columns = drop(browser, ("Einheiten.csv", rows)).headers["Location"]
    page = browser.get(columns).text
    assert (page.count('name="means.unit"'), 'id="word-unit-1">Raumkapsel<' in page) == (1, True)
    form = columns_as_suggested(page)
    one = browser.post(columns, {**form, "said.unit": "Raumkapsel", "means.unit": "flat"}).headers["Location"]
    work_off(platform)
    assert 'name="fix.' not in browser.get(one).text
    browser.post(f"{one}/apply")
    work_off(platform)
    assert units(brunnenhof) == {"1. OG"}
    other = rows.replace("Wohnung", "Einheit").replace("1. OG", "2. OG")  # another header, the same word
    columns = drop(browser, ("Andere.csv", other)).headers["Location"]
    page = browser.get(columns).text
    assert (page.count('name="means.unit"'), '<option value="flat" selected' in page) == (1, True)
    one = browser.post(columns, columns_as_suggested(page)).headers["Location"]
    work_off(platform)
    browser.post(f"{one}/apply")
    work_off(platform)
    assert units(brunnenhof) == {"1. OG", "2. OG"}


def test_a_word_found_by_the_dry_run_can_be_assigned_on_the_page_of_the_columns(
    browser: Browser, platform: Platform
) -> None:
    rows = "Liegenschaft;Strasse;Wohnung;Sonstwas\nLindenhof;Seestrasse 14;1. OG;Raumkapsel\n"
    columns = drop(browser, ("Einheiten.csv", rows)).headers["Location"]
    assert 'name="means.unit"' not in browser.get(columns).text
    form = columns_as_suggested(browser.get(columns).text) | {"target.0.3": "unit.kind"}
    one = browser.post(columns, form).headers["Location"]
    work_off(platform)
    assert "This word is not known for a kind" in browser.get(one).text
    browser.post(columns, {**form, "said.unit": "Raumkapsel", "means.unit": "hobby_room"})
    work_off(platform)
    assert "This word is not known for a kind" not in browser.get(one).text


def quota(company: SomeCompany, units: int) -> None:
    contract = Contract(company_id=company.id, number="Q-1", timezone="Europe/Zurich", starts=date(2020, 1, 1))
    contract.id, contract.unit_quota = new_id(), units
    with company.platform.shell.platform.begin() as connection:
        connection.execute(text("UPDATE contract SET unit_quota = 0 WHERE company_id = :id"), {"id": company.id})
    company.plant(contract)


def test_more_units_than_sold_are_said_before_and_not_applied(brunnenhof: SomeCompany, platform: Platform) -> None:
    quota(brunnenhof, 2)
    browser = brunnenhof.agent("Nadja Frei", ESTATE_IMPORT, EDIT, language="en").browser
    one, preview = checked(browser, platform, ("Mieterspiegel.csv", ROLL))
    assert "With this import 2 of the 2 units are in use" in preview
    more = ROLL + "Lindenhof;Seestrasse;14;8002;Zürich;3. OG;;;\n"
    one, preview = checked(browser, platform, ("Mehr.csv", more))
    assert ("More units than the contract covers" in preview, f"{one}/apply" in preview) == (True, False)
    assert browser.get("/cockpit/estate/more-units").status_code == 200
    browser.post(f"{one}/apply")  # who asks all the same is refused
    work_off(platform)
    assert "please talk to sales" in browser.get(one).text
    assert units(brunnenhof) == set()


def test_nothing_is_removed_while_rows_cannot_be_read_and_the_page_says_so(
    browser: Browser, platform: Platform
) -> None:
    one, _preview = checked(browser, platform, ("Mieterspiegel.csv", ROLL))
    browser.post(f"{one}/apply")
    work_off(platform)
    wrong = ROLL.replace("01.05.2020", "31.02.2020")
    for options, button, badge in (({"full": "on"}, True, False), ({"full": "on", "close_gone": "on"}, False, True)):
        columns = drop(browser, ("Neu.csv", wrong)).headers["Location"]
        one = browser.post(columns, columns_as_suggested(browser.get(columns).text) | options).headers["Location"]
        work_off(platform)
        page = browser.get(one).text
        assert (f"{one}/apply" in page, "one of them may be what seems to be gone" in page) == (button, not button)
        assert ("ends today" in page) is badge


def test_who_is_limited_to_some_properties_cannot_import(browser: Browser, brunnenhof: SomeCompany) -> None:
    one = drop(browser, ("Mieterspiegel.csv", ROLL)).headers["Location"].removesuffix("/columns")
    limited = brunnenhof.agent("Urs Meier", ESTATE_IMPORT, language="en").limited_to(brunnenhof.property_id)
    assert limited.browser.get("/cockpit/imports").status_code == 403
    assert drop(limited.browser, ("Mieterspiegel.csv", ROLL)).status_code == 403
    for path in (one, f"{one}/columns", f"{one}/problems.csv"):
        assert limited.browser.get(path).status_code == 403
    assert limited.browser.post(f"{one}/discard").status_code == 403


def files(company: SomeCompany) -> set[str]:
    db = company.db()
    found = set(db.scalars(select(StoredFile.name).where(StoredFile.purpose.startswith("import"))))
    db.close()
    return found


def test_the_files_go_when_they_are_applied_and_the_history_leads_to_the_import(
    brunnenhof: SomeCompany, platform: Platform
) -> None:
    browser = brunnenhof.agent("Nadja Frei", ESTATE_IMPORT, READ, language="en").browser
    one, _preview = checked(browser, platform, ("Mieterspiegel.csv", ROLL))
    assert files(brunnenhof) == {"Mieterspiegel.csv", "reading"}
    browser.post(f"{one}/apply")
    work_off(platform)
    work_off(platform)  # the worker looks for more when it has done what was due
    assert (files(brunnenhof), "The files that were sent are deleted." in browser.get(one).text) == (set(), True)
    db = brunnenhof.db()
    unit = db.scalars(select(Unit).filter_by(name="1. OG")).one()
    db.close()
    assert f'<a href="{one}">From an import</a>' in browser.get(f"/cockpit/estate/units/{unit.id}").text
    reader = brunnenhof.agent("Urs Meier", READ, language="en").browser
    assert f'href="{one}"' not in reader.get(f"/cockpit/estate/units/{unit.id}").text
    browser.post(f"{one}/undo")
    work_off(platform)
    assert "The import is undone" in browser.get(one).text


def test_what_nobody_goes_on_with_is_discarded_after_two_weeks(
    browser: Browser, brunnenhof: SomeCompany, platform: Platform
) -> None:
    one = drop(browser, ("Mieterspiegel.csv", ROLL)).headers["Location"].removesuffix("/columns")
    db = brunnenhof.db()
    defer(db, services.TIDY)
    db.commit()
    work_off(platform)
    assert browser.get(one).status_code == 200
    db.execute(text("UPDATE import_run SET created_at = now() - interval '15 days'"))
    defer(db, services.TIDY)
    db.commit()
    db.close()
    work_off(platform)
    assert (browser.get(one).status_code, files(brunnenhof)) == (404, set())


def test_a_file_may_be_larger_than_other_requests_but_not_endless(browser: Browser, platform: Platform) -> None:
    app = platform.portal
    limits = {name: getattr(view, "largest", None) for name, view in app.view_functions.items()}
    assert {name: limit for name, limit in limits.items() if limit} == {"imports.upload": 257 * 2**20}
    wide = ROLL + ("#" * 1023 + "\n") * (70 * 1024)
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="Gross.csv"\r\n\r\n'
    body, kind = head + wide.encode() + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
    assert browser.post("/cockpit/imports", body, content_type=kind).status_code == 303
    assert announced(browser, "/cockpit/imports", 258) == 413
    one = drop(browser, ("Mieterspiegel.csv", ROLL)).headers["Location"]
    assert announced(browser, one, 65) == 413


def announced(browser: Browser, path: str, megabytes: int) -> int:
    """The answer to a form of which only the size is known as yet."""
    facts = {"CONTENT_LENGTH": str(megabytes * 2**20), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    return browser.open("POST", path, environ_overrides=facts).status_code
