"""Somebody wishes to sign in with another address. Nothing here commits.

Nobody learns from it whether an address has an account here: the wish waits all the same, and the mail that goes there
tells its owner.
"""

from __future__ import annotations

from typing import Final

from quartier.accounts import addresses, resets
from quartier.accounts.models import AddressChange
from quartier.accounts.realm import PORTAL, Known
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver
from quartier.estate.history import acting
from quartier.invitations.services import Inviter
from quartier.locks.fields import locked_fields
from quartier.people.models import Person
from quartier.people.services import change_person
from quartier.readdressing.letters import (
    CHANGED,
    TAKEN,
    WISHED,
    WISHED_TOLD,
    changed_letter,
    taken_letter,
    wished_letter,
    wished_told_letter,
)
from quartier.tenancy.company import company_of
from quartier.tenancy.session import CompanySession

FIELD: Final = "email"


def wish(db: CompanySession, known: Known, email: str, *, language: str, sender: Inviter) -> None:
    """Write to the new address, and tell the present one; an earlier wish of the same account is over."""
    account, company = known.account, company_of(db).name
    made = addresses.propose(db, {account.id: email}, origin="person")[account.id]
    there = Reader(email, "", language)
    if addresses.is_taken(db, account.id, email):
        deliver(db, TAKEN, there, lambda: taken_letter(company, f"{sender.origin}/sign-in"))
    else:
        code, url = addresses.set_code(db, sender.key, account.id), f"{sender.origin}/address/{made.token}"
        deliver(db, WISHED, there, lambda: wished_letter(company, code, url))
    here = Reader(account.email, known.name, language, known.person_id)
    stop = f"{sender.origin}/address/stop/{made.stop}"
    deliver(db, WISHED_TOLD, here, lambda: wished_told_letter(known.name, company, stop))


def take(db: CompanySession, change: AddressChange, known: Known, *, language: str) -> bool:
    """The address is confirmed; False when somebody else signs in with it by now.

    The one before is told, and what was sent there for a forgotten password opens nothing any more. A person's own
    wish is written into the books as well, where they are not the ERP's.
    """
    account_id, before, now, wished = known.account.id, known.account.email, change.email, change.origin == "person"
    if not addresses.accept(db, change):
        return False
    resets.use_up(PORTAL, db, account_id)
    company = company_of(db).name
    deliver(db, CHANGED, Reader(before, known.name, language), lambda: changed_letter(known.name, company))
    person = db.get(Person, (db.company_id, known.person_id)) if known.person_id and wished else None
    if person is not None and FIELD not in locked_fields(db, "person"):
        with acting(db, known.name, "person", account_id):
            change_person(db, person, {FIELD: now}, version=person.version)
    return True
