"""Pages of lists as they were drawn: kept until something changes in what they show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from markupsafe import Markup

from quartier.estate.policies import EDIT, READ, may_add_properties
from quartier.estate.queries import UnitFilters
from quartier.people.policies import EDIT as EDIT_PEOPLE
from quartier.people.policies import READ as READ_PEOPLE
from quartier.people.policies import may_add_people
from quartier.people.queries import PersonFilters
from quartier.web.pieces import desk_page
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


class ListPage(NamedTuple):
    """A list: its template, what stands above it, and the modules of the core in whose tables it looks."""

    template: str
    heading: str
    of: tuple[str, ...]


def list_page(visit: Visit, page: ListPage, asked: Asked, read: Callable[[], dict[str, Any]]) -> str:
    """A page of a list, kept where many come by: the beginning of it, without words to search.

    What `read` tells the template may depend on what was asked, on the day, and on where this viewer may see and change
    the estate and its people; on nothing else.
    """
    viewer = visit.viewer
    rights = tuple(viewer.within(permission) for permission in (READ, EDIT, READ_PEOPLE, EDIT_PEOPLE))
    told = {
        "asked": asked, "may_edit": viewer.may(EDIT), "may_see_people": viewer.may(READ_PEOPLE),
        "may_add_properties": may_add_properties(viewer), "may_edit_people": viewer.may(EDIT_PEOPLE),
        "may_add_people": may_add_people(viewer),
    }  # fmt: skip
    return desk_page(
        visit, str(page.heading), lambda: (f"masterdata/{page.template}.html", told | read()),
        of=None if asked.text or asked.after else page.of, key=(page.template, asked, rights, visit.today),
    )  # fmt: skip
