"""What a company decides about the people it keeps, and what it asks them."""

from __future__ import annotations

from typing import Any, Final

from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext
from quartier.people.aliases import COUNT
from quartier.plugin.switches import Switch
from quartier.tenancy.session import CompanySession


def _known_by_name(db: CompanySession, on: Any) -> str:
    count = db.row(COUNT)[0]
    if not on:
        return ngettext(
            "%(num)s person who is known by name only stays, and the team adds nobody.",
            "%(num)s people who are known by name only stay, and the team adds nobody.",
            count,
        )
    return ngettext("%(num)s person is known by name only.", "%(num)s people are known by name only.", count)


ALIAS_PEOPLE: Final = Switch(
    "alias_people", "company", _l("People of whom only the name is known"),
    _l("The team can enter a future tenant by name; what is kept for them is theirs as soon as they register, and "
       "imports bring such people in any case."),
    True, effect=_known_by_name,
)  # fmt: skip

SILENT: Final = "SELECT count(*) FROM person WHERE contact_channel IS NULL AND archived_at IS NULL AND %(on)s"
UNASKED: Final = """
    SELECT count(*) FROM account a JOIN person p ON p.company_id = a.company_id AND p.id = a.person_id
     WHERE a.is_active AND p.{column} IS NULL AND %(on)s
"""


def _silent(db: CompanySession, on: Any) -> str:
    count = db.row(SILENT, {"on": on})[0]
    return ngettext(
        "%(num)s person who has not chosen gets no serial letters by post.",
        "%(num)s people who have not chosen get no serial letters by post.",
        count,
    )


def _asks(column: str) -> Any:
    def effect(db: CompanySession, on: Any) -> str:
        count = db.row(UNASKED.format(column=column), {"on": on})[0]
        return ngettext(
            "%(num)s person is asked at the next visit.", "%(num)s people are asked at the next visit.", count
        )

    return effect


CHANNEL_ONLINE: Final = Switch(
    "contact_channel_online", "questions", _l("Online by default"),
    _l("Who has not said otherwise gets serial letters in the portal only, and not by post as well."),
    False, effect=_silent,
)  # fmt: skip
ASK_CHANNEL: Final = Switch(
    "registration_ask_channel", "questions", _l("Ask: online or on paper?"),
    _l("People choose how they get serial letters when they register, and may change it in their account."),
    False, effect=_asks("contact_channel"),
)  # fmt: skip
ASK_RESIDENT: Final = Switch(
    "registration_ask_resident", "questions", _l("Ask: do you live here?"),
    _l("Owners and tenants say whether they live in their home themselves."),
    False, effect=_asks("lives_here"),
)  # fmt: skip
CONFIRM_CONTACT: Final = Switch(
    "registration_confirm_contact", "questions", _l("Ask to complete the contact data"),
    _l("People look at their e-mail address, phone numbers and postal address, and complete them."),
    False, effect=_asks("contact_confirmed_at"),
)  # fmt: skip
SWITCHES: Final = (ALIAS_PEOPLE, CHANNEL_ONLINE, ASK_CHANNEL, ASK_RESIDENT, CONFIRM_CONTACT)
