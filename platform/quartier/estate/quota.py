"""How many units the contract covers, and how many there are. Growth stops at the quota; nothing is ever taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.tenancy.session import CompanySession

NEARLY = 0.9
UNITS: Final = "units"
"""The product that sells units beside those that a contract includes."""
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('unit_quota:' || %s, 0))"
# A contract without a quota and without units sold covers everything; several contracts add up. No contract in force
# limits nothing here: what a company may use at all is decided elsewhere.
COVERED = """
    SELECT {of} CASE WHEN bool_or(k.unit_quota IS NULL AND u.quantity IS NULL) THEN NULL
                     ELSE sum(coalesce(k.unit_quota, 0) + coalesce(u.quantity, 0)) END::int AS quota
      FROM contract k
      LEFT JOIN contract_line u ON u.company_id = k.company_id AND u.contract_id = k.id AND u.module = 'units'
            AND u.starts <= {on} AND (u.ends IS NULL OR u.ends > {on})
     WHERE k.stage = 'accepted' AND k.starts <= {on} AND (k.ends IS NULL OR k.ends > {on}) {those}
"""
SOLD = COVERED.format(of="", on="%(on)s", those="")
"""How many units the contracts in force cover, of the one company whose contracts the session sees."""
USAGE = f"""
    WITH sold AS ({SOLD})
    SELECT quota, CASE WHEN quota IS NOT NULL THEN (SELECT count(*) FROM unit WHERE archived_at IS NULL) END AS used
      FROM sold
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class Usage:
    """Units in use and units sold; `quota` None means as many as they like, and then nobody counts (`used` is 0).

    Archived units do not count.
    """

    used: int
    quota: int | None

    @property
    def left(self) -> int | None:
        """How many more there may be; None is no limit."""
        return None if self.quota is None else max(0, self.quota - self.used)

    @property
    def full(self) -> bool:
        """Whether not one more fits."""
        return self.left == 0

    @property
    def nearly_full(self) -> bool:
        """Whether it is time to say so."""
        return self.quota is not None and self.used >= NEARLY * self.quota

    def refusal(self, more: int = 1) -> str | None:
        """Why `more` units do not fit, as a sentence; None when they do."""
        if self.left is None or more <= self.left:
            return None
        return _(
            "Your contract covers %(quota)s units and %(used)s are in use: %(more)s more do not fit. "
            "Everything that is there stays. Ask our sales team for a larger contract.",
            quota=formats.format_number(self.quota or 0),
            used=formats.format_number(self.used),
            more=formats.format_number(more),
        )


def usage(db: CompanySession, on: date) -> Usage:
    """What the contracts in force on a day cover, and what there is."""
    (row,) = db.first(USAGE, {"on": on})
    return Usage(row.used or 0, row.quota)


def room_for(db: CompanySession, more: int, *, on: date) -> str | None:
    """Why `more` units may not be added, or None; two who add at the same moment wait for each other."""
    db.row(LOCK, (str(db.company_id),))
    return usage(db, on).refusal(more)
