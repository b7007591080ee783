"""Assets as files, one for each, and a person's bookings as data."""

from __future__ import annotations

from plugins.bookings.exchange.calendars import calendar_of
from plugins.bookings.exchange.copies import copy_for
from plugins.bookings.exchange.diary import plant_diary
from plugins.bookings.exchange.files import plant, write

__all__ = ["calendar_of", "copy_for", "plant", "plant_diary", "write"]
