"""Writing down what was told, so that it is told once; and how long things are graced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from quartier.contracts.events import record
from quartier.contracts.models import Contract
from quartier.contracts.services import By
from quartier.db.base import new_id
from quartier.lapse.models import LapseReminder
from quartier.lapse.queries import End


def note(db: Session, company_id: UUID, ends: Iterable[End]) -> dict[tuple[UUID, date], list[End]]:
    """Write down that these are told; those that nobody had written down before, by what is told together.

    Two workers at once: the second waits for the first one's commit, and finds nothing left to tell.
    """
    told: dict[tuple[date, int], UUID] = {}
    found: dict[tuple[UUID, date], list[End]] = {}
    for end in ends:
        told_id = told.setdefault((end.ends, end.days), new_id())
        row = insert(LapseReminder).values(
            company_id=company_id, id=new_id(), module=end.module, ends=end.ends, days=end.days, told_id=told_id
        )
        if db.scalar(row.on_conflict_do_nothing().returning(LapseReminder.id)) is not None:
            found.setdefault((told_id, end.ends), []).append(end)
    return found


def take_back(db: Session, company_id: UUID, last_days: Mapping[str, date], *, today: date) -> list[UUID]:
    """What was told of ends that have moved: what is told together goes when nothing of it is true any more."""
    query = select(LapseReminder).filter_by(company_id=company_id, is_stale=False).where(LapseReminder.ends > today)
    rows = list(db.scalars(query))
    true = {row.told_id for row in rows if last_days.get(row.module) == row.ends - timedelta(days=1)}
    stale = {row.told_id for row in rows} - true
    if stale:
        moved = update(LapseReminder).where(LapseReminder.told_id.in_(stale), LapseReminder.company_id == company_id)
        db.execute(moved.values(is_stale=True))
    return sorted(stale)


def change_terms(db: Session, contract: Contract, *, grace_days: int, read_only_days: int, by: By) -> None:
    """How long everything still works after an end, and can then be read."""
    before = {"grace_days": contract.grace_days, "read_only_days": contract.read_only_days}
    after = {"grace_days": grace_days, "read_only_days": read_only_days}
    if changed := [name for name in after if before[name] != after[name]]:
        contract.grace_days, contract.read_only_days = grace_days, read_only_days
        db.flush()
        old, new = ({name: values[name] for name in changed} for values in (before, after))
        record(
            db, contract.company_id, kind="contract.changed", subject=contract.number, before=old, after=new,
            actor=by.actor, reason=by.reason,
        )  # fmt: skip
