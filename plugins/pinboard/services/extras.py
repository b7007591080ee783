"""What a post can be beside its words: an event or a poll. Forms and machines send it the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from plugins.pinboard.models import Poll, Post
from plugins.pinboard.rules import Errors
from plugins.pinboard.services.events import Plan, event_of, put_event, read_plan, when_of, zone_of
from plugins.pinboard.services.polls import Ask, poll_of, put_poll, read_ask
from quartier.sdk import CompanySession, Viewer
from quartier.sdk import gettext as _


@dataclass(frozen=True)
class Extra:
    """An "event" or a "poll" as it was typed; without a `kind`, what is there stays as it is."""

    kind: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


Wanted = Plan | Ask | None


def typed_of(db: CompanySession, post_id: UUID) -> Extra:
    """What is there, as a form shows it."""
    if event := event_of(db, post_id):
        title = next(iter(event.title.values()), "")
        return Extra("event", {**when_of(event).typed, "event.place": event.place, "event.title": title})
    poll = poll_of(db, post_id)
    return Extra("poll", _typed_poll(poll, zone_of(db, ()))) if poll else Extra()


def read_extra(
    db: CompanySession, extra: Extra, post: Post | None, *, nodes: Iterable[UUID], languages: Sequence[str],
    own: bool = False,
) -> tuple[Wanted, Errors]:  # fmt: skip
    """What is wanted, and what is wrong with it. `nodes` are the places whose clock an event means."""
    event = event_of(db, post.id) if post else None
    poll = poll_of(db, post.id) if post else None
    if (extra.kind == "event" and poll) or (extra.kind == "poll" and event):
        return None, {extra.kind: [_("A post is an event or a poll, not both.")]}
    match extra.kind:
        case "event":
            plan = read_plan(extra.typed, zone_of(db, nodes), event, own=own)
            return (plan, {}) if isinstance(plan, Plan) else (None, plan)
        case "poll":
            ask = read_ask(db, extra.typed, zone_of(db, ()), languages, poll)
            return (ask, {}) if isinstance(ask, Ask) else (None, ask)
    return (Plan(when_of(event), event.place) if event else None), {}


def put_extra(db: CompanySession, post: Post, wanted: Wanted, *, by: Viewer) -> bool:
    """Make it so; whether anything changed."""
    db.flush()
    if isinstance(wanted, Plan):
        return put_event(db, post, wanted, by=by)
    return put_poll(db, post, wanted) if wanted else False


def content_of_extra(db: CompanySession, post: Post) -> dict[str, Any]:
    """What of it belongs to a version of the post."""
    if event := event_of(db, post.id):
        return {"event": {"when": when_of(event).typed, "place": event.place, "cancelled": bool(event.cancelled_at)}}
    poll = poll_of(db, post.id)
    return {"poll": {"choices": poll.choices, "ends": poll.ends.isoformat() if poll.ends else None}} if poll else {}


def _typed_poll(poll: Poll, zone: ZoneInfo) -> dict[str, str]:
    typed = {f"poll.{place}.{code}": text for place, one in enumerate(poll.choices) for code, text in one.items()}
    ticked = {f"poll.{name}": "1" for name in ("several", "named") if getattr(poll, name)}
    ends = {"poll.ends": poll.ends.astimezone(zone).strftime("%Y-%m-%dT%H:%M")} if poll.ends else {}
    return {**typed, **ticked, **ends, "poll.results": poll.results}


def words_in(wanted: Wanted) -> str:
    """All words that people can read in it, for the word list."""
    if isinstance(wanted, Plan):
        return f"{wanted.title} {wanted.place}"
    return " ".join(text for one in wanted.choices for text in one.values()) if wanted else ""
