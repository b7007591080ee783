"""How many requests a token may make: counted in the database, so that it holds for all processes together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, g

from quartier.api.problems import Problem
from quartier.db.base import new_id
from quartier.i18n.texts import gettext as _
from quartier.tenancy.session import CompanySession

QUOTA, WINDOW = 600, 60  # requests, seconds
COUNT = """
    INSERT INTO api_window AS w (id, token_id, began_at, requests) VALUES (%(id)s, %(token)s, now(), 1)
    ON CONFLICT (company_id, token_id) DO UPDATE SET
        began_at = CASE WHEN w.began_at < now() - make_interval(secs => %(window)s) THEN now() ELSE w.began_at END,
        requests = CASE WHEN w.began_at < now() - make_interval(secs => %(window)s) THEN 1 ELSE w.requests + 1 END
    RETURNING requests, greatest(1, ceil(%(window)s - extract(epoch FROM now() - began_at)))::int AS reset
"""


def count(db: CompanySession, token_id: UUID) -> None:
    """Count this request, at once and whatever becomes of it; 429 when it is one too many."""
    window: Any = db.row(COUNT, {"id": new_id(), "token": token_id, "window": WINDOW})
    db.commit()
    g.rate = (max(0, QUOTA - window.requests), window.reset)
    if window.requests > QUOTA:
        detail = _("A token may make %(quota)s requests a minute.", quota=QUOTA)
        raise Problem(429, detail, headers={"Retry-After": str(window.reset)})


def announce(response: Response) -> Response:
    """Tell the caller what is left (IETF draft "RateLimit header fields for HTTP")."""
    if "rate" in g:
        left, reset = g.rate
        response.headers["RateLimit-Policy"] = f'"default";q={QUOTA};w={WINDOW}'
        response.headers["RateLimit"] = f'"default";r={left};t={reset}'
    return response
