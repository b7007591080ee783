"""Who is meant by an invitation, shown so that a letter that somebody found tells little."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select

from quartier.accounts.visitors import hash_token
from quartier.invitations.leaving import has_left
from quartier.invitations.models import Invitation
from quartier.invitations.queries import state_of
from quartier.mail.addresses import address_key
from quartier.people.likeness import same_name, similar_name
from quartier.people.models import Person
from quartier.registration.models import Registration
from quartier.tenancy.session import CompanySession

PARTS: Final = 4
NUMBERS: Final = """
    SELECT DISTINCT o.contract_number FROM occupant c
      JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
     WHERE c.person_id = %(person)s AND o.contract_number <> ''
       AND (o.ends IS NULL OR o.ends > (SELECT company_today()))
"""
HOME: Final = """
    SELECT b.street, b.postal_code, b.city FROM occupant c
      JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
      JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
      JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
     WHERE c.person_id = %(person)s AND (o.ends IS NULL OR o.ends > (SELECT company_today()))
     ORDER BY u.kind NOT IN ('flat', 'house'), o.starts DESC LIMIT 1
"""
BY_MAIL_ONLY: Final = """
    SELECT EXISTS (SELECT FROM invitation_sending s JOIN mail_delivery d
                     ON d.company_id = s.company_id AND d.event = 'invitation:' || s.invitation_id || ':' || s.event
                    WHERE s.invitation_id = %(id)s AND s.channel = 'mail' AND d.address_key = %(key)s)
       AND NOT EXISTS (SELECT FROM invitation_sending s LEFT JOIN mail_delivery d
                     ON d.company_id = s.company_id AND d.event = 'invitation:' || s.invitation_id || ':' || s.event
                    WHERE s.invitation_id = %(id)s AND (s.channel <> 'mail' OR d.address_key <> %(key)s)) AS proven
"""
ALIKE: Final = f"""
    SELECT {same_name("a", "b")} OR ({similar_name("a", "b")}) AS alike FROM person a, person b
     WHERE a.id = %(one)s AND b.id = %(other)s
"""  # noqa: S608


@dataclass(frozen=True)
class Guest:
    """Whom an invitation is for, as the guest sees it: first letters and a town. `asks_number` says that contracts of
    this person have numbers to ask for."""

    name: str
    home: str
    asks_number: bool


def guest_of(db: CompanySession, person: Person) -> Guest:
    """Enough to know oneself by."""
    home = db.row(HOME, {"person": person.id})
    street = f"{home.street[:3]}…, {home.postal_code} {home.city}" if home else ""
    return Guest(masked(person.name), street, bool(numbers_of(db, person.id)))


def masked(name: str) -> str:
    """ "V. K." for Verena Keller, "B." for a mononym, four parts at most for whoever has many."""
    return " ".join(f"{part[0]}." for part in name.split()[:PARTS])


def numbers_of(db: CompanySession, person_id: UUID) -> set[str]:
    """The numbers of somebody's contracts that run or will, as they are compared."""
    found = {plain_number(row.contract_number) for row in db.rows(NUMBERS, {"person": person_id})}
    return found - {""}


def plain_number(text: str) -> str:
    """A contract number without dots, dashes and blanks, which one reads and another leaves out."""
    return re.sub(r"[\W_]+", "", text[:200]).casefold()


def proven_by_mail(db: CompanySession, invitation_id: UUID, email: str) -> bool:
    """Whether this invitation went to this very address and nowhere else: whoever holds it, reads its mail."""
    return bool(db.row(BY_MAIL_ONLY, {"id": invitation_id, "key": address_key(email)}).proven)


def registration_of(db: CompanySession, token: str) -> tuple[Registration, Invitation] | None:
    """What a browser, or the link of a mail, is in the middle of."""
    hashed = hash_token(token)
    found = db.execute(
        select(Registration, Invitation)
        .join(Invitation, Invitation.id == Registration.invitation_id)
        .where(or_(Registration.token_hash == hashed, Registration.link_hash == hashed))
        .where(Registration.expires_at > datetime.now(UTC))
    ).first()
    return (found[0], found[1]) if found else None


def is_open(db: CompanySession, invitation: Invitation) -> bool:
    """Whether it lets somebody in."""
    return state_of(invitation) == "open" and not has_left(db, invitation)


def person_of(db: CompanySession, person_id: UUID) -> Person:
    """The entry of somebody who is invited or has an account."""
    return db.scalars(select(Person).where(Person.id == person_id)).one()


def are_alike(db: CompanySession, one: UUID, other: UUID) -> bool:
    """Whether two entries can be one person by their names; spouses are not."""
    return one == other or bool(db.row(ALIKE, {"one": one, "other": other}).alike)
