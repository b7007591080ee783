"""Pages of lists as they were drawn: kept until something changes in what they show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from markupsafe import Markup

from quartier.estate.policies import READ
from quartier.estate.queries import UnitFilters
from quartier.people.policies import READ as READ_PEOPLE
from quartier.people.queries import PersonFilters
from quartier.web.pieces import kept
from quartier.web.visit import Visit

ROWS = "masterdata/rows.html"
NOTHING = Markup()


@dataclass(frozen=True)
class Asked:
    """What a list was asked for: words to search, and the last row of the page before."""

    text: str
    after: UUID | None


@dataclass(frozen=True)
class TreeAsked(Asked):
    """The same of the tree of properties, some of which are open."""

    archived: bool
    opened: frozenset[UUID]


@dataclass(frozen=True)
class UnitsAsked(Asked):
    """The same of units, with a box to tick for whoever may change them."""

    filters: UnitFilters
    pick: bool


@dataclass(frozen=True)
class PeopleAsked(Asked):
    """The same of people."""

    filters: PersonFilters


@dataclass(frozen=True)
class Listed:
    """The rows of a page, empty where there are none; the address of the next page; what stands above the list."""

    rows: Markup = NOTHING
    more: str | None = None
    head: Markup = NOTHING


def listed(visit: Visit, of: tuple[str, ...], asked: Asked, read: Callable[[], Listed]) -> Listed:
    """A page of a list, kept where many come by: the beginning of it, without words to search.

    `of` are the modules of the core in whose tables `read` looks; beside what was asked it may depend on nothing but
    the day, and where this viewer may see the estate and its people.
    """
    if asked.text or asked.after:
        return read()
    key = (asked, visit.viewer.within(READ), visit.viewer.within(READ_PEOPLE), visit.today)
    return kept(visit, of, key, read)
