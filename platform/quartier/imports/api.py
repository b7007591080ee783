"""Imports for programs: send files, read what would happen, apply, take back. The worker does the work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, Final, cast
from uuid import UUID

from flask import request
from sqlalchemy import select

from quartier.accounts.permissions import ESTATE_IMPORT
from quartier.api.blueprint import ApiBlueprint
from quartier.api.bodies import body
from quartier.api.paging import PageArguments, make_page, next_link, page_of, read_cursor
from quartier.api.problems import Problem
from quartier.i18n.texts import gettext as _
from quartier.imports import services, words
from quartier.imports.models import ImportRun
from quartier.imports.problems import ERRORS, Unreadable
from quartier.imports.problems import Problem as RowProblem
from quartier.imports.reading import Content
from quartier.imports.schemas import ImportProblemSchema, ImportSchema, NewImportArguments
from quartier.web.shell import shell
from quartier.web.visit import Visit

LARGEST: Final = 64 * 2**20
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES: Final = {
    "text/csv": "import.csv",
    "application/zip": "import.zip",
    EXCEL: "import.xlsx",
    "application/octet-stream": "import",
}
"""Type of a body that is a file itself → what it is called where nobody says."""
FORM: Final = {
    "type": "object",
    "required": ["files"],
    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
}
BODY: Final = {
    "required": True,
    "content": {"multipart/form-data": {"schema": FORM}}
    | {kind: {"schema": {"type": "string", "format": "binary"}} for kind in NAMES},
}

blueprint = ApiBlueprint("imports", __name__, description="Master data from files: checked, applied as one, undone.")

Answer = tuple[dict[str, Any], dict[str, str]]


@blueprint.operation("GET", "/imports", needs=ESTATE_IMPORT)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(ImportSchema))
def imports(visit: Visit, query: dict[str, Any]) -> Answer:
    """All imports, the newest first."""
    cursor = read_cursor(query["after"], UUID)
    wanted = select(ImportRun).where(ImportRun.status != "discarded").order_by(ImportRun.id.desc())
    wanted = wanted.where(ImportRun.id < cursor[0]) if cursor else wanted
    rows = visit.db.scalars(wanted.limit(query["limit"] + 1)).all()
    page = make_page(rows, query["limit"], key=lambda row: (row.id,), show=plain)
    return page, next_link(page)


@blueprint.operation("POST", "/imports", needs=ESTATE_IMPORT, largest=LARGEST)
@blueprint.doc(requestBody=BODY, responses={"413": "Problem413", "415": "Problem415"})
@blueprint.arguments(NewImportArguments, location="query")
@blueprint.response(202, ImportSchema)
def new_import(visit: Visit, query: dict[str, Any]) -> Answer:
    """Send files and have them checked.

    One or several as a form, or one as the body: CSV, Excel, or a ZIP with such files or with an exchange set. Columns
    are read as this company has assigned them before, else as they are recognised. Ask for the import until it is
    `checked`; with `apply`, or `autoImport` in an exchange set's manifest, until it is `applied`: it stays `checked`
    where a row has an error or a person may be known already.
    """
    try:
        found = services.begin(visit.db, shell().storage, _sent(query.pop("name")), by=visit.viewer.name, source="api")
    except Unreadable as error:
        raise _unreadable(error.problem) from error
    if not services.columns_of(found):
        raise _unreadable(services.problems_of(found)[0])
    auto = query.pop("apply") or services.wants_no_question(found)
    services.choose(found, **query, auto=auto)
    services.ask_for(visit.db, found, services.CHECK)
    return _at(visit, found)


@blueprint.operation("GET", "/imports/<uuid:import_id>", needs=ESTATE_IMPORT)
@blueprint.response(200, ImportSchema)
def one_import(visit: Visit, import_id: UUID) -> dict[str, Any]:
    """One import: how far it is, what would happen or has happened, and how many problems there are."""
    return plain(_found(visit, import_id))


@blueprint.operation("GET", "/imports/<uuid:import_id>/problems", needs=ESTATE_IMPORT)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(ImportProblemSchema))
def import_problems(visit: Visit, query: dict[str, Any], import_id: UUID) -> Answer:
    """What cannot be used as it is, by file, line and column; of many thousands the first."""
    problems = services.problems_of(_found(visit, import_id))
    cursor = read_cursor(query["after"], int)
    after = cursor[0] + 1 if cursor else 0
    rows = list(enumerate(problems))[max(after, 0) :][: query["limit"] + 1]
    page = make_page(rows, query["limit"], key=lambda row: (row[0],), show=lambda row: _problem(row[1]))
    return page, next_link(page)


@blueprint.operation("POST", "/imports/<uuid:import_id>/apply", needs=ESTATE_IMPORT)
@blueprint.response(202, ImportSchema)
def apply_import(visit: Visit, import_id: UUID) -> Answer:
    """Make it true: everything, or nothing and the reason."""
    return _ask(visit, import_id, services.APPLY)


@blueprint.operation("POST", "/imports/<uuid:import_id>/undo", needs=ESTATE_IMPORT)
@blueprint.response(202, ImportSchema)
def undo_import(visit: Visit, import_id: UUID) -> Answer:
    """Take it back, while nothing later depends on it.

    Where something does, it stays `applied` and `in_the_way` says what that is.
    """
    return _ask(visit, import_id, services.UNDO, lambda found: services.choose(found, undone_by=visit.viewer.name))


@blueprint.operation("DELETE", "/imports/<uuid:import_id>", needs=ESTATE_IMPORT)
@blueprint.response(204)
def discard_import(visit: Visit, import_id: UUID) -> None:
    """Forget an import that was not applied, with its files."""
    try:
        services.discard(visit.db, shell().storage, _found(visit, import_id, lock=True))
    except services.Refused as error:
        raise Problem(409, words.why(error.code)) from error


def plain(found: ImportRun) -> dict[str, Any]:
    """An import as the schema takes it."""
    numbers = found.report.get("numbers", {})
    names = ("id", "status", "source", "created_by", "created_at", "finished_at", "files", "done", "total", "counts")
    blocked = found.report.get("in_the_way", ()) if found.status == "applied" else ()
    return {name: getattr(found, name) for name in names} | {
        "errors": sum(count for code, count in numbers.items() if code in ERRORS),
        "warnings": sum(count for code, count in numbers.items() if code not in ERRORS),
        "gone": found.report.get("gone", {}),
        "kept": found.report.get("kept", {}),
        "failure": words.why(found.error) if found.error else None,
        "in_the_way": [f"{words.label(noun, label)}: {words.in_the_way(what)}" for noun, label, what, _who in blocked],
    }


def _problem(one: RowProblem) -> dict[str, Any]:
    names = ("file", "line", "column", "value", "code", "severity")
    return {name: getattr(one, name) for name in names} | {"message": one.words}


def _sent(name: str) -> list[tuple[str, Content]]:
    sent: list[tuple[str, Content]]
    if request.mimetype == "multipart/form-data":
        files = [file for file in request.files.getlist("files") if file.filename]
        sent = [(file.filename or "", cast("BinaryIO", file.stream)) for file in files]
    elif request.mimetype in NAMES:
        sent = [(name or NAMES[request.mimetype], body())]
    else:
        kinds = ", ".join(("multipart/form-data", *NAMES))
        raise Problem(415, _("Send files as one of these types: %(types)s.", types=kinds), headers={"Accept": kinds})
    if not sent:
        raise Problem(422, _("Please choose a file."))
    return sent


def _unreadable(problem: RowProblem) -> Problem:
    return Problem(422, f"{problem.file}: {problem.words}" if problem.file else problem.words)


def _ask(visit: Visit, import_id: UUID, job: str, prepare: Callable[[ImportRun], None] = lambda _found: None) -> Answer:
    found = _found(visit, import_id, lock=True)
    prepare(found)
    try:
        services.ask_for(visit.db, found, job)
    except services.Refused as error:
        raise Problem(409, words.why(error.code)) from error
    return _at(visit, found)


def _at(visit: Visit, found: ImportRun) -> Answer:
    visit.db.flush()
    visit.db.refresh(found)
    return plain(found), {"Location": f"/api/v1/imports/{found.id}"}


def _found(visit: Visit, import_id: UUID, *, lock: bool = False) -> ImportRun:
    found = services.one_import(visit.db, import_id, lock=lock)
    if found is None or found.status == "discarded":
        raise Problem(404)
    return found
