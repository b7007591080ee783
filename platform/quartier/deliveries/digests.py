"""Summaries: what has come together for a reader, in one mail each morning, or each Monday morning.

A mail that its reader wants daily or weekly is written down as any other and waits as `collected`. A summary takes it
up in the transaction in which it is itself written down, so each stands in one summary: a worker that dies in between
has done nothing, and of two at once one finds the day's summary written.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from quartier.deliveries.choices import DIGEST
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver_many
from quartier.i18n.texts import current_voice, ngettext
from quartier.i18n.texts import gettext as _
from quartier.jobs.definition import Chore, House, Job, Work
from quartier.jobs.queue import begin, defer_for
from quartier.mail.invitations import Invitation, together
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Item, Letter, Section

MORNING: Final = time(7)
UNTIL: Final = time(10)
"""From and until when summaries are written, where the company is; a worker that was down has these hours."""
AT_ONCE: Final = 200  # readers
SHOWN: Final = 20  # of a kind
LONGEST: Final = 240  # letters of each
STALE: Final = timedelta(days=21)
"""What is older is no news, as after a company's long pause."""

SOMEWHERE: Final = "https://portal.example/"  # in examples
WAITING: Final = """
    SELECT c.id, c.timezone FROM company c WHERE c.status = 'active'
       AND EXISTS (SELECT FROM mail_delivery d WHERE d.company_id = c.id AND d.state = 'collected')
"""
PACE: Final = "coalesce(a.paces ->> d.kind, s.paces ->> d.kind, %(defaults)s::jsonb ->> d.kind, 'daily')"
COLLECTED: Final = f"""
      FROM mail_delivery d
      JOIN mail_address a ON a.company_id = d.company_id AND a.address_key = d.address_key
      LEFT JOIN mail_settings s ON s.company_id = d.company_id
     WHERE d.state = 'collected'
       AND d.created_at < CASE WHEN {PACE} = 'weekly' THEN %(monday)s ELSE %(today)s END
"""
DUE: Final = f"""
    WITH reader AS (
        SELECT d.address_key {COLLECTED} AND d.address_key > %(after)s
         GROUP BY d.address_key ORDER BY d.address_key LIMIT %(limit)s
    )
    SELECT d.id, d.kind, d.event, d.address, d.address_key, d.name, d.person_id, d.language, d.letter, {PACE} AS pace,
           d.created_at < %(stale)s AS late
    {COLLECTED} AND d.address_key IN (SELECT address_key FROM reader)
     ORDER BY d.address_key, d.id FOR UPDATE OF d SKIP LOCKED
"""  # noqa: S608
READERS: Final = "SELECT address_key FROM mail_delivery WHERE id = ANY(%s)"
END: Final = """
    UPDATE mail_delivery SET state = %s, reason = %s, ended_at = now() WHERE id = ANY(%s) RETURNING id
"""


def digest_letter(
    greeting: str, sections: Sequence[Section], count: int, origin: str, invitation: Invitation | None = None
) -> Letter:
    """So many mails in one, with what calendars learn of all of them."""
    return Letter(
        ngettext("Your summary: %(num)s message", "Your summary: %(num)s messages", count),
        greeting,
        (_("This has come together for you."),),
        Action(_("Open the portal"), origin),
        (_("Under the link below you choose how often mails of a kind come: at once, daily, weekly or never."),),
        tuple(sections),
        invitation,
    )


def _sample(_company: str) -> Letter:
    item = Item(_("New hours of the laundry room"), _("They hold from next month on."), SOMEWHERE)
    return digest_letter(_("Hello"), [Section(_("Notices"), (item,))], 1, SOMEWHERE)


KIND = MailKind(DIGEST, {"de": "Zusammenfassung", "en": "Summary", "fr": "Résumé"}, _sample)
"""It has no choice of its own: it is how the others come."""


