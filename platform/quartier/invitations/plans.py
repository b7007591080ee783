"""What a preview has shown is kept until it is confirmed: then exactly that is done, however many people it is for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select

from quartier.invitations import acts
from quartier.invitations.models import InvitationPlan
from quartier.invitations.reaching import Reach, reach
from quartier.invitations.services import Inviter
from quartier.jobs.queue import begin, defer
from quartier.people.stages import residents_by_id, seen
from quartier.tenancy.session import CompanySession

ACT: Final = "invitations.act"
MOST: Final = 10_000
"""So many people are shown and done at once; a list of more says so."""
AT_ONCE: Final = 1_000
"""So many are invited while somebody waits; more are a job."""
KEPT: Final = timedelta(days=1)


CONFIRMED: Final = InvitationPlan.state != "shown"


def keep(db: CompanySession, plan_id: UUID, found: Reach, *, kind: str, way: str, by: str) -> None:
    """Write down whom a preview shows."""
    left = [row.id for row, _reason in found.left]
    mail, letter = [row.id for row in found.mail], [row.id for row in found.letter]
    db.add(InvitationPlan(id=plan_id, kind=kind, way=way, created_by=by, mail=mail, letter=letter, left_out=left))
    db.flush()


def shown(db: CompanySession, plan_id: UUID) -> InvitationPlan | None:
    """A preview that nobody has confirmed yet; whoever confirms it holds it until they are done."""
    waiting = select(InvitationPlan).filter_by(id=plan_id, state="shown").with_for_update()
    return db.scalars(waiting.execution_options(populate_existing=True)).one_or_none()


def under_way(db: CompanySession, plan_id: UUID) -> InvitationPlan | None:
    """What a worker is at, or has given up."""
    return db.scalars(select(InvitationPlan).where(InvitationPlan.id == plan_id, CONFIRMED)).one_or_none()


def confirm(
    db: CompanySession, plan: InvitationPlan, *, actor: Inviter, within: Collection[UUID], today: date
) -> int | None:
    """Do it for those of whom it still holds, and whom this viewer may reach; how many, or None where a job does it."""
    plan.created_by, plan.properties = actor.name, list(within)
    if within:
        plan.mail, plan.letter = (seen(db, ids, within) for ids in (plan.mail, plan.letter))
    if len(plan.mail) + len(plan.letter) > AT_ONCE:
        plan.state = "waiting"
        db.flush()
        defer(db, ACT, plan=str(plan.id))
        return None
    return carry_out(db, plan, actor=actor, today=today)


def carry_out(
    db: CompanySession,
    plan: InvitationPlan,
    *,
    actor: Inviter,
    today: date,
    between: Callable[[], None] = lambda: None,
) -> int:
    """Send it, portion by portion, and forget the plan; whoever was reached before, by a run that died, is left out."""
    begin(db)
    event, kind, within, done = plan.id, plan.kind, list(plan.properties), 0
    for channel, ids in (("mail", list(plan.mail)), ("letter", list(plan.letter))):
        for some in _portions(ids):
            found = reach(residents_by_id(db, some, within=within, today=today), kind=kind, way=channel)
            done += acts.send(db, found, kind=kind, actor=actor, event=event)
            between()
    acts.gather(db, event, actor, within)
    db.execute(delete(InvitationPlan).where(InvitationPlan.id == event))
    return done


def forget(db: CompanySession, plan_id: UUID) -> None:
    """It is done."""
    db.execute(delete(InvitationPlan).where(InvitationPlan.id == plan_id))


def tidy(db: CompanySession) -> None:
    """Previews that nobody has confirmed for a day; one that failed stays as long."""
    old = datetime.now(UTC) - KEPT
    db.execute(delete(InvitationPlan).where(InvitationPlan.state != "waiting", InvitationPlan.created_at < old))


def _portions(ids: Sequence[UUID]) -> Sequence[Sequence[UUID]]:
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
