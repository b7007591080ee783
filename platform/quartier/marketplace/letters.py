"""Who is told of orders: who approves them, and who may buy."""

from __future__ import annotations

from typing import Any, Final

from quartier.accounts.permissions import MODULES_APPROVE
from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import Facts, NotificationKind, Words
from quartier.web.read_only import BUY

EXAMPLE: Final[dict[str, Any]] = {"product": "FAQ", "author": "Nadja Frei", "state": "done", "answer": ""}


def ordered(facts: Facts) -> Words:
    """Something waits to be approved."""
    if not facts["author"]:
        return Words(_("An order waits for your approval"), facts["product"])
    return Words(
        _("%(name)s has ordered something; it waits for your approval", name=facts["author"]), facts["product"]
    )


def answered(facts: Facts) -> Words:
    """What became of an order."""
    match facts["state"]:
        case "done":
            return Words(_("The order is approved and in the contract"), facts["product"])
        case "failed":
            return Words(_("The order could not be carried out; sales can help"), facts["product"])
    return Words(_("The order was declined: %(why)s", why=facts["answer"]), facts["product"])


ORDERED: Final = NotificationKind(
    "marketplace.ordered",
    {
        "de": "Bestellungen, die auf Freigabe warten",
        "en": "Orders that wait for approval",
        "fr": "Commandes en attente d’approbation",
    },
    tell=ordered,
    example=EXAMPLE,
    needs=MODULES_APPROVE,
    team=True,
)
ANSWERED: Final = NotificationKind(
    "marketplace.answered",
    {
        "de": "Was aus Bestellungen wurde",
        "en": "What became of orders",
        "fr": "Suites données aux commandes",
    },
    tell=answered,
    example=EXAMPLE,
    needs=BUY,
    team=True,
    push=False,
)
KINDS: Final = (ORDERED, ANSWERED)
