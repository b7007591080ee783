"""Events and polls of notices as a folder writes them: `event = { day = …, from = … }`, `poll = { choices = [ … ] }`.

A demo says `in_days` instead of a day, so that its events always lie ahead, and who comes and votes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from plugins.pinboard import services
from plugins.pinboard.services import Extra
from plugins.pinboard.services.planting import neighbour
from quartier.sdk import CompanySession, Viewer


def extra_in(facts: dict[str, Any]) -> Extra:
    """What a folder says of an event or a poll. What was over before it was planted is left out: nobody can come."""
    if event := dict(facts.get("event", {})):
        if "in_days" in event:
            event["day"] = str(datetime.now(UTC).date() + timedelta(days=event.pop("in_days")))
        ahead = date.fromisoformat(event.get("last") or event["day"]) > datetime.now(UTC).date()
        return Extra("event", {f"event.{name}": str(one) for name, one in event.items()}) if ahead else Extra()
    if not (poll := facts.get("poll", {})):
        return Extra()
    ticked = {f"poll.{name}": "1" for name in ("several", "named") if poll.get(name)}
    choices = {f"poll.{at}.{code}": text for at, one in enumerate(poll["choices"]) for code, text in one.items()}
    ends = str(poll.get("ends", ""))
    if ends and ends <= datetime.now(UTC).isoformat():
        return Extra()
    return Extra("poll", {**choices, **ticked, "poll.ends": ends, "poll.results": poll.get("results", "voted")})


def plant_answers(db: CompanySession, post_id: UUID, facts: dict[str, Any]) -> None:
    """Who comes to the event of a demo, and who has voted what."""
    event = services.event_of(db, post_id)
    for said, numbers in facts.get("coming", {}).items():
        for number in numbers:
            if event is not None and (who := _viewer(db, number)):
                services.answer(db, event.id, by=who, said=said)
    for place, numbers in enumerate(facts.get("votes", ())):
        for number in numbers:
            if who := _viewer(db, number):
                services.vote(db, post_id, by=who, picked=[place])


def extra_lines(db: CompanySession, post_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    """The event or the poll of a notice, to be written to a folder."""
    extra = services.typed_of(db, post_id)
    if extra.kind == "event":
        facts = {name.removeprefix("event."): text for name, text in extra.typed.items() if text}
        return [("event", {name: text for name, text in facts.items() if name != "title"})]
    poll = services.poll_of(db, post_id)
    if poll is None:
        return []
    ends = {"ends": extra.typed["poll.ends"]} if poll.ends else {}
    asked: dict[str, Any] = {
        "choices": poll.choices,
        "several": poll.several,
        "named": poll.named,
        "results": poll.results,
    }
    return [("poll", asked | ends)]


def _viewer(db: CompanySession, number: str) -> Viewer | None:
    known = neighbour(db, number)
    return Viewer(kind="resident", account_id=known.account_id) if known and known.account_id else None
