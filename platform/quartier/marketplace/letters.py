"""Who is told of orders: who approves them, and who may buy."""

from __future__ import annotations

from typing import Any, Final

from quartier.accounts.permissions import MODULES_APPROVE, TEAM_ADMIN
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


def stuck(facts: Facts) -> Words:
    """Something waits, and nobody of the team may approve it."""
    return Words(
        _("An order waits, and nobody in your team may approve it"),
        facts["product"],
        paragraphs=(
            _("Give somebody in the team the right to approve orders of modules; they are told of it then."),
            _("Sales knows of it as well and gets in touch."),
        ),
    )


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
STUCK: Final = NotificationKind(
    "marketplace.stuck",
    {
        "de": "Bestellungen, die niemand freigeben darf",
        "en": "Orders that nobody may approve",
        "fr": "Commandes que personne ne peut approuver",
    },
    tell=stuck,
    example=EXAMPLE,
    needs=TEAM_ADMIN,
    team=True,
)
KINDS: Final = (ORDERED, ANSWERED, STUCK)
