"""Rows of tenant management as their cells say them: the template writes them down and thinks of nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.people.standing import BADGES
from quartier.residents.wording import CHANNELS, PATHS
from quartier.web.visit import Visit


class ResidentCells(NamedTuple):
    """Somebody in a list. What is empty is not shown: `firm` beside the name of somebody of a business, `unit` of who
    has none, `bounced` where mail arrives, `expired` and `invited` of who is not invited."""

    id: str
    name: str
    choose: str
    firm: str
    unit: str
    others: str
    home: str
    email: str
    bounced: str
    stage: str
    look: str
    expired: str
    invited: str


def resident_cells(visit: Visit, rows: Iterable[Any]) -> Iterator[ResidentCells]:
    """People as `people.stages.listed` found them."""
    labels = {stage: str(badge.label) for stage, badge in BADGES.items()}
    choose, bounced, expired = _("Choose %(name)s", name="\0"), _("does not arrive"), str(PATHS["expired"])
    now, today, begins = visit.now, visit.today, cache(_begins)  # a page says the same day many times
    for row in rows:
        coming = begins(row.starts) if row.unit_id and row.starts > today else ""
        yield ResidentCells(
            id=str(row.id),
            name=row.name,
            choose=choose.replace("\0", row.name),
            firm=row.company_name if row.company_name != row.name else "",
            unit=row.unit or "",
            others=f"+{row.others}" if row.others else "",
            home=_home(row) + coming,
            email=row.email or "",
            bounced=bounced if row.email and row.bounced else "",
            stage=labels[row.stage],
            look=BADGES[row.stage].look,
            expired=expired if row.stage == "invited" and row.expires_at and row.expires_at <= now else "",
            invited=_invited(visit, row) if row.stage == "invited" and row.sent_at else "",
        )


def _home(row: Any) -> str:
    if not row.unit_id:
        return ""
    street = row.home_street or ""
    return f"{street}, {row.home_city}" if row.home_city else street


def _begins(day: Any) -> str:
    return f" · {_('from %(date)s', date=formats.format_date(day, 'short'))}"


def _invited(visit: Visit, row: Any) -> str:
    sent = f"{formats.format_date(row.sent_at, 'short', zone=visit.zone)}, {CHANNELS[row.channel]}"
    again = f" · {ngettext('sent %(num)s time', 'sent %(num)s times', row.times)}" if row.times > 1 else ""
    return sent + again
