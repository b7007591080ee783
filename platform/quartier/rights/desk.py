"""Where staff decide about people who want to be forgotten."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import select
from werkzeug.exceptions import Forbidden, NotFound

from quartier.deliveries.readers import readers_of
from quartier.deliveries.services import deliver
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.jobs.queue import defer
from quartier.people.models import Person
from quartier.people.policies import EDIT
from quartier.plugin.switches import value
from quartier.rights.erasure_jobs import ERASE
from quartier.rights.letters import KEPT, kept_letter
from quartier.rights.models import PENDING, ErasureRequest
from quartier.rights.retention import Reason, free_from, reasons
from quartier.rights.switches import RETENTION
from quartier.viewer import COMPANY
from quartier.web.flash import back_to
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.visit import Visit

LIST = "/cockpit/erasures"
SHOWN = 100
cockpit = Pages(
    "rights_cockpit",
    __name__,
    area="cockpit",
    entries=(Entry(LIST, "shield", _l("Erasure requests"), EDIT, group=_l("Master data"), order=240),),
)


@cockpit.page(LIST, needs=EDIT)
def erasures(visit: Visit) -> str:
    """Who wants to be forgotten; what waits for a day that has not come stands last."""
    _check(visit)
    query = (
        select(ErasureRequest, Person)
        .join(Person, Person.id == ErasureRequest.person_id)
        .where(ErasureRequest.state.in_((*PENDING, "erasing")))
        .order_by(ErasureRequest.until.nulls_first(), ErasureRequest.id)
    )
    rows = visit.db.execute(query.limit(SHOWN)).all()
    return render("rights/erasures.html", rows=rows)


@cockpit.page(f"{LIST}/<uuid:request_id>", needs=EDIT)
def erasure(visit: Visit, request_id: UUID) -> str:
    """One of them: what is in the way, or the way to do it."""
    return _page(visit, *_found(visit, request_id))


@cockpit.action(f"{LIST}/<uuid:request_id>/erase", needs=EDIT)
def erase_person(visit: Visit, request_id: UUID) -> Any:
    """Forget the person for good, if nothing is in the way now."""
    wanted, person = _found(visit, request_id)
    if _reasons(visit, person):
        return _page(visit, wanted, person), 409
    if "sure" not in request.form:
        return _page(visit, wanted, person, error=_("Please confirm that you have checked this.")), 422
    wanted.state, wanted.decided_by = "erasing", visit.viewer.name
    visit.db.flush()
    defer(visit.db, ERASE, request=str(wanted.id))
    return back_to(LIST, _("The person is being erased."))


@cockpit.action(f"{LIST}/<uuid:request_id>/keep", needs=EDIT)
def keep_person(visit: Visit, request_id: UUID) -> Any:
    """Tell the person what has to be kept, why and until when."""
    wanted, person = _found(visit, request_id)
    found = _reasons(visit, person)
    if not found:
        return _page(visit, wanted, person), 409
    wanted.state, wanted.decided_by, wanted.until = "kept", visit.viewer.name, free_from(found)
    wanted.reason = "\n".join(one.sentence for one in found)
    visit.db.flush()
    _tell(visit, person)
    return back_to(LIST, _("The person is told why."))


def _tell(visit: Visit, person: Person) -> None:
    for reader in readers_of(visit.db, [person.id]):

        def write(name: str = reader.name) -> Any:
            found = _reasons(visit, person)
            return kept_letter(name, [one.sentence for one in found], _day(free_from(found)))

        deliver(visit.db, KEPT, reader, write)


def _day(day: date | None) -> str:
    return formats.format_date(day) if day else ""


def _page(visit: Visit, wanted: ErasureRequest, person: Person, *, error: str = "") -> str:
    found: list[Reason] = _reasons(visit, person)
    return render(
        "rights/erasure.html", wanted=wanted, person=person, reasons=found, free=_day(free_from(found)), error=error,
        url=f"{LIST}/{wanted.id}",
    )  # fmt: skip


def _reasons(visit: Visit, person: Person) -> list[Reason]:
    days = value(visit.company.settings, RETENTION)
    return reasons(visit.db, person.id, on=visit.today, days=days)


def _found(visit: Visit, request_id: UUID) -> tuple[ErasureRequest, Person]:
    """A request that is not decided for good, held until the end of the transaction, and who asked."""
    _check(visit)
    wanted = visit.db.get(ErasureRequest, (visit.company.id, request_id), with_for_update=True)
    person = visit.db.get(Person, (visit.company.id, wanted.person_id)) if wanted and wanted.person_id else None
    if wanted is None or person is None or wanted.state not in PENDING:
        raise NotFound
    return wanted, person


def _check(visit: Visit) -> None:
    """To forget somebody concerns the whole company."""
    if not visit.viewer.may(EDIT, at=COMPANY):
        raise Forbidden
