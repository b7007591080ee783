"""All pages of the documents, for everybody and for staff."""

from __future__ import annotations

from quartier.legal import answers, desk, publishing, restoring, web, writing

app, cockpit = web.app, desk.cockpit

__all__ = ["answers", "app", "cockpit", "publishing", "restoring", "writing"]
