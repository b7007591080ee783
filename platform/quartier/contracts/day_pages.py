"""The time machine in the console: what a company could use on a day, and why."""

from __future__ import annotations

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request

from quartier.contracts import day_wording, services
from quartier.contracts.desk import desk_of
from quartier.contracts.on_a_day import answers
from quartier.contracts.pages import product_names
from quartier.contracts.queries import needs_of
from quartier.contracts.schemas import DaySchema
from quartier.web.forms import load_form, show_form
from quartier.web.gate import OPERATOR
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

console = Pages("contract_days", __name__, area="console")


@console.page("/companies/<uuid:company_id>/contract/day", needs=OPERATOR)
def on_a_day(visit: ConsoleVisit, company_id: UUID) -> tuple[str, int]:
    """Today, or any other day, past or future."""
    desk = desk_of(visit.db, shell(), company_id)
    today = services.local_today(desk.company.timezone)
    asked = "day" in request.args
    form = load_form(DaySchema(), request.args) if asked else show_form(DaySchema(), day=today.isoformat())
    day: date = form.values["day"] if asked and form.ok else today
    plugins, language = shell().plugins, visit.voice.language
    names = product_names(visit.db, plugins, language)
    found = answers(visit.db, company_id, ZoneInfo(desk.company.timezone), day, needs_of(plugins), drafts=True)
    page = render(
        "contracts/day.html", desk=desk, tab="contract", form=form, day=day, today=today, names=names, answers=found,
        wording=day_wording,
    )  # fmt: skip
    return page, 200 if form.ok else 422
