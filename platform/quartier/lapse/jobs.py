"""Looking every hour for what will end, and telling of it by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from quartier.alerts import services as alerts
from quartier.alerts.jobs import product_names
from quartier.alerts.queries import readers_of
from quartier.alerts.services import Alert
from quartier.catalogue.queries import called
from quartier.contracts.entitlement import TRIAL, Span, state_of
from quartier.contracts.queries import LINES, SWITCHES, standing, standings
from quartier.i18n.localized import LocalizedText
from quartier.i18n.voice import Language
from quartier.jobs.definition import Chore, House, Job, Work
from quartier.jobs.queue import defer_for
from quartier.lapse.letters import ENDING, NOBODY_BUYS
from quartier.lapse.queries import End, companies_to_look_at, ends_due, last_days
from quartier.lapse.services import note, take_back
from quartier.notifications.services import TEAM, Subject, local_date, notify, withdraw_notifications
from quartier.notifications.sight import HOLDS
from quartier.tenancy.models import Company

log = structlog.get_logger(__name__)

TELL: Final = "lapse.tell"
TAKE_BACK: Final = "lapse.take_back"
MORNING, EVENING = 7, 20
"""Hours of the company's day between which people are told."""
WHERE: Final = {ENDING.key: "/cockpit/marketplace", NOBODY_BUYS.key: "/cockpit/team"}
"""Where something can be done about it."""
BUYERS: Final = "SELECT p.id FROM person p WHERE {condition} LIMIT 1"


def look(house: House, db: Session) -> None:
    """Find what ends in 30, 7 or 1 days, and has not been told of yet; company by company, each in one transaction."""
    now = datetime.now(UTC)
    for company_id in companies_to_look_at(db, now.date()):
        company = db.get_one(Company, company_id)
        here = now.astimezone(ZoneInfo(company.timezone))
        if MORNING <= here.hour < EVENING:
            look_at(house, db, company, now)
            db.commit()


def look_at(house: House, db: Session, company: Company, now: datetime) -> None:
    """One company: what is told is written down first, so that it is told once."""
    spans = standings(db, [company.id])[company.id].spans
    today = now.astimezone(ZoneInfo(company.timezone)).date()
    if stale := take_back(db, company.id, last_days(spans, now), today=today):
        defer_for(db, company.id, TAKE_BACK, things=[str(one) for one in stale])
        alerts.take_back(db, [f"ending:{one}" for one in stale])
    for (told_id, ends), group in note(db, company.id, ends_due(spans, now)).items():
        modules, last = [one.module for one in group], group[0].last
        defer_for(db, company.id, TELL, thing=str(told_id), modules=modules, last=last.isoformat())
        _tell_sales(house, db, company, (told_id, group), spans=spans)
        log.info("end_told", company=company.slug, modules=modules, ends=ends.isoformat(), days=group[0].days)


def tell(work: Work, *, thing: str, modules: list[str], last: str) -> None:
    """Tell who may buy, or who manages the team where nobody may; of what still ends on that day."""
    these = {"companies": [work.company.id]}
    spans = standing(work.db.rows(LINES, these), work.db.rows(SWITCHES, these)).spans
    now = datetime.now(UTC)
    ending = last_days(spans, now)
    true = [module for module in modules if ending.get(module) == date.fromisoformat(last)]
    if not true:
        return
    graced = any(span.module in true and span.grace for span in spans)
    facts = {"last": last, "modules": _names(work, true), "grace": graced}
    facts["trial"] = all(state_of(module, spans, now).kind == "tried" for module in true)
    holders = {"on": local_date(work.db), "needs": ENDING.needs, "place": []}
    kind = ENDING if work.db.rows(BUYERS.format(condition=HOLDS), holders) else NOBODY_BUYS
    about = Subject(WHERE[kind.key], UUID(thing), facts)
    notify(work.db, kind, to=TEAM, about=about, event=f"{TELL}:{thing}")


def forget(work: Work, *, things: list[str]) -> None:
    """Ends that have moved: what was told of them is not true any more."""
    withdraw_notifications(work.db, [UUID(one) for one in things])


def _names(work: Work, modules: Sequence[str]) -> LocalizedText:
    """The company's own names of modules, and ours of what is none, in each language."""
    known = {key: app.name for key, app in work.company.micro_apps.items()}
    known |= called(work.db, [one for one in modules if one not in known])
    return LocalizedText({
        language: ", ".join(known[one].pick(language).text if one in known else one for one in modules)
        for language in get_args(Language)
    })  # fmt: skip


def _tell_sales(house: House, db: Session, company: Company, told: tuple[UUID, Sequence[End]], *, spans: Any) -> None:
    """Whoever looks after the company, or else everybody who sells."""
    told_id, group = told
    names = [product_names(house, db, one.module) for one in group]
    called = {language: ", ".join(name[language] for name in names) for language in get_args(Language)}
    trial = all(any(_tries(span, one) for span in spans) for one in group)
    facts = {"last": group[0].last.isoformat(), "modules": called, "trial": trial}
    alert = Alert("ending", f"/companies/{company.id}/contract", f"ending:{told_id}", company.id, facts)
    alerts.tell(db, house.config, alert, readers_of(db, company.id))


def _tries(span: Span, end: End) -> bool:
    """Whether what ends is a trial."""
    return span.rank == TRIAL and (span.module, span.ends) == (end.module, end.ends)


JOBS: list[Any] = [Job(TELL, tell), Job(TAKE_BACK, forget)]
CHORES: Final = [Chore("lapse.look", look, every="27 * * * *")]
