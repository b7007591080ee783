"""What we write to people whose e-mail address has changed in the books. Bind the reader's voice before calling.

The old address may be a stranger's by now, and the new one may be a slip: neither learns the other.
"""

from __future__ import annotations

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter

SOMEBODY, SOMEWHERE = "Verena Keller", "https://portal.example/address/x"


def ask_letter(name: str, company: str, url: str) -> Letter:
    """To the new address: is it yours?"""
    return Letter(
        subject=_("%(company)s: sign in with this address from now on?", company=company),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("%(company)s has this as your new e-mail address. Confirm it, and you sign in to the portal with it.",
              company=company),
            _("Until then nothing changes: your present address goes on working."),
        ),
        action=Action(_("Confirm this address"), url),
        notes=(
            _("The link works once, and for 30 days."),
            _("You have no account there? Then somebody mistyped an address, and you need not do anything."),
        ),
    )  # fmt: skip


def told_letter(name: str, company: str, url: str) -> Letter:
    """To the address that somebody signs in with."""
    return Letter(
        subject=_("%(company)s has another e-mail address for you", company=company),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("In the data of %(company)s there is another e-mail address for you now. We have asked there whether it "
              "is yours. You go on signing in with this address until the other one is confirmed.", company=company),
            _("Did you not announce a new address? Then stop it here; your management is asked to correct it."),
        ),
        action=Action(_("That is not my address"), url),
    )  # fmt: skip


def moved_letter(name: str, company: str) -> Letter:
    """To the address that an invitation went to."""
    return Letter(
        subject=_("%(company)s: your invitation goes to another address", company=company),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("We have invited you to the portal of %(company)s at this address. In the data there is another address "
              "now, so the invitation went there, and the link in our earlier mail opens nothing any more.",
              company=company),
            _("Is that a mistake? Then please tell your management."),
        ),
    )  # fmt: skip


ASKED = MailKind(
    "readdressing.ask",
    {"de": "Neue E-Mail-Adresse bestätigen", "en": "Confirm a new e-mail address",
     "fr": "Confirmer une nouvelle adresse e-mail"},
    lambda: ask_letter(SOMEBODY, "Brunnenhof", SOMEWHERE),
    essential=True,
    secret=True,
)  # fmt: skip
TOLD = MailKind(
    "readdressing.told",
    {"de": "Andere E-Mail-Adresse in den Stammdaten", "en": "Another e-mail address in the books",
     "fr": "Autre adresse e-mail dans les données"},
    lambda: told_letter(SOMEBODY, "Brunnenhof", SOMEWHERE),
    essential=True,
    secret=True,
)  # fmt: skip
MOVED = MailKind(
    "readdressing.moved",
    {"de": "Einladung geht an eine andere Adresse", "en": "Invitation goes to another address",
     "fr": "Invitation envoyée à une autre adresse"},
    lambda: moved_letter(SOMEBODY, "Brunnenhof"),
    essential=True,
)  # fmt: skip
KINDS = (ASKED, TOLD, MOVED)
