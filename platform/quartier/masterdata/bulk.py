"""Many units at once: choose them, choose a field and its value, see what changes, then do it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, request

from quartier.estate import queries, services
from quartier.estate.models import Unit
from quartier.estate.policies import EDIT
from quartier.estate.services import EstateError
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.masterdata.area import UNITS, cockpit, page, written_down
from quartier.masterdata.schemas import BulkSchema
from quartier.masterdata.wording import value
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form
from quartier.web.visit import Visit

MOST = 500


@cockpit.action("/cockpit/estate/bulk", needs=EDIT)
def bulk_edit(visit: Visit) -> Any:
    """Three steps on one address: choose, review, save. Each carries what was chosen before."""
    rows = queries.units_by_id(visit.db, _sent_ids(), within=visit.viewer.within(EDIT), today=visit.today)
    if not rows:
        return back_to(UNITS, _("Choose some units first."))
    form = load_form(BulkSchema()) if request.form.get("field") else Form()
    changes = _changes(visit, rows, form) if form.ok and form.values else []
    if request.form.get("step") == "save" and changes:
        return _saved(visit, rows, form, len(changes))
    answer = page(visit, "bulk", rows=rows, form=form, changes=changes, reviewed=bool(form.values))
    return (answer, 422) if form.errors else answer


def _saved(visit: Visit, rows: list[Any], form: Form, count: int) -> Any:
    versions = {row.id: row.version for row in rows}
    try:
        with written_down(visit):
            for unit_id, shown in _sent_versions(versions).items():
                unit = visit.db.get_one(Unit, (visit.company.id, unit_id))
                if form.values["field"] == "archived_at":
                    services.lock_version(visit.db, unit, shown)
                    services.archive(visit.db, unit)
                else:
                    services.change(visit.db, unit, _wanted(form), version=shown)
    except EstateError as error:
        visit.db.rollback()
        return page(visit, "bulk", rows=rows, form=form.wrong("_schema", str(error)), changes=[], reviewed=False), 409
    return back_to(UNITS, ngettext("%(num)s unit changed.", "%(num)s units changed.", count))


def _wanted(form: Form) -> dict[str, Any]:
    name = form.values["field"]
    return {name: form.values[name]}


def _changes(visit: Visit, rows: list[Any], form: Form) -> list[tuple[Any, str, str]]:
    """Unit, what stands there, and what will; those that have it already are left out."""
    name, zone = form.values["field"], visit.zone
    if name == "archived_at":
        return [(row, _("no"), _("yes")) for row in rows if row.archived_at is None]
    new = form.values[name]
    return [(row, value(name, getattr(row, name), {}, zone), value(name, new, {}, zone))
            for row in rows if getattr(row, name) != new]  # fmt: skip


def _sent_ids() -> list[UUID]:
    """Units that were ticked; the list sends ids, the review `id.version`."""
    try:
        return [UUID(one.partition(".")[0]) for one in request.form.getlist("unit")[:MOST]]
    except ValueError:
        abort(400)


def _sent_versions(now: dict[UUID, int]) -> dict[UUID, int]:
    """The versions that the review showed."""
    try:
        pairs = [one.partition(".") for one in request.form.getlist("unit")[:MOST]]
        return {UUID(one): int(shown) for one, _dot, shown in pairs if UUID(one) in now}
    except ValueError:
        abort(400)
