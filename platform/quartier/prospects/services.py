"""Writing prospects down, changing and removing them, and making companies of them. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from quartier.companies.services import (
    CompanyError,
    NewCompany,
    change_company,
    free_slug,
    open_company,
    reserve_company,
    reserve_slug,
)
from quartier.companies.slugs import app_name
from quartier.contracts.events import record
from quartier.contracts.services import one_at_a_time
from quartier.db.base import new_id
from quartier.i18n import formats
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.leads.models import Lead
from quartier.leads.services import win
from quartier.prospects.models import Prospect
from quartier.prospects.queries import prospect_of
from quartier.sandboxes.queries import open_quote
from quartier.tenancy.models import Company

COLOUR: Final = "#1F5C4A"
"""Until somebody chooses another one in the studio."""
FACTS: Final = ("name", "country", "timezone", "languages", "tone")
OWN: Final = ("units", "address", "given_name", "family_name", "email", "invite")


@dataclass(frozen=True)
class Contact:
    """Whom to invite as the first one of the team."""

    given_name: str
    family_name: str
    email: str
    language: str


def make(db: Session, values: Mapping[str, Any], *, lead_id: UUID | None = None, actor: str) -> Company:
    """A prospect as the form has it; an empty subdomain is made of the name. Raises CompanyError."""
    slug = values["slug"] or free_slug(db, values["name"])
    names = LocalizedText(dict.fromkeys(values["languages"], app_name(values["name"])))
    facts = {name: values[name] for name in FACTS}
    company = reserve_company(db, NewCompany(slug=slug, app_name=names, colour=COLOUR, **facts), actor=actor)
    own = {name: values[name] for name in OWN}
    db.add(Prospect(company_id=company.id, id=new_id(), lead_id=lead_id, made_by=actor, **own))
    db.flush()
    return company


def change(db: Session, company: Company, prospect: Prospect, values: Mapping[str, Any], *, actor: str) -> None:
    """Other facts. Raises CompanyError, also for another subdomain than the one that a quote has promised."""
    slug = values["slug"] or company.slug
    if slug != company.slug:
        if quote := open_quote(db, company.id):
            raise CompanyError("slug", _("Quote %(number)s was sent with this subdomain.", number=quote.number))
        reserve_slug(db, company, slug, actor=actor)
    change_company(db, company, {name: values[name] for name in FACTS}, actor=actor)
    for name in OWN:
        setattr(prospect, name, values[name])
    company.version = Company.version + 1  # the second of two who change it sees the first, whatever they change
    db.flush()


def remove(db: Session, company: Company) -> None:
    """It goes with its quotes; a lead stays. Raises CompanyError while somebody may still say yes."""
    one_at_a_time(db, company.id)
    if quote := open_quote(db, company.id):
        day = formats.format_date(quote.valid_until)
        raise CompanyError(
            "_schema",
            _("Quote %(number)s can be accepted until %(date)s. Withdraw it first.", number=quote.number, date=day),
        )
    db.execute(delete(Company).where(Company.id == company.id))


def welcome(db: Session, company_id: UUID, *, actor: str) -> Contact | None:
    """The prospect has said yes: from now on it is a company, and its portal answers. Whom to invite, if anybody.

    Of a company that is one already nothing follows.
    """
    found = prospect_of(db, company_id, lock=True)
    if found is None:
        return None
    company, prospect = found
    open_company(db, company, actor=actor)
    if lead := db.get(Lead, prospect.lead_id) if prospect.lead_id else None:
        win(db, lead, company_id, actor=actor)
    contact = Contact(prospect.given_name, prospect.family_name, prospect.email, company.languages[0])
    invites = prospect.invites
    db.delete(prospect)
    db.flush()
    record(db, company_id, kind="prospect.won", subject=company.slug, actor=actor)
    return contact if invites else None
