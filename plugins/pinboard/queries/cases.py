"""Reports and what was decided: the desk's list and one case, an author's own, and the house rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from plugins.pinboard.manifest import MODERATE
from quartier.sdk import CompanySession, LocalizedText, Visit, account_names

PAGE = 50
WAITING = "(c.decision IS NULL OR (c.appealed_at IS NOT NULL AND c.settled_at IS NULL))"
_CASES = f"""
    SELECT c.*, {WAITING} AS waits, coalesce(p.status, '') AS post_status,
        coalesce((SELECT jsonb_agg(jsonb_build_array(r.reason, r.note) ORDER BY r.id) FROM pinboard_report r
            WHERE r.case_id = c.id), '[]') AS reports
    FROM pinboard_case c LEFT JOIN pinboard_post p ON p.id = c.post_id
    WHERE (%(everywhere)s OR c.property_id IS NULL OR c.property_id = ANY(%(homes)s)) AND {{which}}
"""  # noqa: S608 - constants of this module only
AFTER = "(%(after)s::timestamptz IS NULL OR (c.created_at, c.id) < (%(after)s, %(after_id)s))"
_LIST = (
    _CASES.format(which=f"{WAITING} = %(waiting)s AND {AFTER}")
    + """
    ORDER BY c.created_at DESC, c.id DESC LIMIT %(limit)s
"""
)
_ONE = _CASES.format(which="c.id = %(case)s")
_COUNT = f"SELECT count(*) AS count FROM ({_CASES.format(which=WAITING)} LIMIT 100) c"  # noqa: S608
_OF_AUTHOR = """
    SELECT c.id, c.kind, c.decision, c.reason, c.decided_at, c.appeal, c.settled_at, c.comment_id FROM pinboard_case c
    WHERE c.post_id = %s AND c.author_id = %s ORDER BY c.id DESC
"""
_RULES = "SELECT words, rules, number FROM pinboard_rules"
_AGREED = "SELECT number FROM pinboard_agreed WHERE account_id = %s"


class Complaint(NamedTuple):
    """One report: why, and in whose own words."""

    reason: str
    note: str


@dataclass(frozen=True)
class CaseRow:
    """A case as the desk sees it. `gone` says that its author has deleted what it is about."""

    id: UUID
    kind: str
    post_id: UUID | None
    comment_id: UUID | None
    author: str
    words: str
    found: str
    reports: Sequence[Complaint]
    opened: datetime
    waits: bool
    gone: bool
    hidden: bool
    decision: str | None
    reason: str
    decided_at: datetime | None
    decided_by: str
    appeal: str
    appealed_at: datetime | None
    settled_at: datetime | None
    version: int

    @property
    def cursor(self) -> tuple[datetime, UUID]:
        """Where the next page begins."""
        return self.opened, self.id


class Verdict(NamedTuple):
    """What was decided about something of one's own."""

    id: UUID
    kind: str
    decision: str | None
    reason: str
    decided_at: datetime | None
    appeal: str
    settled_at: datetime | None
    comment_id: UUID | None


@dataclass(frozen=True)
class HouseRules:
    """What is asked of those who write; number 0 asks nothing."""

    words: tuple[str, ...]
    rules: LocalizedText
    number: int


def cases(
    visit: Visit, *, waiting: bool = True, after: tuple[datetime, UUID] | None = None, limit: int = PAGE + 1
) -> list[CaseRow]:
    """Cases of this viewer's part of the estate, the latest first: those that wait, or those that are decided."""
    since, since_id = after or (None, None)
    rows = visit.db.rows(_LIST, _within(visit, waiting=waiting, after=since, after_id=since_id, limit=limit))
    ids = {one for row in rows for one in (row.author_id, row.decided_by) if one}
    names = account_names(visit.db, ids) if ids else {}
    return [_case(row, names) for row in rows]


def case(visit: Visit, case_id: UUID) -> CaseRow | None:
    """One case."""
    row = visit.db.row(_ONE, _within(visit, case=case_id))
    if row is None:
        return None
    return _case(row, account_names(visit.db, [one for one in (row.author_id, row.decided_by) if one]))


def waiting_cases(visit: Visit) -> int:
    """How many wait, counted up to a hundred."""
    count: int = visit.db.row(_COUNT, _within(visit)).count
    return count


def verdicts(visit: Visit, post_id: UUID) -> list[Verdict]:
    """What was decided about the viewer's own words in this post and below it."""
    rows = visit.db.rows(_OF_AUTHOR, (post_id, visit.viewer.account_id))
    return [Verdict(*row) for row in rows]


def house_rules(visit: Visit) -> HouseRules:
    """The company's; kept until they change."""
    return visit.kept("pinboard", "rules", lambda: read_rules(visit.db))


def read_rules(db: CompanySession) -> HouseRules:
    """The same, for who has no visit."""
    row = next(iter(db.glance(_RULES)), None)
    return (
        HouseRules(tuple(row.words), LocalizedText(row.rules), row.number)
        if row
        else HouseRules((), LocalizedText(), 0)
    )


def must_agree(visit: Visit) -> bool:
    """Whether the viewer has yet to agree to the house rules as they are now."""
    number = house_rules(visit).number
    if not number:
        return False
    row = visit.db.row(_AGREED, (visit.viewer.account_id,))
    return row is None or row.number < number


def _within(visit: Visit, **more: Any) -> dict[str, Any]:
    limit = visit.viewer.within(MODERATE)
    return {"everywhere": not limit, "homes": list(limit.homes), **more}


def _case(row: Any, names: Any) -> CaseRow:
    gone = (row.post_id if row.kind == "post" else row.comment_id) is None
    return CaseRow(
        row.id, row.kind, row.post_id, row.comment_id, names.get(row.author_id, ""), row.words, row.found,
        [Complaint(*one) for one in row.reports], row.created_at, row.waits, gone,
        row.post_status in ("hidden", "held", "removed"), row.decision, row.reason, row.decided_at,
        names.get(row.decided_by, ""), row.appeal, row.appealed_at, row.settled_at, row.version,
    )  # fmt: skip
