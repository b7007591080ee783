"""From a cookie to a viewer: the one statement that begins every request at a company."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from quartier.tenancy.session import CompanySession
from quartier.viewer import ANONYMOUS, UNREAD_TOLD, Grant, Place, Viewer, audience_keys, marked

COOKIE = "__Host-quartier"
UNREAD = f"""
    (SELECT count(*) || ' ' || (array_agg(r.notification_id))[1] FROM (
        SELECT n.notification_id FROM notification_receipt n WHERE n.company_id = {{company}}
            AND n.person_id = v.person_id AND n.in_app AND n.read_at IS NULL
            ORDER BY n.notification_id DESC LIMIT {UNREAD_TOLD}) r)
"""  # noqa: S608 - a number of ours; of nothing it is NULL
OPEN = f"""
    SELECT v.account_id, v.person_id, v.session_id, v.email, v.language, v.formats, v.timezone, v.given_name,
        v.family_name, v.salutation, v.is_agent, v.employer, v.grants::text, v.places::text, v.unseen,
        (SELECT jsonb_object_agg(c.module, c.version) FROM content_version c WHERE c.company_id = %(company)s),
        (SELECT jsonb_object_agg(l.document_id, l.number ORDER BY l.number) FROM legal_consent l
            WHERE l.company_id = %(company)s AND l.account_id = v.account_id AND l.answer = 'agreed'),
        {UNREAD.format(company="%(company)s")}
    FROM open_visit(%(company)s, %(token)s) v
"""  # noqa: S608 - open_visit knows NOTED and IDLE as well; of one document's versions the last one stays in the object
SEEN = "UPDATE account_session SET seen_at = now() WHERE id = %s RETURNING id"
NOTED = timedelta(minutes=5)  # how exactly the last use of a session is known
IDLE = timedelta(days=30)  # a session that nobody used for so long has ended, however long it was to stay

READ = 2000  # sets of places and rights that are kept as they were read, of some 3 kB each


class Opened(NamedTuple):
    """What the database says of a session's holder: a row of OPEN. `grants` and `places` are JSON as it came."""

    account_id: UUID
    person_id: UUID
    session_id: UUID
    email: str
    language: str | None
    formats: str | None
    timezone: str | None
    given_name: str
    family_name: str
    salutation: str
    is_agent: bool
    employer: str
    grants: str
    places: str
    unseen: bool
    versions: dict[str, int] | None
    agreed: dict[str, int] | None
    unread: str | None


def new_token() -> str:
    """256 bits, for a cookie or a link; only its hash is stored."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """What is stored of a token. It is random and long, so a plain hash is enough."""
    return sha256(token.encode()).digest()


def viewer_of(db: CompanySession, token: str | None) -> Viewer:
    """Bind the company and find who holds the token there; a token of another company is nobody's here.

    One statement; once in five minutes two more, which note that the session is in use.
    """
    if not token:
        return ANONYMOUS
    row = db.open(OPEN, {"company": db.company_id, "token": hash_token(token)}, Opened)
    if row is None:
        return ANONYMOUS
    db.note_versions(row.versions or {})
    if row.unseen:
        db.row(SEEN, (row.session_id,))
        db.commit()
    return viewer_from(row)


def viewer_from(row: Any) -> Viewer:
    """The viewer that a row of OPEN, or one of its shape, speaks of."""
    permissions, grants = _rights(row.grants)
    places, keys = _places(row.places)
    return Viewer(
        kind="agent" if row.is_agent else "resident",
        account_id=row.account_id,
        person_id=row.person_id,
        session_id=row.session_id,
        name=marked(f"{row.given_name} {row.family_name}".strip(), row.employer),
        employer=row.employer,
        salutation=row.salutation,
        family_name=row.family_name,
        email=row.email,
        language=row.language,
        formats=row.formats,
        timezone=row.timezone,
        permissions=permissions,
        grants=grants,
        places=places,
        audience_keys=keys,
        agreed=row.agreed or {},
        unread=row.unread or "",
    )


def rights(found: Iterable[dict[str, Any]]) -> tuple[frozenset[str], tuple[Grant, ...]]:
    """What `grants_of` found: permissions for the whole company, and those at places."""
    given = [Grant(frozenset(one["may"]), tuple(map(UUID, one["at"]))) for one in found]
    whole = frozenset[str]().union(*(grant.permissions for grant in given if not grant.at))
    return whole, tuple(grant for grant in given if grant.at)


# A person comes with several requests in a row. What is kept is found by the text itself, so it is never stale.
@lru_cache(maxsize=READ)
def _rights(found: str) -> tuple[frozenset[str], tuple[Grant, ...]]:
    return rights(json.loads(found))


@lru_cache(maxsize=READ)
def _places(found: str) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    places = tuple(_place(place) for place in json.loads(found))
    return places, audience_keys(places)


def _place(data: dict[str, Any]) -> Place:
    ids = (UUID(data["unit_id"]), UUID(data["building_id"]), UUID(data["property_id"]))
    said = {field: data[field] for field in ("unit_kind", "is_commercial", "unit", "address")}
    return Place(data["kind"], *ids, **said, starts=_day(data["starts"]), ends=_day(data["ends"]),
                 role=data["role"], period_id=UUID(data["period_id"]))  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
