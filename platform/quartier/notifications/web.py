"""What somebody was told of: one list, in the app and in the Cockpit."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, redirect, request
from werkzeug.exceptions import BadRequest, NotFound

from quartier.deliveries.policies import READ
from quartier.i18n.texts import gettext as _
from quartier.notifications import queries, services
from quartier.notifications.queries import Kinds
from quartier.notifications.sight import kinds_for
from quartier.notifications.words import words_of
from quartier.web.flash import back_to
from quartier.web.gate import AGENT, SIGNED_IN
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

LIST: Final = "/notifications"
DESK: Final = "/cockpit/notifications"
app = Pages("notifications", __name__, area="app")
cockpit = Pages("notifications_cockpit", __name__, area="cockpit")


@app.page(LIST, needs=SIGNED_IN)
def notifications(visit: Visit) -> str:
    """Everything that is under the bell, the newest first."""
    return _page(visit, LIST, "notifications/app.html")


@cockpit.page(DESK, needs=AGENT)
def desk_notifications(visit: Visit) -> str:
    """The same beside the team's own menu."""
    return _page(visit, DESK, "notifications/desk.html")


@app.page(f"{LIST}/<uuid:notification_id>", needs=SIGNED_IN)
def open_notification(visit: Visit, notification_id: UUID) -> Response:
    """Go to what it is about; that it was read is noted on the way, unless somebody only looks."""
    found = queries.notification(visit.db, visit.viewer, kinds_of(visit), notification_id)
    if found is None:
        raise NotFound
    if found.read_at is None and visit.viewer.watched is None and request.method == "GET":
        _note(visit, notification_id)
    return redirect(found.path, 303)  # type: ignore[return-value]


@app.action(f"{LIST}/read", needs=SIGNED_IN)
def read_all(visit: Visit) -> Response:
    """Everything that was on the page, or above it, has been read."""
    if visit.viewer.person_id is None:
        raise NotFound
    services.mark_all_read(visit.db, visit.viewer.person_id, _until())
    return back_to(DESK if request.form.get("desk") else LIST, _("Everything is marked as read."))


def kinds_of(visit: Visit) -> Kinds:
    """What this viewer may read of."""
    return kinds_for(visit.viewer, shell().mails, visit.modules, shell().plugins.installed)


def _note(visit: Visit, notification_id: UUID) -> None:
    """Following a link is the one thing that a GET may write down: nothing else is changed by it, however often."""
    if visit.viewer.person_id is not None:
        services.mark_read(visit.db, visit.viewer.person_id, notification_id)
        visit.db.commit()


def _page(visit: Visit, here: str, template: str) -> str:
    kinds, after = kinds_of(visit), uuid_of("after")
    rows, more = queries.notifications(visit.db, visit.viewer, kinds, after=after)
    default = visit.company.default_language
    shown = [
        (row, words_of(kinds[row.kind], {**row.facts, "important": row.important}, row.author, default)) for row in rows
    ]
    return render(
        template, rows=shown, kinds=kinds, here=here, later=after is not None,
        unread=bool(visit.unread),
        more=f"{here}?after={more}" if more else None, icons=visit.company.micro_apps,
        may_see_important=visit.viewer.may(READ) and not visit.viewer.within(READ),
    )  # fmt: skip


def _until() -> UUID:
    try:
        return UUID(request.form.get("until", ""))
    except ValueError:
        raise BadRequest from None


def uuid_of(name: str) -> UUID | None:
    """An id in the address, or None; what is no id is a bad request."""
    try:
        return UUID(request.args[name]) if request.args.get(name) else None
    except ValueError:
        raise BadRequest from None
