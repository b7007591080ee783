"""Beginning a look at somebody's portal, going on with it, and ending it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, update

from quartier.accounts.visitors import UNREAD, hash_token, new_token, viewer_from
from quartier.db.base import new_id
from quartier.notifications.services import Subject, notify
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer, Watched
from quartier.viewing.letters import LOOKED
from quartier.viewing.models import ViewedPage, Viewing
from quartier.viewing.policies import may_view

COOKIE: Final = "__Host-quartier-as"
LASTS: Final = timedelta(minutes=30)
# What `open_visit` says of somebody who signs in, here of somebody who does not: both ask the same function.
RESIDENT: Final = f"""
    SELECT v.account_id, v.person_id, NULL::uuid AS session_id, v.email, v.language, v.formats, v.timezone,
           v.given_name, v.family_name, v.salutation, v.is_agent, v.employer, v.grants::text, v.places::text,
           NULL AS agreed, {UNREAD.format(company="a.company_id")} AS unread
      FROM account a CROSS JOIN LATERAL seen_of(a.company_id, a.id) v
     WHERE a.person_id = %(person)s
"""  # noqa: S608
OPEN: Final = """
    SELECT id, person_id, ends_at FROM viewing
     WHERE token_hash = %(token)s AND session_id = %(session)s AND ended_at IS NULL AND ends_at > now()
"""
LOOKS: Final = """
    SELECT v.id, v.agent_name, v.reason, v.started_at, least(coalesce(v.ended_at, v.ends_at), now()) AS until,
           count(w.id) AS pages
      FROM viewing v LEFT JOIN viewed_page w ON w.company_id = v.company_id AND w.viewing_id = v.id
     WHERE v.person_id = %(person)s GROUP BY v.company_id, v.id ORDER BY v.started_at DESC LIMIT 100
"""
PAGES: Final = "SELECT path, at FROM viewed_page WHERE viewing_id = %s ORDER BY at, id LIMIT 500"


def resident_of(db: CompanySession, person_id: UUID) -> Viewer | None:
    """Somebody as the portal would see them now; None for whom there is nothing to see, without an account."""
    row = db.row(RESIDENT, {"person": person_id})
    return viewer_from(row) if row is not None else None


def begin(db: CompanySession, agent: Viewer, resident: Viewer, reason: str) -> str:
    """Begin a look, and tell the resident; the token for the agent's browser.

    Raises PermissionError for a resident out of reach.
    """
    if not may_view(agent, resident):
        raise PermissionError(f"{agent.name} may not see the portal as {resident.name}")
    token, viewing_id = new_token(), new_id()
    db.add(
        Viewing(
            id=viewing_id, person_id=resident.person_id, agent_name=agent.name, session_id=agent.session_id,
            token_hash=hash_token(token), reason=reason, ends_at=datetime.now(UTC) + LASTS,
        )
    )  # fmt: skip
    db.flush()
    if resident.person_id is not None:
        about = Subject(f"/account/looks/{viewing_id}")
        notify(db, LOOKED, to=[resident.person_id], about=about, by=agent.person_id)
    return token


def seen_as(db: CompanySession, agent: Viewer, token: str) -> Viewer | None:
    """The resident whom this agent looks at now, or None: the look is over, or the right to it."""
    found = db.row(OPEN, {"token": hash_token(token), "session": agent.session_id})
    if found is None:
        return None
    resident = resident_of(db, found.person_id)
    if resident is None or not may_view(agent, resident):
        return None
    return replace(resident, watched=Watched(found.id, agent.name, found.ends_at))


def end(db: CompanySession, viewing_id: UUID) -> None:
    """The look is over."""
    db.execute(update(Viewing).filter_by(id=viewing_id, ended_at=None).values(ended_at=func.now()))


def note(db: CompanySession, viewing_id: UUID, path: str) -> None:
    """Write down a page that was looked at."""
    db.add(ViewedPage(viewing_id=viewing_id, path=path[:500]))
    db.flush()


def looks_at(db: CompanySession, person_id: UUID) -> list[Any]:
    """Who looked at somebody's portal, the last one first."""
    return db.rows(LOOKS, {"person": person_id})


def pages_of(db: CompanySession, viewing_id: UUID) -> list[Any]:
    """What was looked at."""
    return db.rows(PAGES, (viewing_id,))
