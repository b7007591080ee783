"""What workers do: set many letters, forget old files, and invite who is new, each morning."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from quartier.db.base import new_id
from quartier.files.models import StoredFile
from quartier.files.purposes import LETTERS
from quartier.files.services import drop, keep
from quartier.i18n.texts import gettext as _
from quartier.invitations import acts, plans, services
from quartier.invitations.models import InvitationPlan, LetterBatch
from quartier.invitations.printing import print_act
from quartier.invitations.reaching import takes_mail
from quartier.invitations.switches import AUTOMATIC
from quartier.jobs.definition import Chore, House, Job, Work
from quartier.jobs.queue import begin, defer_for
from quartier.people.services import LEAVERS
from quartier.people.stages import residents_by_id
from quartier.plugin.switches import others
from quartier.tenancy.models import Company, SwitchDeviation

KEPT: Final = timedelta(days=14)
"""For so long a file with codes lies about; the letters can be printed again at any time."""
MORNING: Final = 9  # o'clock, where the company is
AHEAD: Final = timedelta(days=30)
AT_ONCE: Final = 1000
NEW: Final = """
    SELECT q.id FROM person q
     WHERE q.email <> '' AND q.archived_at IS NULL AND EXISTS (
           SELECT FROM occupant o JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
             JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
             JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
            WHERE %(on)s <> (b.property_id = ANY(%(others)s))
              AND o.company_id = q.company_id AND o.person_id = q.id AND y.starts <= %(soon)s
              AND (y.ends IS NULL OR y.ends > %(today)s))
       AND NOT EXISTS (SELECT FROM invitation i WHERE i.company_id = q.company_id AND i.person_id = q.id)
       AND NOT EXISTS (SELECT FROM account a WHERE a.company_id = q.company_id AND a.person_id = q.id)
       AND NOT EXISTS (SELECT FROM erasure_request e WHERE e.company_id = q.company_id AND e.person_id = q.id
                        AND e.state <> 'withdrawn')
     ORDER BY q.id
"""
"""Not whoever has asked to be forgotten: they are gone from the portal and asked for nothing else."""


def print_letters(work: Work, *, batch: str) -> None:
    """Set the letters of an act and keep the file; a second run finds them done."""
    found = work.db.get(LetterBatch, (work.company.id, UUID(batch)))
    if found is None or found.state != "waiting":
        return
    actor = acts.inviter_of(work.house.config, work.company, found.created_by)
    keep_letters(work, found, print_act(work.db, work.storage, work.company, actor, found.id, today=_today(work)))


def keep_letters(work: Work, found: LetterBatch, body: bytes) -> None:
    """Letters are set; without any there is nothing to keep."""
    if not body:
        found.state, found.ended_at = "gone", datetime.now(UTC)
        return
    name = _("Letters") + f" {_today(work).isoformat()}.pdf"
    file = keep(work.db, work.storage, purpose=LETTERS, name=name, content_type="application/pdf", body=body)
    found.file_id, found.state, found.ended_at = file.id, "ready", datetime.now(UTC)


def gave_up(work: Work, *, batch: str) -> None:
    """Something unforeseen: whoever waits is told so."""
    found = work.db.get(LetterBatch, (work.company.id, UUID(batch)))
    if found is not None and found.state == "waiting":
        found.state, found.ended_at = "failed", datetime.now(UTC)


def act(work: Work, *, plan: str) -> None:
    """Invite or remind many. Each portion is a transaction of its own; a second run goes on where one died."""
    found = work.db.get(InvitationPlan, (work.company.id, UUID(plan)))
    if found is None or found.state != "waiting":
        return
    actor = acts.inviter_of(work.house.config, work.company, found.created_by)

    def commit() -> None:
        work.db.commit()
        begin(work.db)

    plans.carry_out(work.db, found, actor=actor, today=_today(work), between=commit)


def act_gave_up(work: Work, *, plan: str) -> None:
    """Something unforeseen: whoever waits is told so. Those who were reached stand in their lists as invited."""
    found = work.db.get(InvitationPlan, (work.company.id, UUID(plan)))
    if found is not None:
        found.state = "failed"


def tidy(work: Work) -> None:
    """Forget files with codes that nobody needs any more, and previews that nobody confirmed."""
    plans.tidy(work.db)
    old = datetime.now(UTC) - KEPT
    for found in work.db.scalars(
        select(LetterBatch).where(LetterBatch.file_id.is_not(None), LetterBatch.ended_at < old)
    ):
        file = work.db.get(StoredFile, (work.company.id, found.file_id)) if found.file_id else None
        found.state, found.file_id = "gone", None
        work.db.flush()
        if file is not None:
            drop(work.db, work.storage, file)


def end_of_leavers(work: Work) -> None:
    """Letters and mails to who has moved out open nothing any more, whatever becomes of these people later."""
    services.withdraw_leavers(work.db)


def invite_new(work: Work) -> None:
    """Invite by mail who lives here, or soon will, and was never invited; everybody else is for people to decide."""
    on, elsewhere = others(work.company, AUTOMATIC)
    if not on and not elsewhere:
        return
    today = _today(work)
    terms = {"today": today, "soon": today + AHEAD, "on": on, "others": list(elsewhere)}
    found = [row.id for row in work.db.rows(NEW, terms)]
    actor, event = acts.inviter_of(work.house.config, work.company, ""), new_id()
    for start in range(0, len(found), AT_ONCE):
        some = residents_by_id(work.db, found[start : start + AT_ONCE], within=(), today=today)
        people = [row.id for row in some if takes_mail(row)]
        services.invite(work.db, people, channel="mail", actor=actor, event=event)


def wake(_house: House, db: Session) -> None:
    """Each hour: companies that invite automatically, in one property at least, and where it is morning now."""
    somewhere = select(SwitchDeviation).filter_by(company_id=Company.id, key=AUTOMATIC.key, value=True).exists()
    everywhere = Company.settings[AUTOMATIC.key].as_boolean()
    asked = select(Company).where(Company.status == "active", or_(everywhere, somewhere))
    for company in db.scalars(asked).all():
        if is_morning(company, datetime.now(UTC)):
            defer_for(db, company.id, DAILY, once="every")


def is_morning(company: Company, now: datetime) -> bool:
    """Whether the clock shows nine at the company."""
    return now.astimezone(ZoneInfo(company.timezone)).hour == MORNING


def _today(work: Work) -> date:
    return datetime.now(work.company.zone).date()


DAILY: Final = "invitations.daily"
JOBS: Final = [
    Job(acts.PRINT, print_letters, attempts=2, gave_up=gave_up),
    Job(plans.ACT, act, attempts=5, gave_up=act_gave_up),
    Job(DAILY, invite_new),
    Job("invitations.tidy", tidy, every="17 3 * * *"),
    Job(LEAVERS, end_of_leavers, every="7 2 * * *"),
]
CHORES: Final = [Chore("invitations.wake", wake, every="5 * * * *")]
