"""What somebody settled after a dry run: cells corrected, and who is whom. It holds for one import until taken back.

In the import's choices: `fixes`, a list of file, line, column and value; `decisions`, by the key of a staged person
the id of the known one or "new"; `decided`, by the same key where the person stands, for who looks at it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from quartier.i18n.texts import gettext as _
from quartier.imports import services
from quartier.imports.models import ImportRun
from quartier.imports.problems import Problem

LONGEST: Final = 500


@dataclass(frozen=True)
class Settled:
    """One correction or decision. `key` names it in a form, `said` is what holds instead of what the file says."""

    key: str
    file: str
    line: int
    column: str
    said: str


def settled(found: ImportRun) -> list[Settled]:
    """All that holds now, corrections first. A decision from before their places were kept says only what it was."""
    corrected = [
        Settled(_key(one["file"], one["line"], one["column"]), one["file"], one["line"], one["column"], one["value"])
        for one in found.choices.get("fixes", ())
    ]
    places = found.choices.get("decided", {})
    return corrected + [
        _decision(name, chosen, places.get(name, {})) for name, chosen in found.choices.get("decisions", {}).items()
    ]


def settle(found: ImportRun, form: Mapping[str, str]) -> None:
    """Take what a form says about the problems of the last dry run; problems it does not name stay as they are."""
    fixes = {(one["file"], one["line"], one["column"]): one["value"] for one in found.choices.get("fixes", ())}
    decisions, decided = dict(found.choices.get("decisions", {})), dict(found.choices.get("decided", {}))
    for problem in services.problems_of(found):
        if text := form.get(f"fix.{problem.key}", "").strip():
            fixes[problem.file, problem.line, problem.column] = text[:LONGEST]
        choice = form.get(f"decide.{problem.key}")
        if problem.code == "duplicate_person" and choice in {"same", "new"}:
            name = problem.details["key"]
            decisions[name] = problem.details["person"] if choice == "same" else "new"
            decided[name] = {"file": problem.file, "line": problem.line, "who": problem.details["name"]}
    kept = [
        {"file": file, "line": line, "column": column, "value": value} for (file, line, column), value in fixes.items()
    ]
    services.choose(found, fixes=kept, decisions=decisions, decided=decided)


def forget(found: ImportRun, key: str) -> None:
    """Take one back: the file says again what it says. What is gone already stays gone."""
    fixes = found.choices.get("fixes", ())
    decisions = found.choices.get("decisions", {})
    services.choose(
        found,
        fixes=[one for one in fixes if _key(one["file"], one["line"], one["column"]) != key],
        decisions={name: chosen for name, chosen in decisions.items() if _key(name) != key},
    )


def _decision(name: str, chosen: str, place: Mapping[str, str | int]) -> Settled:
    who = str(place.get("who", ""))
    said = _("certainly somebody else") if chosen == "new" else _("the same person")
    where = (str(place.get("file", "")), int(place.get("line", 0)))
    return Settled(_key(name), *where, "", f"{who}: {said}" if who else said)


def _key(file: str, line: int = 0, column: str = "") -> str:
    return Problem("", file, line, column).key
