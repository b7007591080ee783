"""What neighbours write in a demo, as if it had been so some days ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from plugins.pinboard.models import Post
from plugins.pinboard.services.placing import place
from plugins.pinboard.services.posts import put_own_words, record
from quartier.sdk import Audience, CompanySession, Viewer, properties_around

# The home is looked up for one person: with all joined at once, tables that an import makes grow are read whole.
_NEIGHBOUR = """
    SELECT a.id AS account_id, h.property_id, h.building_id, h.address
    FROM person q JOIN account a ON a.company_id = q.company_id AND a.person_id = q.id
    LEFT JOIN LATERAL (
        SELECT b.property_id, b.id AS building_id, trim(b.street || ' ' || b.house_number) AS address
        FROM occupant c
        LEFT JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
        LEFT JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
        LEFT JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
        WHERE c.company_id = a.company_id AND c.person_id = a.person_id
        ORDER BY (o.ends IS NULL) DESC, o.starts DESC NULLS LAST, u.kind = 'flat' DESC LIMIT 1
    ) h ON true
    WHERE q.external_id = %s
"""


class Neighbour(NamedTuple):
    """Somebody with an account, and where they live."""

    account_id: UUID | None
    property_id: UUID | None
    building_id: UUID | None
    address: str


def neighbour(db: CompanySession, number: str) -> Neighbour | None:
    """Who has this number in the company's own system, if they have an account."""
    row = db.row(_NEIGHBOUR, (number,))
    return Neighbour(*row) if row else None


def plant_post(
    db: CompanySession, post_id: UUID, author: Neighbour, *, category_id: UUID, body: Mapping[str, str], reach: str,
    at: datetime,
) -> Post:  # fmt: skip
    """A post of a resident who wrote it at that moment."""
    post = Post(
        id=post_id, category_id=category_id, author_id=author.account_id, property_id=author.property_id,
        from_where=author.address, reach=reach, status="shown", show_from=at, created_at=at, version=0,
    )  # fmt: skip
    post.audience = _audience(db, author, reach)
    (language, text), *_others = body.items()
    put_own_words(post, text, language)
    db.add(post)
    record(db, post, Viewer(kind="resident", account_id=author.account_id), "created")
    place(db, post)
    return post


def _audience(db: CompanySession, author: Neighbour, reach: str) -> Audience:
    if reach == "all" or author.property_id is None or author.building_id is None:
        return Audience()
    if reach == "area":
        return Audience(frozenset(properties_around(db, author.property_id)))
    return Audience(frozenset({author.building_id if reach == "address" else author.property_id}))
