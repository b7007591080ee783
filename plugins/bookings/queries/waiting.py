"""The waiting list: of assets, and of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from quartier.sdk import CompanySession

_FACTS = """
    SELECT w.id, w.asset_id, w.person_id, w.starts, w.ends, w.state, w.people, w.note, w.agreed, w.lapses, w.booking_id,
        w.reason, w.made_by, w.created_at,
        coalesce(nullif(trim(p.given_name || ' ' || p.family_name), ''), p.company_name, '') AS person
    FROM bookings_waiter w JOIN person p ON p.company_id = w.company_id AND p.id = w.person_id
"""
_ONE = f"{_FACTS} WHERE w.id = %(id)s AND (%(person)s::uuid IS NULL OR w.person_id = %(person)s)"
_MINE = f"""
    {_FACTS} WHERE w.person_id = %(person)s
        AND (NOT %(still)s OR w.state IN ('waiting', 'offered') AND w.starts > %(now)s)
    ORDER BY w.state <> 'offered', w.starts, w.id LIMIT %(limit)s
"""
_ALL = f"""
    {_FACTS} WHERE w.state IN ('waiting', 'offered') AND w.starts > %(now)s
        AND (%(assets)s::uuid[] IS NULL OR w.asset_id = ANY(%(assets)s))
    ORDER BY w.asset_id, w.starts, w.created_at, w.id LIMIT %(limit)s
"""
_AHEAD = """
    SELECT count(*) AS count FROM bookings_waiter WHERE asset_id = %(asset)s AND state IN ('waiting', 'offered')
        AND starts < %(ends)s AND ends > %(starts)s AND (%(before)s::timestamptz IS NULL OR created_at < %(before)s)
"""
_MINE_AND_FEED = f"""
    SELECT f.has_feed, w.* FROM (
        SELECT EXISTS (SELECT FROM bookings_feed WHERE person_id = %(person)s AND kind = 'person') AS has_feed
    ) f LEFT JOIN LATERAL ({_MINE}) w ON true
"""  # noqa: S608
MOST = 1000


@dataclass(frozen=True)
class WaiterFacts:
    """Somebody on the waiting list. `lapses` is until when their offer holds, `booking_id` what came of it."""

    id: UUID
    asset_id: UUID
    person_id: UUID
    starts: datetime
    ends: datetime
    state: str
    people: int
    note: str
    agreed: datetime | None
    lapses: datetime | None
    booking_id: UUID | None
    reason: str
    made_by: str
    created_at: datetime
    person: str

    @property
    def is_offered(self) -> bool:
        """Whether it can be accepted now."""
        return self.state == "offered" and self.lapses is not None and self.lapses > datetime.now(UTC)

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.state in ("waiting", "offered") and self.starts > datetime.now(UTC)

    @property
    def look(self) -> str:
        """The state as people see it, whether or not a job has been by."""
        if self.state == "waiting" and not self.is_open:
            return "over"
        return "lapsed" if self.state == "offered" and not self.is_offered else self.state


def waiter(db: CompanySession, waiter_id: UUID, *, person_id: UUID | None = None) -> WaiterFacts | None:
    """One entry of the list; with a person, only one of theirs."""
    row = db.row(_ONE, {"id": waiter_id, "person": person_id})
    return WaiterFacts(*row) if row else None


def waits_of(db: CompanySession, person_id: UUID, *, still: bool, limit: int = 200) -> list[WaiterFacts]:
    """What somebody waits for, offers first; without `still`, also what has become of everything else."""
    given = {"person": person_id, "still": still, "now": datetime.now(UTC), "limit": limit}
    return [WaiterFacts(*row) for row in db.rows(_MINE, given)]


def waits_and_feed(db: CompanySession, person_id: UUID) -> tuple[list[WaiterFacts], bool]:
    """What somebody still waits for, and whether a calendar program may be reading their bookings: what the page of
    their bookings begins with."""
    given = {"person": person_id, "still": True, "now": datetime.now(UTC), "limit": MOST}
    rows = db.first(_MINE_AND_FEED, given)
    return [WaiterFacts(*facts) for _feed, *facts in rows if facts[0] is not None], rows[0].has_feed


def waiters(db: CompanySession, assets: Sequence[UUID] | None = None) -> list[WaiterFacts]:
    """Who waits for these assets, or for any, by what they wait for and then in the order in which they came."""
    given = {"assets": None if assets is None else list(assets), "now": datetime.now(UTC), "limit": MOST}
    return [WaiterFacts(*row) for row in db.rows(_ALL, given)]


def waiting_before(
    db: CompanySession, asset_id: UUID, starts: datetime, ends: datetime, before: datetime | None = None
) -> int:
    """How many wait for a time of an asset, or (`before`) have waited longer."""
    given = {"asset": asset_id, "starts": starts, "ends": ends, "before": before}
    return int(db.row(_AHEAD, given).count)
