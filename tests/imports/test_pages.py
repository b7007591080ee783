"""An agent drops a file, assigns columns, looks, applies, and takes it back; a worker does the work."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from sqlalchemy import select

from quartier.accounts.permissions import ESTATE_IMPORT
from quartier.app import Platform
from quartier.estate.models import Unit
from quartier.imports.models import ImportRun
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
    browser.post(f"{one}/fixes", {"fix.0": "anna@post.example"})
    work_off(platform)
    assert 'name="fix.' not in browser.get(one).text


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
    from quartier.imports import services

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
