"""Numbers of people whom the company has erased wholly, and whom its own system goes on sending.

Nothing says any more who they were, so nothing else would keep the next import from making them anew. What is kept of a
number is a hash under the installation's key: whoever reads the database learns no number from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from quartier.db.base import new_id
from quartier.keys import derive
from quartier.people.models import ErasedNumber
from quartier.tenancy.session import CompanySession

PURPOSE: Final = "people.erased"
KNOWN: Final = "SELECT number_hash, created_at::date AS day FROM erased_number"


@dataclass(frozen=True)
class ErasedNumbers:
    """The numbers that are left out at one company; `key` is the installation's."""

    db: CompanySession
    key: bytes

    def count(self) -> int:
        """How many there are; most companies have none, and nothing has to be hashed."""
        return int(self.db.row("SELECT count(*) FROM erased_number")[0])

    def among(self, numbers: Iterable[str]) -> dict[str, date]:
        """Those of these numbers that were erased → on which day."""
        days = {bytes(row.number_hash): row.day for row in self.db.rows(KNOWN)}
        hashed = ((number, _hash(self.key, self.db.company_id, number)) for number in numbers)
        return {number: days[found] for number, found in hashed if found in days}

    def allow(self, numbers: Collection[str]) -> bool:
        """Take these people in again when they are sent the next time; False where none of them was left out."""
        hashes = [_hash(self.key, self.db.company_id, number) for number in numbers]
        gone = delete(ErasedNumber).where(ErasedNumber.number_hash.in_(hashes)).returning(ErasedNumber.id)
        return bool(self.db.scalars(gone).all())


def leave_out(db: Session, key: bytes, company_id: UUID, numbers: Iterable[str]) -> None:
    """From now on nobody comes in under these numbers; `db` is the platform's own session."""
    for number in numbers:
        mark = insert(ErasedNumber).values(
            company_id=company_id, id=new_id(), number_hash=_hash(key, company_id, number)
        )
        again = {"created_at": func.now()}
        db.execute(mark.on_conflict_do_update(index_elements=["company_id", "number_hash"], set_=again))


def _hash(key: bytes, company_id: UUID, number: str) -> bytes:
    return derive(key, PURPOSE, company_id.bytes, number)
