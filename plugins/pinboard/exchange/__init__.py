"""The module's part of a company kept as code: categories, notices, and in a demo what neighbours write."""

from __future__ import annotations

from plugins.pinboard.exchange.calendars import calendar_of
from plugins.pinboard.exchange.folder import export, plant

__all__ = ["calendar_of", "export", "plant"]
