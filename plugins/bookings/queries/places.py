"""Properties at which something new can be booked, found by name: a company may have thousands."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple
from uuid import UUID

from quartier.sdk import COMPANY, CompanySession, Visit, fold

FEW: Final = 30  # properties that a list shows whole
MOST: Final = 20  # that are shown of those that were found
WORDS: Final = 6

_PROPERTIES: Final = """
    SELECT id, name FROM property
    WHERE (archived_at IS NULL OR id = %(chosen)s) AND (%(within)s::uuid[] IS NULL OR id = ANY(%(within)s))
        AND (id = %(chosen)s OR NOT EXISTS (SELECT FROM unnest(%(words)s::text[]) w WHERE strpos(search_key, w) = 0))
    ORDER BY id = %(chosen)s DESC, sort_key, id LIMIT %(limit)s
"""


class Property(NamedTuple):
    """A property to choose."""

    id: UUID
    name: str


class PropertyPicker(NamedTuple):
    """What there is to choose from. Without `search`, `found` are all of them; with it, what the words in `query` find,
    the choice not among them. `more` says that there are others."""

    chosen: Property | None
    query: str
    found: list[Property]
    more: bool
    search: bool


def property_picker(visit: Visit, permission: str, chosen: UUID | None, query: str = "") -> PropertyPicker:
    """Make a picker of properties for which this viewer has the right as a whole."""
    within = _within(visit, permission)
    words = [word for word in fold(query.replace("\0", "")[:100]).split() if word][:WORDS]
    rows = _found(visit.db, chosen, within, words, limit=max(FEW, MOST) + 2)
    named = next((one for one in rows if one.id == chosen), None)
    others = [one for one in rows if one is not named]
    if not words and len(others) <= FEW:
        everything = sorted(rows, key=lambda one: fold(one.name)) if named else others
        return PropertyPicker(named, "", everything, more=False, search=False)
    return PropertyPicker(named, query.strip()[:100], others[:MOST], more=len(others) > MOST, search=True)


def _within(visit: Visit, permission: str) -> list[UUID] | None:
    """The ids of these, or None for all."""
    if visit.viewer.may(permission, at=COMPANY):
        return None
    return [grant.at[0] for grant in visit.viewer.grants if permission in grant.permissions and len(grant.at) == 1]


def _found(
    db: CompanySession, chosen: UUID | None, within: Collection[UUID] | None, words: list[str], *, limit: int
) -> list[Property]:
    given = {"chosen": chosen, "within": None if within is None else list(within), "words": words, "limit": limit}
    return [Property(row.id, row.name) for row in db.rows(_PROPERTIES, given)]
