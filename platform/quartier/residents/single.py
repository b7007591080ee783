"""One person's way into the portal: the code to read out, what was sent, and what can be done next."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, request
from sqlalchemy import select
from werkzeug.exceptions import BadRequest, NotFound

from quartier.db.base import new_id
from quartier.i18n.texts import gettext as _
from quartier.invitations import services
from quartier.invitations.acts import gather
from quartier.invitations.codes import spelled
from quartier.invitations.models import CHANNELS, Invitation, LetterBatch
from quartier.invitations.queries import live_for, state_of, written_code
from quartier.invitations.reaching import has_address, takes_mail
from quartier.people.policies import INVITE, READ
from quartier.residents.area import cockpit, found_resident, inviter, may_invite, page
from quartier.residents.letters import as_pdf, note_opened, print_now
from quartier.residents.wording import WEAK
from quartier.web.flash import back_to
from quartier.web.shell import shell
from quartier.web.visit import Visit

LONGEST: Final = 60
SENDINGS: Final = """
    SELECT s.kind, s.channel, s.sent_by, s.created_at, s.event FROM invitation_sending s
      JOIN invitation i ON i.company_id = s.company_id AND i.id = s.invitation_id
     WHERE i.person_id = %(person)s ORDER BY s.id DESC LIMIT 20
"""
LAST_LETTER: Final = """
    SELECT s.event FROM invitation_sending s WHERE s.invitation_id = %(id)s AND s.channel = 'letter'
     ORDER BY s.id DESC LIMIT 1
"""
PRINTED: Final = """
    UPDATE invitation_sending s SET printed_at = now(), printed_by = %(by)s FROM invitation i
     WHERE i.company_id = s.company_id AND i.id = s.invitation_id AND i.person_id = %(person)s AND s.event = %(act)s
    RETURNING s.id
"""
A_LETTER: Final = """
    SELECT 1 FROM invitation_sending s JOIN invitation i ON i.company_id = s.company_id AND i.id = s.invitation_id
     WHERE s.event = %(act)s AND s.channel = 'letter' AND i.person_id = %(person)s
       AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL
"""


@cockpit.page("/cockpit/residents/<uuid:person_id>", needs=READ)
def resident(visit: Visit, person_id: UUID) -> str:
    """State, code and history of somebody's invitation."""
    return _shown(visit, person_id)


@cockpit.action("/cockpit/residents/<uuid:person_id>/code", needs=INVITE)
def own_code(visit: Visit, person_id: UUID) -> Any:
    """A code that the company chooses itself."""
    row, one = found_resident(visit, person_id), live_for(visit.db, person_id)
    if one is None or row.stage == "registered":
        return back_to(f"/cockpit/residents/{person_id}", _("This person has no invitation."))
    typed = request.form.get("code", "")[:LONGEST]
    names = (row.given_name, row.family_name, row.company_name, visit.company.name, visit.company.slug)
    reason = services.set_own_code(visit.db, inviter(visit).key, one, typed, names)
    if reason:
        return _shown(visit, person_id, typed=typed, wrong=str(WEAK[reason])), 422
    words = _("From now on this code is good. The one before opens nothing any more.")
    return back_to(f"/cockpit/residents/{person_id}", words)


def _shown(visit: Visit, person_id: UUID, *, typed: str = "", wrong: str = "") -> str:
    row = found_resident(visit, person_id)
    one = live_for(visit.db, person_id)
    past = visit.db.scalars(select(Invitation).filter_by(person_id=person_id).order_by(Invitation.id.desc()).limit(10))
    invitable = may_invite(visit, person_id)
    may_see = invitable and one is not None and row.stage not in {"registered", "moved_out"} and not row.archived_at
    code = written_code(inviter(visit).key, one) if one is not None and may_see else None
    return page(
        visit, "resident", may_invite=invitable, row=row, one=one, code=code, act=new_id(),
        state=state_of(one) if one else None,
        letters=spelled(code, visit.voice.language) if code else [], takes_mail=takes_mail(row),
        has_address=has_address(row), typed_at=shell().url_of(visit.company.host, "/join").partition("//")[2],
        past=[(one, state_of(one)) for one in past], typed=typed, wrong=wrong,
        sendings=visit.db.rows(SENDINGS, {"person": person_id}),
    )  # fmt: skip


