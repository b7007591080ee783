"""API tokens: a machine's key to one company, limited by scopes and in time."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from quartier.accounts.models import ApiToken
from quartier.accounts.visitors import hash_token, new_token, rights
from quartier.tenancy.session import CompanySession
from quartier.viewer import Grant, Viewer
from quartier.web.gate import OWN_SCOPES

PREFIX: Final = "qrt_"  # so that scanners for leaked secrets, and people, recognise one
LONGEST: Final = timedelta(days=365)
FIND = """
    SELECT t.id, t.name, t.scopes, t.properties, t.agent_id,
        CASE WHEN g.id IS NOT NULL THEN grants_of(t.company_id, g.id, k.today) END AS grants,
        t.used_at IS NULL OR t.used_at < now() - interval '1 hour' AS unnoted
    FROM api_token t
    JOIN LATERAL (
        SELECT (now() AT TIME ZONE f.timezone)::date AS today FROM company f WHERE f.id = t.company_id
    ) k ON true
    LEFT JOIN agent g ON g.company_id = t.company_id AND g.id = t.agent_id AND g.deactivated_at IS NULL
        AND (g.ends IS NULL OR k.today < g.ends)
    WHERE t.token_hash = %s AND t.revoked_at IS NULL AND t.expires_at > now()
        AND (t.agent_id IS NULL OR g.id = t.agent_id)
"""
AGENT = "SELECT id FROM agent WHERE person_id = %s"
NOTE = "UPDATE api_token SET used_at = now() WHERE id = %s RETURNING id"


def viewer_of_token(db: CompanySession, token: str, existing: AbstractSet[str]) -> Viewer | None:
    """Who a machine is at this company; None when the token is unknown here, expired or revoked.

    The viewer stands beside the team: `session_id` is the token's id, `name` its name, and it has neither account
    nor person. Its permissions are those scopes that still exist (`all_permissions(plugins).keys()`). The use is
    noted, and committed, at most once an hour, so call this before anything else is written.
    """
    if not token.startswith(PREFIX):
        return None
    row = db.row(FIND, (hash_token(token),))
    if row is None:
        return None
    if row.unnoted:
        db.row(NOTE, (row.id,))
        db.commit()
    scopes = frozenset(row.scopes)
    permissions, grants = _limited(row, scopes & existing)
    return Viewer(
        kind="agent", session_id=row.id, name=row.name, permissions=permissions, grants=grants,
        own_scopes=scopes & OWN_SCOPES,
    )  # fmt: skip


def _limited(row: Any, scopes: frozenset[str]) -> tuple[frozenset[str], tuple[Grant, ...]]:
    """Of the scopes, what the maker may do today, and where."""
    if row.agent_id is None:
        places = tuple(Grant(scopes, (one,)) for one in row.properties)
        return (frozenset(), places) if places else (scopes, ())
    whole, grants = rights(row.grants)
    return whole & scopes, tuple(Grant(grant.permissions & scopes, grant.at) for grant in grants)


def issue_token(
    db: CompanySession, viewer: Viewer, token_id: UUID, *, name: str, scopes: Iterable[str], until: date, zone: ZoneInfo
) -> str:
    """Issue a token that is good until the end of a day, and return its secret: the only time that anybody sees it.

    Nobody hands on more than they have: raises PermissionError for a scope that the viewer does not hold. What is their
    own, everybody holds. What the viewer's rights are limited to, in places and in time, limits the token as well.
    """
    wanted = sorted(set(scopes))
    if missing := [scope for scope in wanted if scope not in OWN_SCOPES and not viewer.may(scope)]:
        raise PermissionError(f"not held by {viewer.name}: {', '.join(missing)}")
    secret = PREFIX + new_token()
    token = ApiToken(
        id=token_id,
        name=name,
        token_hash=hash_token(secret),
        scopes=wanted,
        agent_id=db.row(AGENT, (viewer.person_id,)).id,
        expires_at=datetime.combine(until + timedelta(days=1), time(), zone),
        created_by=viewer.name,
    )
    db.add(token)
    db.flush()
    return secret


def tokens_of(db: CompanySession) -> list[ApiToken]:
    """All tokens of the company, the newest first; dead ones stay listed, for they say who could do what until when."""
    return list(db.scalars(select(ApiToken).order_by(ApiToken.created_at.desc(), ApiToken.id)))


def revoke_token(db: CompanySession, token_id: UUID) -> bool:
    """End a token at once; False when there is no such token that is still good."""
    good = update(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None))
    return db.execute(good.values(revoked_at=func.now()).returning(ApiToken.id)).first() is not None


def state_of(token: ApiToken) -> str:
    """`revoked`, `expired` or `good`."""
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at <= datetime.now(UTC) else "good"


def last_day(token: ApiToken, zone: ZoneInfo) -> date:
    """The last day on which the token is good, in the company's zone."""
    return (token.expires_at.astimezone(zone) - timedelta(microseconds=1)).date()
