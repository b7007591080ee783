"""Pages of the Cockpit: `listing`, `writing`, `topics` and `cases`. Residents and staff are two areas."""

from __future__ import annotations

from plugins.pinboard.desk import cases, listing, topics, writing
from plugins.pinboard.desk.area import pages

__all__ = ["cases", "listing", "pages", "topics", "writing"]
