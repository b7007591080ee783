"""Saying which system the company has, and what it owns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import select

from quartier.db.base import new_id
from quartier.locks.fields import OWNABLE
from quartier.locks.models import ErpLink
from quartier.tenancy.session import CompanySession

FIELDS = frozenset(f"{noun}.{field}" for noun, fields in OWNABLE.items() for field in fields)


def link_of(db: CompanySession) -> ErpLink | None:
    """The company's system; None when it has named none."""
    return db.scalars(select(ErpLink)).one_or_none()


def save_link(db: CompanySession, *, system: str, correction_email: str | None, owned: Iterable[str]) -> ErpLink:
    """Write it; from then on the owned fields are read-only here. Unknown fields are left out."""
    link = link_of(db) or ErpLink(id=new_id())
    link.system, link.correction_email = system, correction_email
    link.owned, link.changed_at = sorted(FIELDS & set(owned)), datetime.now(UTC)
    db.add(link)
    db.flush()
    return link


def drop_link(db: CompanySession) -> None:
    """The company has no such system any more: everything can be changed here."""
    if link := link_of(db):
        db.delete(link)
        db.flush()
