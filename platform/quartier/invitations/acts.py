"""One act on many people, by mail and by letter: done once, however often it is confirmed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

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
    done = 0
    for channel, rows in (("mail", found.mail), ("letter", found.letter)):
        if kind == "invitation":
            people = [row.id for row in rows]
            sent = services.invite(db, people, channel=channel, actor=actor, event=event)
        else:
            waiting = [row.invitation_id for row in rows]
            sent = services.remind(db, waiting, channel=channel, actor=actor, event=event)
        done += len(sent)
        if channel == "letter" and len(sent) > AT_ONCE:
            _print_soon(db, event, len(sent), actor, within)
    if done:
        outdated(db)
    return done


def result_of(db: CompanySession, event: UUID) -> Result | None:
    """What became of an act."""
    rows = db.rows(RESULT, {"event": event})
    if not rows:
        return None
    many = {row.channel: row.people for row in rows}
    first = rows[0]
    return Result(first.kind, first.by, first.at, many.get("mail", 0), many.get("letter", 0))


def _print_soon(db: CompanySession, event: UUID, letters: int, actor: Inviter, within: Collection[UUID]) -> None:
    values = {"id": event, "created_by": actor.name, "properties": list(within), "letters": letters}
    db.execute(insert(LetterBatch).values(**values).on_conflict_do_nothing())
    defer(db, PRINT, alone="letters", batch=str(event))
