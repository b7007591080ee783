"""What the records of a company still say of people whose entries were deleted, and when they stop saying it.

Nobody has asked for these people to be forgotten: a tenant left the books, an import or a colleague deleted them. For
some weeks the values stay, so that a mistake can be taken back; then the history knows who did what to which row and
when, and no longer what stood there. An emptied side of a change is `{}`, which nothing else writes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.imports.exchange import NOT_PEOPLE
from quartier.imports.services import LOCK
from quartier.jobs.definition import Chore, House

log = structlog.get_logger(__name__)
GONE_FOR: Final = timedelta(days=30)
"""Until the end of the month somebody notices that the wrong people were deleted; nothing needs their values after it.

Bodies of webhooks and failed jobs are deleted after the same time by their own chores.
"""
AT_ONCE: Final = 5000
COMPANIES: Final = """
    SELECT DISTINCT company_id FROM change
    WHERE noun = 'person' AND action = 'delete' AND before <> '{}' AND at < :before
    UNION SELECT company_id FROM import_run
    WHERE coalesce(finished_at, created_at) < :before AND report ? 'preview' AND status IN ('applied', 'undone')
    UNION SELECT company_id FROM erp_batch WHERE finished_at < :before AND problems <> '[]'
"""
GONE: Final = """
    SELECT DISTINCT noun_id FROM change c
    WHERE company_id = :company AND noun = 'person' AND action = 'delete' AND before <> '{}' AND at < :before
        AND NOT EXISTS (SELECT FROM person p WHERE p.company_id = c.company_id AND p.id = c.noun_id)
        AND NOT EXISTS (SELECT FROM person_merge m WHERE m.company_id = c.company_id AND m.undone_at IS NULL
            AND c.noun_id = ANY(m.gone))
    LIMIT :most
"""
"""Somebody who went into another entry is not gone: the other one is that person."""
PLACES: Final = """
    SELECT DISTINCT noun_id FROM change
    WHERE company_id = :company AND noun = 'occupant' AND (before <> '{}' OR after <> '{}')
        AND coalesce(after ->> 'person_id', before ->> 'person_id') = ANY(CAST(CAST(:people AS uuid[]) AS text[]))
"""
OWN: Final = """(c.source_kind = 'person' OR c.source_kind = 'system' AND c.actor <> 'system' AND NOT EXISTS (
    SELECT FROM import_run i WHERE i.company_id = c.company_id AND i.id = c.source_id))"""
"""SQL: a change that residents have made themselves; who took an import back is somebody of the team."""
EMPTY: Final = f"""
    UPDATE change c SET before = CASE WHEN before IS NOT NULL THEN CAST('{{}}' AS jsonb) END,
        after = CASE WHEN after IS NOT NULL THEN CAST('{{}}' AS jsonb) END,
        actor = CASE WHEN {OWN} THEN '' ELSE actor END
    FROM unnest(CAST(:ids AS uuid[])) AS gone (id) WHERE c.company_id = :company AND c.noun_id = gone.id
"""  # noqa: S608 - our own words
HOSTS: Final = """
    UPDATE change SET before = before - 'host_id', after = after - 'host_id'
    WHERE company_id = :company AND noun = 'occupant'
        AND coalesce(after ->> 'host_id', before ->> 'host_id') = ANY(CAST(CAST(:people AS uuid[]) AS text[]))
"""
ACTED: Final = f"""
    UPDATE change c SET actor = '' WHERE company_id = :company AND source_id IS NOT NULL AND at < :before
        AND actor <> '' AND {OWN}
        AND NOT EXISTS (SELECT FROM account a WHERE a.company_id = c.company_id AND a.id = c.source_id)
"""  # noqa: S608 - our own words
"""What residents did to rows of others, who are still there: it stays, without the name of whose account is gone."""
NUMBERS: Final = """
    SELECT DISTINCT side ->> 'external_id' FROM change c CROSS JOIN LATERAL (VALUES (c.before), (c.after)) s (side)
    WHERE c.company_id = :company AND c.noun_id = ANY(CAST(:people AS uuid[])) AND side ->> 'external_id' IS NOT NULL
"""
"""What the company's own system calls them, or has called them."""
ROWS: Final = """
    DELETE FROM exchange_record WHERE company_id = :company AND resource <> ALL(CAST(:others AS text[]))
        AND coalesce(data ->> 'agentId', data ->> 'id') = ANY(CAST(:numbers AS text[]))
"""
ROW_CHANGES: Final = """
    DELETE FROM exchange_change WHERE company_id = :company
        AND coalesce(after, before) ->> 'resource' <> ALL(CAST(:others AS text[]))
        AND coalesce(
            coalesce(after, before) -> 'data' ->> 'agentId', coalesce(after, before) -> 'data' ->> 'id'
        ) = ANY(CAST(:numbers AS text[]))
"""
CORRECTIONS: Final = "DELETE FROM correction WHERE company_id = :company AND noun_id = ANY(CAST(:people AS uuid[]))"
REPORTS: Final = """
    UPDATE import_run SET
        report = report - CAST('{preview,gone,wishes,in_the_way,problems}' AS text[]),
        choices = choices - CAST('{fixes,decisions}' AS text[])
    WHERE company_id = :company AND coalesce(finished_at, created_at) < :before AND report ? 'preview'
        AND status IN ('applied', 'undone')
"""
BATCHES: Final = "UPDATE erp_batch SET problems = '[]' WHERE company_id = :company AND finished_at < :before"


def sweep(_house: House, db: Session) -> None:
    """Empty what is due, company after company, each in a transaction of its own."""
    before = datetime.now(UTC) - GONE_FOR
    for company_id in db.scalars(text(COMPANIES), {"before": before}).all():
        if count := empty(db, company_id, before=before):
            log.info("history_emptied", company=str(company_id), people=count)
        db.commit()


def empty(db: Session, company_id: UUID, *, before: datetime) -> int:
    """Empty what one company's records say of people who went before then; how many there were.

    `db` is the platform's own session. No import is taken back meanwhile: it reads the same values.
    """
    db.execute(text(LOCK.replace("%(company)s", ":company")), {"company": str(company_id)})
    these: dict[str, Any] = {"company": company_id, "before": before}
    people = list(db.scalars(text(GONE), {**these, "most": AT_ONCE}))
    if people:
        forget_rows(db, company_id, list(db.scalars(text(NUMBERS), {**these, "people": people})))
        empty_history(db, company_id, people)
        db.execute(text(CORRECTIONS), {**these, "people": people})
        db.execute(text(ACTED), these)
    for statement in (REPORTS, BATCHES):
        db.execute(text(statement), these)
    return len(people)


def empty_history(db: Session, company_id: UUID, people: Collection[UUID]) -> None:
    """Leave of the history of these entries, and of their places on periods, what kind of change it was."""
    these: dict[str, Any] = {"company": company_id, "people": list(people)}
    places = list(db.scalars(text(PLACES), these))
    db.execute(text(EMPTY), {**these, "ids": [*people, *places]})
    db.execute(text(HOSTS), these)


def forget_rows(db: Session, company_id: UUID, numbers: Collection[str]) -> None:
    """Delete what exchange sets said of people with these numbers, kept for the module that will want it."""
    these = {"company": company_id, "numbers": list(numbers), "others": NOT_PEOPLE}
    for statement in (ROW_CHANGES, ROWS) if numbers else ():
        db.execute(text(statement), these)


CHORES = [Chore("rights.empty", sweep, every="47 * * * *")]
