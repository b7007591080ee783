"""Anybody can add a module: as a distribution of its own, with a table, pages, API and words, and no change here."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from quartier.plugin.scaffold import ScaffoldError, new_plugin

MINE = '''

@app.page("/mine", needs=SIGNED_IN)
def mine(visit: Visit) -> str:
    """What is kept for whoever asks."""
    return ", ".join(note.text for note in queries.by_person(visit.db, visit.viewer.person_id))
'''
PROBE = '''
"""Run in a process of its own: what the platform is like with what is installed there."""
import json, os
from pathlib import Path
from quartier.db.base import new_id
from quartier.merging.planning import Wishes, plan
from quartier.merging.services import merge

def keep(company, person_id, text):
    with company.db() as db:
        kept = "INSERT INTO notes_note (id, person_id, text) VALUES (%s, %s, %s) RETURNING id"
        db.row(kept, (new_id(), person_id, text))
        db.commit()

def claim(company):
    """What a module kept for two people known by name: one registers on that entry, the other comes in once more."""
    one, other = company.person("Vera Neu"), company.person("Zoe Zimmer")
    keep(company, one.id, "Boiler"), keep(company, other.id, "Parquet")
    registered, neighbour = company.resident("Zoe Zimmer"), company.resident("Urs Kern")
    nobody = [body.browser.get("/notes/mine").text for body in (registered, neighbour)]
    with company.db() as db:
        chief = company.agent("Nadja Frei").viewer(db)
        merge(db, plan(db, [registered.person_id, other.id], Wishes(login=registered.account_id)), by=chief)
        db.commit()
    claimed = [company.resident(person=one).browser.get("/notes/mine").text, registered.browser.get("/notes/mine").text]
    return nobody, claimed, neighbour.browser.get("/notes/mine").text

def test_probe(platform, make_company):
    company = make_company("Outside")
    if os.environ["STAGE"] == "first":
        company.switch("notes")
        resident = company.resident(language="fr").browser
        found = {
            "problems": len(platform.shell.plugins.problems),
            "serving": "notes" in platform.shell.plugins.serving,
            "left": resident.post("/notes/", {"text": "Bonjour"}).status_code,
            "page": "Laisser un message" in resident.get("/notes/").text and "Bonjour" in resident.get("/notes/").text,
            "menu": "/notes/" in resident.get("/").text,
            "search": "Bonjour" in resident.get("/search?q=bonj").text,
            "api": company.visitor().get(
                "/api/v1/notes/notes", headers={"Authorization": f"Bearer {company.token()}"}).json[0]["text"],
            "document": "/api/v1/notes/notes" in company.visitor().get("/api/v1/openapi.json").json["paths"],
        }
        found["claim"] = claim(company)
        company.switch("notes", on=False)
        found["off"] = resident.get("/notes/").status_code
    else:
        resident = company.resident().browser
        found = {
            "problems": len(platform.shell.plugins.problems),
            "serving": "notes" in platform.shell.plugins.serving,
            "home": resident.get("/").status_code,
            "page": resident.get("/notes/").status_code,
        }
    Path(os.environ["RESULT"]).write_text(json.dumps(found))
'''


@pytest.fixture
def distribution(tmp_path: Path) -> Path:
    """A module as the scaffold writes it, outside of this repository."""
    return new_plugin("notes", tmp_path)


def run(
    arguments: list[str], *, site: Path | None, cwd: Path | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    paths = [str(site)] if site else []
    paths += [str(Path("platform").resolve()), str(Path.cwd())]
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "QUARTIER_TEST_DATABASE": "outside", **environ},
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def install(distribution: Path, site: Path) -> None:
    """Build a wheel and unpack it, which for a wheel of pure Python is what installing means."""
    built = run(["-m", "hatchling", "build", "-t", "wheel"], site=None, cwd=distribution)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = (distribution / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        files.extractall(site)


def probe(tmp_path: Path, stage: str, *others: Path, site: Path | None, passed: int) -> str:
    """What the probe found; `others` are tests that pass in the same process, for each start of one costs seconds."""
    test, result = tmp_path / "test_probe.py", tmp_path / f"{stage}.json"
    test.write_text(PROBE)
    options = [
        "-q",
        "-p",
        "quartier.testing",
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
        f"--rootdir={tmp_path}",
    ]
    done = run(["-m", "pytest", *options, str(test), *map(str, others)], site=site, STAGE=stage, RESULT=str(result))
    assert done.stdout.splitlines()[-1].split(" in ")[0] == f"{passed} passed", done.stdout + done.stderr
    return result.read_text()


def test_a_module_from_outside_lives_here_and_leaves_without_a_trace_of_trouble(
    distribution: Path, tmp_path: Path
) -> None:
    """Nor does the scaffold leave any: the tests that it wrote pass beside the probe."""
    site, module = tmp_path / "site", distribution / "quartier_notes"
    web, scaffolded = module / "web.py", module / "tests"
    web.write_text(web.read_text() + MINE)
    install(distribution, site)
    assert probe(tmp_path, "first", scaffolded, site=site, passed=1 + 4) == (
        '{"problems": 0, "serving": true, "left": 303, "page": true, "menu": true, "search": true, "api": "Bonjour", '
        '"document": true, "claim": [["", ""], ["Boiler", "Parquet"], ""], "off": 404}'
    )
    assert probe(tmp_path, "then", site=None, passed=1) == '{"problems": 0, "serving": false, "home": 200, "page": 404}'


@pytest.mark.parametrize("slug", ["Notes", "../evil", "", "a" * 40])
def test_a_slug_that_cannot_be_is_refused(slug: str, tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError):
        new_plugin(slug, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(distribution: Path, tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match="exists already"):
        new_plugin("notes", tmp_path)


def test_in_a_checkout_it_becomes_a_folder_of_ours(tmp_path: Path) -> None:
    (tmp_path / "platform" / "quartier").mkdir(parents=True)
    (tmp_path / "plugins").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project.entry-points."quartier.plugins"]\nfaq = "plugins.faq.plugin"\n')
    folder = new_plugin("notes", tmp_path)
    assert (folder / "plugin.py").read_text().count("from plugins.notes import") == 1
    assert (tmp_path / "pyproject.toml").read_text().splitlines()[1] == 'notes = "plugins.notes.plugin"'
