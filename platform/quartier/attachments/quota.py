"""How much a company may keep, and how much it keeps: all its files, whatever for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from quartier.tenancy.session import CompanySession

GB: Final = 1024**3
USUAL: Final = 20
"""Gigabytes, for a company whose contracts say nothing: nobody can fill the disk of all others by mistake."""
HOW_MUCH: Final = """
    SELECT coalesce((SELECT sum(size) FROM stored_file), 0)::bigint AS used,
        (SELECT max(CASE WHEN c.file_quota IS NULL AND l.quantity IS NULL THEN NULL
                         ELSE coalesce(c.file_quota, 0) + coalesce(l.quantity, 0) END)
            FROM contract c CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE c.timezone)::date AS today) t
            LEFT JOIN contract_line l ON l.company_id = c.company_id AND l.contract_id = c.id
                AND l.module = 'file_space' AND l.starts <= t.today AND (l.ends IS NULL OR t.today < l.ends)
            WHERE c.stage = 'accepted' AND c.starts <= t.today AND (c.ends IS NULL OR t.today < c.ends)) AS sold
"""


WHAT: Final = """
    SELECT split_part(coalesce(a.purpose, split_part(f.purpose, ':', 1)), '.', 1) AS area,
        count(DISTINCT coalesce(a.id, f.id)) AS files, sum(f.size)::bigint AS size,
        count(DISTINCT a.id) FILTER (WHERE a.state = 'waiting') AS waiting
    FROM stored_file f LEFT JOIN attachment a ON a.company_id = f.company_id AND a.id = f.attachment_id
    GROUP BY 1 ORDER BY 3 DESC, 1
"""
"""Modules by their slug, and what the core keeps files for."""
NEARLY: Final = 80  # percent


@dataclass(frozen=True)
class Space:
    """Bytes in use, and bytes that there may be."""

    used: int
    total: int

    @property
    def percent(self) -> int:
        """How full it is; more than 100 where a contract was cut down."""
        return round(100 * self.used / self.total) if self.total else 100

    @property
    def is_nearly_full(self) -> bool:
        """Whether somebody should think of it now."""
        return self.percent >= NEARLY

    def has_room(self, size: int) -> bool:
        """Whether so many bytes more still fit."""
        return self.used + size <= self.total


def use_of(db: CompanySession) -> list[Any]:
    """What takes how much, the largest first: rows of area, files, size and how many wait to be checked."""
    return db.rows(WHAT)


def space_of(db: CompanySession) -> Space:
    """The bound company's. Two who send at the same moment may both still fit: it is a limit to plan with."""
    found = db.row(HOW_MUCH)
    return Space(found.used, (USUAL if found.sold is None else found.sold) * GB)
