"""The one condition by which lists leave out what is not meant for whoever looks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from quartier.viewer import Viewer

_MEANT = """
    ({things}.audience_keys && %(keys)s OR EXISTS (
        SELECT FROM unnest(%(unit_keys)s::text[], %(since)s::timestamptz[], %(until)s::timestamptz[])
            AS stay(key, since, until)
        WHERE stay.key = ANY({things}.audience_keys)
            AND (stay.since IS NULL OR stay.since <= {at}) AND (stay.until IS NULL OR {at} < stay.until)))
"""


def meant(things: str, at: str) -> str:
    """SQL: whether rows of `HasAudience` under the alias `things` are meant for the viewer of `sight`.

    `at` is the moment of a thing, as SQL (a timestamptz): when it was published. What is addressed to a unit is meant
    for whoever used it then, so that the next tenant never finds what was written to the last one, nor the last one
    what is for the next. For what is always of today, such as something to book, give the present moment.
    """
    return _MEANT.format(things=things, at=at)


def sight(viewer: Viewer, zone: ZoneInfo) -> dict[str, Any]:
    """What `meant` asks for: parameters `keys`, `unit_keys`, `since` and `until`. Days are those of the zone."""

    def moment(day: date | None) -> datetime | None:
        return datetime(day.year, day.month, day.day, tzinfo=zone) if day else None

    stays = viewer.stays
    return {
        "keys": list(viewer.audience_keys), "unit_keys": [stay.key for stay in stays],
        "since": [moment(stay.since) for stay in stays], "until": [moment(stay.until) for stay in stays],
    }  # fmt: skip
