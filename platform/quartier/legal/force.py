"""Which version of each document holds now, and when that changes: what every page knows without asking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from quartier.i18n.localized import LocalizedText
from quartier.legal.kinds import path_of, title_of
from quartier.tenancy.snapshot import LegalLink

DOCUMENTS: Final = """
    SELECT d.id, d.key, d.title, v.number, v.starts, v.needs_agreement, v.published_at
      FROM legal_document d JOIN legal_version v ON v.company_id = d.company_id AND v.document_id = d.id
     WHERE d.ended_at IS NULL ORDER BY d.position, d.key, v.number
"""


@dataclass(frozen=True)
class InForce:
    """The documents that hold, in the order of their links, and the moment at which the next version begins."""

    links: tuple[LegalLink, ...]
    next_change: datetime | None


def in_force(rows: Iterable[Any], zone: ZoneInfo, now: datetime | None = None) -> InForce:
    """From the rows of `DOCUMENTS`; days are those of the company's zone."""
    now = now or datetime.now(UTC)
    links: list[LegalLink] = []
    coming: list[datetime] = []
    for _key, group in groupby(rows, key=lambda row: row.id):
        versions = list(group)
        holding = [row for row in versions if midnight(row.starts, zone) <= now]
        coming += [midnight(row.starts, zone) for row in versions if midnight(row.starts, zone) > now]
        if holding:
            links.append(_link(holding, zone))
    return InForce(tuple(links), min(coming, default=None))


def _link(holding: Sequence[Any], zone: ZoneInfo) -> LegalLink:
    now = holding[-1]
    asking = [row for row in holding if row.needs_agreement]
    asked = asking[-1].number if asking else 0
    since = max(midnight(asking[-1].starts, zone), asking[-1].published_at) if asking else None
    title = title_of(now.key, LocalizedText(now.title))
    return LegalLink(now.id, now.key, title, path_of(now.key), now.number, asked, since)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins."""
    return datetime.combine(day, time(), zone)
