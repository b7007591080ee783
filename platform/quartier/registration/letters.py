"""What we write to whoever registers. Bind the reader's voice before calling."""

from __future__ import annotations

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter


def confirm_letter(company: str, code: str, url: str) -> Letter:
    """The code for the page that is open, and a link for whoever reads mail elsewhere. It names nobody: whoever typed
    the address may have typed a stranger's."""
    figures = f"{code[:3]} {code[3:]}"
    return Letter(
        subject=_("%(code)s is your code for %(company)s", code=figures, company=company),
        greeting=_("Hello"),
        paragraphs=(
            _("Somebody is registering at the portal of %(company)s with this e-mail address. Was it you? Then type "
              "this code:", company=company),
            figures,
            _("Or go on right here, on this device:"),
        ),
        action=Action(_("Confirm the address"), url),
        notes=(_("Was it not you? Then you need not do anything. Please tell nobody the code."),),
    )  # fmt: skip


CONFIRM = MailKind(
    "registration.confirm",
    {"de": "Code für die Registrierung", "en": "Code for registering", "fr": "Code pour l’inscription"},
    lambda company: confirm_letter(company, "483920", "https://portal.example/join/confirm/x"),
    essential="access",
    secret=True,
)
KINDS = (CONFIRM,)
