"""How much a company may keep, and how much it keeps: all its files, whatever for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from quartier.tenancy.session import CompanySession

GB: Final = 1024**3
USUAL: Final = 20
"""Gigabytes, for a company whose contracts say nothing: nobody can fill the disk of all others by mistake."""
HOW_MUCH: Final = """
    SELECT coalesce((SELECT sum(size) FROM stored_file), 0)::bigint AS used,
        (SELECT max(file_quota) FROM contract
            WHERE starts <= (now() AT TIME ZONE timezone)::date
            AND (ends IS NULL OR (now() AT TIME ZONE timezone)::date < ends)) AS sold
"""


@dataclass(frozen=True)
class Space:
    """Bytes in use, and bytes that there may be."""

    used: int
    total: int

    @property
    def percent(self) -> int:
        """How full it is; more than 100 where a contract was cut down."""
        return round(100 * self.used / self.total) if self.total else 100

    def has_room(self, size: int) -> bool:
        """Whether so many bytes more still fit."""
        return self.used + size <= self.total


def space_of(db: CompanySession) -> Space:
    """The bound company's. Two who send at the same moment may both still fit: it is a limit to plan with."""
    found = db.row(HOW_MUCH)
    return Space(found.used, (USUAL if found.sold is None else found.sold) * GB)
