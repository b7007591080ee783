"""Invitations for programs: who is invited, inviting, withdrawing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from quartier.api.blueprint import ApiBlueprint
from quartier.api.paging import make_page, next_link, page_of, read_cursor
from quartier.api.problems import Problem
from quartier.db.base import new_id
from quartier.estate.listing import BEFORE_ALL, units_in
from quartier.estate.models import Occupancy
from quartier.invitations import acts, services
from quartier.invitations.leaving import has_left
from quartier.invitations.models import Invitation
from quartier.invitations.queries import path_of, state_of, written_code
from quartier.invitations.reaching import Reach, reach
from quartier.invitations.schemas import (
    FullInvitationSchema,
    InvitationArguments,
    InvitationSchema,
    InvitedSchema,
    NewInvitationsSchema,
    WithdrawalSchema,
    WithdrawnSchema,
)
from quartier.people.figures import outdated
from quartier.people.models import Occupant
from quartier.people.policies import INVITE
from quartier.people.stages import residents_by_id
from quartier.viewer import Within
from quartier.web.shell import shell
from quartier.web.visit import Visit

ALL, ONE = "/invitations", "/invitations/<uuid:invitation_id>"
FACTS = ("id", "person_id", "created_at", "created_by", "expires_at", "accepted_at", "withdrawn_at")

blueprint = ApiBlueprint(
    "invitations",
    __name__,
    description="People who may register. A person has one invitation that lives, with one code and one link, whatever "
    "they use. Whoever has the code becomes that person: treat it as a key.",
)

Answer = tuple[Any, dict[str, str]]


@blueprint.operation("GET", ALL, needs=INVITE)
@blueprint.arguments(InvitationArguments, location="query")
@blueprint.response(200, page_of(InvitationSchema))
def invitations(visit: Visit, query: dict[str, Any]) -> Answer:
    """All invitations, the oldest first."""
    cursor, limit = read_cursor(query["after"], UUID), query["limit"]
    known = _known(visit.viewer.within(INVITE)).where(Invitation.id > (cursor[0] if cursor else BEFORE_ALL))
    if query["person_id"] is not None:
        known = known.where(Invitation.person_id == query["person_id"])
    if query["live"] is not None:
        ended = Invitation.accepted_at.is_not(None) | Invitation.withdrawn_at.is_not(None)
        known = known.where(~ended if query["live"] else ended)
    rows = visit.db.scalars(known.order_by(Invitation.id).limit(limit + 1)).all()
    page = make_page([_shown(row) for row in rows], limit, key=lambda row: (row["id"],))
    return page, next_link(page)


@blueprint.operation("POST", ALL, needs=INVITE)
@blueprint.arguments(NewInvitationsSchema)
@blueprint.response(200, InvitedSchema)
def invite(visit: Visit, values: dict[str, Any]) -> Any:
    """Invite people.

    Who is registered, invited already or cannot be reached this way is left out, and named with the reason.
    """
    limits, asked, event = visit.viewer.within(INVITE), values["person_ids"], new_id()
    rows = residents_by_id(visit.db, asked, within=limits, today=visit.today)
    found, actor = _reach(rows, values["way"]), acts.inviter_of(shell().config, visit.company, visit.viewer.name)
    if values["way"] == "phone":
        services.invite(visit.db, [row.id for row in found.mail], channel="phone", actor=actor, event=event)
    else:
        acts.do(visit.db, found, kind="invitation", actor=actor, event=event, within=limits)
    left = [{"person_id": row.id, "reason": reason} for row, reason in found.left]
    left += [{"person_id": one, "reason": "unknown"} for one in asked if one not in {row.id for row in rows}]
    people = [row.id for row in (*found.mail, *found.letter)]
    living = select(Invitation).where(Invitation.person_id.in_(people), Invitation.withdrawn_at.is_(None))
    new = visit.db.scalars(living.where(Invitation.accepted_at.is_(None)).order_by(Invitation.id)).all()
    return {"invitations": [_shown(one) for one in new], "left": left}


@blueprint.operation("GET", ONE, needs=INVITE)
@blueprint.response(200, FullInvitationSchema)
def invitation(visit: Visit, invitation_id: UUID) -> Any:
    """One invitation, with code and link while it is open."""
    one = _found(visit, invitation_id)
    actor = acts.inviter_of(shell().config, visit.company, visit.viewer.name)
    is_open = state_of(one) == "open" and not has_left(visit.db, one)
    return _shown(one) | {
        "code": written_code(actor.key, one) if is_open else None,
        "url": actor.origin + path_of(actor.key, one) if is_open else None,
    }


@blueprint.operation("DELETE", ONE, needs=INVITE)
@blueprint.response(204)
def withdraw(visit: Visit, invitation_id: UUID) -> None:
    """Withdraw an invitation.

    Code and link open nothing from now on. One that was accepted stays accepted.
    """
    services.withdraw(visit.db, [_found(visit, invitation_id).id], by=visit.viewer.name)


@blueprint.operation("POST", f"{ALL}/withdrawal", needs=INVITE)
@blueprint.arguments(WithdrawalSchema)
@blueprint.response(200, WithdrawnSchema)
def withdraw_many(visit: Visit, values: dict[str, Any]) -> Any:
    """Withdraw many invitations at once.

    One that expired is withdrawn as well. One that was accepted stays accepted: of two who accept and withdraw at the
    same moment the first one counts.
    """
    asked = list(dict.fromkeys(values["invitation_ids"]))
    known = _known(visit.viewer.within(INVITE)).where(Invitation.id.in_(asked))
    gone = set(services.withdraw(visit.db, [one.id for one in visit.db.scalars(known)], by=visit.viewer.name))
    if gone:
        outdated(visit.db)
    found = {one.id: state_of(one) for one in visit.db.scalars(known)}
    left = [{"invitation_id": one, "reason": found.get(one, "unknown")} for one in asked if one not in gone]
    return {"withdrawn": [one for one in asked if one in gone], "left": left}


def _reach(rows: list[Any], way: str) -> Reach:
    """By which channel; who hears the code from the caller needs no address."""
    if way != "phone":
        return reach(rows, kind="invitation", way=way)
    found = reach(rows, kind="invitation", way="auto")
    here = {"registered", "moved_out", "archived", "invited"}
    told = [row for row, reason in found.left if reason not in here]
    return Reach(
        mail=[*found.mail, *found.letter, *told], left=[(row, why) for row, why in found.left if why in here]
    )  # fmt: skip


def _known(limits: Within) -> Any:
    if not limits:
        return select(Invitation)
    periods = select(Occupancy.id).where(Occupancy.unit_id.in_(units_in(limits)))
    people = select(Occupant.person_id).where(Occupant.occupancy_id.in_(periods))
    return select(Invitation).where(Invitation.person_id.in_(people))


def _found(visit: Visit, invitation_id: UUID) -> Invitation:
    known = _known(visit.viewer.within(INVITE)).where(Invitation.id == invitation_id)
    found: Invitation | None = visit.db.scalars(known).one_or_none()
    if found is None:
        raise Problem(404)
    return found


def _shown(one: Invitation) -> dict[str, Any]:
    return {name: getattr(one, name) for name in FACTS} | {"state": state_of(one)}
