"""Categories: the same for everybody at a company, so they are kept until one changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from quartier.sdk import CompanySession, LocalizedText, Picked, Visit

_TOPICS = "SELECT id, key, name, icon, staff_only FROM pinboard_category ORDER BY position, key"


@dataclass(frozen=True, slots=True)
class Topic:
    """A category."""

    id: UUID
    key: str
    name: LocalizedText
    icon: str
    staff_only: bool


class Label(NamedTuple):
    """A category as somebody reads it below a post."""

    id: str
    key: str
    icon: str
    name: Picked


def labels(visit: Visit) -> dict[UUID, Label]:
    """All categories, by id."""

    def read() -> dict[UUID, Label]:
        return {one.id: Label(str(one.id), one.key, one.icon, visit.text(one.name)) for one in topics(visit)}

    return visit.kept("pinboard", ("labels", visit.voice.language, visit.company.default_language), read)


def topics(visit: Visit) -> list[Topic]:
    """All categories in the company's order."""
    return visit.kept("pinboard", "topics", lambda: read_topics(visit.db))


def read_topics(db: CompanySession) -> list[Topic]:
    """The same, for who has no visit."""
    rows = db.glance(_TOPICS)
    return [Topic(row.id, row.key, LocalizedText(row.name), row.icon, row.staff_only) for row in rows]
