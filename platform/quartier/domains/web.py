"""All pages about a company's own names, ready to be mounted."""

from __future__ import annotations

from quartier.domains import sender_pages
from quartier.domains.pages import cockpit

__all__ = ["cockpit", "sender_pages"]
