"""Whom residents may bring in."""

from __future__ import annotations

from typing import Any, Final

from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext
from quartier.plugin.switches import Switch
from quartier.tenancy.session import CompanySession
from quartier.viewer import PARTY

BROUGHT: Final = """
    SELECT count(*) FROM occupant WHERE host_id IS NOT NULL AND (role = ANY(%(party)s)) = %(equal)s
       AND (ends IS NULL OR ends > (SELECT company_today()))
"""


def _count(db: CompanySession, *, equal: bool) -> str:
    count = db.row(BROUGHT, {"party": list(PARTY), "equal": equal})[0]
    return ngettext("%(num)s person was brought in by residents so far, and stays.",
                    "%(num)s people were brought in by residents so far, and stay.", count)  # fmt: skip


def _guests(db: CompanySession, _on: Any) -> str:
    return _count(db, equal=False)


def _equals(db: CompanySession, _on: Any) -> str:
    return _count(db, equal=True)


INVITE: Final = Switch(
    "household_invite", "registration", _l("Residents invite the people they live with"),
    _l("Children, subtenants, carers and guests see general documents and notices of the house, and nothing that is "
       "meant for the party of the contract."),
    True, effect=_guests, per_property=True,
)  # fmt: skip
ADD_USER: Final = Switch(
    "household_add_user", "registration", _l("Residents add users with equal rights"),
    _l("A partner gets a login of their own and sees everything that the party of the contract sees."),
    True, effect=_equals, per_property=True,
)  # fmt: skip
SWITCHES: Final = (INVITE, ADD_USER)
