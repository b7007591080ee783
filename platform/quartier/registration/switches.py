"""What a company asks of those who register."""

from __future__ import annotations

from typing import Any, Final

from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext
from quartier.plugin.switches import Switch
from quartier.tenancy.session import CompanySession

NUMBERED = """
    SELECT count(DISTINCT i.person_id) FROM invitation i
    JOIN occupant c ON c.company_id = i.company_id AND c.person_id = i.person_id
    JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id AND o.contract_number <> ''
    WHERE i.accepted_at IS NULL AND i.withdrawn_at IS NULL AND %(on)s
"""


def _asked(db: CompanySession, on: Any) -> str:
    count = db.row(NUMBERED, {"on": on})[0]
    return ngettext(
        "%(num)s invited person has to have the contract number at hand.",
        "%(num)s invited people have to have the contract number at hand.",
        count,
    )


CONTRACT_NUMBER: Final = Switch(
    "registration_contract_number", "registration", _l("Ask for the contract number"),
    _l("Whoever registers types the number of their contract as well: safer, but fewer people will register; who has "
       "none here is not asked."),
    False, effect=_asked,
)  # fmt: skip
SWITCHES: Final = (CONTRACT_NUMBER,)
