"""Pages of a comment's author, and of those who read what it said before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from marshmallow import ValidationError
from werkzeug.exceptions import NotFound

from plugins.pinboard import queries, services
from plugins.pinboard.queries import CommentRow
from plugins.pinboard.services import EditConflict
from plugins.pinboard.web import pages
from quartier.sdk import SIGNED_IN, Form, Visit, back_to, complaints, render
from quartier.sdk import gettext as _

__all__ = ["pages"]

HERE = "/<uuid:post_id>/comments/<uuid:comment_id>"


@pages.page(f"{HERE}/edit", needs=SIGNED_IN, methods=("GET", "POST"))
def edit_comment(visit: Visit, post_id: UUID, comment_id: UUID) -> Any:
    """Say it in other words; what it said stays to be read."""
    said = _mine(visit, post_id, comment_id)
    if request.method == "GET":
        return _editor(post_id, said, Form(typed={"comment": said.body, "version": said.version}))
    typed = request.form.to_dict()
    version = int(typed.get("version", "")) if typed.get("version", "").isdecimal() else 0
    try:
        services.edit_comment(visit.db, comment_id, by=visit.viewer, version=version, body=typed.get("comment", ""))
    except ValidationError as error:
        visit.db.rollback()
        return _editor(post_id, said, _form(typed, complaints(error))), 422
    except EditConflict as conflict:
        visit.db.rollback()
        return _editor(post_id, said, _form({**typed, "version": conflict.version}), theirs=said.body), 409
    return back_to(f"/pinboard/{post_id}#comment-{comment_id}", _("Saved."))


@pages.page(f"{HERE}/delete", needs=SIGNED_IN, methods=("GET", "POST"))
def delete_comment(visit: Visit, post_id: UUID, comment_id: UUID) -> Any:
    """Take one's own answer back, after being asked once."""
    said = _mine(visit, post_id, comment_id)
    if request.method == "GET":
        return render("pinboard/comment_delete.html", post_id=post_id, said=said)
    services.remove_comment(visit.db, comment_id, by=visit.viewer)
    return back_to(f"/pinboard/{post_id}#comments", _("Your comment is deleted."))


@pages.page(f"{HERE}/history", needs=SIGNED_IN)
def comment_history(visit: Visit, post_id: UUID, comment_id: UUID) -> str:
    """What it said before it was edited: everybody who reads it may know."""
    said = _found(visit, post_id, comment_id)
    versions = [*said.earlier, (said.edited_at or said.at, said.body)]
    return render("pinboard/comment_history.html", post_id=post_id, said=said, versions=versions[::-1])


def _found(visit: Visit, post_id: UUID, comment_id: UUID) -> CommentRow:
    said = queries.comment(visit, post_id, comment_id) if queries.post_page(visit, post_id) else None
    if said is None:
        raise NotFound
    return said


def _mine(visit: Visit, post_id: UUID, comment_id: UUID) -> CommentRow:
    said = _found(visit, post_id, comment_id)
    if not said.is_mine:
        raise NotFound
    return said


def _form(typed: dict[str, Any], errors: dict[str, list[str]] | None = None) -> Form:
    return Form(typed=typed, errors=errors or {}, labels={"comment": _("Your comment")})


def _editor(post_id: UUID, said: CommentRow, form: Form, theirs: str = "") -> str:
    longest = services.LONGEST_COMMENT
    return render("pinboard/comment_edit.html", post_id=post_id, said=said, form=form, theirs=theirs, longest=longest)
