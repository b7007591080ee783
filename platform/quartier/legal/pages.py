"""All pages of the documents, for everybody and for staff."""

from __future__ import annotations

from quartier.legal import desk, publishing, web, writing

app, cockpit = web.app, desk.cockpit

__all__ = ["app", "cockpit", "publishing", "writing"]
