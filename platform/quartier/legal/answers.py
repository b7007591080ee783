"""Who agreed, for the team: numbers, a list with filters, a table to take along, and a reminder for who has not."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from flask import Response, request

from quartier.accounts.permissions import LEGAL_PUBLISH
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext
from quartier.jobs.queue import defer
from quartier.keys import key_of
from quartier.legal.agreements import PAGE, STATES, Filters, answers_by, counts, everybody, people
from quartier.legal.consenting import subject_of
from quartier.legal.desk import LIST, cockpit, done, found, show
from quartier.legal.jobs import REMIND
from quartier.mail.addresses import mailbox
from quartier.web.flash import back_to
from quartier.web.shell import shell
from quartier.web.spreadsheets import harmless
from quartier.web.visit import Visit

LONGEST_QUERY = 100
LONGEST_EMAIL = 254
WORDS = {"waiting": _l("not answered yet"), "declined": _l("declined"), "agreed": _l("agreed")}


@cockpit.page(f"{LIST}/<key>/agreements", needs=LEGAL_PUBLISH)
def agreements(visit: Visit, key: str) -> str:
    """How many have agreed, and who."""
    standing, filters = found(visit, key), _filters()
    rows = people(visit.db, standing, filters, after=_after())
    return show(
        visit, "agreements", standing=standing, filters=filters, counts=counts(visit.db, standing), words=WORDS,
        rows=rows[:PAGE], next_after=rows[PAGE - 1].id if len(rows) > PAGE else None,
        wanted=standing.asked or standing.holds,
    )  # fmt: skip


@cockpit.page(f"{LIST}/<key>/agreements.csv", needs=LEGAL_PUBLISH)
def agreements_file(visit: Visit, key: str) -> Response:
    """The same as a table, all of it."""
    standing, out = found(visit, key), io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow([_("Name"), _("E-mail address"), _("State"), _("Version"), _("When"), _("Language"), _("Asked")])
    asked = {"registration": _("when registering"), "visit": _("at a visit")}
    for row in everybody(visit.db, standing, _filters()):
        moment = row.at.astimezone(visit.company.zone).isoformat(timespec="seconds") if row.at else ""
        cells = (row.name, row.email, str(WORDS[row.state]), row.number or "", moment, row.language or "")
        table.writerow([harmless(str(cell)) for cell in (*cells, asked.get(row.asked, ""))])
    answer = Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{visit.company.slug}-{standing.key}.csv"'
    return answer


@cockpit.page(f"{LIST}/proof", needs=LEGAL_PUBLISH, methods=("GET", "POST"))
def proof(visit: Visit) -> Any:
    """What an e-mail address has agreed to, also when its person was erased. It is sent, so that no log has it."""
    email = request.form.get("email", "").replace("\0", "").strip()[:LONGEST_EMAIL]
    if request.method != "POST":
        return show(visit, "proof", email="", answers=None, words=WORDS, error="")
    if mailbox(email) is None:
        wrong = _("This is not an e-mail address. It looks like name@example.ch.")
        return show(visit, "proof", email=email, answers=None, words=WORDS, error=wrong), 422
    answers = answers_by(visit.db, subject_of(key_of(shell().config), visit.company.id, email))
    return show(visit, "proof", email=email, answers=answers, words=WORDS, error="")


@cockpit.action(f"{LIST}/<key>/remind", needs=LEGAL_PUBLISH)
def remind(visit: Visit, key: str) -> Any:
    """Write to everybody who has not answered."""
    standing, here = found(visit, key), f"{LIST}/{key}/agreements"
    if standing.asked is None:
        return back_to(here, _("Nobody is asked about this document."))
    waiting = counts(visit.db, standing)["waiting"]
    if not waiting:
        return back_to(here, _("Everybody has answered."))
    defer(visit.db, REMIND, document=key, day=visit.today.isoformat())
    said = ngettext(
        "%(num)s person is reminded, at most once a day.", "%(num)s people are reminded, at most once a day.", waiting
    )
    return done(visit, here, said)


def _filters() -> Filters:
    state = request.args.get("state", "")
    query = " ".join(request.args.get("q", "").replace("\0", " ").split())[:LONGEST_QUERY]
    return Filters(state if state in STATES else "", query)


def _after() -> UUID | None:
    try:
        return UUID(request.args.get("after", ""))
    except ValueError:
        return None
