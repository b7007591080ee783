"""How long the books of a period are kept, as the law of the country wants it."""

from __future__ import annotations

from typing import Any, Final

from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext
from quartier.plugin.switches import Switch
from quartier.tenancy.session import CompanySession

BOUND = """
    SELECT count(DISTINCT c.person_id) FROM occupancy o
    JOIN occupant c ON c.company_id = o.company_id AND c.occupancy_id = o.id
    WHERE c.role IN ('main', 'co_tenant') AND o.ends <= (SELECT company_today())
        AND o.ends > (SELECT company_today()) - %(days)s
"""


def _bound(db: CompanySession, days: Any) -> str:
    count = db.row(BOUND, {"days": days})[0]
    return ngettext(
        "%(num)s person who moved out has to be kept.", "%(num)s people who moved out have to be kept.", count
    )  # fmt: skip


RETENTION: Final = Switch(
    "erasure_retention", "company", _l("Books are kept after a period, in days"),
    _l("Contracts and invoices have to be kept, often for ten years; until then it stays known who made the contract."),
    3650, "days", most=9999, effect=_bound,
)  # fmt: skip
SWITCHES: Final = (RETENTION,)
