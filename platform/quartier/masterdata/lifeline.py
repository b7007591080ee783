"""Somebody's way with the company, from a name in the books to the day they moved out: one list, the newest first.

The history beside it says which fields changed; this says what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from quartier.deliveries.policies import READ as READ_MAILS
from quartier.deliveries.wording import LOOKS, STATE_NAMES, why
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.masterdata.wording import SOURCES
from quartier.notifications.proof_pages import said_of
from quartier.people.policies import READ
from quartier.people.queries import HERE
from quartier.viewer import COMPANY
from quartier.web.visit import Visit

A_DAY: Final = timedelta(days=1)
WAYS: Final = "concat(c.{0} ->> 'email', c.{0} ->> 'phone', c.{0} ->> 'mobile', c.{0} ->> 'street')"
PERIODS: Final = f"""
      FROM occupant o JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
      JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
      JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
     WHERE o.person_id = %(person)s AND (cardinality(%(within)s::uuid[]) = 0 OR {HERE})
"""
PLACE: Final = """
    jsonb_build_object('unit', u.id, 'name', u.name, 'kind', y.kind,
                       'street', trim(b.street || ' ' || b.house_number))
"""
LIFE: Final = f"""
    (SELECT c.at, NULL::date AS day, 'added' AS what,
            jsonb_build_object('by', c.actor, 'source', c.source_kind) AS facts
       FROM change c WHERE c.noun_id = %(person)s AND c.action = 'insert' ORDER BY c.id LIMIT 1)
    UNION ALL
    (SELECT c.at, NULL, 'reachable',
            jsonb_build_object('by', c.actor, 'source', c.source_kind)
       FROM change c WHERE c.noun_id = %(person)s AND c.action = 'update' AND {WAYS.format("after")} <> ''
        AND EXISTS (SELECT FROM change n WHERE n.noun_id = %(person)s AND n.action = 'insert'
                       AND {WAYS.format("after").replace("c.", "n.")} = '')
      ORDER BY c.id LIMIT 1)
    UNION ALL
    (SELECT s.created_at, NULL, s.kind,
            jsonb_build_object('by', s.sent_by, 'channel', s.channel, 'act', s.event, 'state', d.state,
                               'reason', d.reason, 'address', d.address,
                               'live', i.accepted_at IS NULL AND i.withdrawn_at IS NULL)
       FROM invitation_sending s
       JOIN invitation i ON i.company_id = s.company_id AND i.id = s.invitation_id
       LEFT JOIN mail_delivery d ON d.company_id = s.company_id AND d.person_id = i.person_id AND %(mails)s
                                AND d.event = 'invitation:' || s.invitation_id || ':' || s.event
      WHERE i.person_id = %(person)s ORDER BY s.id DESC LIMIT %(limit)s)
    UNION ALL
    SELECT i.withdrawn_at, NULL, 'withdrawn', jsonb_build_object('by', i.withdrawn_by)
      FROM invitation i WHERE i.person_id = %(person)s AND i.withdrawn_at IS NOT NULL AND (i.withdrawn_by <> ''
       OR NOT EXISTS (SELECT FROM account a WHERE a.company_id = i.company_id AND a.person_id = i.person_id))
    UNION ALL
    SELECT a.created_at, NULL, 'registered', jsonb_build_object('by', a.email) FROM account a
     WHERE a.person_id = %(person)s
    UNION ALL
    SELECT NULL, y.starts, 'moved_in', {PLACE} {PERIODS}
    UNION ALL
    SELECT NULL, least(y.ends, o.ends) - 1, 'moved_out', {PLACE} {PERIODS} AND least(y.ends, o.ends) IS NOT NULL
    UNION ALL
    SELECT m.at, NULL, 'merged', jsonb_build_object('by', m.by, 'names', m.names, 'id', m.id)
      FROM person_merge m WHERE m.survivor_id = %(person)s
    UNION ALL
    SELECT m.undone_at, NULL, 'parted', jsonb_build_object('by', m.undone_by, 'names', m.names, 'id', m.id)
      FROM person_merge m WHERE m.survivor_id = %(person)s AND m.undone_at IS NOT NULL
    UNION ALL
    (SELECT d.created_at, NULL, 'mail',
            jsonb_build_object('subject', d.subject, 'language', d.language, 'state', d.state, 'reason', d.reason,
                               'address', d.address)
       FROM mail_delivery d WHERE d.person_id = %(person)s AND d.event NOT LIKE 'invitation:%%' AND %(mails)s
      ORDER BY d.id DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT l.created_at, NULL, 'letter',
            jsonb_build_object('by', l.created_by, 'kind', n.kind, 'said', n.facts, 'id', l.id, 'whole', %(whole)s)
       FROM notification_receipt r JOIN letter_batch l ON l.company_id = r.company_id AND l.id = r.letter_id
       JOIN notification n ON n.company_id = r.company_id AND n.id = r.notification_id
      WHERE r.person_id = %(person)s AND %(mails)s ORDER BY l.id DESC LIMIT %(limit)s)
