"""What a company decides about its invitations."""

from __future__ import annotations

from typing import Any, Final

from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext
from quartier.plugin.switches import Switch
from quartier.tenancy.session import CompanySession

OPEN = "SELECT count(*) FROM invitation WHERE accepted_at IS NULL AND withdrawn_at IS NULL"
DUE = """
    SELECT count(DISTINCT q.id) FILTER (WHERE coalesce(x.value, %(on)s)) AS invited,
           count(DISTINCT q.id) FILTER (WHERE NOT coalesce(x.value, %(on)s)) AS waiting
      FROM person q
      JOIN occupant o ON o.company_id = q.company_id AND o.person_id = q.id
      JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
      JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
      JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
      LEFT JOIN switch_deviation x ON x.company_id = b.company_id AND x.property_id = b.property_id
        AND x.key = 'invitations_automatic'
     WHERE q.email <> '' AND q.archived_at IS NULL AND (y.ends IS NULL OR y.ends > (SELECT company_today()))
       AND y.starts <= (SELECT company_today()) + 30
       AND NOT EXISTS (SELECT FROM invitation i WHERE i.company_id = q.company_id AND i.person_id = q.id)
       AND NOT EXISTS (SELECT FROM account a WHERE a.company_id = q.company_id AND a.person_id = q.id)
"""
LETTERED = """
    SELECT count(*) FROM person q
     WHERE coalesce(q.email, '') = '' AND q.archived_at IS NULL
       AND EXISTS (SELECT FROM occupant o
             JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
            WHERE o.company_id = q.company_id AND o.person_id = q.id
              AND (y.ends IS NULL OR y.ends > (SELECT company_today())))
       AND NOT EXISTS (SELECT FROM account a WHERE a.company_id = q.company_id AND a.person_id = q.id)
"""


def _open(db: CompanySession, days: Any) -> str:
    count = db.row(OPEN)[0]
    if days is None:
        return ngettext("%(num)s invitation is open and stays so.", "%(num)s invitations are open and stay so.", count)
    return ngettext(
        "This holds for invitations that are sent from now on; %(num)s open one stays as it is.",
        "This holds for invitations that are sent from now on; %(num)s open ones stay as they are.",
        count,
    )


def _due(db: CompanySession, on: Any) -> str:
    """Single properties may have it otherwise: then some are invited, and others wait."""
    due = db.row(DUE, {"on": on})
    invited = ngettext("%(num)s person will be invited tomorrow at nine.",
                       "%(num)s people will be invited tomorrow at nine.", due.invited)  # fmt: skip
    waiting = ngettext("%(num)s person with an e-mail address waits for an invitation.",
                       "%(num)s people with an e-mail address wait for an invitation.", due.waiting)  # fmt: skip
    if due.invited and due.waiting:
        return f"{invited} {waiting}"
    return invited if due.invited or (on and not due.waiting) else waiting


def _by_letter(db: CompanySession, _window: Any) -> str:
    return ngettext("%(num)s person can be invited by letter only.",
                    "%(num)s people can be invited by letter only.", db.row(LETTERED)[0])  # fmt: skip


AUTOMATIC: Final = Switch(
    "invitations_automatic", "registration", _l("Invite new tenants and owners automatically"),
    _l("Each morning by e-mail, from thirty days before their period begins; nobody who was ever invited before."),
    default=False, effect=_due, per_property=True,
)  # fmt: skip
EXPIRE_DAYS: Final = Switch(
    "invitations_expire_days", "registration", _l("Days until an invitation expires"),
    _l("Left empty, codes and links are good until they are used or withdrawn; a reminder starts the time anew."),
    default=None, kind="days", least=1, effect=_open,
)  # fmt: skip
WINDOW: Final = Switch(
    "letters_window", "registration", _l("Window of the envelopes"),
    _l("So that the address stands behind the window: DIN 5008 in Germany, on the right or the left in Switzerland."),
    default=None, kind="choice", usual=_l("As usual in the country"), effect=_by_letter,
    preview="/cockpit/settings/letters/sample.pdf",
    choices={
        "din": _l("DIN 5008, form B: on the left"), "right": _l("Switzerland: on the right"),
        "left": _l("Switzerland: on the left"),
    },
)  # fmt: skip
SWITCHES: Final = (AUTOMATIC, EXPIRE_DAYS, WINDOW)
