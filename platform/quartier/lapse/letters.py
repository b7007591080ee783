"""What people are told before something ends: at the bell and by mail."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from quartier.accounts.permissions import TEAM_ADMIN
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import Facts, NotificationKind, Words
from quartier.web.read_only import BUY

LABEL: Final = {
    "de": "Module, deren Vertrag zu Ende geht",
    "en": "Modules whose contract is about to end",
    "fr": "Modules dont le contrat arrive à échéance",
}
EXAMPLE: Final[dict[str, Any]] = {"last": "2027-03-31", "modules": "FAQ", "grace": True}


def words(facts: Facts) -> Words:
    """Which modules end on which day, and what that means."""
    day, names = formats.format_date(date.fromisoformat(facts["last"])), facts["modules"]
    modules = names if isinstance(names, str) else names.text
    then = (
        _("For a time after that everything still works, then it can be read; nothing is deleted.")
        if facts["grace"]
        else _("After that it can be read for a time; nothing is deleted.")
    )
    if facts.get("trial"):
        goes_on = _("Order it at the marketplace, and nothing stops when the trial does.")
        tried = _("The trial ends on %(date)s: %(modules)s.", date=day, modules=modules)
        return Words(_("Trial ends on %(date)s", date=day), names, paragraphs=(tried, then, goes_on))
    ends = _("The contract ends on %(date)s for: %(modules)s.", date=day, modules=modules)
    return Words(_("Contract ends on %(date)s", date=day), names, paragraphs=(ends, then))


ENDING: Final = NotificationKind(
    "lapse.ending", LABEL, tell=words, example=EXAMPLE, needs=BUY, team=True, push=False,
)  # fmt: skip
NOBODY_BUYS: Final = NotificationKind(
    "lapse.nobody_buys",
    {
        "de": "Module, deren Vertrag zu Ende geht, wenn niemand bestellen darf",
        "en": "Modules whose contract is about to end, while nobody may order",
        "fr": "Modules dont le contrat arrive à échéance, si personne ne peut commander",
    },
    tell=words,
    example=EXAMPLE,
    needs=TEAM_ADMIN,
    team=True,
    push=False,
)
"""The same for who manages the team, where nobody of the team has the right to buy."""
KINDS: Final = (ENDING, NOBODY_BUYS)
