"""Pages of imports: send files, assign columns, look at what would happen, apply, and take back."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Final, cast
from uuid import UUID

from flask import request
from sqlalchemy import select
from werkzeug.wrappers import Response

from quartier.accounts.permissions import ESTATE_IMPORT, TEAM_ADMIN
from quartier.estate.policies import EDIT
from quartier.estate.quota import usage
from quartier.i18n.texts import gettext as _
from quartier.imports import reporting, services, settling, words
from quartier.imports.exchange import UUID_TEXT
from quartier.imports.mapping import LONGEST_WORD, MOST_WORDS, Columns
from quartier.imports.models import BUSY, ImportRun
from quartier.imports.pages import ROOT, cockpit, found_or_404
from quartier.imports.problems import ERRORS, Problem, Unreadable
from quartier.imports.reading.sources import MOST_BYTES
from quartier.imports.services import Refused
from quartier.locks.fields import system_of
from quartier.people.policies import READ as READ_PEOPLE
from quartier.web.flash import back_to
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.spreadsheets import harmless
from quartier.web.visit import Visit

__all__ = ["cockpit"]

LARGEST: Final = MOST_BYTES + 2**20  # what is around the files counts too
SHOWN: Final = 200  # problems on a page; the file with all of them is one click away
LISTED: Final = 50


@dataclass(frozen=True)
class Room:
    """How many units there would be, how many are covered (None: no matter), and why that is too many."""

    units: int = 0
    quota: int | None = None
    refusal: str | None = None


FIX: Final = ("file", "line", "column", "value")
CHOICES: Final = ("full", "close_gone", "remove_gone", "strict", "from_erp")


@cockpit.page(ROOT, needs=ESTATE_IMPORT)
def imports(visit: Visit) -> str:
    """The place to drop files, and what was imported so far."""
    return _upload_page(visit)


@cockpit.action(ROOT, needs=ESTATE_IMPORT, largest=LARGEST)
def upload(visit: Visit) -> Any:
    """Take files; the next page shows how their columns would be read."""
    files = [file for file in request.files.getlist("files") if file.filename]
    sent = [(file.filename or "", cast("BinaryIO", file.stream)) for file in files]
    if not sent:
        return _upload_page(visit, _("Please choose a file.")), 422
    try:
        with ExitStack() as stack:  # what lies on the disk since it came in goes at once, not when somebody tidies up
            for _name, stream in sent:
                stack.enter_context(stream)
            found = services.begin(visit.db, shell().storage, sent, by=visit.viewer.name)
    except Unreadable as error:
        return _upload_page(visit, f"{error.problem.file}: {error.problem.words}"), 422
    if not services.columns_of(found):
        problems = [f"{one.file}: {one.words}" for one in services.problems_of(found)]
        return _upload_page(visit, " ".join(problems)), 422
    return back_to(f"{ROOT}/{found.id}/columns")


@cockpit.page(f"{ROOT}/<uuid:import_id>/columns", needs=ESTATE_IMPORT)
def columns(visit: Visit, import_id: UUID) -> str:
    """How each column would be read; every guess can be changed."""
    found = found_or_404(visit, import_id)
    tables = services.columns_of(found)
    return render(
        "imports/columns.html", run=found, tables=tables, targets=words.targets(),
        places={name: place for place, name in enumerate(tables)},
        fixed=[name for name, one in tables.items() if one.exchange],
        skip=found.choices.get("skip", ()), unknown=services.unknown_words(found), kinds=words.kinds(),
        own=services.kept_words(visit.db), system=system_of(visit.db), cell=words.cell,
        problems=services.problems_of(found) if found.status == "new" else [],
    )  # fmt: skip


@cockpit.action(f"{ROOT}/<uuid:import_id>/columns", needs=ESTATE_IMPORT)
def save_columns(visit: Visit, import_id: UUID) -> Response:
    """Keep the assignment for this company, and check the files with it."""
    found = found_or_404(visit, import_id, lock=True)
    tables = services.columns_of(found)
    chosen = {name: _chosen(place, one) for place, (name, one) in enumerate(tables.items())}
    services.choose_columns(visit.db, found, chosen)
    skip = [name for place, name in enumerate(tables) if request.form.get(f"skip.{place}")]
    services.choose_words(visit.db, found, _words())
    services.choose(found, skip=skip, **{name: bool(request.form.get(name)) for name in CHOICES})
    return _ask(visit, found, services.CHECK)


@cockpit.page(f"{ROOT}/<uuid:import_id>", needs=ESTATE_IMPORT)
def one(visit: Visit, import_id: UUID) -> str:
    """An import wherever it stands: its progress, its preview, or its result."""
    found = found_or_404(visit, import_id)
    problems = services.problems_of(found)
    numbers = found.report.get("numbers", {})
    template = "imports/progress.html" if found.status in BUSY else "imports/one.html"
    return render(
        template, run=found, status=words.statuses()[found.status], nouns=words.nouns(), fields=words.fields(),
        problems=problems[:SHOWN], more=sum(numbers.values()) - len(problems[:SHOWN]),
        errors=sum(count for code, count in numbers.items() if code in ERRORS),
        warnings=sum(count for code, count in numbers.items() if code not in ERRORS),
        preview=found.report.get("preview", {}), gone=found.report.get("gone", {}), why=words.why(found.error),
        blocked=[(words.label(noun, label), words.in_the_way(what), who) for noun, label, what, who in _blocked(found)],
        settled=settling.settled(found) if found.status == "checked" else [], busy=found.status in BUSY,
        asks=found.status == "checked" and any(map(_asks, problems[:SHOWN])), fixable=fixable,
        is_new=found.status == "new", fates=words.fates(), room=_room(visit, found),
        unsure=words.why("gone_with_errors") if services.is_unsure(found) else "",
        waits=services.waits(visit.db, found), may_ask=visit.viewer.may(EDIT), resources=words.resources(),
        kept=found.report.get("kept", {}), wishes=_wishes(found), reports=reporting.addresses(found),
        may_decide=visit.viewer.may(TEAM_ADMIN), proposals=words.proposals(), label=words.first_days,
        for_machines=UUID_TEXT.match, said=words.said, called=words.called,
        may_see_people=visit.viewer.may(READ_PEOPLE),
    )  # fmt: skip


@cockpit.action(f"{ROOT}/<uuid:import_id>/fixes", needs=ESTATE_IMPORT)
def save_fixes(visit: Visit, import_id: UUID) -> Response:
    """Take corrected cells and decisions about persons, or take one of them back, and check again."""
    found = found_or_404(visit, import_id, lock=True)
    if forgotten := request.form.get("forget"):
        settling.forget(found, forgotten)
    else:
        settling.settle(found, request.form)
    return _ask(visit, found, services.CHECK)


@cockpit.action(f"{ROOT}/<uuid:import_id>/apply", needs=ESTATE_IMPORT)
def apply(visit: Visit, import_id: UUID) -> Response:
    """Make it true."""
    found = found_or_404(visit, import_id, lock=True)
    services.choose(found, report=bool(request.form.get("report")))
    return _ask(visit, found, services.APPLY)


@cockpit.action(f"{ROOT}/<uuid:import_id>/undo", needs=ESTATE_IMPORT)
def undo(visit: Visit, import_id: UUID) -> Response:
    """Take it back, if nothing depends on it since."""
    found = found_or_404(visit, import_id, lock=True)
    services.choose(found, undone_by=visit.viewer.name)
    return _ask(visit, found, services.UNDO)


@cockpit.action(f"{ROOT}/<uuid:import_id>/check", needs=ESTATE_IMPORT)
def check_again(visit: Visit, import_id: UUID) -> Response:
    """Check once more: the estate may have changed, or the last attempt failed."""
    return _ask(visit, found_or_404(visit, import_id, lock=True), services.CHECK)


@cockpit.action(f"{ROOT}/<uuid:import_id>/discard", needs=ESTATE_IMPORT)
def discard(visit: Visit, import_id: UUID) -> Response:
    """Forget files that are not to be applied."""
    found = found_or_404(visit, import_id, lock=True)
    try:
        services.discard(visit.db, shell().storage, found)
    except Refused as error:
        return back_to(f"{ROOT}/{import_id}", words.why(error.code))
    return back_to(ROOT, _("The files are deleted. The estate is unchanged."))


@cockpit.page(f"{ROOT}/<uuid:import_id>/problems.csv", needs=ESTATE_IMPORT)
def problems_file(visit: Visit, import_id: UUID) -> Response:
    """All problems as a table, to send to whoever made the file."""
    found = found_or_404(visit, import_id)
    head = (_("File"), _("Line"), _("Column"), _("Value"), _("Problem"))
    rows = ((one.file, one.line or "", one.column, one.value, one.words) for one in services.problems_of(found))
    lines = [";".join(map(_cell, row)) for row in (head, *rows)]
    answer = Response("\ufeff" + "\r\n".join(lines) + "\r\n", content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return answer


def fixable(problem: Problem) -> bool:
    """Whether typing another value is all it takes."""
    return bool(problem.line and problem.column) and problem.code not in {"two_headers_alike", "erp_owned"}


def _asks(problem: Problem) -> bool:
    return fixable(problem) or problem.code == "duplicate_person"


def _cell(value: object) -> str:
    return '"' + harmless(str(value)).replace('"', '""') + '"'


def _ask(visit: Visit, found: ImportRun, job: str) -> Response:
    try:
        services.ask_for(visit.db, found, job)
    except Refused:
        return back_to(f"{ROOT}/{found.id}", _("This import has moved on in the meantime."))
    return back_to(f"{ROOT}/{found.id}")


def _chosen(place: int, known: Columns) -> Columns:
    """The form of one table; a field that two columns were given goes to the first."""
    if known.exchange:
        return known
    allowed = {target for _noun, group in words.targets() for target, _words in group}
    picked: list[str] = []
    for index in range(len(known.header)):
        target = request.form.get(f"target.{place}.{index}", "")
        picked.append(target if target in allowed and target not in picked else "")
    order, mark = request.form.get(f"order.{place}"), request.form.get(f"mark.{place}")
    return replace(
        known, targets=tuple(picked), order="mdy" if order == "mdy" else "dmy", mark="," if mark == "," else ".",
        family_first=bool(request.form.get(f"family_first.{place}")),
        owned=bool(request.form.get(f"owned.{place}")),
    )  # fmt: skip


def _words() -> dict[str, dict[str, str]]:
    """What the form says of words for kinds."""
    chosen: dict[str, dict[str, str]] = {}
    for noun, allowed in words.kinds().items():
        said = zip(request.form.getlist(f"said.{noun}"), request.form.getlist(f"means.{noun}"), strict=False)
        known = {word.strip()[:LONGEST_WORD]: kind for word, kind in said if kind in {"", *allowed}}
        chosen[noun] = {word: kind for word, kind in list(known.items())[:MOST_WORDS] if word}
    return chosen


def _room(visit: Visit, found: ImportRun) -> Room:
    """What the contract covers, while it is not too late to hear of it."""
    new = found.counts.get("unit", {}).get("new", 0)
    if found.status != "checked" or not new:
        return Room()
    now = usage(visit.db, visit.today)
    return Room(now.used + new, now.quota, now.refusal(new))


def _wishes(found: ImportRun) -> list[dict[str, Any]]:
    """With their rights and days as people say them; what nobody knows stays as the file has it."""
    return [
        {**wish, "what": words.right(wish["what"]), "span": words.span(wish["starts"], wish["ends"])}
        for wish in found.report.get("wishes", ())
    ]


def _blocked(found: ImportRun) -> list[Any]:
    return list(found.report.get("in_the_way", ())) if found.status == "applied" else []


def _upload_page(visit: Visit, error: str = "") -> str:
    query = select(ImportRun).where(ImportRun.status != "discarded").order_by(ImportRun.created_at.desc()).limit(LISTED)
    return render(
        "imports/list.html",
        runs=visit.db.scalars(query).all(),
        statuses=words.statuses(),
        nouns=words.nouns(),
        error=error,
    )
