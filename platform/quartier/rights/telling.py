"""What the person who has asked is told, in their own language, from a page and from a job alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from quartier.deliveries.holders import holders_of
from quartier.deliveries.readers import readers_of
from quartier.deliveries.services import deliver, deliver_many
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Letter
from quartier.notifications.services import TEAM, Subject, notify
from quartier.people.policies import EDIT
from quartier.plugin.switches import value
from quartier.rights.letters import (
    ASKED,
    ASKED_BELL,
    DONE,
    KEPT,
    PROGRESS,
    SAID,
    asked_letter,
    done_letter,
    kept_letter,
    progress_letter,
)
from quartier.rights.models import ErasureRequest
from quartier.rights.retention import Reason, free_from, reasons
from quartier.rights.switches import RETENTION
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot
from quartier.web.visit import Visit

ANSWER: Final = timedelta(days=30)
"""How long a company may take: a month in Art. 12(3) GDPR, thirty days in Art. 18 of the Swiss ordinance."""


class Desk(Protocol):
    """A visit or a run of a job: both have a company and its session."""

    @property
    def company(self) -> Snapshot: ...
    @property
    def db(self) -> CompanySession: ...


def due(desk: Desk, wanted: ErasureRequest) -> date:
    """The last day for an answer."""
    return (wanted.created_at + ANSWER).astimezone(desk.company.zone).date()


def tell_asked(desk: Desk, wanted: ErasureRequest) -> None:
    """The request is here."""
    _tell(desk, wanted, PROGRESS, lambda name: progress_letter(
        name, _("We have received your request to erase your data."), _day(due(desk, wanted))))  # fmt: skip


def tell_team(desk: Desk, wanted: ErasureRequest, url: str) -> None:
    """Those who decide hear of it, once for each request; the law counts the days from now on."""
    holders, until, event = holders_of(desk.db, EDIT), due(desk, wanted), f"rights.asked:{wanted.id}"
    deliver_many(
        desk.db, ASKED, readers_of(desk.db, holders), lambda reader: asked_letter(reader.name, _day(until), url),
        event=event,
    )  # fmt: skip
    notify(desk.db, ASKED_BELL, to=holders, about=Subject(f"/cockpit/erasures/{wanted.id}"), event=event)


def tell_said(visit: Visit, wish_id: UUID, path: str) -> None:
    """Those who may change this person hear what the person has said: where they live, else in the whole company."""
    home = next(iter(visit.viewer.places), None)
    notify(
        visit.db, SAID, to=TEAM if home else holders_of(visit.db, EDIT), about=Subject(path), by=visit.viewer.person_id,
        at=(home.property_id, home.building_id, home.unit_id) if home else (), event=f"rights.said:{wish_id}",
    )  # fmt: skip


def tell_review(desk: Desk, wanted: ErasureRequest) -> None:
    """Somebody looks at it."""
    _tell(desk, wanted, PROGRESS, lambda name: progress_letter(
        name, _("The team now checks what has to be kept of your data."), _day(due(desk, wanted))))  # fmt: skip


def tell_kept(desk: Desk, wanted: ErasureRequest) -> None:
    """What has to be kept, why and until when; the sentences are made in the reader's voice."""
    _tell(desk, wanted, KEPT, lambda name: kept_letter(name, *_said(reasons_of(desk, wanted))))


def tell_done(desk: Desk, wanted: ErasureRequest, found: Sequence[Reason]) -> list[UUID]:
    """It is done now, but for what has to be kept; the mails, once for each time that something is erased."""
    return _tell(
        desk, wanted, DONE, lambda name: done_letter(name, *(_said(reasons_of(desk, wanted)) if found else ((), ""))),
        event=done_event(wanted),
    )  # fmt: skip


def done_event(wanted: ErasureRequest) -> str:
    """The name of what the last mail tells of: what was decided then is said once."""
    return f"rights.done:{wanted.id}:{wanted.decided_at}"


def reasons_of(desk: Desk, wanted: ErasureRequest) -> list[Reason]:
    """What keeps the person, in the words of whoever reads."""
    today = datetime.now(desk.company.zone).date()
    days: Any = value(desk.company.settings, RETENTION)
    return reasons(desk.db, wanted, on=today, days=days)


def _said(found: Sequence[Reason]) -> tuple[list[str], str]:
    return [one.sentence for one in found], _day(free_from(found))


def _tell(
    desk: Desk, wanted: ErasureRequest, kind: MailKind, write: Callable[[str], Letter], event: str | None = None
) -> list[UUID]:
    people = [wanted.person_id] if wanted.person_id else []
    sent = [
        deliver(desk.db, kind, reader, lambda name=reader.name: write(name), event=event)  # type: ignore[misc]
        for reader in readers_of(desk.db, people)
    ]
    return [one for one in sent if one is not None]


def _day(day: date | None) -> str:
    return formats.format_date(day) if day else ""
