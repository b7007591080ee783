"""Inviting, reminding, withdrawing, accepting. Nothing here commits; many at once cost a few statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy.exc import IntegrityError

from quartier.accounts.throttle import Source
from quartier.db.base import new_id
from quartier.deliveries.readers import readers_of
from quartier.deliveries.services import deliver_many
from quartier.invitations import guesses
from quartier.invitations.codes import code_hash, code_of, sealed, token_hash, token_of, weakness
from quartier.invitations.leaving import LEAVERS, LEFT, NOTE, WAS
from quartier.invitations.letters import INVITATION, REMINDER, Opening, invitation_letter, reminder_letter
from quartier.invitations.models import Invitation
from quartier.invitations.queries import any_by_code
from quartier.jobs.queue import begin
from quartier.tenancy.company import company_of
from quartier.tenancy.session import CompanySession

LIVING: Final = "accepted_at IS NULL AND withdrawn_at IS NULL"
LOCK: Final = "SELECT id FROM person WHERE id = ANY(%(people)s) ORDER BY id FOR NO KEY UPDATE"
INVITE: Final = f"""
    INSERT INTO invitation (id, person_id, code_hash, token_hash, created_by, expires_at, placed)
    SELECT i.id, i.person_id, decode(i.code, 'hex'), decode(i.token, 'hex'), %(by)s, %(expires)s, {WAS}
      FROM (SELECT r.*, %(company)s::uuid AS company_id, false AS placed
              FROM jsonb_to_recordset(%(rows)s) AS r(id uuid, person_id uuid, code text, token text)) i
     WHERE NOT {LEFT} AND EXISTS (SELECT FROM person p WHERE p.id = i.person_id)
       AND NOT EXISTS (SELECT FROM invitation v WHERE v.person_id = i.person_id AND {LIVING})
       AND NOT EXISTS (SELECT FROM account a WHERE a.person_id = i.person_id)
    RETURNING id
"""  # noqa: S608
SEND: Final = f"""
    INSERT INTO invitation_sending (id, invitation_id, event, kind, channel, sent_by)
    SELECT r.id, r.invitation_id, %(event)s, %(kind)s, %(channel)s, %(by)s
      FROM jsonb_to_recordset(%(rows)s) AS r(id uuid, invitation_id uuid)
      JOIN invitation i ON i.id = r.invitation_id AND {LIVING}
        ON CONFLICT (company_id, invitation_id, event) DO NOTHING RETURNING invitation_id
"""  # noqa: S608
RENEW: Final = f"UPDATE invitation SET expires_at = %(expires)s WHERE id = ANY(%(ids)s) AND {LIVING} RETURNING id"  # noqa: S608
SENT: Final = "SELECT id, person_id, own_code FROM invitation WHERE id = ANY(%(ids)s) ORDER BY id"
ACCEPT: Final = f"""
    UPDATE invitation i SET accepted_at = now(), account_id = %(account)s
     WHERE id = %(id)s AND {LIVING} AND (expires_at IS NULL OR expires_at > now()) AND NOT {LEFT} RETURNING person_id
"""  # noqa: S608
DONE: Final = f"UPDATE invitation SET withdrawn_at = now() WHERE person_id = %(person)s AND {LIVING} RETURNING id"  # noqa: S608
WITHDRAW: Final = f"""
    UPDATE invitation SET withdrawn_at = now(), withdrawn_by = %(by)s WHERE id = ANY(%(ids)s) AND {LIVING} RETURNING id
"""  # noqa: S608
OPEN_OF: Final = f"SELECT id FROM invitation WHERE person_id = ANY(%(people)s) AND {LIVING}"  # noqa: S608
CALL_BACK: Final = """
    UPDATE mail_delivery SET state = 'withheld', reason = 'withdrawn', ended_at = now(), letter = NULL
     WHERE state = 'waiting' AND event IN (
           SELECT 'invitation:' || s.invitation_id || ':' || s.event FROM invitation_sending s
            WHERE s.invitation_id = ANY(%(ids)s)) RETURNING id
