"""Pages of residents: what there is (`assets`), when it is free (`calendar`), and what is theirs (`mine`)."""

from __future__ import annotations

from plugins.bookings.web import assets, mine
from plugins.bookings.web.area import pages

__all__ = ["assets", "mine", "pages"]
