"""The life of an import: begun, chosen, checked, applied, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from quartier.db.base import new_id
from quartier.estate.history import acting
from quartier.estate.quota import SOLD
from quartier.estate.services import much_written
from quartier.files.models import StoredFile
from quartier.files.services import keep
from quartier.files.storage import Storage
from quartier.imports.applying import Application, Progress
from quartier.imports.driver import driver_of, value
from quartier.imports.manifest import manifest_of
from quartier.imports.mapping import Columns, from_json, signature
from quartier.imports.models import BUSY, ImportMapping, ImportRun
from quartier.imports.planning import Asked, Plan, plan, suggestions
from quartier.imports.problems import ERRORS, Problem, Unreadable
from quartier.imports.reading import Content, from_upload, opened
from quartier.imports.records import Home
from quartier.imports.stores import drop_files, purpose_of, read_and_keep, reading
from quartier.imports.undoing import InTheWay, in_the_way, undo
from quartier.imports.vanished import remove
from quartier.jobs.queue import defer
from quartier.people.services import tell_of_addresses, tell_of_leavers
from quartier.tenancy.session import CompanySession

CHECK, APPLY, UNDO = "imports.check", "imports.apply", "imports.undo"
FORGET, TIDY = "imports.forget", "imports.tidy"
LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('import:' || %(company)s, 0))"
WORDS: Final = "words"
"""Stands in the place of a header's signature where a company's own words for kinds are kept."""
Files = Sequence[tuple[str, Content]]


class Refused(Exception):
    """A step that this import is not ready for; `code` is put into words by the page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def begin(db: CompanySession, storage: Storage, files: Files, *, by: str, source: str = "cockpit") -> ImportRun:
    """Take files in and suggest how to read them. Raises Unreadable for an archive that is not to be opened."""
    sources = [one for name, content in files for one in from_upload(name, content)]
    if not sources:
        raise Unreadable(Problem("empty_file", files[0][0] if files else ""))
    columns, problems = suggestions(sources, kept_columns(db), kept_words(db))
    import_id = new_id()
    stored = [_kept(db, storage, import_id, name, content) for name, content in files]
    said = manifest_of(sources, problems)
    found = ImportRun(
        id=import_id, created_by=by, source=source,
        files=[{"id": str(file.id), "name": file.name, "size": file.size} for file in stored],
        choices={
            "columns": {name: one.as_json() for name, one in columns.items()}, "tables": list(columns),
            "manifest": said.as_json(),
        },
        report={"problems": [as_json(problem) for problem in problems.kept]},
        counts={},
    )  # fmt: skip
    db.add(found)
    db.flush()
    return found


def _kept(db: CompanySession, storage: Storage, import_id: UUID, name: str, content: Content) -> StoredFile:
    kind = "application/octet-stream"
    with opened(content) as file:
        return keep(db, storage, purpose=purpose_of(import_id), name=name[:200], content_type=kind, body=file)


def one_import(db: CompanySession, import_id: UUID, *, lock: bool = False) -> ImportRun | None:
    """An import of this company, or None; `lock` keeps others from changing it until the transaction ends."""
    query = select(ImportRun).where(ImportRun.id == import_id)
    return db.scalars(query.with_for_update() if lock else query).first()


def kept_columns(db: CompanySession) -> dict[str, Columns]:
    """This company's own mappings, by the signature of their header."""
    mappings = db.scalars(select(ImportMapping).where(ImportMapping.signature != WORDS))
    return {row.signature: from_json(row.columns) for row in mappings}


def kept_words(db: CompanySession) -> dict[str, dict[str, str]]:
    """This company's own words for kinds: noun → word → kind."""
    return db.scalar(select(ImportMapping.columns).where(ImportMapping.signature == WORDS)) or {}


def choose_words(db: CompanySession, found: ImportRun, chosen: Mapping[str, Mapping[str, str]]) -> None:
    """Take what somebody says that words for kinds mean, for this import and for all that follow; "" forgets one."""
    words = {noun: dict(known) for noun, known in kept_words(db).items()}
    for noun, said in chosen.items():
        words[noun] = {word: kind for word, kind in {**words.get(noun, {}), **said}.items() if kind}
    _keep_mapping(db, WORDS, words)
    columns = {name: {**one, "words": words} for name, one in found.choices.get("columns", {}).items()}
    found.choices = {**found.choices, "columns": columns}


