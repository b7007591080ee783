"""Pages of the Cockpit: `listing`, `writing` and `topics`. Beside `web`, because residents and staff are two areas."""

from __future__ import annotations

from plugins.pinboard.desk import listing, topics, writing
from plugins.pinboard.desk.area import pages

__all__ = ["listing", "pages", "topics", "writing"]
