"""Webhooks in words: of what they tell, why an address is refused, and what became of a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.webhooks.models import Webhook, WebhookDelivery

NOUNS: Final[Mapping[str, str]] = {
    "property": _l("Properties"), "building": _l("Buildings"), "unit": _l("Units"), "occupancy": _l("Periods"),
    "occupant": _l("Who is on which period"), "person": _l("People with their contact details"),
}  # fmt: skip
STATES: Final[Mapping[str, str]] = {
    "waiting": _l("waiting"), "delivered": _l("delivered"), "failed": _l("failed"),
    "missed": _l("not collected"),
}  # fmt: skip
LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    "waiting": ("warning", "clock"), "delivered": ("success", "check"), "failed": ("danger", "alert"),
    "missed": ("neutral", "pause"),
}  # fmt: skip
PAUSED: Final[Mapping[str, str]] = {
    "agent": _l("Somebody of the team has paused it."),
    "gone": _l("The receiver has answered that this address is gone for good (status 410)."),
    "failing": _l("For seven days the receiver has not taken a single message."),
    "backlog": _l("The receiver is away, and too many changes wait for it. They are kept and go out when you resume."),
    "key": _l(
        "The installation has another key now, so the secret cannot be read any more. Change the secret, then resume."
    ),
}
REFUSED: Final[Mapping[str, str]] = {
    "form": _l("This is not an address that a message could go to. An example: https://erp.example.com/hook"),
    "scheme": _l("The address begins with https://, so that nobody reads along."),
    "user": _l("User name and password do not belong into the address."),
    "port": _l("Messages go to port 443, 4443, 8443, 9443 or 10443."),
    "unknown": _l("This host is not known on the Internet."),
    "private": _l("This host is in a private network. Messages go to public addresses only."),
    "ours": _l("This is an address of the platform itself."),
}
ERRORS: Final[Mapping[str, str]] = {
    "timeout": _l("The receiver did not answer in time (15 seconds)."),
    "connection": _l("There was no connection to the receiver."),
    "tls": _l("The certificate of the receiver is not valid for this address."),
    "key": _l("The secret cannot be read any more. Change the secret."),
    "protocol": _l("The receiver answered with something that is not HTTP."),
}


def refusal(why: str) -> str:
    """Why no message goes to an address."""
    return str(REFUSED[why])


def nouns_in_words(nouns: Iterable[str]) -> str:
    """What a webhook tells of, as a list."""
    chosen = set(nouns)
    if chosen == set(NOUNS):
        return _("all master data")
    return ", ".join(str(words) for noun, words in NOUNS.items() if noun in chosen)


def result(delivery: WebhookDelivery) -> str:
    """What the last try came to."""
    if delivery.error.startswith("address:"):
        return refusal(delivery.error.removeprefix("address:"))
    if delivery.error:
        return str(ERRORS[delivery.error])
    if delivery.status == "missed":
        return _("Changed while the webhook was paused. The receiver has to read the master data anew.")
    if delivery.answer is None:
        return _("Not sent yet.")
    if 300 <= delivery.answer < 400:
        return _("Status %(status)s: the receiver points to another address. Enter the final one.",
                 status=delivery.answer)  # fmt: skip
    return said_by(delivery.answer)


def said_by(status: int) -> str:
    """What a status means to whoever looks after the receiver."""
    if status in (401, 403):
        return _("Status %(status)s: the receiver refuses the message. Does it know the present secret?", status=status)
    if status in (404, 405):
        return _("Status %(status)s: at this address nothing takes messages.", status=status)
    if status >= 500:
        return _("Status %(status)s: the receiver has an error of its own.", status=status)
    if status >= 400:
        return _("Status %(status)s: the receiver does not take the message.", status=status)
    return _("Status %(status)s", status=status)


def contents(delivery: WebhookDelivery) -> str:
    """What a message is about."""
    return nouns_in_words(delivery.nouns) if delivery.changes else _("Test message")


def trouble(hook: Webhook) -> str:
    """Why nothing arrives, empty when all is well."""
    if hook.paused:
        return str(PAUSED[hook.paused])
    return _("The last message was not taken; it is tried again.") if hook.failures else ""
