"""Pages of residents: what there is (`assets`), when it is free (`calendar`), theirs (`mine`, `feeds`,
`waiting`), `series`."""

from __future__ import annotations

from plugins.bookings.web import assets, feeds, mine, series, waiting
from plugins.bookings.web.area import pages

__all__ = ["assets", "feeds", "mine", "pages", "series", "waiting"]
