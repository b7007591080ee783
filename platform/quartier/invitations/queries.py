"""Finding an invitation by what somebody holds in their hand, and by whom it is for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from quartier.invitations.codes import TOKEN, code_hash, normal, shown, token_hash, token_of
from quartier.invitations.models import Invitation
from quartier.tenancy.session import CompanySession

State = Literal["open", "accepted", "withdrawn", "expired"]


def by_code(db: CompanySession, key: bytes, typed: str) -> Invitation | None:
    """The open invitation with this code; None for a wrong one, for one of another company, and for one that is over.

    Does not slow down who guesses: `services.try_code` does.
    """
    found = any_by_code(db, key, typed)
    return found if found is not None and state_of(found) == "open" else None


def by_token(db: CompanySession, key: bytes, token: str) -> Invitation | None:
    """The open invitation that a link leads to; a token has 128 bits and nobody guesses one."""
    found = any_by_token(db, key, token)
    return found if found is not None and state_of(found) == "open" else None


def any_by_code(db: CompanySession, key: bytes, typed: str) -> Invitation | None:
    """The same, whatever its state: to tell whoever holds the right code why it opens nothing any more."""
    if not normal(typed):
        return None
    return db.scalars(select(Invitation).filter_by(code_hash=code_hash(key, db.company_id, typed))).one_or_none()


def any_by_token(db: CompanySession, key: bytes, token: str) -> Invitation | None:
    """The invitation of a link, whatever its state."""
    if not TOKEN.match(token):
        return None
    return db.scalars(select(Invitation).filter_by(token_hash=token_hash(key, db.company_id, token))).one_or_none()


def state_of(invitation: Invitation, now: datetime | None = None) -> State:
    """Why an invitation is not open any more, or "open". What was accepted first was not withdrawn."""
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    ends = invitation.expires_at
    return "expired" if ends is not None and ends <= (now or datetime.now(UTC)) else "open"


def live_for(db: CompanySession, person_id: UUID) -> Invitation | None:
    """The invitation of a person that is neither accepted nor withdrawn, the newest of them; it may have expired."""
    living = select(Invitation).filter_by(person_id=person_id, accepted_at=None, withdrawn_at=None)
    return db.scalars(living.order_by(Invitation.id.desc()).limit(1)).one_or_none()


def open_for(db: CompanySession, person_id: UUID) -> Invitation | None:
    """The open invitation of a person."""
    found = live_for(db, person_id)
    return found if found is not None and state_of(found) == "open" else None


def written_code(key: bytes, invitation: Invitation) -> str:
    """The code of an invitation as it is written: "KM7Q-4TRX2-9WBHP", or the company's own."""
    return shown(key, invitation.company_id, invitation.id, invitation.own_code)


def path_of(key: bytes, invitation: Invitation) -> str:
    """Where the link of an invitation leads, on the company's host."""
    return f"/join/{token_of(key, invitation.company_id, invitation.id)}"
