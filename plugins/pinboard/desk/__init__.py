"""Pages of the Cockpit: `listing`, `writing`, `urgent`, `topics` and `cases`. Residents and staff are two areas."""

from __future__ import annotations

from plugins.pinboard.desk import cases, listing, topics, urgent, writing
from plugins.pinboard.desk.area import pages

__all__ = ["cases", "listing", "pages", "topics", "urgent", "writing"]
