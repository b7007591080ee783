"""What we write to a company about its webhooks. Bind the reader's voice before calling."""

from __future__ import annotations

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter


def paused_letter(reader: str, name: str, because: str, url: str) -> Letter:
    """A webhook is paused, and not by an agent."""
    reason = {
        "gone": _("The receiver has answered that this address is gone for good (status 410)."),
        "backlog": _(
            "The receiver is away, and too many changes wait for it. They are kept and go out when you resume."
        ),
        "key": _(
            "The installation has another key now, so the secret cannot be read any more. Change the secret, "
            "then resume."
        ),
    }.get(because, _("For seven days the receiver has not taken a single message."))
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
    lambda _company: paused_letter("Nadja Frei", "ERP", "silent", "https://portal.example/cockpit/settings/webhooks"),
    essential="duty",
    team=True,
)
KINDS = (PAUSED,)
