"""Pages of the Cockpit: `listing` of requests and bookings, `calendar` of all assets, `figures`, `feeds` for calendar
programs, `deciding` about a booking, `making` one or a `series`, who is `waiting`, and
`assets`."""

from __future__ import annotations

from plugins.bookings.desk import assets, calendar, deciding, feeds, figures, listing, making, series, waiting
from plugins.bookings.desk.area import pages

__all__ = ["assets", "calendar", "deciding", "feeds", "figures", "listing", "making", "pages", "series", "waiting"]
