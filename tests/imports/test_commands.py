"""`quartier import`: by hand and by machines, which look at the exit code."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quartier.cli import cli
from quartier.testing import SomeCompany
from tests.imports.test_api import mails
from tests.imports.test_exchange import SET
from tests.imports.test_imports import ROLL

Run = Callable[..., Result]


@pytest.fixture
def run(brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch) -> Run:
    config = brunnenhof.platform.shell.config
    for name, value in {
        "DATABASE_URL": config.database_url, "DATABASE_APP_URL": config.database_app_url,
        "DATABASE_PLATFORM_URL": config.database_platform_url, "QUARTIER_VAR": config.var,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))

    def command(path: Path, *options: str, company: str = brunnenhof.slug) -> Result:
        return CliRunner().invoke(cli, ["import", company, str(path), *options])

    return command


def units(company: SomeCompany) -> set[str]:
    db = company.db()
    found = {row.name for row in db.rows("SELECT name FROM unit")}
    db.close()
    return found


def roll(folder: Path, text: str = ROLL) -> Path:
    path = folder / "Mieterspiegel.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_looked_at_and_then_taken(run: Run, brunnenhof: SomeCompany, tmp_path: Path) -> None:
    looked = run(roll(tmp_path), "--dry-run")
    assert (looked.exit_code, units(brunnenhof)) == (0, set())
    assert "Units: 3 new\n" in looked.output
    assert looked.output.endswith("Nothing was changed: this was a dry run.\n")
    taken = run(roll(tmp_path))
    assert (taken.exit_code, taken.output.splitlines()[-1], len(units(brunnenhof))) == (0, "Applied.", 3)
    assert "Units: 3 unchanged\n" in run(roll(tmp_path)).output


def test_rows_with_errors_are_said_and_counted_in_the_exit_code(
    run: Run, brunnenhof: SomeCompany, tmp_path: Path
) -> None:
    wrong = roll(tmp_path, ROLL.replace("1.4.2020", "31.2.2020"))
    strict = run(wrong, "--strict")
    assert (strict.exit_code, units(brunnenhof)) == (1, set())
    assert "There are rows with errors" in strict.output
    taken = run(wrong)
    assert (taken.exit_code, len(units(brunnenhof))) == (3, 2)
    assert "Mieterspiegel.csv:2:Mietbeginn: error: This is not a date that exists." in taken.output
    assert "Rows with errors are left out: 1.\nApplied.\n" in taken.output


@pytest.mark.parametrize("packed", [False, True])
def test_an_exchange_set_as_a_folder_and_as_an_archive(
    run: Run, brunnenhof: SomeCompany, tmp_path: Path, packed: bool
) -> None:
    path = tmp_path / ("set.zip" if packed else "set")
    sent = {**SET, "manifest.json": '{"reportEmails": ["erp@frei.example"]}'}
    if packed:
        with zipfile.ZipFile(path, "w") as archive:
            for name, body in sent.items():
                archive.writestr(name, body)
    else:
        path.mkdir()
        for name, body in sent.items():
            (path / name).write_text(body, encoding="utf-8")
    taken = run(path)
    assert (taken.exit_code, units(brunnenhof)) == (0, {"1. OG links"})
    assert "Properties: 1 new\n" in taken.output
    assert [address for address, _subject in mails(brunnenhof)] == ["erp@frei.example"]


def test_what_cannot_be_is_said_in_plain_words(run: Run, tmp_path: Path) -> None:
    nobody = run(roll(tmp_path), company="niemand")
    assert (nobody.exit_code, nobody.output) == (1, "Error: there is no company 'niemand'\n")
    pdf = tmp_path / "Mieter.csv"
    pdf.write_bytes(b"%PDF-1.7 nothing")
    refused = run(pdf)
    assert (refused.exit_code, "This is a PDF" in refused.output, "Traceback" in refused.output) == (1, True, False)
    assert run(tmp_path / "nichts.csv").exit_code == 2
