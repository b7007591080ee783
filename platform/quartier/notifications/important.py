"""What is important reaches everybody whom it means: who that is and how, before it is sent, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from quartier.audience.audience import Audience
from quartier.db.base import new_id
from quartier.jobs.queue import begin, defer
from quartier.mail.kinds import NotificationKind
from quartier.notifications.models import Notification
from quartier.notifications.ringing import OPEN_SESSION
from quartier.notifications.services import MAIL_EVENT, TELL, Subject, write
from quartier.notifications.sight import MEMBERS
from quartier.notifications.words import plain
from quartier.people.queries import NAME
from quartier.people.reach import asked
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer
from quartier.web.visit import Visit

PAGE: Final = 50
EXPORTED: Final = 2_000
ADDRESS: Final = r"coalesce(a.email, q.email) ~ '^[^@\s]+@[^@\s]+\.[^@\s.]+$'"
MEANT: Final = f"""
      FROM person q
      LEFT JOIN account a ON a.company_id = q.company_id AND a.person_id = q.id AND a.is_active
     WHERE q.archived_at IS NULL AND q.id IN ({MEMBERS})
"""
FURTHER: Final = """
    (%(after)s::uuid IS NULL OR (q.sort_key, q.id) > (SELECT z.sort_key, z.id FROM person z WHERE z.id = %(after)s))
"""
RINGS: Final = f"""
    EXISTS (SELECT FROM push_device d {OPEN_SESSION} WHERE d.company_id = a.company_id AND d.account_id = a.id)
"""
COUNTED: Final = f"""
    SELECT count(*) AS people, count(a.id) AS in_app, count(*) FILTER (WHERE {ADDRESS}) AS mail,
           count(*) FILTER (WHERE {RINGS}) AS devices,
           count(*) FILTER (WHERE a.id IS NULL AND ({ADDRESS}) IS NOT TRUE) AS unreached
    {MEANT}
"""
LISTED: Final = f"""
    SELECT q.id, {NAME} AS name, a.id IS NOT NULL AS in_app, {RINGS} AS rings,
           CASE WHEN {ADDRESS} THEN coalesce(a.email, q.email) END AS address
    {MEANT} AND {FURTHER}
       AND (NOT %(only_unreached)s OR a.id IS NULL AND ({ADDRESS}) IS NOT TRUE)
     ORDER BY q.sort_key, q.id LIMIT %(limit)s
"""
TOLD: Final = """
      FROM notification_receipt r JOIN person q ON q.company_id = r.company_id AND q.id = r.person_id
      LEFT JOIN account a ON a.company_id = q.company_id AND a.person_id = q.id AND a.is_active
      LEFT JOIN mail_delivery d
        ON d.company_id = r.company_id AND d.event = %(event)s AND d.address_key = r.address_key
      LEFT JOIN letter_batch l ON l.company_id = r.company_id AND l.id = r.letter_id
     WHERE r.notification_id = %(notification)s
"""
PROOF: Final = f"""
    SELECT r.id, q.id AS person_id, {NAME} AS name, r.read_at, r.rung_at, a.id IS NOT NULL AS registered, q.sort_key,
           d.address, d.state, d.reason, d.ended_at, d.created_at AS written_at,
           l.created_at AS letter_at, l.created_by AS letter_by
    {TOLD} AND {FURTHER}
     ORDER BY q.sort_key, q.id LIMIT %(limit)s
"""
MISSED: Final = """
    (r.letter_id IS NULL AND r.read_at IS NULL AND r.rung_at IS NULL AND q.archived_at IS NULL
     AND (a.id IS NULL AND r.address_key IS NULL
          OR d.state IN ('bounced', 'failed', 'withheld') AND d.reason NOT IN ('hidden', 'module')))
"""
"""They have not seen it, nothing has rung, and mail went nowhere or did not arrive."""
STATES: Final = f"""
    SELECT count(*) AS people, count(*) FILTER (WHERE r.read_at IS NOT NULL) AS read,
           count(d.id) FILTER (WHERE d.state IN ('sent', 'kept')) AS sent,
           count(r.rung_at) AS rung,
           count(d.id) FILTER (WHERE d.state = 'waiting') AS waiting,
           count(d.id) FILTER (WHERE d.state IN ('bounced', 'failed', 'withheld')) AS failed,
           count(r.letter_id) AS letters,
           count(*) FILTER (WHERE a.id IS NULL AND r.address_key IS NULL AND r.letter_id IS NULL) AS unreached,
           count(*) FILTER (WHERE {MISSED}) AS missed
    {TOLD}