"""  # noqa: S608
SENT: Final[Mapping[tuple[str, str], str]] = {
    ("invitation", "mail"): _l("Invited by e-mail"), ("invitation", "letter"): _l("Invited by letter"),
    ("invitation", "phone"): _l("Invited: code to read out"), ("reminder", "mail"): _l("Reminded by e-mail"),
    ("reminder", "letter"): _l("Reminded by letter"), ("reminder", "phone"): _l("Reminded: code to read out"),
}  # fmt: skip
STAYS: Final[Mapping[tuple[str, str], str]] = {
    ("moved_in", "tenancy"): _l("Move in"), ("moved_out", "tenancy"): _l("Move out"),
    ("moved_in", "ownership"): _l("Ownership begins"), ("moved_out", "ownership"): _l("Ownership ends"),
}  # fmt: skip
AUTOMATICALLY: Final = _l("automatically")


@dataclass(frozen=True)
class Step:
    """One thing that happened, or will (`ahead`). `state` is a badge's word and look; `language` that of the title."""

    order: tuple[date, time]
    title: str
    facts: tuple[str, ...] = ()
    at: datetime | None = None
    href: str | None = None
    state: tuple[str, str] | None = None
    language: str | None = None
    print: str | None = None
    ahead: bool = False

    @property
    def day(self) -> date:
        """On which day, where the company is."""
        return self.order[0]


def life(visit: Visit, person_id: UUID, *, within: Any, mails: bool, limit: int) -> list[tuple[date, list[Step]]]:
    """What happened to somebody by day, the newest first; what is written to them only for whom that concerns.

    `within` are the places that the reader is limited to: periods elsewhere are left out.
    """
    whole = visit.viewer.may(READ_MAILS, at=COMPANY) and visit.viewer.may(READ, at=COMPANY)
    values = {"person": person_id, "within": list(within), "mails": mails, "whole": whole, "limit": limit}
    rows = visit.db.rows(LIFE, values)
    steps = [_step(visit, person_id, row) for row in rows]
    steps.sort(key=lambda step: step.order, reverse=True)
    return [(day, list(some)) for day, some in groupby(steps[:limit], key=lambda step: step.day)]


def _step(visit: Visit, person_id: UUID, row: Any) -> Step:
    local = row.at.astimezone(visit.zone) if row.at else None
    order = (local.date(), local.time()) if local else (row.day, time.max if row.what == "moved_out" else time.min)
    facts = {**row.facts, "title": _title(visit, row.facts)} if row.what == "letter" else row.facts
    said = dict(_SAID[row.what](row.what, facts, person_id))
    return Step(order=order, at=row.at, ahead=local is None and order[0] > visit.today, **said)


def _entered(what: str, facts: Any, _person: UUID) -> Iterator[tuple[str, Any]]:
    yield "title", _("Entered") if what == "added" else _("Can be reached")
    yield "facts", (_("Platform") if facts["by"] == "system" else facts["by"], str(SOURCES[facts["source"]]))


def _sent(what: str, facts: Any, person: UUID) -> Iterator[tuple[str, Any]]:
    yield "title", str(SENT[what, facts["channel"]])
    yield "facts", (facts["by"] or str(AUTOMATICALLY), *_delivery(facts))
    yield "state", _state(facts)
    if facts["channel"] == "letter" and facts["live"]:
        yield "print", f"/cockpit/residents/{person}/letters/{facts['act']}.pdf"


def _withdrawn(_what: str, facts: Any, _person: UUID) -> Iterator[tuple[str, Any]]:
    yield "title", _("Invitation withdrawn")
    yield "facts", (facts["by"] or str(AUTOMATICALLY),)


def _registered(_what: str, facts: Any, _person: UUID) -> Iterator[tuple[str, Any]]:
    yield "title", _("Registered in the portal")
    yield "facts", (facts["by"],)


def _stay(what: str, facts: Any, _person: UUID) -> Iterator[tuple[str, Any]]:
    yield "title", str(STAYS[what, facts["kind"]])
    yield "facts", (f"{facts['name']}, {facts['street']}",)
    yield "href", f"/cockpit/estate/units/{facts['unit']}"


def _merge(what: str, facts: Any, _person: UUID) -> Iterator[tuple[str, Any]]:
    names = ", ".join(facts["names"])
    yield (
        "title",
        _("Merged with %(names)s", names=names) if what == "merged" else _("Apart again: %(names)s", names=names),
    )
    yield "facts", (facts["by"],)
    yield "href", f"/cockpit/people/merges/{facts['id']}"


def _mail(_what: str, facts: Any, _person: UUID) -> Iterator[tuple[str, Any]]:
    yield "title", facts["subject"]
    yield "language", facts["language"]
    yield "facts", _delivery(facts)
    yield "state", _state(facts)


def _title(visit: Visit, facts: Any) -> str:
    """What an important message is about; a module that is not there any more leaves the name of its kind."""
    words = said_of(visit, facts["kind"], facts["said"])
    return words.about or words.title if words else str(facts["kind"])


def _letter(_what: str, facts: Any, person: UUID) -> Iterator[tuple[str, Any]]:
    yield "title", facts["title"]
    yield "facts", (_("Important message by letter"), facts["by"])
    if facts["whole"]:
        yield "print", f"/cockpit/residents/{person}/messages/{facts['id']}.pdf"


def _delivery(facts: Any) -> tuple[str, ...]:
    """To which address, and why it did not arrive there."""
    reason = why(facts["state"], facts["reason"]) if facts["state"] else ""
    return tuple(part for part in (facts["address"], reason) if part)


def _state(facts: Any) -> tuple[str, str] | None:
    return (str(STATE_NAMES[facts["state"]]), LOOKS[facts["state"]]) if facts["state"] else None


_SAID: Final[Mapping[str, Callable[[str, Any, UUID], Iterator[tuple[str, Any]]]]] = {
    "added": _entered, "reachable": _entered, "invitation": _sent, "reminder": _sent, "withdrawn": _withdrawn,
    "registered": _registered, "moved_in": _stay, "moved_out": _stay, "merged": _merge, "parted": _merge, "mail": _mail,
    "letter": _letter,
}  # fmt: skip
