"""API tokens: a machine's key to one company, limited by scopes and in time."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from quartier.accounts.visitors import hash_token
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer

PREFIX = "qrt_"  # so that scanners for leaked secrets, and people, recognise one
FIND = """
    SELECT id, name, scopes, used_at IS NULL OR used_at < now() - interval '1 hour' AS unnoted
    FROM api_token WHERE token_hash = %s AND revoked_at IS NULL AND expires_at > now()
"""
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
    return Viewer(kind="agent", session_id=row.id, name=row.name, permissions=frozenset(row.scopes) & existing)
