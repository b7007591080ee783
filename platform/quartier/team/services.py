"""Changing the team. Nothing here commits; what must not happen raises TeamError with the field that it is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select, update

from quartier.accounts.models import Account, AccountSession, Agent, AgentGrant, ApiToken
from quartier.accounts.passwords import hash_password
from quartier.accounts.permissions import TEAM_ADMIN
from quartier.accounts.visitors import hash_token, new_token
from quartier.db.base import new_id
from quartier.estate.history import acting
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.mail.addresses import address_key
from quartier.people.models import Occupant, Person
from quartier.team.chiefs import TeamError, one_chief_stays
from quartier.team.grants import Rights, give
from quartier.team.models import JobRole, TeamInvitation
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer

LIFETIME: Final = timedelta(days=3)


class Edited(Exception):
    """Somebody else saved since the form was shown."""


@dataclass(frozen=True)
class Invited:
    """Who is in the team now, and the link's token; None for somebody who has an account here already."""

    agent_id: UUID
    person_id: UUID
    token: str | None


def invite(db: CompanySession, facts: Mapping[str, Any], rights: Rights, *, by: Viewer) -> Invited:
    """Somebody more in the team. Raises TeamError for somebody who is or was in it.

    Who has an account here as a resident keeps it, and is in the team from now on.
    """
    email = facts["email"]
    known = db.scalars(select(Account).filter_by(email_key=address_key(email))).first()
    agent = Agent(id=new_id(), **{name: facts[name] for name in ("job", "employer", "ends")})
    agent.person_id = _person(db, facts, known, by)
    db.add(agent)
    db.flush()
    give(db, agent.id, rights, by=by)
    if known is not None:
        return Invited(agent.id, agent.person_id, None)
    db.add(TeamInvitation(agent_id=agent.id, email=email, sent_by=by.name, **_fresh(token := new_token())))
    db.flush()
    return Invited(agent.id, agent.person_id, token)


def invite_again(db: CompanySession, agent_id: UUID, *, by: Viewer) -> str | None:
    """A new link for three days, the old one is dead; None for somebody who has come, or is not to come."""
    waiting = update(TeamInvitation).filter_by(agent_id=agent_id, accepted_at=None)
    token = new_token()
    values = {**_fresh(token), "withdrawn_at": None, "sent_at": func.now(), "sent_by": by.name}
    return token if db.execute(waiting.values(values).returning(TeamInvitation.id)).first() else None


def withdraw(db: CompanySession, agent_id: UUID) -> bool:
    """The link is dead at once; False when it was used already."""
    waiting = update(TeamInvitation).filter_by(agent_id=agent_id, accepted_at=None)
    return db.execute(waiting.values(withdrawn_at=func.now()).returning(TeamInvitation.id)).first() is not None


def invitation_of(db: CompanySession, token: str) -> TeamInvitation | None:
    """The invitation of a link, whatever became of it."""
    return db.scalars(select(TeamInvitation).filter_by(token_hash=hash_token(token))).first()


def fate_of(invitation: TeamInvitation | None) -> str:
    """Whether a link is "open", or "used", "withdrawn", "late" or "unknown"."""
    if invitation is None:
        return "unknown"
    if invitation.accepted_at is not None:
        return "used"
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    return "open" if invitation.expires_at > datetime.now(UTC) else "late"


def account_id_of(invitation: TeamInvitation) -> UUID:
    """The id that the account will have: a passkey is made for it before."""
    return invitation.id


def accept(db: CompanySession, invitation: TeamInvitation, password: str | None) -> UUID | None:
    """The account that a new colleague has from now on; None when the link was used or withdrawn meanwhile.

    Without a password the caller adds a passkey.
    """
    row = TeamInvitation
    still = update(row).where(row.id == invitation.id, row.accepted_at.is_(None), row.withdrawn_at.is_(None))
    taken = still.where(row.expires_at > func.now()).values(accepted_at=func.now()).returning(row.agent_id)
    found = db.execute(taken).first()
    if found is None:
        return None
    person_id = db.scalars(select(Agent.person_id).filter_by(id=found[0])).one()
    if db.scalar(select(Account.id).filter_by(email_key=address_key(invitation.email))) is not None:
        raise TeamError("_schema", _("There is an account with this address by now. Please ask whoever invited you."))
    account = Account(id=account_id_of(invitation), person_id=person_id, email=invitation.email)
    account.email_key = address_key(invitation.email)
    account.password_hash = hash_password(password) if password is not None else None
    db.add(account)
    db.flush()
    return account.id


