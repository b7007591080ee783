"""What we write to people about their data. Bind the reader's voice before calling."""

from __future__ import annotations

from collections.abc import Sequence

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind, NotificationKind, Words
from quartier.mail.letters import Action, Letter
from quartier.people.policies import EDIT


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


def asked_letter(name: str, by: str, url: str) -> Letter:
    """To those of the team who decide. Who has asked is not said: a mail would outlive the erasure."""
    return Letter(
        subject=_("Somebody asks to be erased"),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("Somebody has asked to have all personal data erased. The law wants an answer by %(date)s.", date=by),
        ),
        action=Action(_("Check and decide"), url),
        notes=(_("You get this mail because you may change people of the whole company."),),
    )  # fmt: skip


def progress_letter(name: str, said: str, by: str) -> Letter:
    """A request has come in, or is looked at; `by` is the day of the answer."""
    return Letter(
        subject=_("Your request to be erased"),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(said, _("You get an answer by %(date)s at the latest. Until then you can take it back in your "
                            "account, under “Your data”.", date=by)),
    )  # fmt: skip


def kept_letter(name: str, reasons: Sequence[str], date: str) -> Letter:
    """Not yet, and why."""
    return Letter(
        subject=_("Your request to be erased"),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("You have asked us to erase your data. Some of them we have to keep for now:"),
            *reasons,
            _then(date),
        ),
    )


def done_letter(name: str, reasons: Sequence[str], date: str) -> Letter:
    """It is being done: all of it, or all but what has to be kept."""
    start = (_("As you asked, your account and what hangs on it are erased now. Some of your data we have to keep:")
             if reasons else _("As you asked, your data and your account are erased now."))  # fmt: skip
    end = (*reasons, _then(date)) if reasons else (_("This is our last mail to you."),)
    return Letter(subject=_("Your data are erased"), greeting=_("Hello %(name)s", name=name), paragraphs=(start, *end))


def _then(date: str) -> str:
    if date:
        return _("On %(date)s the rest is erased; you do not have to do anything.", date=date)
    return _("The day for the rest is not known yet. It is erased as soon as nothing asks for it any more.")


READY = MailKind(
    "rights.ready",
    {"de": "Kopie der eigenen Daten ist bereit", "en": "A copy of one’s data is ready",
     "fr": "Copie de ses données prête"},
    lambda _company: ready_letter("Verena Keller", "https://portal.example/account/data", "29.11.2026"),
    essential="asked",
)  # fmt: skip
PROGRESS = MailKind(
    "rights.progress",
    {"de": "Löschung: eingegangen, in Prüfung", "en": "Erasure: received, in review",
     "fr": "Effacement : reçu, en cours d’examen"},
    lambda _company: progress_letter("Verena Keller", _("We have received your request."), "22.12.2026"),
    essential="asked",
)  # fmt: skip
KEPT = MailKind(
    "rights.kept",
    {"de": "Löschung: was aufbewahrt werden muss", "en": "Erasure: what has to be kept",
     "fr": "Effacement : ce qui doit être conservé"},
    lambda _company: kept_letter("Verena Keller", ["W-1204"], "1.1.2036"),
    essential="asked",
)  # fmt: skip
DONE = MailKind(
    "rights.done",
    {"de": "Löschung: ausgeführt", "en": "Erasure: done", "fr": "Effacement : exécuté"},
    lambda _company: done_letter("Verena Keller", ["W-1204"], "1.1.2036"),
    essential="asked",
)  # fmt: skip
ASKED = MailKind(
    "rights.asked",
    {"de": "Jemand verlangt die Löschung der eigenen Daten", "en": "Somebody asks to be erased",
     "fr": "Une personne demande l’effacement de ses données"},
    lambda _company: asked_letter("Nadja Frei", "22.12.2026", "https://portal.example/cockpit/erasures"),
    essential="duty",
    team=True,
)  # fmt: skip
ASKED_BELL = NotificationKind(
    "rights.asked_bell",
    {"de": "Löschbegehren", "en": "Erasure requests", "fr": "Demandes d’effacement"},
    tell=lambda _facts: Words(_("Somebody asks to be erased")),
    needs=EDIT,
    default="never",
)  # fmt: skip
"""Beside the mail with the day of the answer, which always goes."""


SAID = NotificationKind(
    "rights.said",
    {"de": "Hinweise, dass an Angaben etwas nicht stimmt", "en": "Word that something is wrong about a person",
     "fr": "Signalements d’une erreur dans les données d’une personne"},
    tell=lambda _facts: Words(_("Somebody says that something is wrong about them")),
    needs=EDIT,
)  # fmt: skip
"""Who has said it is not: a mail would outlive their erasure."""
KINDS = (ASKED, ASKED_BELL, SAID, READY, PROGRESS, KEPT, DONE)
