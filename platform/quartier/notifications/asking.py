"""The page before something important is sent, the same for all modules: it reaches those who are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request

from quartier.audience.audience import Audience
from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import NotificationKind
from quartier.notifications.important import important_preview
from quartier.notifications.web import DESK, uuid_of
from quartier.web.flash import back_to
from quartier.web.render import render
from quartier.web.visit import Visit


@dataclass(frozen=True)
class Important:
    """Something of a module that staff may send as important.

    `title` is what to call it, `page` its own page in the Cockpit; `refused` is a sentence that says why it cannot be
    sent now.
    """

    kind: NotificationKind
    audience: Audience
    title: str
    page: str
    refused: str = ""


def important_page(visit: Visit, what: Important, send: Callable[[], UUID | None]) -> Any:
    """Show whom it reaches (GET), and tell them (POST): a page with both methods, of whoever may send.

    `send` is the module's service around `notify_important`; None from it says that this was sent before. Where others
    are meant by the time than were shown, they are shown first (409) and nothing is sent.
    """
    if what.refused:
        return back_to(what.page, what.refused)
    if request.method == "GET":
        return _shown(visit, what)
    if request.form.get("seal") != important_preview(visit, what.kind, what.audience).seal:
        return _shown(visit, what, moved=True), 409
    told = send()
    if told is None:
        return back_to(what.page, _("This was sent as important already."))
    return back_to(f"{DESK}/{told}", _("It is on its way to everybody who is meant."))


def _shown(visit: Visit, what: Important, *, moved: bool = False) -> str:
    module = what.kind.key.partition(".")[0]
    return render(
        "notifications/asking.html", what=what, moved=moved, here=request.path, home=f"/cockpit/{module}/",
        module=visit.say(visit.company.micro_apps[module].name),
        preview=important_preview(visit, what.kind, what.audience, after=uuid_of("after")),
    )  # fmt: skip
