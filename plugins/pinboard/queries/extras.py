"""Events and polls as readers see them: each comes along with its post, in the same statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from plugins.pinboard import policies
from plugins.pinboard.models import Event, Guest
from plugins.pinboard.rules import When
from quartier.sdk import CompanySession, LocalizedText, Visit

EXTRAS = """
    (SELECT jsonb_build_object('id', e.id, 'starts', e.starts, 'ends', e.ends, 'whole_day', e.whole_day,
            'zone', e.timezone, 'place', e.place, 'cancelled', e.cancelled_at IS NOT NULL,
            'counts', (SELECT jsonb_object_agg(g.answer, g.num) FROM (
                SELECT answer, count(*) AS num FROM pinboard_guest g WHERE g.event_id = e.id GROUP BY answer) g),
            'mine', (SELECT g.answer FROM pinboard_guest g WHERE g.event_id = e.id AND g.account_id = %(account)s))
        FROM pinboard_event e WHERE e.post_id = t.id) AS event,
    (SELECT jsonb_build_object('choices', o.choices, 'several', o.several, 'named', o.named, 'results', o.results,
            'ends', o.ends, 'people', (SELECT count(*) FROM pinboard_ballot b WHERE b.post_id = t.id),
            'counts', (SELECT jsonb_object_agg(b.place, b.num) FROM (
                SELECT place, count(*) AS num FROM pinboard_ballot b, unnest(b.picked) place
                WHERE b.post_id = t.id GROUP BY place) b),
            'mine', (SELECT b.picked FROM pinboard_ballot b WHERE b.post_id = t.id AND b.account_id = %(account)s))
        FROM pinboard_poll o WHERE o.post_id = t.id) AS poll
"""
_COMING = """
    SELECT g.answer, trim(q.given_name || ' ' || q.family_name) AS name FROM pinboard_guest g
    JOIN account a ON a.id = g.account_id JOIN person q ON q.id = a.person_id
    WHERE g.event_id = %s ORDER BY g.answer, q.sort_key, g.id LIMIT 500
"""
_VOTERS = """
    SELECT place, trim(q.given_name || ' ' || q.family_name) AS name
    FROM pinboard_ballot b CROSS JOIN LATERAL unnest(b.picked) place
    JOIN pinboard_poll o ON o.post_id = b.post_id AND o.named
    JOIN account a ON a.id = b.account_id JOIN person q ON q.id = a.person_id
    WHERE b.post_id = %s ORDER BY place, q.sort_key, b.id LIMIT 1000
"""


class Counts(NamedTuple):
    """How many have said what."""

    yes: int = 0
    maybe: int = 0
    no: int = 0


@dataclass(frozen=True)
class EventView:
    """When and where, how many come, and what the reader has said."""

    id: UUID
    when: When
    place: str
    cancelled: bool
    is_over: bool
    counts: Counts
    mine: str | None

    @property
    def is_open(self) -> bool:
        """Whether one can still say that one comes."""
        return not self.cancelled and not self.is_over


@dataclass(frozen=True)
class ChoiceView:
    """One answer; `count` is None where the reader does not see results (yet)."""

    place: int
    label: LocalizedText
    count: int | None
    mine: bool


@dataclass(frozen=True)
class PollView:
    """What is asked, and what the reader has voted."""

    choices: tuple[ChoiceView, ...]
    several: bool
    named: bool
    results: str
    ends: datetime | None
    is_over: bool
    people: int
    voted: bool

    @property
    def shows_results(self) -> bool:
        """Whether the reader sees them."""
        return self.choices[0].count is not None


def event_view(visit: Visit, found: Mapping[str, Any] | None) -> EventView | None:
    """The event of a row of posts."""
    if found is None:
        return None
    ends = datetime.fromisoformat(found["ends"]) if found["ends"] else None
    when = When(datetime.fromisoformat(found["starts"]), ends, found["whole_day"], ZoneInfo(found["zone"]))
    counts = Counts(**(found["counts"] or {}))
    is_over = when.over <= visit.now
    return EventView(UUID(found["id"]), when, found["place"], found["cancelled"], is_over, counts, found["mine"])


def poll_view(visit: Visit, found: Mapping[str, Any] | None, *, by_staff: bool) -> PollView | None:
    """The poll of a row of posts. Staff who publish see the results of the company's own polls at any time."""
    if found is None:
        return None
    ends = datetime.fromisoformat(found["ends"]) if found["ends"] else None
    is_over = ends is not None and ends <= visit.now
    mine = found["mine"] or ()
    seen = (
        is_over or found["results"] == "always" or (found["results"] == "voted" and bool(mine))
        or (by_staff and policies.may_publish(visit.viewer))
    )  # fmt: skip
    counts = found["counts"] or {}
    choices = tuple(
        ChoiceView(place, LocalizedText(one), counts.get(str(place), 0) if seen else None, place in mine)
        for place, one in enumerate(found["choices"])
    )
    return PollView(
        choices, found["several"], found["named"], found["results"], ends, is_over, found["people"], bool(mine)
    )


def known_event(visit: Visit, event_id: UUID) -> tuple[Event, bool] | None:
    """An event, whether or not there is a post to read, and whether the viewer has said something to it."""
    event = visit.db.scalars(select(Event).filter_by(id=event_id)).one_or_none()
    mine = select(Guest.id).filter_by(event_id=event_id, account_id=visit.viewer.account_id)
    return (event, visit.db.scalar(mine) is not None) if event else None


def coming(visit: Visit, event_id: UUID) -> dict[str, list[str]]:
    """Who has said what, by name: for who invites."""
    return _by(visit.db.rows(_COMING, (event_id,)), "answer")


def voters(visit: Visit, post_id: UUID) -> dict[int, list[str]]:
    """Who has voted what, by the place of the choice; nobody of a poll without names."""
    return _by(visit.db.rows(_VOTERS, (post_id,)), "place")


def poll_counts(db: CompanySession, post_id: UUID, many: int) -> tuple[int, list[int]]:
    """How many people have voted, and for each of so many choices how many."""
    ballots = db.rows("SELECT picked FROM pinboard_ballot WHERE post_id = %s", (post_id,))
    return len(ballots), [sum(place in row.picked for row in ballots) for place in range(many)]


def _by(rows: Sequence[Any], what: str) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for row in rows:
        found.setdefault(getattr(row, what), []).append(row.name)
    return found
