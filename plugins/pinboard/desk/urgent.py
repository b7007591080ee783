"""Saying that a notice is important: everybody whom it means is told, after a look at who that is, and once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import Forbidden

from plugins.pinboard import services
from plugins.pinboard.desk.area import page, pages
from plugins.pinboard.desk.writing import found_notice, may_change
from plugins.pinboard.manifest import PUBLISH
from plugins.pinboard.notifications import NOTICE
from plugins.pinboard.queries import PostForEdit
from quartier.sdk import LocalizedText, Visit, back_to, important_preview
from quartier.sdk import gettext as _


@pages.page("/<uuid:post_id>/important", needs=PUBLISH)
def important(visit: Visit, post_id: UUID) -> Any:
    """Who would be reached, and how."""
    return _preview(visit, _notice(visit, post_id))


@pages.action("/<uuid:post_id>/important", needs=PUBLISH)
def send_important(visit: Visit, post_id: UUID) -> Any:
    """Tell them. Where others are meant by now than were shown, they are shown first."""
    notice = _notice(visit, post_id)
    if notice.important_at or not notice.is_live:
        return _preview(visit, notice)
    if request.form.get("seal") != important_preview(visit, NOTICE, notice.audience).seal:
        return _preview(visit, notice, moved=True), 409
    told = services.tell_everybody(visit.db, post_id, by=visit.viewer)
    if told is None:
        return back_to(f"/cockpit/pinboard/{post_id}/edit", _("This notice was sent as important already."))
    return back_to(f"/cockpit/notifications/{told}", _("It is on its way to everybody who is meant."))


def _notice(visit: Visit, post_id: UUID) -> PostForEdit:
    found = found_notice(visit, post_id)
    if not may_change(visit, found):
        raise Forbidden
    return found


def _preview(visit: Visit, notice: PostForEdit, *, moved: bool = False) -> Any:
    back = f"/cockpit/pinboard/{notice.id}/edit"
    if notice.important_at:
        return back_to(back, _("This notice was sent as important already."))
    if not notice.is_live:
        return back_to(back, _("Only what stands on the board now can be important."))
    preview = important_preview(visit, NOTICE, notice.audience, after=_after())
    return page(
        visit, "important", title=visit.say(LocalizedText(notice.title)), preview=preview, moved=moved,
        here=f"/cockpit/pinboard/{notice.id}/important", back=back,
    )  # fmt: skip


def _after() -> UUID | None:
    try:
        return UUID(request.args["after"]) if request.args.get("after") else None
    except ValueError:
        return None
