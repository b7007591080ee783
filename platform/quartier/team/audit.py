"""All rights that the team has, will have and ever had, as a file: what auditors ask for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from flask import Response

from quartier.accounts.permissions import TEAM_ADMIN
from quartier.i18n.texts import gettext as _
from quartier.team import queries
from quartier.team.area import DAY, STATES, TEAM, cockpit, labels, place_of
from quartier.team.queries import Given, Member
from quartier.web.spreadsheets import harmless
from quartier.web.visit import Visit


@cockpit.page(f"{TEAM}/rights.csv", needs=TEAM_ADMIN)
def rights_file(visit: Visit) -> Response:
    """A line for each right of each grant; Excel in German and French reads semicolons, and UTF-8 with a mark only."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
    lines.writerow(
        [_("Name"), _("Company"), _("State"), _("Where"), _("What"), _("Right"), _("From"), _("Last day"),
         _("Given by"), _("Given on"), _("Ended by"), _("Ended on")]
    )  # fmt: skip
    known = labels(visit)
    for one in queries.members(visit.db, today=visit.today, now=visit.now, past=True):
        for given in one.grants:
            lines.writerows([harmless(cell) for cell in line] for line in _lines(visit, one, given, known))
    answer = Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"rights-{visit.today}.csv")
    return answer


def _lines(visit: Visit, one: Member, given: Given, known: dict[str, str]) -> Iterator[list[str]]:
    def moment(value: datetime | None) -> str:
        return value.astimezone(visit.company.zone).isoformat(" ", "minutes") if value else ""

    first, last = given.starts, given.ends - DAY if given.ends else None
    for key in given.permissions:
        yield [
            one.row.name, one.row.employer, str(STATES[one.state]), place_of(given.spot), known.get(key, key), key,
            first.isoformat() if first else "", last.isoformat() if last else "", given.given_by,
            moment(given.created_at), given.ended_by, moment(given.ended_at),
        ]  # fmt: skip
