"""What we write to people about their data. Bind the reader's voice before calling."""

from __future__ import annotations

from collections.abc import Sequence

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter


def ready_letter(name: str, url: str, until: str) -> Letter:
    """The copy can be fetched."""
    return Letter(
        subject=_("Your data are ready"),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("You have asked for a copy of everything that this portal knows about you. It can be fetched now."),
        ),
        action=Action(_("Fetch my data"), url),
        notes=(
            _("You sign in to fetch it. It is there until %(date)s; then it is deleted.", date=until),
            _("Was it not you? Then change your password, please."),
        ),
    )  # fmt: skip


def kept_letter(name: str, reasons: Sequence[str], date: str) -> Letter:
    """Not yet, and why."""
    return Letter(
        subject=_("Your request to be erased"),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("You have asked us to erase your data. Some of them we have to keep for now:"),
            *reasons,
            _("From %(date)s on they can be erased. Your request stays with us until then.", date=date) if date
            else _("From when on they can be erased is not known yet. Your request stays with us until then."),
        ),
    )  # fmt: skip


READY = MailKind(
    "rights.ready",
    {"de": "Kopie der eigenen Daten ist bereit", "en": "A copy of one’s data is ready",
     "fr": "Copie de ses données prête"},
    lambda: ready_letter("Verena Keller", "https://portal.example/account/data", "29.11.2026"),
    essential="asked",
)  # fmt: skip
KEPT = MailKind(
    "rights.kept",
    {"de": "Löschung: was aufbewahrt werden muss", "en": "Erasure: what has to be kept",
     "fr": "Effacement : ce qui doit être conservé"},
    lambda: kept_letter("Verena Keller", ["W-1204"], "1.1.2036"),
    essential="asked",
)  # fmt: skip
KINDS = (READY, KEPT)
