"""Articles in and out as files, for those who have texts already or want theirs elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from plugins.faq import exchange
from plugins.faq.desk.area import page, pages
from plugins.faq.exchange import Complaint, Report, Unreadable
from plugins.faq.manifest import EDIT, VIEW_DRAFTS
from quartier.sdk import Visit, file_storage
from quartier.sdk import gettext as _

ZIP = b"PK\x03\x04"


@pages.page("/import", needs=EDIT, methods=("GET", "POST"))
def take_in(visit: Visit) -> Any:
    """Read Markdown files or a ZIP, all of it or nothing, and say what became of each file."""
    if request.method == "GET":
        return _form(visit)
    try:
        files = _sent()
        report = exchange.import_files(visit.db, files, by=visit.viewer, storage=file_storage())
    except Unreadable as error:
        return _form(visit, complaints=error.complaints), 422
    if not report.ok:
        return _form(visit, complaints=report.complaints), 422
    return _form(visit, report=report, complaints=report.complaints)


@pages.page("/export", needs=VIEW_DRAFTS)
def give_out(visit: Visit) -> Response:
    """Everything as a ZIP: topics, articles in every state, pictures."""
    packed = exchange.pack(exchange.export_files(visit.db, storage=file_storage()))
    answer = Response(packed, content_type="application/zip")
    name = f"{visit.company.slug}-faq-{visit.today:%Y-%m-%d}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _sent() -> dict[str, bytes]:
    """The files by name; a ZIP is opened. Raises Unreadable."""
    files: dict[str, bytes] = {}
    for sent in request.files.getlist("files"):
        body = sent.read()
        if body.startswith(ZIP):
            files |= exchange.read_zip(body, sent.filename or "ZIP")
        elif sent.filename:
            files[sent.filename.replace("\\", "/").rsplit("/", 1)[-1]] = body
    if not files:
        raise Unreadable(Complaint("", None, _("Please choose a file.")))
    return files


def _form(visit: Visit, *, report: Report | None = None, complaints: Sequence[Complaint] = ()) -> str:
    wrong = [complaint for complaint in complaints if complaint.is_error]
    hints = [complaint for complaint in complaints if not complaint.is_error]
    return page(visit, "import", report=report, wrong=wrong, hints=hints)
