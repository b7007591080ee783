"""What we write to the owners of accounts. Bind the reader's voice before calling."""

from __future__ import annotations

from collections.abc import Sequence

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter

SOMEBODY, SOMEWHERE = "Verena Keller", "https://portal.example/reset"


def reset_letter(name: str, url: str) -> Letter:
    """The link to a new password."""
    return Letter(
        subject=_("Choose a new password"),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("Somebody has asked for a new password for your account. Was it you? Then choose one here."),
        ),
        action=Action(_("Choose a new password"), url),
        notes=(
            _("The link is good for one hour and works once."),
            _("Was it not you? Then you need not do anything. Your password stays as it is."),
        ),
    )  # fmt: skip


def changed_letter(name: str, reset_url: str, removed: Sequence[str] = (), kept: Sequence[str] = ()) -> Letter:
    """The password is a new one: told to the owner, who may not have done it, or may not know each of the passkeys."""
    keys = [
        _("Passkeys that open nothing any more: %(names)s.", names=", ".join(removed)) if removed else "",
        _("Passkeys that still open it: %(names)s.", names=", ".join(kept)) if kept else "",
    ]
    return Letter(
        subject=_("Your password has been changed"),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("The password of your account has just been changed. All other devices have been signed out."),
            *filter(None, keys),
            _("Was it not you? Then ask for a new password at once, and tell us."),
        ),
        action=Action(_("Ask for a new password"), reset_url),
    )


def passkey_letter(name: str, passkey: str, account_url: str) -> Letter:
    """A new passkey opens the account: told to the owner, who may not have made it."""
    return Letter(
        subject=_("A passkey was added to your account"),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("The passkey “%(passkey)s” opens your account from now on.", passkey=passkey),
            _("Was it not you? Then remove it in your account, choose a new password, and tell us."),
        ),
        action=Action(_("Look at your account"), account_url),
    )


def passkey_gone_letter(name: str, passkey: str, reset_url: str) -> Letter:
    """A passkey opens the account no longer: told to the owner, who may not have removed it."""
    return Letter(
        subject=_("A passkey was removed from your account"),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("The passkey “%(passkey)s” does not open your account any more.", passkey=passkey),
            _("Was it not you? Then ask for a new password at once, and tell us."),
        ),
        action=Action(_("Ask for a new password"), reset_url),
    )


RESET = MailKind(
    "accounts.reset",
    {"de": "Link für ein neues Passwort", "en": "Link to a new password", "fr": "Lien vers un nouveau mot de passe"},
    lambda _company: reset_letter(SOMEBODY, SOMEWHERE),
    essential="access",
    secret=True,
)
CHANGED = MailKind(
    "accounts.changed",
    {"de": "Passwort wurde geändert", "en": "Password was changed", "fr": "Mot de passe modifié"},
    lambda _company: changed_letter(SOMEBODY, SOMEWHERE),
    essential="safety",
)
PASSKEY = MailKind(
    "accounts.passkey",
    {"de": "Passkey wurde hinzugefügt", "en": "Passkey was added", "fr": "Clé d’accès ajoutée"},
    lambda _company: passkey_letter(SOMEBODY, "iPhone", SOMEWHERE),
    essential="safety",
)
PASSKEY_GONE = MailKind(
    "accounts.passkey_gone",
    {"de": "Passkey wurde entfernt", "en": "Passkey was removed", "fr": "Clé d’accès supprimée"},
    lambda _company: passkey_gone_letter(SOMEBODY, "iPhone", SOMEWHERE),
    essential="safety",
)
KINDS = (RESET, CHANGED, PASSKEY, PASSKEY_GONE)
