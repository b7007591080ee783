"""Pages of the Cockpit: `listing`, `writing`, `past` (history), `topics`, `reports`, `transfer`, `urgent` (important).

Beside `web` and not in it, because residents and staff are two areas with their own addresses and rights; neither
imports the other. A package, because one file with all of it would be too long to read.
"""

from __future__ import annotations

from plugins.faq.desk import listing, past, reports, topics, transfer, urgent, writing
from plugins.faq.desk.area import pages

__all__ = ["listing", "pages", "past", "reports", "topics", "transfer", "urgent", "writing"]
