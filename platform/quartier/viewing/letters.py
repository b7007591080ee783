"""What residents are told of looks at their portal."""

from __future__ import annotations

from typing import Final

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import Facts, NotificationKind, Words


def words(facts: Facts) -> Words:
    """Who it was; why, and at what, stands on the page that this leads to."""
    if not facts["author"]:
        return Words(_("Somebody of the team has seen the portal as you do"))
    return Words(_("%(name)s has seen the portal as you do", name=facts["author"]))


LOOKED: Final = NotificationKind(
    "viewing.looked",
    {"de": "Blicke in mein Portal", "en": "Looks at my portal", "fr": "Consultations de mon portail"},
    tell=words,
    example={"author": "Nadja Frei"},
    default="never",
    push=False,
)
KINDS: Final = (LOOKED,)
