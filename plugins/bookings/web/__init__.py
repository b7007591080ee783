"""Pages of residents: what there is (`assets`), when it is free (`calendar`), what is theirs (`mine`, `feeds`)."""

from __future__ import annotations

from plugins.bookings.web import assets, feeds, mine
from plugins.bookings.web.area import pages

__all__ = ["assets", "feeds", "mine", "pages"]
