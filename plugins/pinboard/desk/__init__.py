"""Pages of the Cockpit: `listing`, `writing`, `printing`, `urgent`, `topics` and `cases`. Residents and staff are two
areas."""

from __future__ import annotations

from plugins.pinboard.desk import cases, listing, printing, topics, urgent, writing
from plugins.pinboard.desk.area import pages

__all__ = ["cases", "listing", "pages", "printing", "topics", "urgent", "writing"]
