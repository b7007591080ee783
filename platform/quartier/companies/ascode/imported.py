"""What a company's own program exports, in its own form: it lies in `masterdata/import/` and comes in as imports do.

The five tables beside that folder are compared cell by cell and hold all that we keep; an export says less, and says it
in its own words. So it is read by the same code as a file that somebody drags into the Cockpit, and stands there in the
list of imports, with its report.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quartier.companies.ascode.description import Drift
from quartier.companies.ascode.from_files import EXPORT
from quartier.companies.facts import CompanyFacts, FactsError
from quartier.files.storage import Storage
from quartier.imports import services
from quartier.imports.applying import changes, newcomers
from quartier.imports.driver import driver_of, rows
from quartier.imports.models import ImportRun
from quartier.imports.nouns import NOUNS
from quartier.imports.planning import Asked, Plan, plan, stage, suggestions
from quartier.imports.problems import ERRORS, Unreadable
from quartier.imports.reading import Source, from_folder, from_upload
from quartier.imports.records import Home
from quartier.tenancy.session import CompanySession

MOST: Final = 1000  # rows of a kind that a comparison names; whoever has more of them reads the Cockpit's preview


def bring_in(db: CompanySession, storage: Storage, facts: CompanyFacts, *, by: str, key: bytes) -> None:
    """Import what lies in the folder, unless the database says all of it already; the caller commits.

    `key` is the installation's. Raises FactsError, and then nothing of it was taken.
    """
    files = _files(facts)
    if not files or (_came_before(db) and not _compared(db, facts, key).work):
        return
    db.rollback()  # and with it the tables of the comparison
    with _explained(facts):
        run = services.begin(db, storage, [(one.name, one.content) for one in files], by=by, source="command")
        services.choose(run, strict=True)
        try:
            services.apply(db, storage, run, _home(facts, key), on=_today(facts), progress=lambda _rows: None)
        except services.Refused:
            db.rollback()
            _compared(db, facts, key)  # says which row it is, if it is one
            raise


def drift_of_export(db: CompanySession, facts: CompanyFacts, *, key: bytes) -> tuple[list[Drift], set[UUID]]:
    """What the export says otherwise than the database, and the ids of the rows that it says anything of."""
    if not _files(facts):
        return [], set()
    _compared(db, facts, key)
    driver, found, known = driver_of(db), list[Drift](), set[UUID]()
    for noun in NOUNS:
        for row in newcomers(driver, noun, MOST):
            found.append(Drift(noun.name, (row["label"] or row["number"],), None, row, None))
        for row in changes(driver, noun, MOST):
            found += [Drift(noun.name, (row["label"],), name, new, old) for name, old, new in row["fields"]]
        known.update(row.found for row in rows(driver, f"SELECT found FROM {noun.staging} WHERE found IS NOT NULL"))
    return found, known


def _files(facts: CompanyFacts) -> list[Source]:
    folder = facts.folder / EXPORT
    with _explained(facts):
        return from_folder(folder) if folder.is_dir() else []


def _came_before(db: CompanySession) -> bool:
    """A company that never imported anything is spared the comparison: applying compares as well."""
    return db.scalars(select(ImportRun.id).where(ImportRun.status == "applied").limit(1)).first() is not None


def _compared(db: CompanySession, facts: CompanyFacts, key: bytes) -> Plan:
    """The dry run. Its temporary tables stay until the transaction ends."""
    with _explained(facts):
        sources = [part for one in _files(facts) for part in from_upload(one.name, one.content)]
        columns, _problems = suggestions(sources, services.kept_columns(db), services.kept_words(db))
        asked = Asked(columns)
        made = plan(db, stage(driver_of(db), sources, asked, _home(facts, key)), asked, key=key, on=_today(facts))
    for problem in made.problems.kept:
        if problem.code in ERRORS:
            place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
            raise FactsError(f"{facts.folder / EXPORT}: {place}: {problem.words}")
    return made


@contextmanager
def _explained(facts: CompanyFacts) -> Iterator[None]:
    try:
        yield
    except Unreadable as error:
        raise FactsError(f"{facts.folder / EXPORT}: {error.problem.file}: {error.problem.words}") from error
    except services.Refused as error:
        raise FactsError(f"{facts.folder / EXPORT}: not imported: {error.code}") from error


def _home(facts: CompanyFacts, key: bytes) -> Home:
    return Home(facts.country, facts.timezone, key)


def _today(facts: CompanyFacts) -> date:
    return datetime.now(ZoneInfo(facts.timezone)).date()
