"""Keeping what people agreed to. Rows are only added; nothing here commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select, tuple_

from quartier.db.base import new_id
from quartier.keys import derive
from quartier.legal.models import LegalConsent, LegalVersion
from quartier.mail.addresses import address_key
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import LegalLink

AGREED, DECLINED = "agreed", "declined"
PURPOSE: Final = "legal.consent"


@dataclass(frozen=True)
class Who:
    """Whose answer it is, in which language the question was read, and whether it came with registering or later."""

    account_id: UUID
    email: str
    language: str
    asked: str = "visit"


def answer(db: CompanySession, key: bytes, who: Who, documents: Iterable[LegalLink], said: str = AGREED) -> None:
    """Write down what somebody answered about these documents, each in the version that is in force.

    `key` is the installation's. An answer that is there already is not written a second time.
    """
    wanted = {(one.id, one.number): one for one in documents}
    if not wanted:
        return
    versions = select(LegalVersion.id, LegalVersion.document_id, LegalVersion.number)
    place = tuple_(LegalVersion.document_id, LegalVersion.number)
    known = set(db.scalars(select(LegalConsent.version_id).filter_by(account_id=who.account_id, answer=said)))
    subject = subject_of(key, db.company_id, who.email)
    for version_id, document_id, number in db.execute(versions.where(place.in_(wanted))):
        if version_id not in known:
            db.add(LegalConsent(
                id=new_id(), account_id=who.account_id, document_id=document_id, version_id=version_id,
                document=wanted[document_id, number].key, number=number, answer=said, language=who.language,
                asked=who.asked, subject=subject,
            ))  # fmt: skip
    db.flush()


def subject_of(key: bytes, company_id: UUID, email: str) -> bytes:
    """What stands for an e-mail address in a proof that outlives the account."""
    return derive(key, PURPOSE, company_id.bytes, address_key(email))
