"""Writing to people: stored with the change that a mail tells of, and queued on the same connection."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import select, text

from quartier.db.base import new_id
from quartier.deliveries.models import OPEN, MailAddress, MailDelivery, MailSettings
from quartier.deliveries.readers import Reader, readers_of, voice_for, with_habits
from quartier.i18n.texts import using
from quartier.jobs.queue import begin, defer
from quartier.mail.addresses import address_key, mailbox
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Letter, one_line
from quartier.tenancy.company import company_of
from quartier.tenancy.session import CompanySession

T = TypeVar("T")

SEND = "mail.send"
AT_ONCE = 1000
"""How many mails are stored with one statement."""
IN_A_JOB = 100
"""How many mails are sent in one go, over one connection."""
FEW = 10
"""So many mails at once are letters to somebody; more are a mailing, and wait behind them."""

LEAD_TO = """
    UPDATE mail_delivery SET letter = replace(letter::text, :before, :after)::jsonb
    WHERE letter IS NOT NULL AND strpos(letter::text, :before) > 0
"""
ADDRESSES = """
    INSERT INTO mail_address (id, address_key, token, paces)
    SELECT r.id, r.address_key, r.token, coalesce((
        SELECT a.paces FROM mail_delivery d JOIN mail_address a
            ON a.company_id = d.company_id AND a.address_key = d.address_key
        WHERE d.person_id = r.person_id ORDER BY d.id DESC LIMIT 1), '{}')
    FROM jsonb_to_recordset(%s) AS r(id uuid, address_key text, token text, person_id uuid)
    ON CONFLICT (company_id, address_key) DO NOTHING
"""
DELIVERIES = """
    INSERT INTO mail_delivery (id, kind, event, address, address_key, name, person_id, language, essential, secret,
        subject, letter, state, reason, ended_at)
    SELECT r.id, r.kind, r.event, r.address, r.address_key, r.name, r.person_id, r.language, r.essential, r.secret,
        r.subject, r.letter, w.state, w.reason, CASE WHEN w.state NOT IN ('waiting', 'collected') THEN now() END
    FROM jsonb_to_recordset(%s) AS r(
        id uuid, kind text, event text, address text, address_key text, name text, person_id uuid, language text,
        essential boolean, secret boolean, subject text, letter jsonb, state text, reason text, pace text)
    LEFT JOIN LATERAL (SELECT x.paces FROM mail_address x WHERE x.address_key = r.address_key LIMIT 1) a ON true
    LEFT JOIN mail_settings s ON true
    CROSS JOIN LATERAL (SELECT coalesce(a.paces ->> r.kind, s.paces ->> r.kind, r.pace) AS pace) p
    CROSS JOIN LATERAL (
        SELECT CASE WHEN r.state <> 'waiting' OR r.essential THEN r.state WHEN p.pace = 'never' THEN 'withheld'
            WHEN p.pace IN ('daily', 'weekly') AND NOT r.secret THEN 'collected' ELSE 'waiting' END AS state,
            CASE WHEN r.state = 'waiting' AND NOT r.essential AND p.pace = 'never' THEN 'unwanted' ELSE r.reason END
            AS reason
    ) w
    ON CONFLICT (company_id, event, address_key) DO NOTHING RETURNING id, state
