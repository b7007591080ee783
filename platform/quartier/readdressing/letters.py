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


def wished_letter(company: str, code: str, url: str) -> Letter:
    """To the address that somebody wishes: figures for the page that is open, and a link. It names nobody: whoever
    typed the address may have typed a stranger's."""
    figures = f"{code[:3]} {code[3:]}"
    return Letter(
        subject=_("%(code)s is your code for %(company)s", code=figures, company=company),
        greeting=_("Hello"),
        paragraphs=(
            _("Somebody wants to sign in to the portal of %(company)s with this e-mail address from now on. Was it "
              "you? Then type this code:", company=company),
            figures,
            _("Or confirm the address here; you sign in for it as you did until now."),
        ),
        action=Action(_("Confirm this address"), url),
        notes=(_("Was it not you? Then you need not do anything. Please tell nobody the code."),),
    )  # fmt: skip


def wished_told_letter(name: str, company: str, url: str) -> Letter:
    """To the address that somebody signs in with: it may not have been them."""
    return Letter(
        subject=_("%(company)s: another e-mail address for your account", company=company),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("Somebody who is signed in to your account wants to sign in with another e-mail address. We have asked "
              "there whether it is theirs. Until then nothing changes."),
            _("Was it not you? Then stop it here, choose a new password, and tell us."),
        ),
        action=Action(_("Stop the change"), url),
    )  # fmt: skip


def taken_letter(company: str, url: str) -> Letter:
    """To an address with which somebody signs in already. The one who wished it learns nothing of that."""
    return Letter(
        subject=_("%(company)s: you have an account with this address", company=company),
        greeting=_("Hello"),
        paragraphs=(
            _("Somebody wanted to use this e-mail address for another account at the portal of %(company)s. That is "
              "not possible: there is an account with it already. Nothing has changed.", company=company),
            _("Was it you? Then sign in with this address. Are both accounts yours? Then your management puts them "
              "together for you."),
        ),
        action=Action(_("Sign in"), url),
    )  # fmt: skip


def changed_letter(name: str, company: str) -> Letter:
    """To the address before: it opens nothing any more."""
    return Letter(
        subject=_("%(company)s: your e-mail address has been changed", company=company),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("From now on you sign in to the portal of %(company)s with another e-mail address; it was confirmed "
              "there. This address opens nothing any more.", company=company),
            _("Was it not you? Then please tell your management at once."),
        ),
    )  # fmt: skip


ASKED = MailKind(
    "readdressing.ask",
    {"de": "Neue E-Mail-Adresse bestätigen", "en": "Confirm a new e-mail address",
     "fr": "Confirmer une nouvelle adresse e-mail"},
    lambda company: ask_letter(SOMEBODY, company, SOMEWHERE),
    essential="access",
    secret=True,
)  # fmt: skip
TOLD = MailKind(
    "readdressing.told",
    {"de": "Andere E-Mail-Adresse in den Stammdaten", "en": "Another e-mail address in the books",
     "fr": "Autre adresse e-mail dans les données"},
    lambda company: told_letter(SOMEBODY, company, SOMEWHERE),
    essential="safety",
    secret=True,
)  # fmt: skip
MOVED = MailKind(
    "readdressing.moved",
    {"de": "Einladung geht an eine andere Adresse", "en": "Invitation goes to another address",
     "fr": "Invitation envoyée à une autre adresse"},
    lambda company: moved_letter(SOMEBODY, company),
    essential="safety",
)  # fmt: skip
WISHED = MailKind(
    "readdressing.wished",
    {"de": "Code für eine neue E-Mail-Adresse", "en": "Code for a new e-mail address",
     "fr": "Code pour une nouvelle adresse e-mail"},
    lambda company: wished_letter(company, "483920", SOMEWHERE),
    essential="asked",
    secret=True,
)  # fmt: skip
WISHED_TOLD = MailKind(
    "readdressing.wished_told",
    {"de": "Andere E-Mail-Adresse gewünscht", "en": "Another e-mail address is wished",
     "fr": "Autre adresse e-mail souhaitée"},
    lambda company: wished_told_letter(SOMEBODY, company, SOMEWHERE),
    essential="safety",
    secret=True,
)  # fmt: skip
TAKEN = MailKind(
    "readdressing.taken",
    {"de": "E-Mail-Adresse hat schon ein Konto", "en": "E-mail address has an account already",
     "fr": "Adresse e-mail déjà utilisée"},
    lambda company: taken_letter(company, SOMEWHERE),
    essential="safety",
)  # fmt: skip
CHANGED = MailKind(
    "readdressing.changed",
    {"de": "E-Mail-Adresse wurde geändert", "en": "E-mail address was changed", "fr": "Adresse e-mail modifiée"},
    lambda company: changed_letter(SOMEBODY, company),
    essential="safety",
)
KINDS = (ASKED, TOLD, MOVED, WISHED, WISHED_TOLD, TAKEN, CHANGED)
