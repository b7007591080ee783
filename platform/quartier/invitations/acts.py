"""One act on many people, by mail and by letter: done once, however often it is confirmed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from quartier.config import Config
from quartier.invitations import services
from quartier.invitations.models import LetterBatch
from quartier.invitations.printing import AT_ONCE
from quartier.invitations.reaching import Reach
from quartier.invitations.services import Inviter
from quartier.invitations.switches import EXPIRE_DAYS
from quartier.jobs.queue import defer
from quartier.keys import key_of
from quartier.people.figures import outdated
from quartier.plugin.switches import value
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot

PRINT: Final = "invitations.print"
RESULT: Final = """
    SELECT s.channel, s.kind, count(*) AS people, min(s.created_at) AS at, min(s.sent_by) AS by
      FROM invitation_sending s WHERE s.event = %(event)s GROUP BY s.channel, s.kind
"""


@dataclass(frozen=True)
class Result:
    """What an act has done. `letters` are those that were made for printing; None for what was never done."""

    kind: str
    by: str
    at: Any
    mails: int
    letters: int


def inviter_of(config: Config, company: Snapshot, name: str) -> Inviter:
    """Who invites in the name of a company; an empty name is the portal itself."""
    return Inviter(key_of(config), config.origin(company.host), name, value(company.settings, EXPIRE_DAYS))


def do(
    db: CompanySession, found: Reach, *, kind: str, actor: Inviter, event: UUID, within: Collection[UUID] = ()
) -> int:
    """Invite or remind everybody who is reached; how many that were. Many letters are set by a worker."""
    done = send(db, found, kind=kind, actor=actor, event=event)
    if done:
        gather(db, event, actor, within)
    return done


def send(db: CompanySession, found: Reach, *, kind: str, actor: Inviter, event: UUID) -> int:
    """The same of a part of an act; `gather` comes when it is complete."""
    done = 0
    for channel, rows in (("mail", found.mail), ("letter", found.letter)):
        if kind == "invitation":
            people = [row.id for row in rows]
            sent = services.invite(db, people, channel=channel, actor=actor, event=event)
        else:
            waiting = [row.invitation_id for row in rows]
            sent = services.remind(db, waiting, channel=channel, actor=actor, event=event)
        done += len(sent)
    return done


def gather(db: CompanySession, event: UUID, actor: Inviter, within: Collection[UUID]) -> None:
    """The letters of an act stand in the list of letters; many of them are set by a worker."""
    outdated(db)
    found = result_of(db, event)
    if found is None or not found.letters:
        return
    many = found.letters > AT_ONCE
    new = insert(LetterBatch).values(
        id=event, created_by=actor.name, properties=list(within), letters=found.letters,
        state="waiting" if many else "ready", ended_at=None if many else func.now(),
    )  # fmt: skip
    if db.execute(new.on_conflict_do_nothing().returning(LetterBatch.id)).first() is not None and many:
        defer(db, PRINT, alone="letters", batch=str(event))


def print_soon(db: CompanySession, batch: LetterBatch, job: str = PRINT) -> None:
    """Have letters set, for the first time or since their file is gone or could not be made."""
    batch.state, batch.ended_at = "waiting", None
    db.flush()
    defer(db, job, alone="letters", batch=str(batch.id))


def result_of(db: CompanySession, event: UUID) -> Result | None:
    """What became of an act."""
    rows = db.rows(RESULT, {"event": event})
    if not rows:
        return None
    many = {row.channel: row.people for row in rows}
    first = rows[0]
    return Result(first.kind, first.by, first.at, many.get("mail", 0), many.get("letter", 0))
