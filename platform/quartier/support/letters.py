"""What the company's team is told of support."""

from __future__ import annotations

from typing import Final

from quartier.accounts.permissions import TEAM_ADMIN
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.mail.kinds import Facts, NotificationKind, Words


def asks(facts: Facts) -> Words:
    """Who asks, for how long, and why; nothing is open yet."""
    hours = ngettext("for %(num)s hour", "for %(num)s hours", facts["hours"])
    title = _("%(name)s of platform support asks to see your Cockpit, %(time)s", name=facts["operator"], time=hours)
    return Words(
        title, facts["reason"],
        paragraphs=(
            f"{title}.", facts["reason"],
            _("Nobody sees anything until somebody of your team agrees."),
            _("You can agree to less time, decline, and end it at any moment."),
            _("Support changes nothing, and every page that it opens is listed for you."),
        ),
    )  # fmt: skip


ASKED: Final = NotificationKind(
    key="support.asked",
    label={
        "de": "Zugriff des Plattform-Supports",
        "en": "Access of platform support",
        "fr": "Accès du support de la plateforme",
    },
    tell=asks,
    example={"operator": "Ida Sommer", "hours": 4, "reason": "A resident is missing in your list."},
    needs=TEAM_ADMIN,
    essential="duty",
    team=True,
)
KINDS: Final = (ASKED,)
