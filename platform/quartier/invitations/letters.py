"""What we write by mail to whom a company invites. Bind the reader's voice before calling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from quartier.i18n.texts import gettext as _
from quartier.invitations.codes import shown, token_of
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter

SOMEBODY = "Verena Keller"


@dataclass(frozen=True)
class Opening:
    """What opens a registration: the link, or the code at an address that one can type. `until` is None for ever."""

    company: str
    url: str
    typed_at: str
    code: str
    until: datetime | None = None

    @classmethod
    def of(
        cls, key: bytes, company_id: UUID, row: Any, *, origin: str, company: str, until: datetime | None
    ) -> Opening:
        """That of an invitation, of which the row knows `id` and `own_code`. `origin` is the company's own."""
        return cls(
            company=company,
            url=f"{origin}/join/{token_of(key, company_id, row.id)}",
            typed_at=f"{urlsplit(origin).netloc}/join",
            code=shown(key, company_id, row.id, row.own_code),
            until=until,
        )


def invitation_letter(name: str, opening: Opening) -> Letter:
    """Come in."""
    return Letter(
        subject=_("%(company)s: your access to the portal", company=opening.company),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("%(company)s has opened a portal for you: documents, news and answers about your home, in one place.",
              company=opening.company),
            _("Registering takes a minute. You choose how you sign in."),
        ),
        action=Action(_("Register now"), opening.url),
        notes=_notes(opening),
    )  # fmt: skip


def reminder_letter(name: str, opening: Opening) -> Letter:
    """You have not come yet."""
    return Letter(
        subject=_("%(company)s: your access to the portal is waiting", company=opening.company),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("Some time ago we invited you to the portal of %(company)s. Your access is still waiting for you.",
              company=opening.company),
            _("Registering takes a minute. You choose how you sign in."),
        ),
        action=Action(_("Register now"), opening.url),
        notes=_notes(opening),
    )  # fmt: skip


def _notes(opening: Opening) -> tuple[str, ...]:
    expiry = (_("The invitation is good for a limited time. If it has run out, ask us for a new one."),)
    return (
        _("On another device? Open %(address)s and type this code: %(code)s",
          address=opening.typed_at, code=opening.code),
        *(expiry if opening.until else ()),
        _("Link and code are for you alone: please do not pass them on."),
    )  # fmt: skip


def _sample(company: str) -> Opening:
    return Opening(company, "https://portal.example/join/x", "portal.example/join", "KM7Q-4TRX2-9WBHP")


INVITATION = MailKind(
    "invitations.invitation",
    {"de": "Einladung ins Portal", "en": "Invitation to the portal", "fr": "Invitation au portail"},
    lambda company: invitation_letter(SOMEBODY, _sample(company)),
    essential="access",
    secret=True,
)
REMINDER = MailKind(
    "invitations.reminder",
    {"de": "Erinnerung an die Einladung", "en": "Reminder of the invitation", "fr": "Rappel de l’invitation"},
    lambda company: reminder_letter(SOMEBODY, _sample(company)),
    secret=True,
)
KINDS = (INVITATION, REMINDER)
