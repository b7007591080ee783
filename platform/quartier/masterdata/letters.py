"""What we write to whoever looks after a company's ERP. Bind the reader's voice before calling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind, NotificationKind, Words
from quartier.mail.letters import Action, Letter


@dataclass(frozen=True)
class Wanted:
    """A wish in words. `lines` are field, present and proposed value; `places` say what it is about, with numbers."""

    label: str
    who: str
    lines: Sequence[tuple[str, str, str]]
    note: str
    places: Sequence[str]
    url: str


def correction_letter(wanted: Wanted) -> Letter:
    """Please change this in your system."""
    return Letter(
        subject=_("Please correct: %(label)s", label=wanted.label),
        greeting=_("Hello"),
        paragraphs=(
            _("%(who)s proposes to correct this in your system: %(label)s.", who=wanted.who, label=wanted.label),
            *(
                _("%(field)s: now “%(present)s”, should be “%(proposed)s”.", field=field, present=now or _("empty"),
                  proposed=then or _("empty"))
                for field, now, then in wanted.lines
            ),
            *([_("Note: %(text)s", text=wanted.note)] if wanted.note else []),
        ),
        action=Action(_("Look at the entry"), wanted.url),
        notes=(*wanted.places, _("The wish counts as done as soon as your system sends these values.")),
    )  # fmt: skip


def answer_letter(name: str, note: str, reason: str, *, declined: bool) -> Letter:
    """What became of what somebody said is wrong about them."""
    return Letter(
        subject=_("What you said is wrong"),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("You wrote: %(text)s", text=note),
            _("We have not changed it, for this reason:") if declined else _("We have corrected it."),
            *([reason] if reason else []),
        ),
    )


CORRECTION = MailKind(
    "masterdata.correction",
    {"de": "Korrekturwunsch an das ERP", "en": "Wish for a correction in the ERP", "fr": "Correction proposée à l’ERP"},
    lambda _company: correction_letter(Wanted(
        "W-1204", "Nadja Frei", [("m²", "80.5", "81")], "", ["W-1204"], "https://portal.example/cockpit/estate/",
    )),
    essential="duty",
    team=True,
)  # fmt: skip
ANSWERED = MailKind(
    "masterdata.answered",
    {"de": "Antwort auf einen Korrekturwunsch", "en": "Answer to a wish for a correction",
     "fr": "Réponse à une demande de rectification"},
    lambda _company: answer_letter("Verena Keller", "1.4.2020", "", declined=False),
    essential="asked",
)  # fmt: skip
READ_ANSWER = NotificationKind(
    "masterdata.read_answer",
    {"de": "Antworten auf meine Hinweise", "en": "Answers to what I said is wrong",
     "fr": "Réponses à mes signalements"},
    tell=lambda _facts: Words(_("The team has answered what you said is wrong about you")),
    default="never",
)  # fmt: skip
"""Under the bell, beside the mail with the answer itself, which always goes."""
KINDS = (CORRECTION, ANSWERED, READ_ANSWER)