def unknown_words(found: ImportRun) -> dict[str, list[str]]:
    """Words for kinds that nobody knows, as far as files were looked at: noun → words."""
    tables, strange = columns_of(found), dict[str, dict[str, None]]()
    for one in tables.values():
        for noun, words in one.unknown.items():
            strange.setdefault(noun, {}).update(dict.fromkeys(words))
    for problem in problems_of(found):
        read = tables.get(problem.file)
        if problem.code == "bad_kind" and read is not None and problem.column in read.header:
            noun = read.targets[read.header.index(problem.column)].partition(".")[0]
            strange.setdefault(noun, {})[problem.value] = None
    known = {noun: {word.lower() for word in one.words.get(noun, ())} for one in tables.values() for noun in strange}
    return {noun: [word for word in words if word.lower() not in known[noun]] for noun, words in strange.items()}


def choose_columns(db: CompanySession, found: ImportRun, columns: Mapping[str, Columns]) -> None:
    """Take the mapping that somebody has looked at, and remember it for the next file with such a header."""
    found.choices = {**found.choices, "columns": {name: one.as_json() for name, one in columns.items()}}
    for one in columns.values():
        if one.exchange:
            continue
        kept = {**one.as_json(), "sample": (), "unknown": {}}
        _keep_mapping(db, signature(one.header), kept)


def _keep_mapping(db: CompanySession, of: str, kept: Mapping[str, Any]) -> None:
    new = insert(ImportMapping).values({"id": new_id(), "signature": of, "columns": kept})
    db.execute(
        new.on_conflict_do_update(
            index_elements=["company_id", "signature"], set_={"columns": kept, "changed_at": func.now()}
        )
    )


def wants_no_question(found: ImportRun) -> bool:
    """Whether the manifest of an exchange set wants it applied at once; heeded where nobody looks at a page."""
    return bool(found.choices.get("manifest", {}).get("auto"))


def choose(found: ImportRun, **choices: Any) -> None:
    """Change what was chosen: `fixes`, `decisions`, `skip`, `full`, `close_gone`, `remove_gone`, `strict`, `from_erp`,
    `report`.
    """
    found.choices = {**found.choices, **choices}


def columns_of(found: ImportRun) -> dict[str, Columns]:
    """Table → how it is read, in the order of the files, which the database does not keep in an object."""
    columns = found.choices.get("columns", {})
    return {name: from_json(columns[name]) for name in found.choices.get("tables", columns)}


def asked_of(found: ImportRun) -> Asked:
    """What was chosen, as the plan wants it."""
    chosen = found.choices
    return Asked(
        columns_of(found),
        {(fix["file"], fix["line"], fix["column"]): fix["value"] for fix in chosen.get("fixes", ())},
        chosen.get("decisions", {}),
        frozenset(chosen.get("skip", ())),
        full=bool(chosen.get("full")),
        close_gone=bool(chosen.get("close_gone")),
        from_erp=bool(chosen.get("from_erp")),
    )


# ---- steps, asked for by a person or a program, done by a worker ----------------------------------------------------
def ask_for(db: CompanySession, found: ImportRun, job: str) -> None:
    """Queue a step; imports of one company are done one after the other. Raises Refused when it is not the time."""
    allowed, status = STEPS[job]
    if found.status not in allowed:
        raise Refused(f"not_{job.partition('.')[2]}")
    found.status, found.done, found.total, found.error = status, 0, 0, None
    defer(db, job, alone="imports", import_id=str(found.id))


STEPS: Final[Mapping[str, tuple[frozenset[str], str]]] = {
    CHECK: (frozenset({"new", "checked", "failed"}), "checking"),
    APPLY: (frozenset({"checked"}), "applying"),
    UNDO: (frozenset({"applied"}), "undoing"),
}
"""Job → (statuses it may follow on, status while it runs)."""


def check(db: CompanySession, storage: Storage, found: ImportRun, home: Home, *, on: date) -> Plan:
    """The dry run: compare, write the report, touch nothing else."""
    asked = asked_of(found)
    made = plan(db, read_and_keep(db, storage, found, asked, home), asked, key=home.key, on=on)
    _report(found, made)
    found.status, found.error = "checked", None
    if found.choices.get("auto") and not made.problems.errors and not made.problems.counts["duplicate_person"]:
        ask_for(db, found, APPLY)
    return made