def change(db: CompanySession, agent: Agent, facts: Mapping[str, Any], *, version: int) -> None:
    """Other facts of an agent who was shown in this `version`; an end limits all rights.

    Raises Edited for another version, TeamError where nobody would manage the team.
    """
    with one_chief_stays(db):
        same_version(db, agent, version)
        if facts.get("employer") and TEAM_ADMIN in _held(db, agent.id):
            raise TeamError("employer", _("Somebody of another company cannot manage the team. End that right first."))
        for name, value in facts.items():
            if getattr(agent, name) != value:
                setattr(agent, name, value)


def add_role(db: CompanySession, name: LocalizedText) -> JobRole:
    """A role more; its key is made of its name, and stays."""
    role = JobRole(id=new_id(), name=name, key=_free_key(db, name))
    db.add(role)
    db.flush()
    return role


def rename_role(db: CompanySession, role: JobRole, name: LocalizedText, *, version: int) -> None:
    """Another name for a role that was shown in this `version`; raises Edited for another one."""
    same_version(db, role, version)
    role.name = name
    db.flush()


def same_version(db: CompanySession, thing: Agent | JobRole, version: int) -> None:
    """Hold the row until the end of the transaction. Raises Edited when it is not the one that was shown."""
    db.refresh(thing, with_for_update=True)
    if thing.version != version:
        raise Edited


def deactivate(db: CompanySession, agent_id: UUID, *, by: Viewer) -> bool:
    """Somebody is out at once: devices signed out, API tokens revoked, an open link dead; False when they were.

    Who lives here keeps the account, and comes back in as a resident.
    """
    with one_chief_stays(db):
        still = update(Agent).filter_by(id=agent_id, deactivated_at=None)
        out = still.values(deactivated_at=func.now(), deactivated_by=by.name).returning(Agent.person_id)
        person_id = db.scalar(out)
        if person_id is None:
            return False
        account_id = db.scalar(select(Account.id).filter_by(person_id=person_id))
        lives_here = db.scalar(select(Occupant.id).filter_by(person_id=person_id).limit(1)) is not None
        db.execute(update(Account).filter_by(id=account_id).values(is_active=lives_here))
        db.execute(delete(AccountSession).filter_by(account_id=account_id))
        good = update(ApiToken).filter_by(agent_id=agent_id, revoked_at=None)
        db.execute(good.values(revoked_at=func.now()))
        withdraw(db, agent_id)
    return True


def reactivate(db: CompanySession, agent_id: UUID) -> bool:
    """Somebody is back, with the rights that did not end meanwhile; API tokens stay revoked."""
    away = update(Agent).where(Agent.id == agent_id, Agent.deactivated_at.is_not(None))
    person_id = db.scalar(away.values(deactivated_at=None, deactivated_by="").returning(Agent.person_id))
    if person_id is None:
        return False
    db.execute(update(Account).filter_by(person_id=person_id).values(is_active=True))
    return True


def _fresh(token: str) -> dict[str, Any]:
    return {"token_hash": hash_token(token), "expires_at": datetime.now(UTC) + LIFETIME}


def _person(db: CompanySession, facts: Mapping[str, Any], known: Account | None, by: Viewer) -> UUID:
    if known is None:
        names = ("given_name", "family_name", "email", "phone", "language")
        person = Person(id=new_id(), **{name: facts[name] for name in names})
        waiting = select(TeamInvitation.id).where(func.lower(TeamInvitation.email) == facts["email"].lower())
        if db.scalar(waiting.where(TeamInvitation.accepted_at.is_(None)).limit(1)) is not None:
            raise TeamError("email", _("This address is invited already. Open that entry to send the link again."))
        with acting(db, by.name, "agent" if by.is_agent else "system", by.account_id):
            db.add(person)
            db.flush()
        return person.id
    there = db.scalars(select(Agent).filter_by(person_id=known.person_id)).first()
    if there is not None:
        off = there.deactivated_at is not None
        raise TeamError("email", _("This person was in the team. Open that entry to take them back.") if off
                        else _("This person is in the team already."))  # fmt: skip
    return known.person_id


def _free_key(db: CompanySession, name: LocalizedText) -> str:
    """Plain letters of the name, with a number where another role has them."""
    words = unicodedata.normalize("NFKD", name.pick("en").text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "-", words.lower())[:40].strip("-") or "role"
    taken = set(db.scalars(select(JobRole.key).where(JobRole.key.startswith(plain, autoescape=True))))
    numbered = (f"{plain}-{number}" for number in count(2))
    return next(key for key in chain([plain], numbered) if key not in taken)


def _held(db: CompanySession, agent_id: UUID) -> set[str]:
    rows = db.scalars(select(AgentGrant.permissions).filter_by(agent_id=agent_id, ended_at=None))
    return {permission for permissions in rows for permission in permissions}