"""


def deliver(
    db: CompanySession, kind: MailKind, reader: Reader, write: Callable[[], Letter], *, event: str | None = None
) -> UUID | None:
    """Write to somebody: the mail is on its way if, and only if, the session commits.

    It goes at once, with the next summary or not at all, as its reader wants mails of this kind.

    `write` is called in the reader's voice. `event` names what the mail tells of ("faq.article:<id>:3"): of mails about
    one event to one address there is one, and the answer is None for the next. Without it each call is an event.
    """
    begin(db)
    found = deliver_many(db, kind, [with_habits(db, reader)], lambda _reader: write(), event=event)
    return found[0] if found else None


def deliver_many(
    db: CompanySession,
    kind: MailKind,
    readers: Iterable[Reader],
    write: Callable[[Reader], Letter],
    *,
    event: str | Callable[[Reader], str] | None = None,
) -> list[UUID]:
    """Write to many, each in their own voice; the ids of the mails that are new. See `deliver`.

    Where each reader is told of something else (couples share an address), `event` says what, for each.
    """
    begin(db)
    found: list[UUID] = []
    event = event or str(new_id())
    for some in _portions(_rows(db, kind, readers, write, event), AT_ONCE):
        found += _store(db, some)
    return found


def send_soon(db: CompanySession, ids: Sequence[UUID], *, at: datetime | None = None) -> None:
    """Queue mails that wait, in portions that one connection carries."""
    for some in _portions(ids, IN_A_JOB):
        defer(db, SEND, at=at, urgent=len(ids) <= FEW, deliveries=[str(one) for one in some])


def send_again(db: CompanySession, mail: MailDelivery) -> bool:
    """Send a mail once more, to where its reader is reached now; False when its words are gone or it is under way."""
    if mail.letter is None or mail.state in OPEN or mail.reason == "unwanted":
        return False
    now_at = next(iter(readers_of(db, [mail.person_id])), None) if mail.person_id else None
    if now_at is not None and _is_free(db, mail, address_key(now_at.address)):
        mail.address, mail.address_key = one_line(now_at.address), address_key(now_at.address)
    mail.state, mail.reason, mail.attempts, mail.copies = "waiting", "", 0, mail.copies + 1
    mail.queued_at, mail.ended_at = datetime.now(UTC), None
    db.flush()
    _know(db, [{"id": str(new_id()), "address_key": mail.address_key, "token": _token(), "person_id": None}])
    send_soon(db, [mail.id])
    return True


def lead_to(db: CompanySession, origin: str, *, instead_of: str) -> None:
    """Have the links of letters that wait, or may be sent again, lead to the company's present main address.

    Both are origins ("https://portal.example.ch"). What was addressed with the former one reaches nobody once that is
    given up, or somebody else.
    """
    db.execute(text(LEAD_TO), {"before": f"{instead_of}/", "after": f"{origin}/"})


def settings_of(db: CompanySession) -> MailSettings | None:
    """How the company signs; None when it has said nothing."""
    return db.scalars(select(MailSettings)).one_or_none()


def company_paces(db: CompanySession) -> Mapping[str, str]:
    """How soon mails of a kind come to who has not chosen, as far as the company has said."""
    own = settings_of(db)
    return own.paces if own else {}


def save_defaults(
    db: CompanySession, *, paces: Mapping[str, str], in_app: Mapping[str, bool], push: Mapping[str, bool]
) -> None:
    """Write down how who has not chosen hears of these kinds."""
    own = settings_of(db) or MailSettings(id=new_id(), paces={}, in_app={}, push={})
    own.paces, own.in_app, own.push = {**own.paces, **paces}, {**own.in_app, **in_app}, {**own.push, **push}
    own.changed_at = datetime.now(UTC)
    db.add(own)
    db.flush()


def save_settings(db: CompanySession, *, sender_name: str, reply_to: str | None) -> None:
    """Write down how the company signs, from the next mail on."""
    own = settings_of(db) or MailSettings(id=new_id(), paces={}, in_app={}, push={})
    own.sender_name, own.reply_to = one_line(sender_name), reply_to
    own.changed_at = datetime.now(UTC)
    db.add(own)
    db.flush()


def address_of(db: CompanySession, address: str, *, make: bool = False) -> MailAddress | None:
    """What is known of an address; with `make`, also of one that was never written to."""
    key = address_key(one_line(address))
    if make:
        _know(db, [{"id": str(new_id()), "address_key": key, "token": _token(), "person_id": None}])
    return db.scalars(select(MailAddress).filter_by(address_key=key)).one_or_none()


def _portions(things: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(things)
    while some := list(islice(left, size)):
        yield some


def _rows(
    db: CompanySession,
    kind: MailKind,
    readers: Iterable[Reader],
    write: Callable[[Reader], Letter],
    event: str | Callable[[Reader], str],
) -> Iterator[dict[str, Any]]:
    company = company_of(db)
    for reader in readers:
        voice = voice_for(company, reader.language, reader.formats, reader.timezone)
        with using(voice):
            letter = write(reader)
        outside = _outside(reader)
        kept = outside["state"] == "waiting" or not kind.secret
        yield {
            **outside, "id": str(new_id()), "kind": kind.key, "language": voice.language,
            "essential": bool(kind.essential), "secret": kind.secret, "pace": kind.default,
            "subject": one_line(letter.subject), "letter": letter.as_json() if kept else None,
            "token": _token(), "event": event if isinstance(event, str) else event(reader),
        }  # fmt: skip


def _outside(reader: Reader) -> dict[str, Any]:
    """Where it goes. What is no address is written down as such: somebody has to see it."""
    fine = mailbox(reader.address) is not None
    return {
        "address": one_line(reader.address),
        "address_key": address_key(one_line(reader.address)),
        "name": one_line(reader.name),
        "person_id": str(reader.person_id) if reader.person_id else None,
        "state": "waiting" if fine else "failed",
        "reason": "" if fine else "address",
    }


def _store(db: CompanySession, rows: Sequence[dict[str, Any]]) -> list[UUID]:
    """Addresses in one order, whoever stores them: two mailings at once must not wait for each other in a ring."""
    ordered = sorted(rows, key=lambda row: row["address_key"])
    _know(db, ordered)
    states = {str(row.id): row.state for row in db.rows(DELIVERIES, (Jsonb(ordered),))}
    new = [row["id"] for row in rows if row["id"] in states]
    send_soon(db, [UUID(one) for one in new if states[one] == "waiting"])
    return [UUID(one) for one in new]


def _know(db: CompanySession, rows: Sequence[dict[str, Any]]) -> None:
    db.rows(f"{ADDRESSES} RETURNING id", (Jsonb(rows),))


def _is_free(db: CompanySession, mail: MailDelivery, key: str) -> bool:
    """Whether the address has not been told of this event already."""
    there = select(MailDelivery.id).filter_by(event=mail.event, address_key=key)
    return db.scalars(there).first() is None


def _token() -> str:
    return secrets.token_urlsafe(16)
