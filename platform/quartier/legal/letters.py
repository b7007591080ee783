"""What we write about documents. Bind the reader's voice before calling."""

from __future__ import annotations

from dataclasses import dataclass

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter


@dataclass(frozen=True)
class Asked:
    """What somebody is asked to agree to, in words of the reader's language; `note` is what changes."""

    title: str
    company: str
    day: str
    url: str
    note: str = ""


def agreement_letter(name: str, asked: Asked) -> Letter:
    """Something new waits to be read and agreed to."""
    asks = _("%(company)s asks you to read and agree to: %(title)s, in force since %(date)s.",
             company=asked.company, title=asked.title, date=asked.day)  # fmt: skip
    return Letter(
        subject=_("Please read and agree: %(title)s", title=asked.title),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(asks, *((asked.note,) if asked.note else ())),
        action=Action(_("Read and agree"), asked.url),
        notes=(_("Until then the portal asks you at your next visit. Your contract is not touched by this."),),
    )


AGREEMENT = MailKind(
    "legal.agreement",
    {"de": "Bitte um Zustimmung", "en": "Request for agreement", "fr": "Demande d’accord"},
    lambda company: agreement_letter(
        "Verena Keller", Asked(_("Terms of use"), company, "1.4.2026", "https://portal.example/agree")
    ),
    essential="duty",
)
KINDS = (AGREEMENT,)
