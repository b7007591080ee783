"""What a company decides about the people it keeps."""

from __future__ import annotations

from typing import Any, Final

from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext
from quartier.people.aliases import COUNT
from quartier.plugin.switches import Switch
from quartier.tenancy.session import CompanySession


def _known_by_name(db: CompanySession, _on: Any) -> str:
    count = db.row(COUNT)[0]
    return ngettext("%(num)s person is known by name only.", "%(num)s people are known by name only.", count)


ALIAS_PEOPLE: Final = Switch(
    "alias_people", "company", _l("People of whom only the name is known"),
    _l("The team can enter a future tenant by name; what is kept for them is theirs as soon as they register. Imports "
       "bring such people in any case."),
    True, effect=_known_by_name,
)  # fmt: skip
SWITCHES: Final = (ALIAS_PEOPLE,)