"""


@dataclass(frozen=True)
class Inviter:
    """Who invites, with what it takes to write: the installation's key, and the origin of the company's host.

    `expires_days` is the company's own choice; None (the default) lets invitations live until they are withdrawn.
    """

    key: bytes
    origin: str
    name: str
    expires_days: int | None = None

    @property
    def expires(self) -> datetime | None:
        """When what is sent now pauses."""
        return datetime.now(UTC) + timedelta(days=self.expires_days) if self.expires_days else None


@dataclass(frozen=True)
class Tried:
    """What came of a typed code: the invitation, whatever its state, or None for a wrong one."""

    invitation: Invitation | None


def invite(
    db: CompanySession, person_ids: Collection[UUID], *, channel: str, actor: Inviter, event: UUID | None = None
) -> list[UUID]:
    """Invite people, and send it; the ids of the invitations that are new, and only those were sent.

    Who is registered, archived, moved out or invited already is left out. Two who invite the same at once, do it once:
    the entries are locked. `event` names the act, see `send`.
    """
    begin(db)
    people = sorted(set(person_ids))
    db.rows(LOCK, {"people": people})
    rows = [_made(db.company_id, actor.key, one) for one in people]
    values = {"rows": Jsonb(rows), "by": actor.name, "expires": actor.expires, "company": db.company_id}
    new = [row.id for row in db.rows(INVITE, values)]
    return send(db, new, channel=channel, actor=actor, event=event)


def send(
    db: CompanySession,
    invitation_ids: Sequence[UUID],
    *,
    channel: str,
    actor: Inviter,
    kind: str = "invitation",
    event: UUID | None = None,
) -> list[UUID]:
    """Send invitations that live, or note that they were printed or read out; those that this act has not sent yet.

    A link that had expired is good again. Whoever has no address gets no mail; the caller has asked before.
    """
    begin(db)
    act = event or new_id()
    rows = [{"id": str(new_id()), "invitation_id": str(one)} for one in invitation_ids]
    values = {"rows": Jsonb(rows), "event": act, "kind": kind, "channel": channel, "by": actor.name}
    sent = [row.invitation_id for row in db.rows(SEND, values)] if rows else []
    if sent:
        db.rows(RENEW, {"ids": sent, "expires": actor.expires})
    if channel == "mail" and sent:
        _mail(db, sent, actor, kind, act)
    return sent


def remind(
    db: CompanySession,
    invitation_ids: Sequence[UUID],
    *,
    actor: Inviter,
    channel: str = "mail",
    event: UUID | None = None,
) -> list[UUID]:
    """Ask people who were invited and have not come yet once more; those to whom it went."""
    return send(db, invitation_ids, channel=channel, actor=actor, kind="reminder", event=event)


def accept(db: CompanySession, invitation_id: UUID, account_id: UUID) -> bool:
    """Use an invitation up; False when it was withdrawn, taken or has expired meanwhile, or its person has left.

    One statement decides. A second invitation of the same person, left by a merge, has done its work as well.
    """
    begin(db)
    row = db.row(ACCEPT, {"id": invitation_id, "account": account_id})
    if row is None:
        return False
    db.rows(DONE, {"person": row.person_id})
    db.expire_all()
    return True


def withdraw(db: CompanySession, invitation_ids: Sequence[UUID], *, by: str) -> list[UUID]:
    """Code and link open nothing from now on; those that were still alive. Mails that have not left yet stay here."""
    begin(db)
    gone = [row.id for row in db.rows(WITHDRAW, {"ids": list(invitation_ids), "by": by})]
    call_back(db, gone)
    db.expire_all()
    return gone


def withdraw_of(db: CompanySession, person_ids: Collection[UUID], *, by: str) -> list[UUID]:
    """The same for all that these people have open."""
    return withdraw(db, [row.id for row in db.rows(OPEN_OF, {"people": list(person_ids)})], by=by)


def call_back(db: CompanySession, invitation_ids: Collection[UUID]) -> None:
    """Mails of these invitations that have not left yet stay here."""
    if invitation_ids:
        db.rows(CALL_BACK, {"ids": list(invitation_ids)})


def withdraw_leavers(db: CompanySession) -> list[UUID]:
    """Withdraw for good what was sent to people who have left (`leaving`); nobody by name has done it."""
    begin(db)
    db.rows(NOTE)
    return withdraw(db, [row.id for row in db.rows(LEAVERS)], by="")


def set_own_code(db: CompanySession, key: bytes, invitation: Invitation, typed: str, names: Collection[str]) -> str:
    """Give an invitation a code that the company chose; or the reason why not, see `codes.weakness`, or "taken".

    It replaces the code before, which opens nothing any more; the link stays. A code that anybody ever had at this
    company is taken: it may still stand on a letter. `names` are what it must not consist of.
    """
    begin(db)
    plain = typed.strip()
    if reason := weakness(plain, names):
        return reason
    found = code_hash(key, db.company_id, plain)
    try:
        with db.begin_nested():
            taken = db.row("SELECT id FROM invitation WHERE code_hash = %s AND id <> %s", (found, invitation.id))
            if taken is None:
                invitation.code_hash = found
                invitation.own_code = sealed(key, db.company_id, invitation.id, plain)
                db.flush()
    except IntegrityError:
        db.expire(invitation)
        return "taken"
    return "taken" if taken is not None else ""


def try_code(db: CompanySession, key: bytes, typed: str, source: Source) -> Tried:
    """Look up a code that somebody typed; the work and the answer are the same for wrong ones and for strangers'.

    Raises TooSoon. The try is committed before the answer is known; a right one does not count.
    """
    tried = guesses.admit(db, source)
    db.commit()
    found = any_by_code(db, key, typed)
    if found is not None:
        guesses.forgive(db, tried)
    return Tried(found)


def event_name(invitation_id: UUID, act: UUID) -> str:
    """How a mail of an invitation is known among all mails."""
    return f"invitation:{invitation_id}:{act}"


def _made(company_id: UUID, key: bytes, person_id: UUID) -> dict[str, str]:
    own = new_id()
    code, token = code_of(key, company_id, own), token_of(key, company_id, own)
    return {
        "id": str(own), "person_id": str(person_id), "code": code_hash(key, company_id, code).hex(),
        "token": token_hash(key, company_id, token).hex(),
    }  # fmt: skip


def _mail(db: CompanySession, sent: Sequence[UUID], actor: Inviter, kind: str, act: UUID) -> None:
    invited: dict[Any, Any] = {row.person_id: row for row in db.rows(SENT, {"ids": list(sent)})}
    company = company_of(db).name
    what, write = (INVITATION, invitation_letter) if kind == "invitation" else (REMINDER, reminder_letter)

    def opening(person_id: UUID | None) -> Opening:
        one = invited[person_id]
        return Opening.of(actor.key, db.company_id, one, origin=actor.origin, company=company, until=actor.expires)

    deliver_many(
        db, what, readers_of(db, invited), lambda reader: write(reader.name, opening(reader.person_id)),
        event=lambda reader: event_name(invited[reader.person_id].id, act),
    )  # fmt: skip
