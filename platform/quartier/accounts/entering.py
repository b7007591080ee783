"""Coming in: a new session in this browser, however somebody has shown who they are."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import Response, request

from quartier.accounts import services, sessions
from quartier.accounts.pages import AnyVisit, keep, keep_mark, realm_of, source_of
from quartier.accounts.visitors import new_token


def enter(visit: AnyVisit, account_id: UUID, answer: Response, *, stays: bool) -> Response:
    """A new session under a new token, whatever session this browser had before."""
    realm = realm_of(visit)
    source = source_of(realm)
    mark = source.device or new_token()
    if before := request.cookies.get(realm.cookie):
        sessions.close_by_token(realm, visit.db, before)
    place, device = replace(source, device=mark), request.user_agent.string
    key = services.sign_in(realm, visit.db, account_id, place, stays=stays, device=device)
    return keep_mark(keep(answer, realm, key), realm, mark)