"""
MISSED_ONES: Final = f"SELECT r.person_id {TOLD} AND {MISSED}"
LETTERED: Final = """
    UPDATE notification_receipt SET letter_id = %(letter)s
     WHERE notification_id = %(notification)s AND person_id = ANY(%(people)s) AND letter_id IS NULL RETURNING person_id
"""


@dataclass(frozen=True)
class ImportantPreview:
    """Whom something important would reach. `rows` begin the list, by name: `id`, `name`, `in_app`, `rings`, `address`.

    `mail` counts people with an e-mail address, registered or not, `devices` those of whom a device rings, `unreached`
    those with neither address nor account: they stand in `left_out`, as far as they fit on a page. The form sends
    `seal` back, so that those are reached who were shown; devices come and go without a change of who is.
    """

    people: int
    in_app: int
    mail: int
    devices: int
    unreached: int
    rows: list[Any]
    left_out: list[Any]
    more: UUID | None

    @property
    def seal(self) -> str:
        """The counts in short."""
        return f"{self.people}-{self.in_app}-{self.mail}-{self.unreached}"


def important_preview(
    visit: Visit, kind: NotificationKind, audience: Audience, *, after: UUID | None = None
) -> ImportantPreview:
    """Who would be reached now, and how; the list goes on after a person of it."""
    values = {**_meant(visit, kind, audience), "only_unreached": False, "after": after, "limit": PAGE + 1}
    counted, rows = visit.db.row(COUNTED, values), visit.db.rows(LISTED, values)
    nobody = {**values, "only_unreached": True, "after": None, "limit": PAGE}
    left_out = visit.db.rows(LISTED, nobody) if counted.unreached else []
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    return ImportantPreview(
        counted.people, counted.in_app, counted.mail, counted.devices, counted.unreached, rows[:PAGE], left_out, more
    )


def notify_important(
    db: CompanySession, kind: NotificationKind, *, to: Audience, about: Subject, by: Viewer, event: str | None = None
) -> UUID | None:
    """Tell everybody in an audience, whatever they have chosen: in the portal and by mail, also those who are not
    registered and have an address.

    As `notify`, once for an event; `tell` finds `facts["important"]`. `important_page` is the page before it. What
    became of it stands on `/cockpit/notifications/<id>`, for who may see mails. Who may send is for the module to ask.
    """
    begin(db)
    told = write(
        db, new_id(), event, kind=kind.key, thing_id=about.id, path=about.path, facts=plain(about.facts),
        audience=to.to_json(), important=True, sent_by=by.name,
    )  # fmt: skip
    if told is None:
        return None
    defer(db, TELL, urgent=True, notification=str(told.id))
    return told.id


def proof(db: CompanySession, told: Notification, *, after: UUID | None = None, limit: int = PAGE + 1) -> list[Any]:
    """Who was told, by name, and what became of it."""
    return db.rows(PROOF, {**_of(told), "after": after, "limit": limit})


def whole_proof(db: CompanySession, told: Notification) -> Iterator[Any]:
    """All of them, page after page."""
    after = None
    while rows := proof(db, told, after=after, limit=EXPORTED):
        yield from rows
        after = rows[-1].person_id


def states(db: CompanySession, told: Notification) -> Any:
    """How many were told, have read it, were written to, and could not be reached."""
    return db.row(STATES, _of(told))


def missed(db: CompanySession, told: Notification) -> list[UUID]:
    """Those whom it did not reach by any way so far, and who got no letter of it."""
    return [row.person_id for row in db.rows(MISSED_ONES, _of(told))]


def note_letters(db: CompanySession, told: Notification, letter_id: UUID, people: Collection[UUID]) -> int:
    """These got it as a letter, of the batch with this id; who has one already is left out. How many that were."""
    return len(db.rows(LETTERED, {"notification": told.id, "letter": letter_id, "people": list(people)}))


def latest(db: CompanySession, things: Collection[UUID]) -> list[Any]:
    """What important was said of these things, the last first."""
    query = "SELECT id, thing_id, sent_by, created_at FROM notification WHERE thing_id = ANY(%s) AND important"
    return db.rows(f"{query} ORDER BY id DESC", (list(things),))


def _of(told: Notification) -> dict[str, Any]:
    return {"notification": told.id, "event": f"{MAIL_EVENT}{told.id}"}


def _meant(visit: Visit, kind: NotificationKind, audience: Audience) -> dict[str, Any]:
    scope = visit.company.scopes.get(kind.key.partition(".")[0])
    return {**asked(audience, on=visit.today), "scope": list(scope) if scope is not None else None}
