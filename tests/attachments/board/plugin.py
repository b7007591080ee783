"""Notes: a form with files, and a page that shows them. A note is there for whoever stands in READERS."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request

from quartier.sdk import (
    SIGNED_IN,
    Pages,
    Visit,
    attach_files,
    back_to,
    files_of,
    forget_files,
    hookimpl,
    render,
    sent_files,
    show_files,
)
from tests.attachments.board.manifest import NOTE

READERS: set[UUID | None] = set()
app = Pages("board", __name__, area="app", module="board")


@app.page("/<uuid:note>/edit", needs=SIGNED_IN, methods=("GET", "POST"))
def edit(visit: Visit, note: UUID) -> Any:
    """A note is kept when it has a title."""
    if request.method == "GET":
        return render("board/edit.html", field=show_files(visit, NOTE, note), title="")
    field = sent_files(visit, NOTE, note)
    if not field.ok or not request.form.get("title"):
        return render("board/edit.html", field=field, title=request.form.get("title", "")), 422
    attach_files(visit, field, note)
    return back_to(f"/board/{note}")


@app.page("/<uuid:note>", needs=SIGNED_IN)
def show(visit: Visit, note: UUID) -> str:
    """A note with its files."""
    return render("board/show.html", found=files_of(visit, NOTE, [note])[note])


@app.action("/<uuid:note>/delete", needs=SIGNED_IN)
def delete(visit: Visit, note: UUID) -> Any:
    """Take a note down."""
    forget_files(visit.db, NOTE.key, [note])
    return back_to("/")


@hookimpl
def register_pages() -> list[Pages]:
    """The pages above."""
    return [app]


@hookimpl
def may_read_file(visit: Visit, purpose: str, thing_id: UUID) -> bool:
    """Whoever may read the note."""
    return purpose == NOTE.key and visit.viewer.account_id in READERS
