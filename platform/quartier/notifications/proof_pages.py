"""What became of something important: who was told where and when, on a page and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from flask import Response
from werkzeug.exceptions import NotFound

from quartier.deliveries.policies import READ
from quartier.deliveries.wording import LOOKS, STATE_NAMES, why
from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import NotificationKind, Words
from quartier.notifications import important
from quartier.notifications.models import Notification
from quartier.notifications.web import cockpit, uuid_of
from quartier.notifications.words import words_of
from quartier.people.policies import READ as READ_PEOPLE
from quartier.viewer import COMPANY
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.spreadsheets import harmless
from quartier.web.visit import Visit

PROOF: Final = "/cockpit/notifications/<uuid:notification_id>"


@cockpit.page(PROOF, needs=READ)
def proof(visit: Visit, notification_id: UUID) -> str:
    """Everybody who was told, by name, and what became of it."""
    told, kind = found_important(visit, notification_id)
    rows = important.proof(visit.db, told, after=uuid_of("after"))
    shown, more = rows[: important.PAGE], len(rows) > important.PAGE
    return render(
        "notifications/proof.html", told=told, words=said_of(visit, told.kind, told.facts), kind=kind, rows=shown,
        why=why, looks=LOOKS,
        states=STATE_NAMES, counts=important.states(visit.db, told), may_see_people=visit.viewer.may(READ_PEOPLE),
        may_write=visit.viewer.may(READ_PEOPLE, at=COMPANY),
        more=f"{_path(told)}?after={shown[-1].person_id}" if more else None,
    )  # fmt: skip


@cockpit.page(f"{PROOF}.csv", needs=READ)
def proof_file(visit: Visit, notification_id: UUID) -> Response:
    """The same as a file: semicolons and a mark, as spreadsheets in German and French read it."""
    told, _kind = found_important(visit, notification_id)
    answer = Response("".join(_lines(visit, told)).encode("utf-8-sig"), mimetype="text/csv; charset=utf-8")
    answer.headers.set(
        "Content-Disposition", "attachment", filename=f"{told.created_at:%Y-%m-%d}-{told.id.hex[-6:]}.csv"
    )
    return answer


def said_of(visit: Visit, key: str, facts: dict[str, Any]) -> Words | None:
    """What something important says to whoever looks; None when nobody knows its kind any more."""
    kind = shell().mails.get(key)
    if not isinstance(kind, NotificationKind):
        return None
    return words_of(kind, {**facts, "important": True}, None, visit.company.default_language)


def _lines(visit: Visit, told: Notification) -> Iterator[str]:
    columns = (_("Name"), _("In the portal"), _("Read"), _("E-mail"), _("State"), _("Reason"), _("Day and time"),
               _("On a device"), _("Letter"))  # fmt: skip
    yield _line(columns)
    for row in important.whole_proof(visit.db, told):
        yield _line((
            row.name, _("yes") if row.registered else _("no"), _moment(visit, row.read_at), row.address or "",
            str(STATE_NAMES.get(row.state, "")) if row.state else "", why(row.state, row.reason) if row.state else "",
            _moment(visit, row.ended_at), _moment(visit, row.rung_at),
            _moment(visit, row.letter_at),
        ))  # fmt: skip


def _line(cells: tuple[str, ...]) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow(map(harmless, cells))
    return written.getvalue()


def _moment(visit: Visit, moment: Any) -> str:
    return moment.astimezone(visit.company.zone).isoformat(" ", "seconds") if moment else ""


def _path(told: Notification) -> str:
    return f"/cockpit/notifications/{told.id}"


def found_important(visit: Visit, notification_id: UUID) -> tuple[Notification, NotificationKind]:
    """For who may see mails in the whole company: it went to people of all its houses."""
    told = visit.db.get(Notification, (visit.company.id, notification_id))
    kind = shell().mails.get(told.kind) if told is not None else None
    if told is None or not told.important or visit.viewer.within(READ) or not isinstance(kind, NotificationKind):
        raise NotFound
    return told, kind
