"""Many at once: choose, see exactly who is reached how, confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from flask import Response, abort, request
from werkzeug.exceptions import NotFound

from quartier.db.base import new_id
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.invitations import acts, plans, services
from quartier.invitations.models import KINDS, InvitationPlan
from quartier.invitations.plans import MOST
from quartier.invitations.reaching import WAYS, Reach, reach
from quartier.masterdata.export import TYPES, as_file
from quartier.people.figures import outdated
from quartier.people.policies import INVITE
from quartier.people.stages import residents, residents_by_id, seen
from quartier.people.standing import Stage
from quartier.residents.area import HOME, as_asked, asked_filters, cockpit, inviter, page
from quartier.residents.unreached import unreached
from quartier.residents.wording import REASONS
from quartier.web.flash import back_to
from quartier.web.visit import Visit

SHOWN: Final = 200
"""So many names a preview shows of each group; all of them are in the table beside it."""


@cockpit.action("/cockpit/residents/invite", needs=INVITE)
def invite(visit: Visit) -> Any:
    """The preview; with `step=send`, what it showed is done."""
    if request.form.get("step") == "send":
        return _sent(visit)
    kind, way = _one_of("kind", KINDS), _one_of("way", WAYS)
    rows = _meant(visit, "invited" if kind == "reminder" else "addressable")
    if not rows:
        return back_to(HOME, _("Choose some people first."))
    found, act = reach(rows[:MOST], kind=kind, way=way), new_id()
    plans.keep(visit.db, act, found, kind=kind, way=way, by=visit.viewer.name)
    return page(
        visit, "preview", found=found, kind=kind, way=way, act=act, kept=_kept(), shown=SHOWN,
        ids=[] if _is_all() else [row.id for row in rows], most=MOST if len(rows) > MOST else None,
    )  # fmt: skip


@cockpit.action("/cockpit/residents/withdraw", needs=INVITE)
def withdraw_many(visit: Visit) -> Any:
    """Whose invitations would open nothing any more; with `step=withdraw`, they do not."""
    if request.form.get("step") == "withdraw":
        return _withdrawn(visit)
    rows = _meant(visit, "invited")
    found, act = [row for row in rows if row.invitation_id is not None][:MOST], new_id()
    if not found:
        return back_to(HOME, _("None of them has an open invitation."))
    plans.keep(visit.db, act, Reach(mail=found), kind="withdrawal", way="auto", by=visit.viewer.name)
    return page(visit, "withdraw", rows=found, act=act, shown=SHOWN, most=MOST if len(rows) > MOST else None)


@cockpit.page("/cockpit/residents/plans/<uuid:act_id>/<kind>", needs=INVITE)
def plan_as_file(visit: Visit, act_id: UUID, kind: str) -> Any:
    """Everybody of a preview as a table: who is reached how, and who is not and why."""
    plan = plans.shown(visit.db, act_id)
    if kind not in TYPES or plan is None:
        raise NotFound
    found = _again(visit, plan)
    by_mail, by_letter = _("by e-mail"), _("by letter")
    how = [(row, by_mail) for row in found.mail] + [(row, by_letter) for row in found.letter]
    how += [(row, str(REASONS[reason])) for row, reason in found.left]
    columns = [_("Name"), _("Unit"), _("Address"), _("E-mail"), _("How")]
    return as_file(
        _("people"), kind, columns, ([row.name, row.unit, row.home_street, row.email, words] for row, words in how)
    )


def _again(visit: Visit, plan: InvitationPlan) -> Reach:
    """What a preview shows, worked out anew; of a withdrawal only who they are."""
    ids = [*plan.mail, *plan.letter, *plan.left_out]
    rows = residents_by_id(visit.db, ids, within=visit.viewer.within(INVITE), today=visit.today)
    return Reach(mail=rows) if plan.kind == "withdrawal" else reach(rows, kind=plan.kind, way=plan.way)


def _sent(visit: Visit) -> Response:
    """Do what the preview showed, to those of whom it still holds; a second click finds it done."""
    act = _id(request.form.get("act", ""))
    plan, limits = plans.shown(visit.db, act), visit.viewer.within(visit.needs)
    if plan is None or plan.kind == "withdrawal":
        done: int | None = 0
    else:
        done = plans.confirm(visit.db, plan, actor=inviter(visit), within=limits, today=visit.today)
    if done == 0 and acts.result_of(visit.db, act) is None and plans.under_way(visit.db, act) is None:
        words = _("Nobody was left to write to: somebody else was quicker.")
        return back_to(HOME, words if plan else _("What you have seen is too old. Please look once more."))
    return back_to(f"/cockpit/residents/acts/{act}")


def _withdrawn(visit: Visit) -> Response:
    """Of a preview everybody, as far as this viewer may reach them."""
    act = _id(request.form.get("act", ""))
    plan = plans.shown(visit.db, act)
    people: Sequence[UUID] = []
    if plan is not None and plan.kind == "withdrawal":
        people = seen(visit.db, plan.mail, visit.viewer.within(visit.needs))
    gone = services.withdraw_of(visit.db, people, by=visit.viewer.name)
    plans.forget(visit.db, act)
    outdated(visit.db)
    words = ngettext("%(num)s invitation is withdrawn.", "%(num)s invitations are withdrawn.", len(gone))
    return back_to(f"{HOME}?stage=invited", words)


def _meant(visit: Visit, stage: Stage) -> list[Any]:
    """The people that a form names, or everybody on its list; of more than can be done at once those in this stage,
    so that the next ones have their turn when it is done again."""
    limits = visit.viewer.within(visit.needs)
    if _is_of_addresses():
        found = unreached(visit.db, within=limits, today=visit.today, limit=MOST + 1)
        return [one.row for one in found]
    if not _is_all():
        wanted = [_id(one) for one in request.form.getlist("person")[: MOST + 1]]
        return residents_by_id(visit.db, wanted, within=limits, today=visit.today)
    filters = asked_filters(request.form)
    rows = residents(visit.db, filters, within=limits, today=visit.today, limit=MOST + 1)
    if len(rows) > MOST and filters.stage is None:
        rows = residents(visit.db, replace(filters, stage=stage), within=limits, today=visit.today, limit=MOST + 1)
    return rows


def _is_of_addresses() -> bool:
    """Everybody with an address that does not work, unless some of them are chosen."""
    return bool(request.form.get("addresses")) and not request.form.getlist("person")


def _is_all() -> bool:
    return bool(request.form.get("all")) or _is_of_addresses()


def _kept() -> dict[str, str]:
    """What says once more who is meant, where it is not single people."""
    if _is_of_addresses():
        return {"addresses": "1"}
    return {**as_asked(asked_filters(request.form)), "all": "1"} if _is_all() else {}


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
