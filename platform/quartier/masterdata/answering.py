"""The team's answer to what residents say is wrong about them, in their own words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import NotFound

from quartier.deliveries.readers import readers_of
from quartier.deliveries.services import deliver
from quartier.i18n.texts import gettext as _
from quartier.locks.corrections import LONGEST_NOTE, TEAM
from quartier.locks.models import Correction
from quartier.masterdata.area import cockpit, found_person, page
from quartier.masterdata.corrections import LIST
from quartier.masterdata.letters import ANSWERED, READ_ANSWER, answer_letter
from quartier.notifications.services import Subject, notify
from quartier.people.models import Person
from quartier.people.policies import EDIT
from quartier.web.flash import back_to
from quartier.web.forms import unstorable
from quartier.web.visit import Visit


@cockpit.page(f"{LIST}/<uuid:correction_id>/answer", needs=EDIT, methods=("GET", "POST"))
def answer_wish(visit: Visit, correction_id: UUID) -> Any:
    """Say that it is corrected, or why it is not; the person gets a mail."""
    wish, person = _found(visit, correction_id)
    if wish.closed_at is not None:
        return back_to(LIST, _("Somebody has answered this already."))
    if request.method == "GET":
        return _page(visit, wish, person)
    reason, declined = request.form.get("reason", "").strip(), "decline" in request.form
    if error := _wrong(reason, declined=declined):
        return _page(visit, wish, person, reason=reason, error=error), 422
    wish.answer, wish.answered_at, wish.closed_by = reason, datetime.now(UTC), visit.viewer.name
    wish.closed_at, wish.closed_as = wish.answered_at, "declined" if declined else "arrived"
    visit.db.flush()
    for reader in readers_of(visit.db, [person.id]):

        def write(name: str = reader.name) -> Any:
            return answer_letter(name, wish.note, reason, declined=declined)

        deliver(visit.db, ANSWERED, reader, write, event=f"masterdata.answered:{wish.id}")
    notify(
        visit.db, READ_ANSWER, to=[person.id], about=Subject("/account/data"), event=f"masterdata.answered:{wish.id}"
    )
    return back_to(LIST, _("The answer is on its way."))


def _wrong(reason: str, *, declined: bool) -> str:
    """What is wrong with the answer: the law wants a reason for a no."""
    return unstorable(reason, LONGEST_NOTE) or (_("Please say why.") if declined and not reason else "")


def _page(visit: Visit, wish: Correction, person: Person, *, reason: str = "", error: str = "") -> str:
    return page(visit, "answer", wish=wish, person=person, reason=reason, error=error, url=f"{LIST}/{wish.id}/answer")


def _found(visit: Visit, correction_id: UUID) -> tuple[Correction, Person]:
    """A wish to the team about somebody whom the viewer may change; held until the end of the transaction."""
    wish = visit.db.get(Correction, (visit.company.id, correction_id), with_for_update=True)
    if wish is None or wish.noun != "person" or wish.recipient != TEAM:
        raise NotFound
    return wish, found_person(visit, wish.noun_id)
