"""Events: when and where, who comes, and telling them what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from plugins.pinboard.models import ANSWERS, Event, Guest, Post
from plugins.pinboard.notifications import EVENT, facts_of
from plugins.pinboard.rules import Errors, When, read_when
from plugins.pinboard.services.words import tidy, wrong_words
from quartier.sdk import CompanySession, LocalizedText, Subject, Viewer, company_of, new_id, notify
from quartier.sdk import gettext as _

LONGEST_PLACE: Final = 200
LONGEST_TITLE: Final = 160
_ZONES = """
    SELECT DISTINCT p.timezone FROM property p WHERE p.id = ANY(%(nodes)s) OR p.id IN (
        SELECT b.property_id FROM building b LEFT JOIN unit u ON u.company_id = b.company_id AND u.building_id = b.id
        WHERE b.id = ANY(%(nodes)s) OR u.id = ANY(%(nodes)s)) LIMIT 2
"""


@dataclass(frozen=True)
class Plan:
    """An event as somebody wants it. A notice has a title of its own; what a resident calls it is the `title`."""

    when: When
    place: str
    title: str = ""


def zone_of(db: CompanySession, nodes: Iterable[UUID]) -> ZoneInfo:
    """The clock of these places, where they have one; else the company's."""
    rows = db.rows(_ZONES, {"nodes": list(nodes)})
    return ZoneInfo(rows[0].timezone if len(rows) == 1 else company_of(db).timezone)


def event_of(db: CompanySession, post_id: UUID) -> Event | None:
    """The event of a post."""
    return db.scalars(select(Event).filter_by(post_id=post_id)).one_or_none()


def when_of(event: Event) -> When:
    """When it is."""
    return When(event.starts, event.ends, event.whole_day, ZoneInfo(event.timezone))


def read_plan(typed: Mapping[str, str], zone: ZoneInfo, known: Event | None, *, own: bool) -> Plan | Errors:
    """What was typed, or what is wrong with it; `own` words of a resident need a title of the event."""
    when = read_when(typed, zone, now=datetime.now(UTC), known=when_of(known) if known else None)
    errors: Errors = {} if isinstance(when, When) else when
    place, title = tidy(typed.get("event.place", "")), tidy(typed.get("event.title", ""))
    if place and (wrong := wrong_words(place, LONGEST_PLACE, _("Please write something."))):
        errors["event.place"] = wrong
    if own and (wrong := wrong_words(title, LONGEST_TITLE, _("Please say what it is called."))):
        errors["event.title"] = wrong
    if errors or not isinstance(when, When):
        return errors
    return Plan(when, place, title if own else "")


def put_event(db: CompanySession, post: Post, plan: Plan, *, by: Viewer) -> bool:
    """Make the event of a post so; whether anything changed. Who comes is told of another time or place."""
    event, when = event_of(db, post.id), plan.when
    title = LocalizedText({language: post.title.get(language) or _line(text) for language, text in post.plain.items()})
    wanted = {
        "title": title, "place": plan.place, "timezone": when.zone.key, "whole_day": when.whole_day,
        "starts": when.starts, "ends": when.ends, "over": when.over,
    }  # fmt: skip
    if event is None:
        db.add(Event(id=new_id(), post_id=post.id, author_id=None if post.by_staff else post.author_id, **wanted))
        db.flush()
        return True
    changed = {name for name, value in wanted.items() if getattr(event, name) != value}
    for name in changed:
        setattr(event, name, wanted[name])
    if changed:
        count_up(event)
    db.flush()
    if changed - {"title"} and event.cancelled_at is None:
        tell_guests(db, event, "moved", by=by)
    return bool(changed)


def answer(db: CompanySession, event_id: UUID, *, by: Viewer, said: str) -> None:
    """Say whether one comes; said again, the later one counts. Raises ValueError for what is no answer."""
    if by.account_id is None or said not in ANSWERS:
        raise ValueError(said)
    made = insert(Guest).values(id=new_id(), event_id=event_id, account_id=by.account_id, answer=said)
    keys = [Guest.company_id, Guest.event_id, Guest.account_id]
    db.execute(made.on_conflict_do_update(index_elements=keys, set_={"answer": said}))


def show_or_hide(db: CompanySession, event: Event, *, shown: bool) -> None:
    """Its post came on the board or left it: calendars hear of it, and so does who comes."""
    if event.shown == shown:
        return
    event.shown = shown
    count_up(event)
    db.flush()
    if event.cancelled_at is None:
        tell_guests(db, event, "again" if shown else "cancelled", by=None)


def leave_behind(db: CompanySession, post_id: UUID, *, by: Viewer) -> None:
    """Its post is deleted for good. Who wanted to come finds that it does not take place; else nothing stays."""
    event = event_of(db, post_id)
    if event is None:
        return
    if not _coming(db, event) or event.over <= datetime.now(UTC):
        db.delete(event)
    elif event.cancelled_at is None:
        event.cancelled_at, event.shown = datetime.now(UTC), False
        count_up(event)
        db.flush()
        tell_guests(db, event, "cancelled", by=by)
    db.flush()


def clear_past(db: CompanySession) -> None:
    """Forget events that outlived their post, once they are over."""
    db.execute(delete(Event).where(Event.post_id.is_(None), Event.over <= datetime.now(UTC)))


def count_up(event: Event) -> None:
    """One change more, for calendars."""
    event.sequence += 1
    event.changed_at = datetime.now(UTC)


def tell_guests(db: CompanySession, event: Event, what: str, *, by: Viewer | None) -> None:
    """Tell who comes, or perhaps does. What is cancelled may be gone: it is told without asking who sees it."""
    coming = _coming(db, event)
    if not coming or event.over <= datetime.now(UTC):
        return
    thing = None if what == "cancelled" else event.post_id
    about = Subject(f"/pinboard/events/{event.id}", thing, facts_of(what, event.title, when_of(event), event.place))
    notify(
        db, EVENT, to=coming, about=about, by=by.account_id if by else None, event=f"{event.id}:{event.sequence}",
    )  # fmt: skip


def _coming(db: CompanySession, event: Event) -> list[UUID]:
    wanted = select(Guest.account_id).where(Guest.event_id == event.id, Guest.answer != "no")
    return list(db.scalars(wanted))


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"
