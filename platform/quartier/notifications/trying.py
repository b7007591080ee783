"""A message that tells nothing: whether a device rings, its owner finds out without waiting for news."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from quartier.db.base import new_id
from quartier.deliveries.readers import voice_for
from quartier.i18n.texts import current_voice, using
from quartier.i18n.texts import gettext as _
from quartier.jobs.definition import Job, Work
from quartier.jobs.queue import begin, defer
from quartier.notifications.models import PushDevice
from quartier.notifications.ringing import FOUND, Ring, drop, handed_over, is_gone, judge
from quartier.notifications.sealing import encoded, encrypt
from quartier.tenancy.company import company_of
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession

TRY: Final = "notifications.try"
MINUTE: Final = 60


def try_soon(db: CompanySession, account_id: UUID, device_id: UUID) -> bool:
    """Queue the message, also while one waits already: then that one will do. False when the account has no such
    device."""
    if db.scalar(select(PushDevice.id).filter_by(id=device_id, account_id=account_id)) is None:
        return False
    defer(db, TRY, once=f"try {device_id}", urgent=True, device=str(device_id))
    return True


def try_out(work: Work, *, device: str) -> None:
    """Ring this one device, once: who waits for it will ask again. What comes of it counts as with any message."""
    rows = work.db.rows(FOUND, {"devices": [UUID(device)]})
    drop(work.db, [row.id for row in rows if not row.is_inside])
    waiting = [_written(company_of(work.db), row) for row in rows if row.is_inside]
    facts = {"TTL": str(MINUTE), "Topic": encoded(new_id().bytes), "Urgency": "high"}
    work.db.commit()  # nothing waits for a push service with a transaction open
    outcomes = handed_over(work.house.config, waiting, facts)
    begin(work.db)
    both = [(one.device_id, outcome) for one, outcome in zip(waiting, outcomes, strict=True)]
    gone = [one for one, outcome in both if is_gone(outcome)]
    taken = [one for one, outcome in both if outcome.ok]
    judge(work.db, taken, [one for one, _outcome in both if one not in {*gone, *taken}], gone)


def _written(company: Company, row: Any) -> Ring:
    with using(voice_for(company, row.language, row.formats, row.timezone)):
        said = {
            "title": _("Test message"), "body": _("Notifications will look like this on this device."),
            "lang": current_voice().language, "tag": "test", "url": "/account/notifications", "important": False,
        }  # fmt: skip
    plain = json.dumps(said, ensure_ascii=False).encode()
    return Ring(row.id, row.person_id, row.endpoint, encrypt(plain, row.public_key, row.secret))


JOBS: Final = [Job(TRY, try_out)]
