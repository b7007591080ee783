"""What several tests of registering do: invite somebody, read the mail, go step by step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from werkzeug.test import TestResponse

from quartier.db.base import new_id
from quartier.deliveries.models import MailDelivery
from quartier.estate.models import Occupancy, Unit
from quartier.invitations import services
from quartier.invitations.models import Invitation
from quartier.invitations.queries import open_for, path_of, written_code
from quartier.invitations.services import Inviter
from quartier.keys import key_of
from quartier.people.models import Occupant
from quartier.testing import LONG_AGO, Browser, SomeCompany
from tests.accounts.desk import NEW_PASSWORD, shown

EMAIL = "verena.keller@post.example"
CHOSEN = {"password": NEW_PASSWORD, "repeat": NEW_PASSWORD}


@dataclass
class Invited:
    """Somebody with an invitation in the hand, by letter unless an e-mail address is known."""

    company: SomeCompany
    person_id: UUID
    invitation: Invitation
    path: str
    code: str


def invite(company: SomeCompany, name: str = "Verena Keller", *, email: str | None = None) -> Invited:
    """Invite a new person."""
    person_id, actor = company.person(name, email=email).id, nadja(company)
    key = actor.key
    with company.db() as db:
        services.invite(db, [person_id], channel="mail" if email else "letter", actor=actor)
        db.commit()
        found = open_for(db, person_id)
        assert found is not None
        return Invited(company, person_id, found, path_of(key, found), written_code(key, found))


def lets(company: SomeCompany, person_id: UUID, number: str | None = None, *, building_id: UUID | None = None) -> None:
    """A flat for somebody, under a contract number."""
    place = Unit(id=new_id(), building_id=building_id or company.building_id, name="3. OG", kind="flat")
    period = Occupancy(id=new_id(), unit_id=place.id, kind="tenancy", starts=LONG_AGO, contract_number=number)
    company.plant(place, period, Occupant(occupancy_id=period.id, person_id=person_id))


def nadja(company: SomeCompany) -> Inviter:
    """Who invites."""
    config = company.platform.shell.config
    return Inviter(key_of(config), config.origin(company.host), "Nadja Frei")


def also_by_letter(guest: Invited) -> None:
    """The same invitation goes out once more, on paper."""
    with guest.company.db() as db:
        services.remind(db, [guest.invitation.id], actor=nadja(guest.company), channel="letter")
        db.commit()


def withdraw(guest: Invited) -> None:
    """The company thinks better of it."""
    with guest.company.db() as db:
        services.withdraw(db, [guest.invitation.id], by="Nadja Frei")
        db.commit()


def letter_for(company: SomeCompany, email: str) -> dict[str, Any]:
    """The last mail that is on its way to an address; once it has left, its words are forgotten."""
    with company.db() as db:
        mine = select(MailDelivery.letter).filter_by(address=email).order_by(MailDelivery.id.desc())
        found: dict[str, Any] | None = db.scalars(mine).first()
        assert found is not None
        return found


def code_mailed(company: SomeCompany, email: str = EMAIL) -> str:
    """The code of the last mail."""
    code: str = letter_for(company, email)["paragraphs"][1]
    return code


def link_mailed(company: SomeCompany, email: str = EMAIL) -> str:
    """The path of the link in the last mail."""
    return urlsplit(letter_for(company, email)["action"]["url"]).path


def complains(browser: Browser, answer: TestResponse) -> set[str]:
    """The fields of that page which say that something is wrong with them; "" is the form as a whole."""
    text = shown(browser, answer).text
    return set(re.findall('id="(\\w+)-error"', text)) or ({""} if 'id="errors"' in text else set())


def arrives(guest: Invited, browser: Browser, email: str = EMAIL, **fields: str) -> TestResponse:
    """The first step."""
    return browser.post(guest.path, {"email": email, **fields})


def at_the_way(guest: Invited, browser: Browser, email: str = EMAIL) -> Browser:
    """As far as the choice of password or passkey."""
    assert arrives(guest, browser, email).headers["Location"] == "/join/confirm"
    answer = browser.post("/join/confirm", {"code": code_mailed(guest.company, email)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/join/way")
    return browser
