"""The number of the contract, where the company asks for it: whoever found a letter does not know it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import request

from quartier.accounts import throttle
from quartier.accounts.realm import PORTAL
from quartier.accounts.throttle import Count
from quartier.invitations.models import Invitation
from quartier.people.models import Person
from quartier.plugin.switches import value
from quartier.registration.queries import numbers_of, plain_number
from quartier.registration.switches import CONTRACT_NUMBER
from quartier.web.visit import Visit

DAY: Final = timedelta(days=1)


class WrongNumber(Exception):
    """Not the number of this person's contract."""


def asked_numbers(visit: Visit, person: Person) -> set[str]:
    """The numbers of which one is to be typed; none where the company does not ask, or knows none."""
    return numbers_of(visit.db, person.id) if value(visit.company.settings, CONTRACT_NUMBER) else set()


def is_missing(visit: Visit, person: Person) -> bool:
    """Whether the number is asked for and was not typed."""
    return bool(asked_numbers(visit, person)) and not request.form.get("number", "").strip()


def check_number(visit: Visit, invitation: Invitation, person: Person) -> None:
    """Raises WrongNumber, and TooSoon: each try counts, for this invitation and for nobody else; a wrong number is no
    lock-out."""
    known = asked_numbers(visit, person)
    if not known:
        return
    count = Count(f"join-number:{invitation.id}", free=5, window=DAY)
    tried = throttle.admit_counts(PORTAL, visit.db, [count])
    visit.db.commit()
    if plain_number(request.form.get("number", "")) not in known:
        raise WrongNumber
    throttle.forgive_tries(PORTAL, visit.db, tried)
