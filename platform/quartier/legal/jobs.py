"""Reminding people in the background, and letting proofs go when no claim can depend on them any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from quartier.deliveries.readers import Reader, readers_of, voice_for
from quartier.deliveries.services import deliver_many
from quartier.i18n import formats
from quartier.jobs.definition import Chore, House, Job, Work
from quartier.legal.agreements import Filters, everybody
from quartier.legal.letters import AGREEMENT, Asked, agreement_letter
from quartier.legal.models import LegalConsent
from quartier.legal.queries import standing_of
from quartier.mail.letters import Letter
from quartier.tenancy.company import company_of

REMIND: Final = "legal.remind"
PROOF: Final = timedelta(days=3653)
"""Ten years, the general limitation in Switzerland (OR 127) and the longest of Germany's that concern a contract of
use; only then does the proof of somebody who was erased go."""


def remind(work: Work, *, document: str, day: str) -> None:
    """Write to everybody who has neither agreed nor declined; at most one mail a day about one version."""
    standing = standing_of(work.db, document, datetime.now(work.company.zone).date())
    version = standing.asked if standing else None
    if standing is None or version is None:
        return
    company = company_of(work.db)
    waiting = [row.id for row in everybody(work.db, standing, Filters("waiting"))]

    def write(reader: Reader) -> Letter:
        language = voice_for(company, reader.language).language
        title, note = standing.title.pick(language), version.note.pick(language, (company.languages[0],))
        day_in_words = formats.format_date(version.starts)
        return agreement_letter(
            reader.name, Asked(title.text, company.name, day_in_words, work.url("/agree"), note.text)
        )

    deliver_many(work.db, AGREEMENT, readers_of(work.db, waiting), write, event=f"{REMIND}:{version.id}:{day}")


def sweep(_house: House, db: Session) -> None:
    """Proofs of people who are forgotten, when their time is over."""
    over = LegalConsent.at < func.now() - PROOF
    db.execute(delete(LegalConsent).where(LegalConsent.account_id.is_(None), over))


JOBS = [Job(REMIND, remind)]
CHORES = [Chore("legal.sweep", sweep, every="51 3 * * *")]
