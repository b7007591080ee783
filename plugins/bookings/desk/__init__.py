"""Pages of the Cockpit: `listing` of requests and bookings, and `deciding` about one of them."""

from __future__ import annotations

from plugins.bookings.desk import deciding, listing
from plugins.bookings.desk.area import pages

__all__ = ["deciding", "listing", "pages"]
