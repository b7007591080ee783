"""Writing down that a mail came back after its server had taken it."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.mail.reports import Report

FIND = """
    SELECT d.company_id, d.address_key FROM company c JOIN mail_delivery d ON d.company_id = c.id AND d.id = :number
     WHERE d.state = 'sent' FOR UPDATE OF d
"""
DELIVERY = """
    UPDATE mail_delivery SET state = :state, reason = :reason, ended_at = now()
     WHERE company_id = :company AND id = :number
"""
ADDRESS = """
    UPDATE mail_address SET bounced_at = now(), reason = :reason WHERE company_id = :company AND address_key = :address
"""


def note_report(db: Session, report: Report) -> bool:
    """Write a report down, from the platform's own session; False when it is about no mail that counts as sent."""
    found = db.execute(text(FIND), {"number": report.number}).first()
    if found is None:
        return False
    values = {"company": found.company_id, "number": report.number, "reason": report.reason}
    db.execute(text(DELIVERY), {**values, "state": report.state})
    if report.state == "bounced":
        db.execute(text(ADDRESS), {**values, "address": found.address_key})
    return True
