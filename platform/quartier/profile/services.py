"""Changing what people say about themselves. Nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from quartier.accounts.models import Agent
from quartier.db.base import new_id
from quartier.db.turns import take_turn
from quartier.files.models import StoredFile
from quartier.files.purposes import PEOPLE
from quartier.files.services import drop, keep
from quartier.files.storage import Storage
from quartier.i18n import formats
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.people.models import PersonPicture
from quartier.profile.models import Absence
from quartier.profile.queries import Member, deputies_for, overlapping
from quartier.profile.queries import team as team_of
from quartier.tenancy.session import CompanySession
from quartier.theming.images import CleanImage, ImageRefused
from quartier.theming.logo import clean_picture

LOCK = "absences"
LONGEST = timedelta(days=731)


class AbsenceError(ValueError):
    """An absence that cannot be; `field` is the input it stands at."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def drawn_anew(body: bytes) -> CleanImage:
    """A picture of somebody without what the camera wrote into it. Raises ImageRefused, also for drawings."""
    image = clean_picture(body)
    if image.is_svg:
        raise ImageRefused("not_an_image")
    return image


def set_picture(db: CompanySession, storage: Storage, person_id: UUID, image: CleanImage | None) -> None:
    """Another picture of somebody, or none any more; the one before is gone with its bytes."""
    before = db.scalars(select(PersonPicture).filter_by(person_id=person_id)).one_or_none()
    file = None
    if image is not None:
        name = f"{person_id}.{image.content_type.rpartition('/')[2]}"
        file = keep(db, storage, purpose=PEOPLE, name=name, content_type=image.content_type, body=image.body)
    if before is not None and (file is None or before.file_id != file.id):
        old = db.get_one(StoredFile, (db.company_id, before.file_id))
        db.delete(before)
        db.flush()
        drop(db, storage, old)
    if file is not None and (before is None or before.file_id != file.id):
        db.add(PersonPicture(id=new_id(), person_id=person_id, file_id=file.id))
    db.flush()


def plan_absence(
    db: CompanySession,
    agent: Agent,
    *,
    starts: date,
    ends: date,
    deputy_id: UUID | None,
    note: LocalizedText,
    today: date,
) -> Absence:
    """What somebody asks for, on a page or with a program; `ends` is the first day back. Raises AbsenceError."""
    if ends <= starts:
        raise AbsenceError("until", _("The last day lies before the first."))
    if ends <= today:
        raise AbsenceError("until", _("This is over already."))
    if ends - starts > LONGEST:
        raise AbsenceError("until", _("At most two years at a time."))
    team = team_of(db)
    if deputy_id is not None and deputy_id not in deputies_for(agent, team):
        raise AbsenceError("deputy", _("Please choose one of the options."))
    return add_absence(db, agent.id, starts=starts, ends=ends, deputy_id=deputy_id, note=note, team=team)


def add_absence(
    db: CompanySession,
    agent_id: UUID,
    *,
    starts: date,
    ends: date,
    deputy_id: UUID | None,
    note: LocalizedText,
    team: dict[UUID, Member],
) -> Absence:
    """Write an absence down; `ends` is the first day back. Raises AbsenceError where the days or the deputy cannot be.

    All absences of a company are written one after the other: two people who name each other at once meet here.
    """
    take_turn(db, f"{LOCK} {db.company_id}")
    if own := overlapping(db, starts, ends, agent_id=agent_id):
        raise AbsenceError("starts", _("You are away already: %(days)s.", days=days(own[0].starts, own[0].ends)))
    if deputy_id is None:
        _nobody_counts_on(db, agent_id, starts, ends, team)
    else:
        _Chain(db, team, agent_id).check(deputy_id, starts, ends)
    absence = Absence(id=new_id(), agent_id=agent_id, starts=starts, ends=ends, deputy_id=deputy_id, note=note)
    db.add(absence)
    db.flush()
    return absence


def end_absence(db: CompanySession, absence: Absence, *, on: date) -> None:
    """Back again: a coming absence is taken out, one that has begun ends the day before `on`."""
    if absence.starts >= on:
        db.delete(absence)
    else:
        absence.ends = on
    db.flush()


def days(starts: date, ends: date) -> str:
    """The days of an absence in words."""
    return formats.format_range(starts, ends - timedelta(days=1))


def _nobody_counts_on(db: CompanySession, agent_id: UUID, starts: date, ends: date, team: dict[UUID, Member]) -> None:
    """Whoever stands in for somebody names a deputy, or the chain would break."""
    for other in overlapping(db, starts, ends, deputy_id=agent_id):
        if other.agent_id in team:
            name, when = team[other.agent_id].name, days(other.starts, other.ends)
            raise AbsenceError("deputy", _("You stand in for %(name)s then (%(days)s). Choose somebody who does it.",
                                           name=name, days=when))  # fmt: skip


@dataclass(frozen=True)
class _Chain:
    """Who stands in for an agent, and for those who stand in. `path` are those who were found away on the way."""

    db: CompanySession
    team: dict[UUID, Member]
    agent_id: UUID
    path: tuple[UUID, ...] = ()

    def check(self, deputy_id: UUID, starts: date, ends: date) -> None:
        """That on each of these days somebody is at the end, and it is not the one who is away."""
        if deputy_id not in self.team:
            raise AbsenceError("deputy", _("Please choose one of the options."))
        if deputy_id == self.agent_id:
            raise AbsenceError("deputy", _("Choose somebody else: nobody stands in for themselves."))
        leaves = self.team[deputy_id].ends
        if leaves is not None and leaves < ends:
            last = formats.format_date(leaves - timedelta(days=1))
            sentence = _(
                "%(name)s is here until and including %(date)s only.", name=self.team[deputy_id].name, date=last
            )
            raise AbsenceError("deputy", sentence)
        for away in overlapping(self.db, starts, ends, agent_id=deputy_id):
            name, when = self.team[deputy_id].name, days(away.starts, away.ends)
            if away.deputy_id is None or away.deputy_id not in self.team:
                sentence = _("%(name)s is away too (%(days)s), and nobody stands in then.", name=name, days=when)
                raise AbsenceError("deputy", sentence)
            if away.deputy_id in (self.agent_id, *self.path):
                sentence = _("%(name)s is away too (%(days)s), and you would stand in for each other.", name=name,
                             days=when)  # fmt: skip
                raise AbsenceError("deputy", sentence)
            further = replace(self, path=(*self.path, deputy_id))
            further.check(away.deputy_id, max(starts, away.starts), min(ends, away.ends))
