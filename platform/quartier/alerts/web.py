"""The console's bell: what an operator was told of."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, redirect, request
from werkzeug.exceptions import NotFound

from quartier.alerts import services, wording
from quartier.alerts.queries import PAGE, alerts_of
from quartier.i18n.formats import zone_of_reader
from quartier.i18n.texts import gettext as _
from quartier.web.flash import back_to
from quartier.web.forms import id_in
from quartier.web.gate import SIGNED_IN
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.visit import ConsoleVisit

HOME = "/notifications"
console = Pages("alerts", __name__, area="console")


@console.page(HOME, needs=SIGNED_IN)
def bell(visit: ConsoleVisit) -> str:
    """What happened that is theirs to know, the latest first."""
    after = id_in(request.args.get("after"))
    rows = alerts_of(visit.db, visit.viewer.operator_id, after=after, limit=PAGE + 1)
    shown = [(row, wording.words(row.kind, row.facts, row.company or "")) for row in rows[:PAGE]]
    return render(
        "alerts/list.html", rows=shown, more=rows[PAGE - 1].id if len(rows) > PAGE else None, later=after is not None,
        wording=wording, zone=zone_of_reader(ZoneInfo("UTC")),
    )  # fmt: skip


@console.page(f"{HOME}/<uuid:alert_id>", needs=SIGNED_IN)
def follow(visit: ConsoleVisit, alert_id: UUID) -> Any:
    """To the thing; following notes that it was read, and nothing else changes by it."""
    path = services.read_one(visit.db, visit.viewer.operator_id, alert_id)
    if path is None:
        raise NotFound
    visit.db.commit()  # a page that is only read commits nothing by itself
    return redirect(path, 303)


@console.action(f"{HOME}/read", needs=SIGNED_IN)
def read(visit: ConsoleVisit) -> Response:
    """All of what was shown."""
    until = id_in(request.form.get("until"))
    if until is not None:
        services.read_all(visit.db, visit.viewer.operator_id, until)
    return back_to(HOME, _("Everything is read."))