def collect(work: Work) -> None:
    """Write the summaries that are due, reader by reader; each portion of them is a transaction of its own."""
    after = ""
    while rows := work.db.rows(DUE, {**_terms(work, datetime.now(UTC)), "after": after}):
        after = rows[-1].address_key
        hidden = work.house.hidden(work, rows)
        refused = {row.id: refusal for row in rows if (refusal := _refusal(work, row, hidden))}
        for one, refusal in refused.items():
            work.db.rows(END, (*refusal, [one]))
        _sum_up(work, [row for row in rows if row.id not in refused])
        work.db.commit()
        begin(work.db)


def wake(_house: House, db: Session) -> None:
    """Each half hour: companies for whose people something came together, and where it is morning."""
    for company in db.connection().exec_driver_sql(WAITING).all():
        if MORNING <= datetime.now(ZoneInfo(company.timezone)).time() < UNTIL:
            defer_for(db, company.id, COLLECT, once="morning", alone="digest")


def turns(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The last morning and the last Monday morning at the company: what came before is due."""
    local = now.astimezone(zone)
    day = local.date() - timedelta(days=local.time() < MORNING)
    monday = day - timedelta(days=day.weekday())
    return datetime.combine(day, MORNING, zone), datetime.combine(monday, MORNING, zone)


def _terms(work: Work, now: datetime) -> dict[str, Any]:
    today, monday = turns(now, work.company.zone)
    defaults = {key: kind.default for key, kind in work.house.mails.items()}
    return {"today": today, "monday": monday, "stale": now - STALE, "limit": AT_ONCE, "defaults": json.dumps(defaults)}


def _refusal(work: Work, row: Any, hidden: Collection[UUID]) -> tuple[str, str] | None:
    """Why a mail stands in no summary after all."""
    module = row.kind.partition(".")[0]
    if module in work.house.plugins.installed and not work.company.has(module):
        return "withheld", "module"
    if row.pace == "never":
        return "withheld", "unwanted"
    if row.id in hidden:
        return "withheld", "hidden"
    return ("failed", "late") if row.late else None


def _sum_up(work: Work, rows: Sequence[Any]) -> None:
    """One mail to each reader, and what stands in it is done with. Who has today's keeps the rest for the next."""
    portions = {key: list(some) for key, some in groupby(rows, key=lambda row: row.address_key)}
    readers = {key: _reader(some[-1]) for key, some in portions.items()}
    keys = {reader: key for key, reader in readers.items()}

    def write(reader: Reader) -> Letter:
        some = portions[keys[reader]]
        sections = _sections(work.house.mails, some)
        told = [one for row in some if (one := Invitation.from_json(row.letter.get("invitation")))]
        return digest_letter(some[-1].letter["greeting"], sections, len(some), work.url(), together(told))

    today, _monday = turns(datetime.now(UTC), work.company.zone)
    new = deliver_many(work.db, KIND, readers.values(), write, event=f"{DIGEST}:{today.date()}")
    told = {row.address_key for row in work.db.rows(READERS, (new,))}
    work.db.rows(END, ("summed_up", "", [row.id for key in told for row in portions[key]]))


def _reader(row: Any) -> Reader:
    return Reader(row.address, row.name, row.language, row.person_id)


def _sections(kinds: Mapping[str, MailKind], rows: Iterable[Any]) -> list[Section]:
    """By kind, in the order in which kinds are declared; of each the oldest first."""
    found: dict[str, list[Item]] = {key: [] for key in kinds}
    for row in rows:
        found.setdefault(row.kind, []).append(_item(row.letter))
    language = current_voice().language
    return [
        Section(kinds[key].name.pick(language, ()).text if key in kinds else key, tuple(_cut(items)))
        for key, items in found.items()
        if items
    ]


def _cut(items: list[Item]) -> list[Item]:
    if len(items) <= SHOWN:
        return items
    left = len(items) - SHOWN
    return [*items[:SHOWN], Item(ngettext("and %(num)s more", "and %(num)s more", left), "")]


def _item(letter: Mapping[str, Any]) -> Item:
    text = next(iter(letter["paragraphs"]), "")
    short = text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"
    return Item(letter["subject"], short, letter["action"]["url"] if letter["action"] else None)


COLLECT: Final = "mail.digest"
JOBS: Final = [Job(COLLECT, collect)]
CHORES: Final = [Chore("mail.digests", wake, every="8,38 * * * *")]
