"""What was read of the board for one reader, kept until something on it changes or its time has come."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from plugins.pinboard.queries.cards import languages_for
from plugins.pinboard.queries.circles import doors
from quartier.sdk import Visit

BOARD: Final = "board"
"""Posts, where they stand, and what is said to them: counted by triggers, as categories are under "pinboard"."""
PEOPLE: Final = "people"
"""The same of people, whose names stand on the board."""

T = TypeVar("T")


@dataclass
class _Entry:
    value: Any
    until: datetime | None


def for_reader(visit: Visit, kind: tuple[Hashable, ...], read: Callable[[], tuple[T, datetime | None]]) -> T:
    """What `read` finds, and until when time alone leaves it as it is (None: for ever). Nobody may change the value.

    Kept for this reader, these languages and these doors. `read` raises where there is nothing to keep.
    """
    reader = visit.viewer.account_id
    if reader is None:
        return read()[0]
    key = (*kind, *languages_for(visit), *map(tuple, doors(visit).values()))
    version = {reader: (visit.db.version_of(BOARD), visit.db.versions_of((PEOPLE,)))}
    entry = visit.kept_each(BOARD, key, version, lambda _readers: {reader: _Entry(*read())})[reader]
    if entry.until is not None and entry.until <= visit.now:  # a post appears, an event is over: nobody wrote that
        entry.value, entry.until = read()
    found: T = entry.value
    return found
