"""What others were told of somebody's words: it goes with whoever said them, from bells and from the log of mails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.notifications.services import MAIL_EVENT

TOLD: Final = """
    SELECT id FROM notification n WHERE n.company_id = :company AND n.author_id = :person AND NOT n.important
       AND NOT EXISTS (SELECT FROM agent g WHERE g.company_id = n.company_id AND g.person_id = n.author_id)
"""
"""What a colleague wrote was for the company and stays, without the name; so does what has to be proved."""
QUOTED: Final = "EXISTS (SELECT FROM unnest(CAST(:told AS text[])) t WHERE position(t IN {words}) > 0)"
STEPS: Final = (
    "DELETE FROM mail_delivery WHERE company_id = :company AND event = ANY(CAST(:events AS text[]))",
    f"""UPDATE mail_delivery SET letter = NULL WHERE company_id = :company AND ended_at IS NOT NULL
           AND {QUOTED.format(words="CAST(letter AS text)")}""",  # noqa: S608 - our own words
    f"DELETE FROM outbox_mail WHERE company_id = :company AND {QUOTED.format(words='text')}",  # noqa: S608
    "DELETE FROM notification WHERE company_id = :company AND id = ANY(CAST(:told AS uuid[]))",
)
"""Mails about one thing go; of a summary of several, the words: it stays known that there was one."""


def forget_quotes(db: Session, these: Mapping[str, Any]) -> None:
    """Forget what a resident's words became; `these` are the `company` and the `person`."""
    told = [str(one) for one in db.scalars(text(TOLD), these)]
    values = {"company": these["company"], "told": told, "events": [f"{MAIL_EVENT}{one}" for one in told]}
    for statement in STEPS if told else ():
        db.execute(text(statement), values)