def apply(db: CompanySession, storage: Storage, found: ImportRun, home: Home, *, on: date, progress: Progress) -> Plan:
    """Compare anew, for the estate may have moved since the check, and write; the caller commits all of it or nothing.

    Raises Refused where only files without errors were wanted, or where there would be more units than sold.
    """
    driver = driver_of(db)
    driver.execute(LOCK, {"company": str(db.company_id)})
    asked = asked_of(found)
    made = plan(db, reading(db, storage, found, asked, home), asked, key=home.key, on=on)
    if found.choices.get("strict") and made.problems.errors:
        raise Refused("errors")
    periods, others = bool(found.choices.get("close_gone")), bool(found.choices.get("remove_gone"))
    if asked.full and (periods or others) and made.gone and made.problems.errors:
        raise Refused("gone_with_errors")
    if more_than_sold(db, made.counts["unit"].get("new", 0), on):
        raise Refused("quota")
    with acting(db, found.created_by, "import", found.id):
        Application(driver, country=home.country, timezone=home.timezone, progress=progress).run()
        if asked.full and (periods or others):
            remove(driver, made.covered, on, periods=periods and not made.ends_owner, others=others)
    _report(found, made)
    found.status, found.finished_at, found.error = "applied", datetime.now(UTC), None
    found.done = found.total = made.work
    defer(db, FORGET, import_id=str(found.id))
    much_written(db, made.work)
    tell_of_addresses(db)
    tell_of_leavers(db)
    return made


def take_back(db: CompanySession, found: ImportRun, *, by: str) -> list[InTheWay]:
    """Undo; what is in the way, if anything is, and then nothing is undone."""
    driver = driver_of(db)
    driver.execute(LOCK, {"company": str(db.company_id)})
    blocked = in_the_way(driver, found.id)
    if blocked:
        found.status = "applied"
        found.report = {**found.report, "in_the_way": [[one.noun, one.label, one.what, one.who] for one in blocked]}
        return blocked
    with acting(db, by, "system", found.id):
        undo(driver, found.id)
    found.status, found.finished_at = "undone", datetime.now(UTC)
    tell_of_addresses(db)
    return []


def waits(db: CompanySession, found: ImportRun) -> bool:
    """Whether another import of this company is worked on first."""
    if found.status not in BUSY or found.total:
        return False
    busy = select(ImportRun.id).where(ImportRun.status.in_(BUSY), ImportRun.id != found.id, ImportRun.total > 0)
    return db.scalars(busy.limit(1)).first() is not None


def forget_files(db: CompanySession, storage: Storage, found: ImportRun) -> None:
    """After an import is applied nobody needs what was sent any more: an undo works by the history."""
    if found.status in ("applied", "undoing", "undone"):
        drop_files(db, storage, found)


def abandoned(db: CompanySession, before: datetime) -> list[ImportRun]:
    """Imports that nobody has gone on with."""
    waiting = ImportRun.status.in_(("new", "checked", "failed"))
    return list(db.scalars(select(ImportRun).where(waiting, ImportRun.created_at < before)))


def is_unsure(found: ImportRun) -> bool:
    """Whether what is gone is to be removed while rows cannot be read: one of them may be what seems to be gone."""
    wanted = found.choices.get("full") and (found.choices.get("close_gone") or found.choices.get("remove_gone"))
    return bool(wanted and found.report.get("gone") and ERRORS.keys() & found.report.get("numbers", {}).keys())


def discard(db: CompanySession, storage: Storage, found: ImportRun) -> None:
    """Forget an import that was never applied, and the files with people's data in them."""
    if found.status in (*BUSY, "applied"):
        raise Refused("busy" if found.status in BUSY else "applied")
    drop_files(db, storage, found)
    found.status, found.choices, found.report = "discarded", {}, {}


def more_than_sold(db: CompanySession, new_units: int, on: date) -> bool:
    """Whether the units would be more than the contract covers; nothing that is there already is ever in question."""
    if not new_units:
        return False
    driver = driver_of(db)
    quota = value(driver, SOLD, {"on": on})
    units = value(driver, "SELECT count(*) FROM unit WHERE archived_at IS NULL")
    return quota is not None and units + new_units > quota


def _report(found: ImportRun, made: Plan) -> None:
    found.counts = made.counts
    found.report = {
        "problems": [as_json(problem) for problem in made.problems.kept],
        "numbers": dict(made.problems.counts),
        "preview": made.preview,
        "gone": {noun: gone.plain() for noun, gone in made.gone.items()},
        "rows": made.rows,
        "kept": made.kept,
        "wishes": made.wishes,
        "ends_owner": made.ends_owner,
    }


def as_json(problem: Problem) -> dict[str, Any]:
    """A problem for the database; its words are made when it is read, in the reader's language."""
    return {
        "code": problem.code, "file": problem.file, "line": problem.line, "column": problem.column,
        "value": problem.value, "details": dict(problem.details),
    }  # fmt: skip


def problems_of(found: ImportRun) -> list[Problem]:
    """The problems of the last step."""
    return [Problem(**one) for one in found.report.get("problems", ())]


def fail(db: CompanySession, import_id: UUID, code: str) -> None:
    """Say that a step did not come to its end. What it had written is gone with its transaction."""
    found = one_import(db, import_id, lock=True)
    if found is not None and found.status in BUSY:
        found.status = "applied" if found.status == "undoing" else "failed"
        found.error = code
