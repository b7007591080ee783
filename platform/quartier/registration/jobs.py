"""Housekeeping: what nobody went on with is forgotten."""

from __future__ import annotations

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from quartier.jobs.definition import Chore, House
from quartier.registration.models import Registration


def sweep(_house: House, db: Session) -> None:
    """Drop registrations whose time is over, of all companies."""
    db.execute(delete(Registration).where(Registration.expires_at < func.now()))


CHORES = [Chore("registration.sweep", sweep, every="41 * * * *")]
