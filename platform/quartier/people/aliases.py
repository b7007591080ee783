"""People of whom only the name is known, such as next month's tenant: they stand in the books from then on.

What a module keeps for such a person hangs on the entry. When their data arrive and they register, it is the same entry
(or another one, into which a merge moves every row), so they find there what was kept for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from quartier.estate.services import EstateError
from quartier.i18n.texts import gettext as _
from quartier.people.queries import NAME_ONLY
from quartier.tenancy.session import CompanySession

WAYS: Final = ("email", "phone", "mobile", "street")
PARTIES: Final = ("main", "co_tenant")
"""Roles of those who stand in the contract; of a child or a guest nobody needs more than the name."""
IS_ONE: Final = f"SELECT 1 FROM person q WHERE q.id = %(id)s AND {NAME_ONLY}"  # noqa: S608
COUNT: Final = f"SELECT count(*) FROM person q WHERE q.archived_at IS NULL AND {NAME_ONLY}"  # noqa: S608


def has_name_only(db: CompanySession, person_id: Any) -> bool:
    """Whether nobody knows yet how to reach this party of a contract."""
    return db.row(IS_ONE, {"id": person_id}) is not None


def demand_reach(values: Mapping[str, Any], role: str = "main") -> None:
    """Raises EstateError for a party of whom only the name is said, where the company keeps no such people."""
    if role in PARTIES and not any(values.get(way) for way in WAYS):
        raise EstateError("email", _("How can this person be reached? Give an e-mail address, a phone number or a "
                                     "postal address."))  # fmt: skip
