"""Giving rights and ending them. What somebody has at a place already is not given once more. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, update

from quartier.accounts.models import AgentGrant
from quartier.db.base import new_id
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.team.chiefs import TeamError, one_chief_stays
from quartier.tenancy.session import CompanySession
from quartier.viewer import Chain, Viewer

PLACES: Final = ("property_id", "building_id", "unit_id")
TODAY: Final = "SELECT (now() AT TIME ZONE timezone)::date AS today FROM company WHERE id = %s"


@dataclass(frozen=True)
class Rights:
    """What is given: permissions at a place, from a day until the day before another."""

    permissions: Collection[str]
    at: Chain
    starts: date | None = None
    ends: date | None = None


def give(db: CompanySession, agent_id: UUID, rights: Rights, *, by: Viewer) -> UUID:
    """Give rights to somebody; the id of the new grant.

    Of what holds at this very place all the time already, nothing is given again; what is wholly part of the new ends
    with it. Raises TeamError where nothing new is left, and where the same right would stand there twice for a while.
    """
    with one_chief_stays(db):
        today = db.row(TODAY, (db.company_id,)).today
        here = [_Time(grant, today) for grant in _at_the_place(db, agent_id, rights.at, today)]
        new = _Time(rights, today)
        wanted = set(rights.permissions).difference(*(one.permissions for one in here if one.spans(new)))
        if not wanted and here:
            raise TeamError("permissions", _("These rights are given here already."))
        part = [one for one in here if one.permissions <= wanted and new.spans(one)]
        if clash := next(
            (one for one in here if one not in part and one.permissions & wanted and one.meets(new)), None
        ):
            raise TeamError("starts", _("Some of these rights are given here already (%(days)s). Choose other days, or "
                                        "end those first.", days=clash.in_words))  # fmt: skip
        _end(db, [one.grant.id for one in part], by)
        place = {PLACES[len(rights.at) - 1]: rights.at[-1]} if rights.at else {}
        grant = AgentGrant(id=new_id(), agent_id=agent_id, given_by=by.name, permissions=sorted(wanted), **place)
        grant.starts, grant.ends = rights.starts, rights.ends
        db.add(grant)
    return grant.id


def end_grant(db: CompanySession, agent_id: UUID, grant_id: UUID, *, by: Viewer) -> bool:
    """End rights at once; False when they had ended. Raises TeamError where nobody would manage the team."""
    with one_chief_stays(db):
        mine = select(AgentGrant.id).filter_by(id=grant_id, agent_id=agent_id, ended_at=None)
        found = db.scalars(mine.with_for_update()).first()
        _end(db, [found] if found else [], by)
    return found is not None


class _Time:
    """When a grant holds, or would: from today on, for what was is over."""

    def __init__(self, grant: Any, today: date) -> None:
        self.grant, self.permissions = grant, set(grant.permissions)
        self.starts, self.ends = max(grant.starts or today, today), grant.ends or date.max
        self.is_now = self.starts == today

    def spans(self, other: _Time) -> bool:
        """Whether this holds all the time that the other does."""
        return self.starts <= other.starts and other.ends <= self.ends

    def meets(self, other: _Time) -> bool:
        """Whether both hold on some day."""
        return self.starts < other.ends and other.starts < self.ends

    @property
    def in_words(self) -> str:
        """Its days; of one that holds already, the last one."""
        last = self.ends - timedelta(days=1) if self.grant.ends else None
        return formats.format_range(None if last and self.is_now else self.starts, last)


def _at_the_place(db: CompanySession, agent_id: UUID, at: Chain, today: date) -> list[AgentGrant]:
    """Grants at this place and no other that hold or will hold."""
    level = len(at) - 1
    place = {name: (at[-1] if number == level else None) for number, name in enumerate(PLACES)}
    open_ones = select(AgentGrant).filter_by(agent_id=agent_id, ended_at=None, **place)
    return list(db.scalars(open_ones.where((AgentGrant.ends.is_(None)) | (AgentGrant.ends > today))))


def _end(db: CompanySession, ids: Collection[UUID], by: Viewer) -> None:
    if ids:
        some = update(AgentGrant).where(AgentGrant.id.in_(ids))
        db.execute(some.values(ended_at=func.now(), ended_by=by.name))
