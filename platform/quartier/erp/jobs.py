"""What is done for the ERP behind the scenes."""

from __future__ import annotations

from uuid import UUID

from quartier.erp import services
from quartier.i18n.texts import gettext as _
from quartier.jobs.definition import Job, Work
from quartier.keys import key_of


def upsert(work: Work, batch: str) -> None:
    """Write one batch."""
    services.work_off(work.db, UUID(batch), zone=work.company.zone.key, key=key_of(work.house.config))


def upsert_failed(work: Work, batch: str) -> None:
    """Say in the batch that it came to nothing, so that whoever polls it learns so."""
    reason = _("Something went wrong on our side. Nothing was changed; please send the batch again.")
    services.give_up(work.db, UUID(batch), reason)


JOBS = [Job(services.JOB, upsert, attempts=4, gave_up=upsert_failed)]
