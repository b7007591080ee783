"""Webhooks in the Cockpit: all pages, ready to be mounted."""

from __future__ import annotations

from quartier.webhooks import log_pages, pages
from quartier.webhooks.area import cockpit

__all__ = ["cockpit", "log_pages", "pages"]
