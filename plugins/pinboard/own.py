"""Pages of a post's author: changing it, and taking it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import ValidationError

from plugins.pinboard import services
from plugins.pinboard.manifest import FILES
from plugins.pinboard.queries import PostPage
from plugins.pinboard.schemas import differing
from plugins.pinboard.services import LONGEST, EditConflict, Extra
from plugins.pinboard.web import own_post, own_topics, page, post_labels, uuid_of
from quartier.sdk import (
    SIGNED_IN,
    FileField,
    Form,
    Pages,
    Visit,
    attach_files,
    back_to,
    complaints,
    sent_files,
    show_files,
)
from quartier.sdk import gettext as _

pages = Pages("pinboard_own", __name__, area="app", module="pinboard")


@pages.page("/<uuid:post_id>/edit", needs=SIGNED_IN, methods=("GET", "POST"))
def edit(visit: Visit, post_id: UUID) -> Any:
    """Change one's own post; what it was stays to be seen."""
    found = own_post(visit, post_id)
    if request.method == "GET":
        extra = services.typed_of(visit.db, post_id)
        return _editor(visit, found, {"body": found.words, "version": found.version, "with": extra.kind, **extra.typed})
    form, files = request.form, sent_files(visit, FILES, post_id)
    version = int(form.get("version", "")) if form.get("version", "").isdecimal() else 0
    if not files.ok:
        return _editor(visit, found, form, files=files), 422
    try:
        services.edit_own(
            visit.db, post_id, by=visit.viewer, version=version, body=form.get("body", ""),
            category_id=uuid_of(form.get("category_id")), extra=Extra(form.get("with", ""), form),
        )  # fmt: skip
    except ValidationError as error:
        visit.db.rollback()
        return _editor(visit, found, form, complaints(error), files=files), 422
    except EditConflict as conflict:
        visit.db.rollback()
        typed = {**form, "version": conflict.version}
        return _editor(visit, found, typed, clash=_clash(visit, own_post(visit, post_id), form), files=files), 409
    attach_files(visit, files, post_id)
    return back_to(f"/pinboard/{post_id}", _("Saved."))


@pages.page("/<uuid:post_id>/delete", needs=SIGNED_IN, methods=("GET", "POST"))
def delete(visit: Visit, post_id: UUID) -> Any:
    """Take one's own post down for good, after being asked once."""
    found = own_post(visit, post_id)
    if request.method == "GET":
        return page(visit, "delete", post=found)
    services.delete_post(visit.db, post_id, by=visit.viewer)
    return back_to("/pinboard/", _("Your post is deleted."))


def _clash(visit: Visit, now: PostPage, form: Mapping[str, str]) -> list[dict[str, str]]:
    """What was saved elsewhere meanwhile, beside what is typed here."""
    extra, topics = services.typed_of(visit.db, now.id), {str(one.id): one for one in own_topics(visit)}

    def named(category: str) -> str:
        return topics[category].name.text if category in topics else ""

    category = str(now.topic.id) if now.topic else ""
    theirs = {**extra.typed, "body": now.words, "category_id": named(category)}
    yours = {**form, "category_id": named(form.get("category_id") or category)}
    return differing(post_labels(), theirs, yours)


def _editor(
    visit: Visit,
    found: PostPage,
    typed: Mapping[str, Any],
    errors: dict[str, list[str]] | None = None,
    *,
    clash: Sequence[Mapping[str, str]] = (),
    files: FileField | None = None,
) -> str:
    shown = {"category_id": str(found.topic.id) if found.topic else "", **typed}
    form = Form(typed=shown, errors=errors or {}, labels=post_labels())
    return page(
        visit, "edit", post=found, form=form, own_topics=own_topics(visit), clash=clash, longest=LONGEST["body"],
        kind=typed.get("with", ""), code=found.language,
        field=files or show_files(visit, FILES, found.id),
    )  # fmt: skip
