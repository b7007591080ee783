"""Many at once: choose, see exactly who is reached how, confirm, and see what came of it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, abort, request
from werkzeug.exceptions import NotFound

from quartier.db.base import new_id
from quartier.files.models import StoredFile
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.invitations import acts, services
from quartier.invitations.models import KINDS, LetterBatch
from quartier.invitations.printing import AT_ONCE, print_act
from quartier.invitations.reaching import WAYS, Reach, reach
from quartier.people.policies import INVITE
from quartier.people.queries import THERE
from quartier.people.stages import residents, residents_by_id
from quartier.residents.area import HOME, as_asked, asked_filters, cockpit, inviter, page
from quartier.web.flash import back_to
from quartier.web.shell import file_storage
from quartier.web.visit import Visit

MOST: Final = 5_000
OUTSIDE: Final = f"""
    SELECT 1 FROM invitation_sending s
      JOIN invitation i ON i.company_id = s.company_id AND i.id = s.invitation_id
      JOIN person q ON q.company_id = i.company_id AND q.id = i.person_id
     WHERE s.event = %(event)s AND NOT {THERE} LIMIT 1
"""  # noqa: S608


@cockpit.action("/cockpit/residents/invite", needs=INVITE)
def invite(visit: Visit) -> Any:
    """The preview; with `step=send`, what it showed is done."""
    kind, way = _one_of("kind", KINDS), _one_of("way", WAYS)
    if request.form.get("step") == "send":
        return _sent(visit, kind)
    everybody = "all" in request.form
    rows = _everybody(visit) if everybody else _chosen(visit, request.form.getlist("person"))
    if not rows:
        return back_to(HOME, _("Choose some people first."))
    found = reach(rows[:MOST], kind=kind, way=way)
    kept = {**as_asked(asked_filters(request.form)), "all": "1"} if everybody else {}
    ids = [] if everybody else [row.id for row in rows]
    return page(
        visit, "preview", found=found, kind=kind, way=way, act=new_id(), kept=kept, ids=ids,
        most=MOST if len(rows) > MOST else None,
    )  # fmt: skip


@cockpit.action("/cockpit/residents/withdraw", needs=INVITE)
def withdraw_many(visit: Visit) -> Any:
    """Whose invitations would open nothing any more; with `step=withdraw`, they do not."""
    if request.form.get("step") != "withdraw":
        rows = _everybody(visit) if "all" in request.form else _chosen(visit, request.form.getlist("person"))
        found = [row for row in rows if row.invitation_id is not None][:MOST]
        if not found:
            return back_to(HOME, _("None of them has an open invitation."))
        return page(visit, "withdraw", rows=found, most=MOST if len(rows) > MOST else None)
    people = [row.id for row in _chosen(visit, request.form.getlist("person"))]
    gone = services.withdraw_of(visit.db, people, by=visit.viewer.name)
    words = ngettext("%(num)s invitation is withdrawn.", "%(num)s invitations are withdrawn.", len(gone))
    return back_to(f"{HOME}?stage=invited", words)


@cockpit.page("/cockpit/residents/acts/<uuid:act_id>", needs=INVITE)
def result(visit: Visit, act_id: UUID) -> str:
    """What came of it: how many mails left, and the letters to print."""
    found = _found_act(visit, act_id)
    batch = visit.db.get(LetterBatch, (visit.company.id, act_id))
    return page(visit, "result", found=found, batch=batch, act=act_id)


@cockpit.page("/cockpit/residents/acts/<uuid:act_id>/letters.pdf", needs=INVITE)
def letters(visit: Visit, act_id: UUID) -> Any:
    """The letters of an act: set now if they are few, else the file that a worker made."""
    found = _found_act(visit, act_id)
    batch = visit.db.get(LetterBatch, (visit.company.id, act_id))
    if found.letters == 0 or (batch is None and found.letters > AT_ONCE):
        raise NotFound
    body = _kept(visit, batch) if batch else print_now(visit, act_id)
    if not body:
        nothing = _("Nothing is left to print: these invitations were withdrawn or accepted meanwhile.")
        return back_to(f"/cockpit/residents/acts/{act_id}", nothing)
    return as_pdf(body)


def print_now(visit: Visit, act_id: UUID, *, only: UUID | None = None) -> bytes:
    """Set the letters of an act, or one of them."""
    return print_act(visit.db, file_storage(), visit.company, inviter(visit), act_id, today=visit.today, only=only)


def as_pdf(body: bytes) -> Response:
    """A file that nobody keeps on the way: it holds codes."""
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers.set("Content-Disposition", "inline", filename=_("Letters") + ".pdf")
    return answer


def _sent(visit: Visit, kind: str) -> Response:
    """Do what the preview showed, to those of whom it still holds; a second click finds it done."""
    act = _id(request.form.get("act", ""))
    asked = {channel: {_id(one) for one in request.form.getlist(channel)[:MOST]} for channel in ("mail", "letter")}
    rows = residents_by_id(
        visit.db, asked["mail"] | asked["letter"], within=visit.viewer.within(visit.needs), today=visit.today
    )  # fmt: skip
    found = Reach(
        mail=reach([row for row in rows if row.id in asked["mail"]], kind=kind, way="mail").mail,
        letter=reach([row for row in rows if row.id in asked["letter"]], kind=kind, way="letter").letter,
    )
    limits = visit.viewer.within(visit.needs)
    done = acts.do(visit.db, found, kind=kind, actor=inviter(visit), event=act, within=limits)
    if not done and acts.result_of(visit.db, act) is None:
        return back_to(HOME, _("Nobody was left to write to: somebody else was quicker."))
    return back_to(f"/cockpit/residents/acts/{act}")


def _everybody(visit: Visit) -> list[Any]:
    filters = asked_filters(request.form)
    return residents(visit.db, filters, within=visit.viewer.within(visit.needs), today=visit.today, limit=MOST + 1)


def _chosen(visit: Visit, ids: list[str]) -> list[Any]:
    wanted = [_id(one) for one in ids[: MOST + 1]]
    return (
        residents_by_id(visit.db, wanted, within=visit.viewer.within(visit.needs), today=visit.today) if wanted else []
    )


def _found_act(visit: Visit, act_id: UUID) -> acts.Result:
    """An act, if all people of it are in the viewer's part of the estate, or 404."""
    found, limits = acts.result_of(visit.db, act_id), visit.viewer.within(visit.needs)
    if found is None or (limits and visit.db.row(OUTSIDE, {"event": act_id, "within": list(limits)}) is not None):
        raise NotFound
    return found


def _kept(visit: Visit, batch: LetterBatch) -> bytes:
    file = visit.db.get(StoredFile, (visit.company.id, batch.file_id)) if batch.file_id else None
    body = file_storage().get(file.key) if file else None
    if body is None:
        raise NotFound
    return body


def _one_of(name: str, known: tuple[str, ...]) -> str:
    sent = request.form.get(name, known[0])
    if sent not in known:
        abort(400)
    return sent


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        abort(400)
