"""The pages of notifications, ready to be mounted."""

from __future__ import annotations

from quartier.notifications import past_pages, proof_pages
from quartier.notifications.web import app, cockpit

__all__ = ["app", "cockpit", "past_pages", "proof_pages"]