@cockpit.action("/cockpit/residents/<uuid:person_id>/send", needs=INVITE)
def send(visit: Visit, person_id: UUID) -> Response:
    """Invite somebody, or send an invitation once more: by mail, by letter, or to be read out."""
    row, channel, url = found_resident(visit, person_id), request.form.get("channel"), f"/cockpit/residents/{person_id}"
    if channel not in CHANNELS:
        raise BadRequest
    if row.stage in {"registered", "moved_out"} or row.archived_at is not None:
        return back_to(url, _("This person needs no invitation any more."))
    if (channel == "mail" and not takes_mail(row)) or (channel == "letter" and not has_address(row)):
        return back_to(url, _("There is no address for that."))
    if not _send(visit, row, channel):
        return back_to(url, _("This person needs no invitation any more."))
    words = {
        "mail": _("The e-mail is on its way."), "letter": _("The letter is ready to print."),
        "phone": _("Invited. The code can be read out now."),
    }  # fmt: skip
    return back_to(url, words[channel])


def _send(visit: Visit, row: Any, channel: str) -> bool:
    """Whether it went out, or had before for the very same click."""
    actor, event = inviter(visit), _event()
    if row.invitation_id is None:
        sent = bool(services.invite(visit.db, [row.id], channel=channel, actor=actor, event=event))
    else:
        kind = "reminder" if request.form.get("kind") == "reminder" else "invitation"
        sent = bool(services.send(visit.db, [row.invitation_id], channel=channel, actor=actor, kind=kind, event=event))
    if sent and channel == "letter":
        gather(visit.db, event, actor, visit.viewer.within(INVITE))
    return sent or row.invitation_id is not None


def _event() -> UUID:
    try:
        return UUID(request.form.get("act", ""))
    except ValueError as error:
        raise BadRequest from error


@cockpit.action("/cockpit/residents/<uuid:person_id>/withdraw", needs=INVITE)
def withdraw(visit: Visit, person_id: UUID) -> Response:
    """Code and link open nothing from now on."""
    row = found_resident(visit, person_id)
    gone = services.withdraw_of(visit.db, [row.id], by=visit.viewer.name)
    words = _("Withdrawn. Code and link open nothing any more.") if gone else _("There was nothing to withdraw.")
    return back_to(f"/cockpit/residents/{person_id}", words)


@cockpit.page("/cockpit/residents/<uuid:person_id>/letter.pdf", needs=INVITE)
def letter(visit: Visit, person_id: UUID) -> Response:
    """The letter that was made last for somebody."""
    row = found_resident(visit, person_id)
    last = visit.db.row(LAST_LETTER, {"id": row.invitation_id}) if row.invitation_id else None
    if last is None:
        raise NotFound
    return _opened(visit, row, last.event)


@cockpit.page("/cockpit/residents/<uuid:person_id>/letters/<uuid:act_id>.pdf", needs=INVITE)
def old_letter(visit: Visit, person_id: UUID, act_id: UUID) -> Response:
    """A letter of an earlier day once more, while it still opens something."""
    row = found_resident(visit, person_id)
    if visit.db.row(A_LETTER, {"person": row.id, "act": act_id}) is None:
        raise NotFound
    return _opened(visit, row, act_id)


def _opened(visit: Visit, row: Any, act_id: UUID) -> Response:
    """Somebody's own letter: it is noted who has printed it, of all that were made where it is the only one."""
    body, batch = print_now(visit, act_id, only=row.id), visit.db.get(LetterBatch, (visit.company.id, act_id))
    visit.db.rows(PRINTED, {"act": act_id, "person": row.id, "by": visit.viewer.name})
    if batch is not None and batch.letters == 1:
        note_opened(visit, batch)
    visit.db.commit()
    return as_pdf(body)
