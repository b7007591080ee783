"""Documents that a company has published, for tests that are about something else."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quartier.db.base import new_id
from quartier.i18n.localized import LocalizedText
from quartier.legal.kinds import TITLES
from quartier.legal.models import LegalDocument, LegalVersion
from quartier.testing import LONG_AGO, SomeCompany


def published(
    company: SomeCompany, key: str, *, starts: date = LONG_AGO, asks: bool = False, title: str = "", **texts: str
) -> UUID:
    """The next version of a document; its title is German."""
    with Session(company.platform.shell.platform) as db:
        known = db.scalars(select(LegalDocument).filter_by(company_id=company.id, key=key)).first()
        last = db.scalar(select(func.max(LegalVersion.number)).filter_by(document_id=known.id if known else None))
    document_id, version_id = known.id if known else new_id(), new_id()
    if known is None:
        position = [*TITLES].index(key) if key in TITLES else 9
        own = LocalizedText({"de": title})
        company.plant(LegalDocument(id=document_id, key=key, title=own, position=position, version=1))
    company.plant(
        LegalVersion(
            id=version_id, document_id=document_id, number=(last or 0) + 1, text=LocalizedText(texts), starts=starts,
            needs_agreement=asks, published_by="Regula Steiner",
        )
    )  # fmt: skip
    company.platform.shell.snapshots.forget(company.id)
    return version_id
