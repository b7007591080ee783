"""Pages of the Cockpit: `listing` of requests and bookings, `deciding` about one, `making` one, and `assets`."""

from __future__ import annotations

from plugins.bookings.desk import assets, deciding, listing, making
from plugins.bookings.desk.area import pages

__all__ = ["assets", "deciding", "listing", "making", "pages"]
