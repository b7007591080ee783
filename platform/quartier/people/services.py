"""Changing people and who is on a period. Nothing here commits, and who acts is said before (`history.acting`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.db.base import new_id
from quartier.estate.models import Occupancy
from quartier.estate.services import EstateError, add, change
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.jobs.queue import defer
from quartier.people.models import Occupant, Person, PersonAlias
from quartier.tenancy.session import CompanySession

READDRESS = "people.readdress"
"""The job that asks people at a new address, and tells the old one."""
LEAVERS = "invitations.leavers"
"""The job that withdraws invitations of who has left or was put away."""
TIES = """
    SELECT (SELECT count(*) FROM occupant WHERE person_id = %(id)s) AS periods,
           (SELECT count(*) FROM account WHERE person_id = %(id)s) AS accounts,
           (SELECT count(*) FROM agent WHERE person_id = %(id)s) AS agents
"""


def add_person(db: Session, values: Mapping[str, Any]) -> Person:
    """Somebody the company knows from now on."""
    _number_means_nobody(db, values.get("external_id"))
    person: Person = add(db, Person, values)
    return person


def change_person(db: CompanySession, person: Person, values: Mapping[str, Any], *, version: int) -> None:
    """New values, by the rules for all master data."""
    _number_means_nobody(db, values.get("external_id"), but=person.id)
    change(db, person, values, version=version)
    tell_of_addresses(db)


def _number_means_nobody(db: Session, number: str | None, *, but: UUID | None = None) -> None:
    """A number that was somebody's before a merge still means that person."""
    known = db.scalar(select(PersonAlias.person_id).filter_by(external_id=number)) if number else None
    if known not in (None, but):
        raise EstateError("external_id", _("This number still means somebody whose entries were merged."))


def tell_of_addresses(db: CompanySession) -> None:
    """Have a job see to those whose e-mail address this transaction has changed; to be called after writing people."""
    db.flush()
    if db.row("SELECT 1 FROM email_moved LIMIT 1") is not None:
        defer(db, READDRESS, once=READDRESS)


def tell_of_leavers(db: CompanySession) -> None:
    """Have a job see to who has left by what this transaction writes, and not only the next night."""
    defer(db, LEAVERS, once=LEAVERS)


def put_on(db: Session, occupancy: Occupancy, person: Person, role: str) -> Occupant:
    """A person on a period. Raises EstateError when this person is on it already."""
    if db.scalar(select(Occupant.id).filter_by(occupancy_id=occupancy.id, person_id=person.id)) is not None:
        raise EstateError("person", _("%(name)s is on this period already.", name=person.name))
    occupant = Occupant(id=new_id(), occupancy_id=occupancy.id, person_id=person.id, role=role)
    db.add(occupant)
    db.flush()
    return occupant


def take_off(db: Session, occupant: Occupant) -> None:
    """The person is not on the period any more; the person stays."""
    db.delete(occupant)
    db.flush()


def ties(db: CompanySession, person_id: UUID) -> str | None:
    """What keeps a person from being deleted, as a sentence; None when nothing does."""
    row = db.row(TIES, {"id": person_id})
    if row.agents:
        return _("This person is a member of the team.")
    if row.accounts:
        return _("This person has an account.")
    if not row.periods:
        return None
    return ngettext("This person is on %(num)s period.", "This person is on %(num)s periods.", row.periods)


def delete_person(db: CompanySession, person: Person) -> None:
    """Remove somebody for good. Raises EstateError with what is in the way of it."""
    if reason := ties(db, person.id):
        raise EstateError("_schema", _("It cannot be deleted: %(reason)s", reason=reason))
    db.delete(person)
    db.flush()
