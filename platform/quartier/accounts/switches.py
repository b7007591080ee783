"""From when to when people see the portal: some days around their periods, as the company says.

The database decides at each visit (`open_visit`), by the same keys.
"""

from __future__ import annotations

from typing import Any, Final

from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext
from quartier.plugin.switches import Switch
from quartier.tenancy.session import CompanySession

COMING = """
    SELECT count(DISTINCT a.person_id) FROM occupancy o
    JOIN occupant c ON c.company_id = o.company_id AND c.occupancy_id = o.id
    JOIN account a ON a.company_id = c.company_id AND a.person_id = c.person_id AND a.is_active
    WHERE o.starts > (SELECT company_today()) AND o.starts <= (SELECT company_today()) + %(days)s
"""
GONE = """
    SELECT count(DISTINCT a.person_id) FROM occupancy o
    JOIN occupant c ON c.company_id = o.company_id AND c.occupancy_id = o.id
    JOIN account a ON a.company_id = c.company_id AND a.person_id = c.person_id AND a.is_active
    WHERE o.ends <= (SELECT company_today()) AND o.ends > (SELECT company_today()) - %(days)s
"""


def _coming(db: CompanySession, days: Any) -> str:
    count = db.row(COMING, {"days": days})[0]
    return ngettext(
        "%(num)s person sees the portal before moving in.", "%(num)s people see the portal before moving in.", count
    )


def _gone(db: CompanySession, days: Any) -> str:
    count = db.row(GONE, {"days": days})[0]
    return ngettext(
        "%(num)s person still sees what concerns a home that is not theirs any more.",
        "%(num)s people still see what concerns a home that is not theirs any more.",
        count,
    )


ACCESS_BEFORE: Final = Switch(
    "access_before", "registration", _l("Access before the first day, in days"),
    _l("Future tenants and owners can prepare to move in: house rules, contacts, services."),
    0, "days", effect=_coming,
)  # fmt: skip
ACCESS_AFTER: Final = Switch(
    "access_after", "registration", _l("Access after the last day, in days"),
    _l("Those who moved out can finish what is open; then only their own account is left."),
    0, "days", effect=_gone,
)  # fmt: skip
SWITCHES: Final = (ACCESS_BEFORE, ACCESS_AFTER)
