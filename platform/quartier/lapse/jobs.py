"""Looking every hour for what will end, and telling of it by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from quartier.alerts.queries import readers_of
from quartier.contracts.pages import product_names
from quartier.contracts.queries import LINES, SWITCHES, standing, standings
from quartier.deliveries.operators import deliver_to_operator
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import using
from quartier.i18n.voice import Language, Voice
from quartier.jobs.definition import Chore, House, Job, Work
from quartier.jobs.queue import defer_for
from quartier.lapse.letters import ENDING, NOBODY_BUYS, sales_letter
from quartier.lapse.queries import companies_to_look_at, ends_due, last_days
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
    for (told_id, ends), group in note(db, company.id, ends_due(spans, now)).items():
        modules, last = [one.module for one in group], group[0].last
        defer_for(db, company.id, TELL, thing=str(told_id), modules=modules, last=last.isoformat())
        _tell_sales(house, db, company, modules, last)
        log.info("end_told", company=company.slug, modules=modules, ends=ends.isoformat(), days=group[0].days)


def tell(work: Work, *, thing: str, modules: list[str], last: str) -> None:
    """Tell who may buy, or who manages the team where nobody may; of what still ends on that day."""
    these = {"companies": [work.company.id]}
    spans = standing(work.db.rows(LINES, these), work.db.rows(SWITCHES, these)).spans
    ending = last_days(spans, datetime.now(UTC))
    true = [module for module in modules if ending.get(module) == date.fromisoformat(last)]
    if not true:
        return
    graced = any(span.module in true and span.grace for span in spans)
    facts = {"last": last, "modules": _names(work, true), "grace": graced}
    holders = {"on": local_date(work.db), "needs": ENDING.needs, "place": []}
    kind = ENDING if work.db.rows(BUYERS.format(condition=HOLDS), holders) else NOBODY_BUYS
    about = Subject(WHERE[kind.key], UUID(thing), facts)
    notify(work.db, kind, to=TEAM, about=about, event=f"{TELL}:{thing}")


def forget(work: Work, *, things: list[str]) -> None:
    """Ends that have moved: what was told of them is not true any more."""
    withdraw_notifications(work.db, [UUID(one) for one in things])


def _names(work: Work, modules: Sequence[str]) -> LocalizedText:
    """The company's own names of modules, and ours of what is none, in each language."""
    known = work.company.micro_apps
    return LocalizedText({
        language: ", ".join(known[one].name.pick(language).text if one in known else one for one in modules)
        for language in get_args(Language)
    })  # fmt: skip


def _tell_sales(house: House, db: Session, company: Company, modules: Sequence[str], last: date) -> None:
    """Whoever looks after the company, or else everybody who sells."""
    url = f"{house.config.origin(house.config.console_host)}/companies/{company.id}/contract"
    for one in readers_of(db, company.id):
        voice = Voice(one.language if one.language in get_args(Language) else "en")  # type: ignore[arg-type]
        names = product_names(db, house.plugins, voice.language)
        with using(voice):
            letter = sales_letter(company.name, ", ".join(names.get(key, key) for key in modules), last, url)
            deliver_to_operator(db, house.config, one.email, voice, letter)


JOBS: list[Any] = [Job(TELL, tell), Job(TAKE_BACK, forget)]
CHORES: Final = [Chore("lapse.look", look, every="27 * * * *")]
