"""What happens at a company is told to operators by a worker: the portal sees no operator and may write to none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, get_args
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.alerts.queries import readers_of
from quartier.alerts.services import Alert, forget_old, tell
from quartier.catalogue.queries import offers
from quartier.i18n.voice import Language
from quartier.jobs.definition import Chore, House, Job, Work
from quartier.jobs.queue import defer, defer_for
from quartier.tenancy.session import CompanySession

TELL: Final = "alerts.tell"
LEAD: Final = """
    SELECT id, source, topic, amount, due, owner_id FROM lead
     WHERE customer_id = :company AND source = :source AND topic = :topic AND state = 'open'
"""
ORDER: Final = "SELECT product, state, answer FROM product_order WHERE company_id = :company AND id = :order"
ACCESS: Final = "SELECT operator_id, hours FROM support_access WHERE company_id = :company AND id = :access"
LEADS_DUE: Final = """
    SELECT l.id, l.customer_id, l.prospect, l.title, l.source, l.topic, l.amount, l.due, l.owner_id FROM lead l
     WHERE l.state = 'open' AND l.due BETWEEN CAST(:today AS date) - 7 AND :today ORDER BY l.due, l.id LIMIT 1000
"""
QUOTES_DUE: Final = """
    SELECT q.id, q.company_id, q.number, q.version, q.owner_id, v.valid_until FROM quote q
      JOIN quote_version v ON v.company_id = q.company_id AND v.quote_id = q.id AND v.number = q.version
     WHERE q.stage = 'sent' AND v.valid_until BETWEEN :today AND CAST(:today AS date) + 3 ORDER BY q.id
"""
Told = tuple[Alert, list[Operator]]


def ring(db: CompanySession, what: str, **about: Any) -> None:
    """Have operators told of something that the session's company did, when it commits.

    `what` is a key of `LOOKS`, `about` the ids by which a worker finds it.
    """
    defer(db, TELL, what=what, event=str(uuid4()), **about)


def ring_for(db: Session, company_id: UUID, what: str, **about: Any) -> None:
    """The same from the platform's own session."""
    defer_for(db, company_id, TELL, what=what, event=str(uuid4()), **about)


def product_names(house: House, db: Session, key: str) -> dict[str, str]:
    """A product's name in each language; of what nobody knows the key."""
    plugin, offer = house.plugins.serving.get(key), offers(db, [key]).get(key)
    names = {}
    for one in get_args(Language):
        known = offer.version.terms.name.pick(one).text if offer else plugin.manifest.name[one] if plugin else key
        names[one] = known
    return names


def _asked(house: House, db: Session, company: UUID, about: Mapping[str, Any]) -> Told | None:
    row = db.execute(text(LEAD), {"company": company, **about}).first()
    if row is None:
        return None
    facts = lead_facts(house, db, row)
    alert = Alert("lead.asked", f"/leads/{row.id}", "", company, facts)
    return alert, readers_of(db, company, whose=row.owner_id)


def lead_facts(house: House, db: Session, row: Any) -> dict[str, Any]:
    """What a company asks for, as plain JSON."""
    due = {"due": row.due.isoformat()} if row.due else {}
    if row.topic == "units" and row.amount:
        return {"units": row.amount, **due}
    return {"product": product_names(house, db, row.topic), "stuck": row.source == "approval", **due}


def _order(house: House, db: Session, company: UUID, about: Mapping[str, Any]) -> Told | None:
    row = db.execute(text(ORDER), {"company": company, "order": about["order"]}).first()
    if row is None:
        return None
    facts = {"product": product_names(house, db, row.product), "state": about["state"], "answer": row.answer}
    return Alert("order", f"/companies/{company}/contract", "", company, facts), readers_of(db, company)


def _support(_house: House, db: Session, company: UUID, about: Mapping[str, Any]) -> Told | None:
    row = db.execute(text(ACCESS), {"company": company, "access": about["access"]}).first()
    operator = db.get(Operator, row.operator_id) if row is not None else None
    if row is None or operator is None or not operator.is_active:
        return None
    facts = {"state": about["state"], "hours": about.get("hours", row.hours)}
    return Alert("support", f"/companies/{company}/support", "", company, facts), [operator]


def _host(_house: House, db: Session, company: UUID, about: Mapping[str, Any]) -> Told | None:
    return Alert("host.lost", f"/companies/{company}/domains", "", company, dict(about)), readers_of(db, company)


LOOKS: Final[Mapping[str, Callable[[House, Session, UUID, Mapping[str, Any]], Told | None]]] = {
    "lead": _asked, "order": _order, "support": _support, "host": _host,
}  # fmt: skip


def tell_of(work: Work, *, what: str, event: str, **about: Any) -> None:
    """Find out what it is and whom it concerns, and tell them once."""
    with Session(work.house.platform, expire_on_commit=False) as db:
        found = LOOKS[what](work.house, db, work.company.id, about)
        if found is not None:
            alert, readers = found
            once = Alert(alert.kind, alert.path, f"{what}:{event}", alert.company_id, alert.facts)
            tell(db, work.house.config, once, readers)
            db.commit()


def _morning() -> date:
    """The day of whoever works for the platform; in the morning it is the same one from Lisbon to Athens."""
    return datetime.now(UTC).date()


def leads_due(house: House, db: Session) -> None:
    """In the morning: what is due today, or was over the last days; each date once."""
    for row in db.execute(text(LEADS_DUE), {"today": _morning()}).all():
        facts = {"title": row.title} if row.title else lead_facts(house, db, row)
        facts["who"] = row.prospect
        alert = Alert("lead.due", f"/leads/{row.id}", f"lead.due:{row.id}:{row.due}", row.customer_id, facts)
        tell(db, house.config, alert, readers_of(db, row.customer_id, whose=row.owner_id))
    db.commit()


def quotes_due(house: House, db: Session) -> None:
    """In the morning: sent quotes that nobody has answered, and that can be accepted for three more days at most."""
    for row in db.execute(text(QUOTES_DUE), {"today": _morning()}).all():
        facts = {"number": row.number, "state": "ending", "last": row.valid_until.isoformat()}
        event = f"quote.ending:{row.id}:{row.version}"
        alert = Alert("quote", f"/companies/{row.company_id}/quotes/{row.id}", event, row.company_id, facts)
        tell(db, house.config, alert, readers_of(db, row.company_id, or_else=row.owner_id))
    db.commit()


def forget(_house: House, db: Session) -> None:
    """What is old."""
    forget_old(db)
    db.commit()


JOBS: Final[list[Job]] = [Job(TELL, tell_of)]
CHORES: Final = [
    Chore("alerts.leads_due", leads_due, every="41 5 * * 1-5"),
    Chore("alerts.quotes_due", quotes_due, every="43 5 * * *"),
    Chore("alerts.forget", forget, every="29 2 * * *"),
]
