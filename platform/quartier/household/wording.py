"""Roles in a household in words, and what each of them sees: said before anybody is invited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.viewer import INSIDE, PARTY

NAMES: Final[Mapping[str, str]] = {
    "main": _l("Party of the contract"), "co_tenant": _l("Party of the contract"),
    "partner": _l("Partner, equal rights"), "household": _l("Resident"), "child": _l("Child"),
    "subtenant": _l("Subtenant"), "carer": _l("Carer"),
}  # fmt: skip
CHOICES: Final[Mapping[str, str]] = {
    "household": _l("Resident: lives here or is a guest"), "child": _l("Child"), "subtenant": _l("Subtenant"),
    "carer": _l("Carer or helper"), "partner": _l("Partner, with equal rights"),
}  # fmt: skip


def sees(role: str) -> list[str]:
    """What somebody in this role finds in the app."""
    found = [_("General documents, answers and notices of the house"), _("Contacts of the management")]
    if role in PARTY or role in INSIDE:
        found.append(_("What concerns your unit as a place, such as a date for reading meters"))
    if role in PARTY:
        found.append(_("Everything that is meant for you as a party of the contract"))
        found.append(_("Who belongs to this household"))
    return found


def sees_not(role: str) -> list[str]:
    """What they never find."""
    found = [_("Your account, your password and your messages")]
    if role not in PARTY:
        found.insert(0, _("What is meant for you as a party of the contract"))
        found.append(_("Who else belongs to this household"))
    if role not in PARTY and role not in INSIDE:
        found.insert(1, _("What concerns your unit alone"))
    return found
