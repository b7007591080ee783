"""Wishes that the ERP changes something: written down, found again, put aside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from quartier.db.base import new_id
from quartier.locks.models import Correction, CorrectionField
from quartier.tenancy.session import CompanySession

BY_ONE_IN_AN_HOUR: Final = 30
IN_A_DAY: Final = 300
LONGEST_NOTE: Final = 2000
TEAM: Final = ""
"""The recipient of what residents say in their own words: no system knows it, the team answers."""


class TooMany(Exception):
    """There were many wishes lately; each is a mail to somebody."""


@dataclass(frozen=True)
class Subject:
    """What a wish is about: a noun, the thing, what it is called, and the property in which it stands."""

    noun: str
    id: UUID
    label: str
    property_id: UUID | None = None


@dataclass(frozen=True)
class Author:
    """Who wishes it."""

    name: str
    account_id: UUID | None


@dataclass(frozen=True)
class Wish:
    """A correction with its fields."""

    correction: Correction
    fields: Sequence[CorrectionField]


def propose(
    db: CompanySession,
    correction_id: UUID,
    subject: Subject,
    values: Mapping[str, tuple[Any, Any]],
    *,
    note: str,
    recipient: str,
    author: Author,
) -> bool:
    """Write a wish down: `values` are what a field is and what it should be, as the history writes them.

    False when a wish of this id is there already: a form was sent twice. Raises TooMany.
    """
    _slowly(db, author)
    row = insert(Correction).values(
        id=correction_id, noun=subject.noun, noun_id=subject.id, property_id=subject.property_id, label=subject.label,
        note=note, recipient=recipient, proposed_by=author.name, account_id=author.account_id,
    )  # fmt: skip
    if db.scalar(row.on_conflict_do_nothing().returning(Correction.id)) is None:
        return False
    for field, (present, proposed) in values.items():
        db.add(CorrectionField(id=new_id(), correction_id=correction_id, noun_id=subject.id, field=field,
                               present=present, proposed=proposed))  # fmt: skip
    db.flush()
    return True


def known(db: CompanySession, correction_id: UUID) -> bool:
    """Whether a wish of this id is there already."""
    return db.get(Correction, (db.company_id, correction_id)) is not None


def wished_already(db: CompanySession, noun_id: UUID, values: Mapping[str, tuple[Any, Any]]) -> dict[str, Correction]:
    """The open wish that has the same value for a field, by field."""
    query = (
        select(CorrectionField, Correction)
        .join(Correction, Correction.id == CorrectionField.correction_id)
        .where(CorrectionField.noun_id == noun_id, CorrectionField.arrived_at.is_(None))
        .where(Correction.closed_at.is_(None))
    )
    found = db.execute(query).all()
    return {one.field: wish for one, wish in found if one.field in values and one.proposed == values[one.field][1]}


def wishes(
    db: CompanySession,
    *,
    is_open: bool,
    nouns: Collection[str],
    within: Collection[UUID] = (),
    before: UUID | None = None,
    limit: int = 51,
    for_team: bool = True,
) -> list[Wish]:
    """Wishes about these nouns, the newest first. `within` are the properties that the reader is limited to.

    Without `for_team` there are only those that the ERP is to fulfil.
    """
    closed = Correction.closed_at
    query = select(Correction).where(closed.is_(None) if is_open else closed.is_not(None), Correction.noun.in_(nouns))
    if within:
        query = query.where(_reach(within))
    if not for_team:
        query = query.where(Correction.recipient != TEAM)
    if before is not None:
        query = query.where(Correction.id < before)
    return with_fields(db, db.scalars(query.order_by(Correction.id.desc()).limit(limit)).all())


def wishes_for(db: CompanySession, noun_id: UUID) -> list[Wish]:
    """What is open for one thing, the newest first."""
    query = select(Correction).filter_by(noun_id=noun_id).where(Correction.closed_at.is_(None))
    return with_fields(db, db.scalars(query.order_by(Correction.id.desc()).limit(20)).all())


def said_by(db: CompanySession, account_id: UUID, noun_id: UUID, *, limit: int = 5) -> list[Correction]:
    """What somebody has said in their own words of their own entry, the newest first."""
    query = select(Correction).filter_by(account_id=account_id, noun_id=noun_id, recipient=TEAM)
    return list(db.scalars(query.order_by(Correction.id.desc()).limit(limit)))


def put_aside(db: CompanySession, correction: Correction, by: str) -> None:
    """It is not waited for any more."""
    if correction.closed_at is None:
        correction.closed_at, correction.closed_as, correction.closed_by = datetime.now(UTC), "agent", by
        db.flush()


def answer(db: CompanySession, correction: Correction, *, accepted: bool, reason: str, by: str) -> None:
    """The word of the ERP's keepers: it is in hand and stays open until the values arrive, or it is declined."""
    correction.answer, correction.answered_at = reason, datetime.now(UTC)
    if not accepted:
        correction.closed_at, correction.closed_as, correction.closed_by = correction.answered_at, "declined", by
    db.flush()


def _reach(within: Collection[UUID]) -> ColumnElement[bool]:
    """Things in these properties; who people are on periods with is looked at one by one."""
    return or_(Correction.property_id.in_(within), Correction.noun == "person")


def with_fields(db: CompanySession, found: Sequence[Correction]) -> list[Wish]:
    """Corrections with their fields."""
    if not found:
        return []
    query = select(CorrectionField).where(CorrectionField.correction_id.in_([one.id for one in found]))
    fields: dict[UUID, list[CorrectionField]] = {}
    for field in db.scalars(query.order_by(CorrectionField.id)):
        fields.setdefault(field.correction_id, []).append(field)
    return [Wish(one, fields.get(one.id, [])) for one in found]


def _slowly(db: CompanySession, author: Author) -> None:
    """Who asks, and how often: each wish is a mail."""
    since = func.now() - func.make_interval(0, 0, 0, 1)
    recent = select(func.count()).select_from(Correction)
    if (db.scalar(recent.where(Correction.created_at > since)) or 0) >= IN_A_DAY:
        raise TooMany
    hour = func.now() - func.make_interval(0, 0, 0, 0, 1)
    own = recent.where(Correction.created_at > hour, Correction.account_id == author.account_id)
    if (db.scalar(own) or 0) >= BY_ONE_IN_AN_HOUR:
        raise TooMany
