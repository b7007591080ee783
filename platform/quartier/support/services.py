"""Asking to look, agreeing, looking, and the end of it. Nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from quartier.accounts.visitors import hash_token, new_token
from quartier.alerts.jobs import ring
from quartier.db.base import new_id
from quartier.notifications.services import TEAM, Subject, notify
from quartier.support.letters import ASKED
from quartier.support.models import SupportAccess, SupportPage
from quartier.tenancy.session import CompanySession
from quartier.viewer import Supporting, Viewer

COOKIE: Final = "__Host-quartier-support"
CONSENT: Final = "/cockpit/support"
TICKET_LASTS: Final = timedelta(minutes=1)
ANSWERED_WITHIN: Final = timedelta(days=7)
"""After which a question that nobody answered is answered no more."""
LONGEST: Final = 72
WAITS: Final = "agreed_at IS NULL AND declined_at IS NULL AND ended_at IS NULL AND asked_at > now() - interval '7 days'"
RUNS: Final = "ended_at IS NULL AND ends_at > now()"
OPEN_ONE: Final = f"SELECT id FROM support_access WHERE operator_id = %s AND ({RUNS} OR {WAITS}) LIMIT 1"  # noqa: S608
AGREE: Final = f"""
    UPDATE support_access SET agreed_at = now(), agreed_by = %(by)s, ends_at = now() + make_interval(hours => %(hours)s)
     WHERE id = %(id)s AND {WAITS} AND hours >= %(hours)s RETURNING id, operator_name
"""  # noqa: S608
DECLINE: Final = f"""
    UPDATE support_access SET declined_at = now(), declined_by = %(by)s WHERE id = %(id)s AND {WAITS} RETURNING id
"""  # noqa: S608
END: Final = f"""
    UPDATE support_access SET ended_at = now(), ended_by = %(by)s, token_hash = NULL, ticket_hash = NULL
     WHERE id = %(id)s AND ({RUNS} OR {WAITS}) RETURNING id
"""  # noqa: S608
TICKET: Final = f"""
    UPDATE support_access SET ticket_hash = %(ticket)s, ticket_until = %(until)s, session_id = %(session)s
     WHERE id = %(id)s AND operator_id = %(operator)s AND {RUNS} RETURNING id
"""  # noqa: S608
REDEEM: Final = f"""
    UPDATE support_access SET token_hash = %(token)s, ticket_hash = NULL, ticket_until = NULL
     WHERE ticket_hash = %(ticket)s AND ticket_until > now() AND {RUNS} AND operator_present(operator_id, session_id)
    RETURNING id, ends_at
"""  # noqa: S608
# Who it is and until when, as long as the company's consent, the session at the console and the operator's work last.
PRESENT: Final = f"""
    SELECT id, operator_name, ends_at FROM support_access
     WHERE token_hash = %s AND {RUNS} AND operator_present(operator_id, session_id)
"""  # noqa: S608
LISTED: Final = f"""
    SELECT a.*, {WAITS} AS waits, coalesce({RUNS}, false) AS runs,
           (SELECT count(*) FROM support_page p WHERE p.company_id = a.company_id AND p.access_id = a.id) AS pages
      FROM support_access a WHERE a.company_id = %(company)s ORDER BY asked_at DESC, id DESC LIMIT 50
"""  # noqa: S608
PAGES: Final = "SELECT path, at FROM support_page WHERE access_id = %s ORDER BY at, id LIMIT 1000"


class Seen(NamedTuple):
    """Whose access a token opens."""

    id: UUID
    operator_name: str
    ends_at: datetime


@dataclass(frozen=True)
class Asking:
    """An operator at the console: who asks, and with which session."""

    operator_id: UUID
    name: str
    session_id: UUID


class SupportError(Exception):
    """Why something cannot be; the sentence is the message of whoever catches it."""


def ask(db: CompanySession, who: Asking, *, reason: str, hours: int) -> UUID:
    """Ask the session's company. Raises SupportError while this operator's last question, or access, is open there."""
    if db.row(OPEN_ONE, (who.operator_id,)) is not None:
        raise SupportError
    access_id = new_id()
    db.add(
        SupportAccess(
            id=access_id, operator_id=who.operator_id, operator_name=who.name, reason=reason, hours=hours,
        )
    )  # fmt: skip
    db.flush()
    facts = {"operator": who.name, "hours": hours, "reason": reason}
    notify(db, ASKED, to=TEAM, about=Subject(CONSENT, facts=facts), event=f"support.asked:{access_id}")
    return access_id


def agree(db: CompanySession, access_id: UUID, *, hours: int, by: Viewer) -> bool:
    """The company says yes, for as long as was asked or less; False where there is nothing to agree to any more."""
    done = db.row(AGREE, {"id": access_id, "hours": hours, "by": by.name}) is not None
    return done and _told(db, access_id, "agreed", hours=hours)


def decline(db: CompanySession, access_id: UUID, *, by: Viewer) -> bool:
    """The company says no."""
    return db.row(DECLINE, {"id": access_id, "by": by.name}) is not None and _told(db, access_id, "declined")


def end(db: CompanySession, access_id: UUID, *, by: str) -> bool:
    """Over at once, whoever says so: the next page that support asks for is not there."""
    return db.row(END, {"id": access_id, "by": by}) is not None


def revoke(db: CompanySession, access_id: UUID, *, by: Viewer) -> bool:
    """The company ends it, and who looks is told."""
    return end(db, access_id, by=by.name) and _told(db, access_id, "ended")


def _told(db: CompanySession, access_id: UUID, state: str, **more: int) -> bool:
    ring(db, "support", access=str(access_id), state=state, **more)
    return True


def ticket_for(db: CompanySession, access_id: UUID, who: Asking) -> str | None:
    """A ticket from the console to the company's host for the operator who asked; None without a running consent."""
    ticket = new_token()
    said = {
        "ticket": hash_token(ticket), "until": datetime.now(UTC) + TICKET_LASTS, "session": who.session_id,
        "id": access_id, "operator": who.operator_id,
    }  # fmt: skip
    return ticket if db.row(TICKET, said) is not None else None


def redeem(db: CompanySession, ticket: str) -> tuple[str, datetime] | None:
    """The token for the operator's browser and when it ends, once per ticket; the token of before is worth nothing."""
    token = new_token()
    found = db.row(REDEEM, {"ticket": hash_token(ticket), "token": hash_token(token)})
    return (token, found.ends_at) if found is not None else None


def supporter(db: CompanySession, token: str, permissions: frozenset[str]) -> Viewer | None:
    """Who looks with this token, now; None when the consent, the operator's session or the time is over."""
    found = db.row(PRESENT, (hash_token(token),))
    if found is None:
        return None
    looks = Supporting(found.id, found.operator_name, found.ends_at)
    return Viewer(kind="agent", name=found.operator_name, permissions=permissions, support=looks)


def note(db: CompanySession, access_id: UUID, path: str) -> None:
    """Write down a page that was opened."""
    db.add(SupportPage(access_id=access_id, path=path[:500]))
    db.flush()


def listed(db: CompanySession) -> list[Any]:
    """All of the company, the last one first: `waits`, `runs`, and how many `pages` were opened."""
    return db.rows(LISTED, {"company": db.company_id})


def pages_of(db: CompanySession, access_id: UUID) -> list[Any]:
    """What was opened, in the order in which it was."""
    return db.rows(PAGES, (access_id,))
