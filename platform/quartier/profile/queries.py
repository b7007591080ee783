"""Who is away, and who acts then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from quartier.accounts.models import Agent
from quartier.profile.models import Absence
from quartier.tenancy.session import CompanySession
from quartier.viewer import Chain, marked

DEPUTY = """
    WITH RECURSIVE chain AS (
        SELECT a.id AS agent_id, ARRAY[a.id] AS path FROM agent a WHERE a.id = %(agent)s
        UNION ALL
        SELECT x.deputy_id, c.path || x.deputy_id
        FROM chain c JOIN absence x ON x.agent_id = c.agent_id AND x.starts <= %(on)s AND %(on)s < x.ends
        WHERE x.deputy_id IS NOT NULL AND x.deputy_id <> ALL (c.path)
    )
    SELECT c.agent_id FROM chain c JOIN agent a ON a.id = c.agent_id
    WHERE a.deactivated_at IS NULL AND (a.ends IS NULL OR %(on)s < a.ends)
        AND NOT EXISTS (SELECT FROM absence x WHERE x.agent_id = a.id AND x.starts <= %(on)s AND %(on)s < x.ends)
        AND NOT EXISTS (SELECT FROM account l WHERE l.person_id = a.person_id AND NOT l.is_active)
    ORDER BY cardinality(c.path) LIMIT 1
"""
HOLDER = """
    SELECT r.agent_id FROM property_role r
      JOIN job_role j ON j.company_id = r.company_id AND j.id = r.role_id
      JOIN agent g ON g.company_id = r.company_id AND g.id = r.agent_id AND g.deactivated_at IS NULL
     WHERE j.key = %(role)s AND r.property_id = %(property)s AND (g.ends IS NULL OR %(on)s < g.ends)
"""
TEAM = """
    SELECT g.id, p.given_name, p.family_name, p.company_name, p.phone, p.email, g.employer, g.ends FROM agent g
    JOIN person p ON p.company_id = g.company_id AND p.id = g.person_id
    JOIN company c ON c.id = g.company_id
    WHERE g.deactivated_at IS NULL AND (g.ends IS NULL OR (now() AT TIME ZONE c.timezone)::date < g.ends)
        AND NOT EXISTS (SELECT FROM account l WHERE l.person_id = g.person_id AND NOT l.is_active)
    ORDER BY p.sort_key, g.id
"""


@dataclass(frozen=True)
class Member:
    """Somebody of the team whom one can ask; `ends` is the first day on which somebody of another company is gone."""

    id: UUID
    name: str
    phone: str | None
    email: str | None
    employer: str = ""
    ends: date | None = None

    @property
    def label(self) -> str:
        """The name as colleagues read it."""
        return marked(self.name, self.employer)


def deputy_for(db: CompanySession, agent: UUID, on: date) -> UUID | None:
    """Who acts for an agent on a day: the agent, or who stands in, or who stands in for that one, and so on.

    `on` is a local date of the company. None when nobody of that chain is there.
    """
    row = db.row(DEPUTY, {"agent": agent, "on": on})
    return row.agent_id if row else None


@dataclass(frozen=True)
class InCharge:
    """Who has a role somewhere on a day; `instead_of` is the agent for whom this one stands in."""

    agent_id: UUID
    person_id: UUID
    instead_of: UUID | None = None


def who_is(db: CompanySession, role: str, place: Chain, on: date) -> InCharge | None:
    """Who answers for a role (by its key) at a place and all above it, or who stands in for them that day.

    Roles are given per property. None where nobody has it, who had it has left, or nobody of those who stand in is
    there: then the matter is for whoever looks after the place anyway.
    """
    row = db.row(HOLDER, {"role": role, "property": place[0], "on": on}) if place else None
    acting = deputy_for(db, row.agent_id, on) if row is not None else None
    if row is None or acting is None:
        return None
    person_id = db.scalars(select(Agent.person_id).filter_by(id=acting)).one()
    return InCharge(acting, person_id, row.agent_id if acting != row.agent_id else None)


def team(db: CompanySession) -> dict[UUID, Member]:
    """Everybody of the team whose account is open, by name."""
    return {row.id: _member(row) for row in db.rows(TEAM)}


def deputies_for(agent: Agent, team: dict[UUID, Member]) -> dict[UUID, Member]:
    """Who may stand in for an agent: colleagues of the same company.

    What comes to the company's own people does not go outside because one of them is away.
    """
    return {one.id: one for one in team.values() if one.id != agent.id and one.employer == agent.employer}


def agent_of(db: CompanySession, person_id: UUID | None) -> Agent | None:
    """The member of the team that a person is."""
    return db.scalars(select(Agent).filter_by(person_id=person_id)).one_or_none() if person_id else None


def absences_of(db: CompanySession, agent_id: UUID, *, since: date) -> list[Absence]:
    """Present and coming absences, the next one first."""
    query = select(Absence).filter_by(agent_id=agent_id).where(Absence.ends > since)
    return list(db.scalars(query.order_by(Absence.starts)))


def overlapping(db: CompanySession, starts: date, ends: date, **by: UUID) -> list[Absence]:
    """Absences that share a day with this time, of an agent (`agent_id`) or with a deputy (`deputy_id`)."""
    query = select(Absence).filter_by(**by).where(Absence.starts < ends, starts < Absence.ends)
    return list(db.scalars(query.order_by(Absence.starts)))


def _member(row: Any) -> Member:
    name = f"{row.given_name} {row.family_name}".strip() or row.company_name
    return Member(row.id, name, row.phone or None, row.email or None, row.employer, row.ends)
