"""Bringing people in and ending their access. Nothing here commits, and who acts is said before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from quartier.db.base import new_id
from quartier.estate.models import Occupancy
from quartier.estate.services import EstateError
from quartier.i18n.texts import gettext as _
from quartier.invitations import services as invitations
from quartier.invitations.services import Inviter
from quartier.jobs.queue import begin
from quartier.mail.addresses import address_key
from quartier.people.models import Occupant, Person
from quartier.people.services import ties
from quartier.tenancy.session import CompanySession

MOST: Final = 12
"""People whom residents bring onto one period: each is a mail in the company's name."""
KNOWN: Final = """
    SELECT o.id FROM occupant o JOIN person q ON q.id = o.person_id LEFT JOIN account a ON a.person_id = q.id
     WHERE o.occupancy_id = %(period)s AND (o.ends IS NULL OR o.ends > %(today)s)
       AND (lower(q.email) = %(key)s OR a.email_key = %(key)s)
"""
ENDED: Final = """
    SELECT o.id FROM occupant o JOIN person q ON q.id = o.person_id LEFT JOIN account a ON a.person_id = q.id
     WHERE o.occupancy_id = %(period)s AND o.ends <= %(today)s AND o.host_id IS NOT NULL
       AND (lower(q.email) = %(key)s OR a.email_key = %(key)s) LIMIT 1
"""
BROUGHT: Final = """
    SELECT count(*) FROM occupant WHERE occupancy_id = %(period)s AND host_id IS NOT NULL
       AND (ends IS NULL OR ends > %(today)s)
"""
OPEN: Final = """
    SELECT id FROM invitation WHERE person_id = %(person)s AND accepted_at IS NULL AND withdrawn_at IS NULL
"""
DAY: Final = """
    SELECT v.id FROM invitation v WHERE v.id = %(id)s AND NOT EXISTS (
           SELECT FROM invitation_sending s WHERE s.invitation_id = v.id AND s.created_at > now() - interval '1 day')
"""


def bring_in(
    db: CompanySession, period_id: UUID, values: Mapping[str, Any], *, host_id: UUID, inviter: Inviter, today: date
) -> Occupant:
    """Somebody on the host's period from now on, invited where there is an address. Raises EstateError.

    It says when the address is on this very period, and never whether the company knows it elsewhere: then there is one
    entry more, which the list of duplicates finds. Of two who invite the same person at once, the period lets one wait.
    """
    begin(db)
    db.scalars(select(Occupancy).filter_by(id=period_id).with_for_update()).one()
    email = (values["email"] or "").strip() or None
    asked = {"period": period_id, "today": today, "key": address_key(email or "")}
    if email and db.row(KNOWN, asked):
        raise EstateError("email", _("This address is in your household already."))
    if db.row(BROUGHT, {"period": period_id, "today": today})[0] >= MOST:
        words = _("There are %(num)s people already. For more, please ask your management.", num=MOST)
        raise EstateError("_schema", words)
    occupant = (_back(db, asked) if email else None) or _new(db, period_id, values, email)
    occupant.role, occupant.ends, occupant.host_id = values["role"], values["ends"], host_id
    db.flush()
    if email:
        invitations.invite(db, [occupant.person_id], channel="mail", actor=inviter)
    return occupant


def _back(db: CompanySession, asked: dict[str, Any]) -> Occupant | None:
    """Somebody whom residents had brought onto this period, and whose access has ended."""
    row = db.row(ENDED, asked)
    return db.get(Occupant, (db.company_id, row.id)) if row is not None else None


def _new(db: CompanySession, period_id: UUID, values: Mapping[str, Any], email: str | None) -> Occupant:
    person = Person(id=new_id(), given_name=values["given_name"], family_name=values["family_name"], email=email)
    db.add(person)
    db.flush()
    occupant = Occupant(id=new_id(), occupancy_id=period_id, person_id=person.id)
    db.add(occupant)
    return occupant


def remind(db: CompanySession, invitation_id: UUID, *, inviter: Inviter) -> bool:
    """Once a day at most; False when it is too soon, or they have come meanwhile."""
    begin(db)
    if db.row(DAY, {"id": invitation_id}) is None:
        return False
    return bool(invitations.remind(db, [invitation_id], actor=inviter))


def end(db: CompanySession, occupant: Occupant, *, by: str, today: date) -> None:
    """From now on they see nothing of this period. Whoever has not come yet is withdrawn and forgotten."""
    person = db.get_one(Person, (db.company_id, occupant.person_id))
    invited = [row.id for row in db.rows(OPEN, {"person": person.id})]
    has_account = db.row("SELECT 1 FROM account WHERE person_id = %s", (person.id,)) is not None
    if has_account:
        occupant.ends = today
        db.flush()
        return
    invitations.withdraw(db, invited, by=by)
    db.delete(occupant)
    db.flush()
    if person.external_id is None and ties(db, person.id) is None:
        db.delete(person)
        db.flush()
