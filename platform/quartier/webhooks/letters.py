"""What we write to a company about its webhooks. Bind the reader's voice before calling."""

from __future__ import annotations

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter


def paused_letter(reader: str, name: str, because: str, url: str) -> Letter:
    """A webhook is paused, and not by an agent."""
    if because == "gone":
        reason = _("The receiver has answered that this address is gone for good (status 410).")
    else:
        reason = _("For seven days the receiver has not taken a single message.")
    return Letter(
        subject=_("A webhook is paused: %(name)s", name=name),
        greeting=_("Hello %(name)s", name=reader),
        paragraphs=(
            _("We have paused the webhook “%(name)s”.", name=name) + " " + reason,
            _("While it is paused, changes are not collected for it. Once the receiver works again, resume the webhook "
              "and have the receiver read the master data anew over the API."),
        ),
        action=Action(_("Look at the webhook"), url),
    )  # fmt: skip


PAUSED = MailKind(
    "webhooks.paused",
    {"de": "Webhook angehalten", "en": "Webhook paused", "fr": "Webhook suspendu"},
    lambda: paused_letter("Nadja Frei", "ERP", "silent", "https://portal.example/cockpit/settings/webhooks"),
    essential=True,
)
KINDS = (PAUSED,)
