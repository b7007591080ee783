"""Opening leads, changing them, writing down what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quartier.alerts.jobs import ring
from quartier.alerts.queries import seller
from quartier.alerts.services import Alert, tell
from quartier.config import Config
from quartier.db.base import new_id
from quartier.i18n.texts import gettext as _
from quartier.leads.models import Lead, LeadNote
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession

ANSWERED_WITHIN: Final = 2
"""Working days in which whoever asks hears from us."""
WEEKEND: Final = 5
ASK: Final = "CALL ask_sales(%s, %s, %s, %s, %s, %s, %s, NULL)"
LONGEST: Final = 1000


class LeadError(Exception):
    """Why a lead cannot be changed so. `field` is where the sentence stands."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def ask_sales(
    db: CompanySession, *, source: str, topic: str, asks: str, today: date, amount: int | None = None, note: str = ""
) -> bool:
    """The session's company asks for a product (`topic` is its key): a lead, due in two working days.

    `source` is "marketplace", "quota" or "approval" (an order that nobody there may approve), `asks` who of the company
    it is. While a lead for the same thing is open, what is asked is added to it; True when it is a new one. The portal
    can do this and nothing else with leads.
    """
    said = (new_id(), source, topic, amount, asks[:200], note[:LONGEST], working_days_later(today, ANSWERED_WITHIN))
    opened = bool(db.row(ASK, said)[0])
    ring(db, "lead", source=source, topic=topic)
    return opened


def working_days_later(day: date, count: int) -> date:
    """So many days later, without Saturdays and Sundays."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < WEEKEND
    return day


@dataclass(frozen=True)
class NewLead:
    """What sales opens by itself: of a company (`company_id`), or of `who` it hopes to win, by name."""

    who: str
    title: str
    company_id: UUID | None = None
    contact: str = ""
    owner_id: UUID | None = None
    due: date | None = None
    note: str = ""


def open_lead(db: Session, new: NewLead, *, actor: str) -> Lead:
    """Open one. A name that exactly one company has means that company."""
    customer = new.company_id or _called(db, new.who)
    lead = Lead(
        id=new_id(), customer_id=customer, prospect="" if customer else new.who, contact=new.contact, source="console",
        title=new.title, owner_id=new.owner_id, due=new.due, created_by=actor, state="open", version=1,
    )  # fmt: skip
    db.add(lead)
    db.flush()
    db.add(LeadNote(id=new_id(), lead_id=lead.id, kind="opened", author=actor, note=new.note, changes={}))
    return lead


def change_lead(
    db: Session, lead: Lead, values: dict[str, Any], *, names: dict[str, str], note: str, actor: str
) -> bool:
    """Owner, due date, state, contact, title: what differs is written down, by `names` of owners; False for nothing.

    A closed lead has the moment at which it was; one that is opened again has none. Raises LeadError.
    """
    if values["state"] == "lost" != lead.state and not note:
        raise LeadError("note", _("Please say why it is lost: whoever looks later learns from it."))
    if values["state"] == "open" != lead.state and _asked_again(db, lead):
        raise LeadError("state", _("The company has asked for the same again, and that lead is open."))
    was = {field: getattr(lead, field) for field in values}
    changed = {field: value for field, value in values.items() if value != was[field]}
    if not changed and not note:
        return False
    for field, value in changed.items():
        setattr(lead, field, value)
    if "state" in changed:
        lead.closed_at = None if lead.state == "open" else func.now()
    lead.version += 1
    said = {field: [_said(was[field], names), _said(value, names)] for field, value in changed.items()}
    kind = "changed" if changed else "note"
    db.add(LeadNote(id=new_id(), lead_id=lead.id, kind=kind, author=actor, note=note, changes=said))
    return True


def win(db: Session, lead: Lead, company_id: UUID, *, actor: str) -> None:
    """Whom it was about has become a company: the lead is that company's now and, unless somebody closed it, won."""
    lead.customer_id, lead.prospect = company_id, ""
    said = {"state": [lead.state, "won"]} if lead.state == "open" else {}
    if said:
        lead.state, lead.closed_at = "won", func.now()
    lead.version += 1
    note = LeadNote(id=new_id(), lead_id=lead.id, kind="changed" if said else "note", author=actor, changes=said)
    db.add(note)


def tell_owner(db: Session, config: Config, lead: Lead, title: str, *, but: UUID) -> None:
    """Whoever is responsible now hears of it, unless they have made it so themselves (`but`)."""
    owner = seller(db, lead.owner_id)
    if owner is not None and owner.id != but and lead.state == "open":
        facts = {"title": title, "who": lead.prospect, "due": lead.due.isoformat() if lead.due else None}
        event = f"lead.given:{lead.id}:{lead.version}"
        tell(db, config, Alert("lead.given", f"/leads/{lead.id}", event, lead.customer_id, facts), [owner])


def _asked_again(db: Session, lead: Lead) -> bool:
    """Whether there is another open lead for what a company asked for."""
    same = {"customer_id": lead.customer_id, "source": lead.source, "topic": lead.topic, "state": "open"}
    return lead.source != "console" and db.scalar(select(func.count(Lead.id)).filter_by(**same)) != 0


def _said(value: Any, names: dict[str, str]) -> str | None:
    """A value as it is kept in the time line: of an owner the name, of a day its ISO form."""
    if value is None or value == "":
        return None
    return names.get(str(value), str(value))


def _called(db: Session, name: str) -> UUID | None:
    called = func.lower(Company.name) == name.strip().lower()
    found = db.scalars(select(Company.id).where(called, Company.status != "prospect").limit(2)).all()
    return found[0] if len(found) == 1 else None
