"""Where staff decide about people who want to be forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import Forbidden, NotFound

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.people.models import Person
from quartier.people.policies import EDIT
from quartier.rights.deciding import SEEN, Changed, basis_of, begin_review, erase_now, erased_of, keep, requests
from quartier.rights.models import PENDING, ErasureRequest
from quartier.rights.progress import steps
from quartier.rights.retention import free_from, has
from quartier.rights.schemas import NumberSchema, OwnReasonSchema
from quartier.rights.telling import due, reasons_of
from quartier.viewer import COMPANY
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
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
    """Who wants to be forgotten: what has to be answered first, what waits for its day last."""
    _check(visit)
    return _list(visit, show_form(NumberSchema()))


def _list(visit: Visit, form: Form) -> str:
    found = visit.db.execute(requests(_after(visit)).limit(SHOWN + 1)).all()
    rows = [(wanted, person, due(visit, wanted)) for wanted, person in found[:SHOWN]]
    return render(
        "rights/erasures.html", rows=rows, today=visit.today, more=rows[-1][0].id if len(found) > SHOWN else None,
        first="after" not in request.args, form=form, erased=erased_of(visit).count(),
    )  # fmt: skip


@cockpit.action(f"{LIST}/numbers", needs=EDIT)
def take_in_again(visit: Visit) -> Any:
    """Whoever was erased and is back: the next import brings them."""
    _check(visit)
    form = load_form(NumberSchema())
    if form.ok and not erased_of(visit).allow([form.values["number"]]):
        form = form.wrong("number", _("Nobody who was erased had this number. Is it typed as your system writes it?"))
    if not form.ok:
        return _list(visit, form), 422
    return back_to(LIST, _("The next import or the interface takes this person in again."))


@cockpit.page(f"{LIST}/<uuid:request_id>", needs=EDIT)
def erasure(visit: Visit, request_id: UUID) -> str:
    """One of them: what has to be kept, what can go, and how far it has come."""
    return _page(visit, *_found(visit, request_id, SEEN))


@cockpit.action(f"{LIST}/<uuid:request_id>/review", needs=EDIT)
def review_request(visit: Visit, request_id: UUID) -> Any:
    """Begin to look at it, and tell the person so."""
    wanted, _person = _found(visit, request_id, SEEN)
    begin_review(visit, wanted)
    return back_to(f"{LIST}/{wanted.id}")


@cockpit.action(f"{LIST}/<uuid:request_id>/reason", needs=EDIT)
def own_reason(visit: Visit, request_id: UUID) -> Any:
    """Something else that has to be kept, such as for a law suit, with its last day; an empty one takes it back."""
    wanted, person = _found(visit, request_id)
    form = load_form(OwnReasonSchema(visit.today))
    if not form.ok:
        return _page(visit, wanted, person, form=form), 422
    wanted.own_reason, wanted.own_until = form.values["own_reason"], form.values["own_until"]
    return back_to(f"{LIST}/{wanted.id}", _("Saved."))


@cockpit.action(f"{LIST}/<uuid:request_id>/erase", needs=EDIT)
def erase_person(visit: Visit, request_id: UUID) -> Any:
    """Erase what nothing asks to be kept, for good; all of it where nothing does."""
    wanted, person = _found(visit, request_id)
    if "sure" not in request.form:
        return _page(visit, wanted, person, error=_("Please confirm that you have checked this.")), 422
    try:
        erase_now(visit, wanted, request.form.get("shown", ""))
    except Changed:
        return _page(visit, wanted, person, error=_("Something has changed meanwhile. Please look again.")), 409
    return back_to(LIST, _("The person is being erased."))


@cockpit.action(f"{LIST}/<uuid:request_id>/keep", needs=EDIT)
def keep_person(visit: Visit, request_id: UUID) -> Any:
    """Tell the person what has to be kept, why and until when, and erase nothing yet."""
    wanted, person = _found(visit, request_id)
    try:
        keep(visit, wanted)
    except Changed:
        return _page(visit, wanted, person, error=_("Something has changed meanwhile. Please look again.")), 409
    return back_to(LIST, _("The person is told why."))


def _after(visit: Visit) -> ErasureRequest | None:
    """The last request of the page before."""
    try:
        last = UUID(request.args.get("after", ""))
    except ValueError:
        return None
    return visit.db.get(ErasureRequest, (visit.company.id, last))


def _day(day: date | None) -> str:
    return formats.format_date(day) if day else ""


def _page(visit: Visit, wanted: ErasureRequest, person: Person, *, error: str = "", form: Form | None = None) -> str:
    found = reasons_of(visit, wanted)
    return render(
        "rights/erasure.html", wanted=wanted, person=person, reasons=found, free=_day(free_from(found)), error=error,
        url=f"{LIST}/{wanted.id}", shown=basis_of(found), of_team=has(found, "team"), running=has(found, "running"),
        pending=wanted.state in PENDING, form=form or show_form(OwnReasonSchema(visit.today), wanted),
        steps=steps(visit, wanted, found), due=due(visit, wanted), today=visit.today,
    )  # fmt: skip


def _found(visit: Visit, request_id: UUID, states: Sequence[str] = PENDING) -> tuple[ErasureRequest, Person]:
    """A request in one of these states, held until the end of the transaction, and who asked."""
    _check(visit)
    wanted = visit.db.get(ErasureRequest, (visit.company.id, request_id), with_for_update=True)
    person = visit.db.get(Person, (visit.company.id, wanted.person_id)) if wanted and wanted.person_id else None
    if wanted is None or person is None or wanted.state not in states:
        raise NotFound
    return wanted, person


def _check(visit: Visit) -> None:
    """To forget somebody concerns the whole company."""
    if not visit.viewer.may(EDIT, at=COMPANY):
        raise Forbidden
