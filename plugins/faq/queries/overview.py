"""Numbers beside the filters of the team's list, and topics as they are edited."""

# ruff: noqa: S608 - statements are put together from constants of this package only; values are parameters

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from plugins.faq.queries.desk import DESK, DeskFilters, narrowed
from quartier.sdk import LocalizedText, Visit

_COUNTS = f"SELECT state, count(*) AS count FROM ({DESK}) d GROUP BY state"
_TOPIC = """
    SELECT c.id, c.key, c.name, c.icon, (SELECT count(*) FROM faq_article a WHERE a.category_id = c.id) AS count
    FROM faq_category c WHERE (%(key)s::text IS NULL OR c.key = %(key)s) ORDER BY c.position, c.key
"""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with all its names; `count` says how many articles belong to it, in whatever state."""

    id: UUID
    key: str
    name: LocalizedText
    icon: str
    count: int


def state_counts(visit: Visit, filters: DeskFilters) -> dict[str, int]:
    """How many articles the list would show in each state, under the other filters."""
    given = narrowed(visit, replace(filters, state=None))
    return {row.state: row.count for row in visit.db.rows(_COUNTS, given)}


def topics(visit: Visit, key: str | None = None) -> list[Topic]:
    """All topics in the company's order, or the one with this key."""
    rows = visit.db.rows(_TOPIC, {"key": key})
    return [Topic(row.id, row.key, LocalizedText(row.name), row.icon, row.count) for row in rows]
