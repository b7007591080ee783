"""Who is told of orders: who approves them, and who may buy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from quartier.accounts.permissions import MODULES_APPROVE, TEAM_ADMIN
from quartier.contracts import wording as contracts
from quartier.i18n.formats import format_date
from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import Facts, NotificationKind, Words
from quartier.web.read_only import BUY

EXAMPLE: Final[dict[str, Any]] = {
    "product": "FAQ", "author": "Nadja Frei", "state": "done", "answer": "", "price": "49.00", "currency": "CHF",
    "period": "month", "quantity": 1, "starts": "2026-12-01",
}  # fmt: skip


def ordered(facts: Facts) -> Words:
    """Something waits to be approved."""
    if not facts["author"]:
        return Words(_("An order waits for approval"), facts["product"], paragraphs=_terms(facts))
    return Words(
        _("%(name)s has placed an order that waits for approval", name=facts["author"]), facts["product"],
        paragraphs=_terms(facts),
    )  # fmt: skip


def answered(facts: Facts) -> Words:
    """What became of an order."""
    match facts["state"]:
        case "done":
            return Words(_("The order is approved and in the contract"), facts["product"], paragraphs=_terms(facts))
        case "failed":
            why = (facts["answer"],) if facts["answer"] else ()
            return Words(_("The order could not be carried out; sales can help"), facts["product"], paragraphs=why)
    return Words(_("The order was declined: %(why)s", why=facts["answer"]), facts["product"])


def _terms(facts: Facts) -> tuple[str, ...]:
    """What it costs, and from which day on; what was told before prices were kept says neither."""
    if "price" not in facts:
        return ()
    price = contracts.cost(Decimal(facts["price"]), facts["period"], facts["quantity"], facts["currency"])
    return (_("%(price)s, from %(date)s on.", price=price, date=format_date(date.fromisoformat(facts["starts"]))),)


def stuck(facts: Facts) -> Words:
    """Something waits, and nobody of the team may approve it."""
    return Words(
        _("An order waits, and nobody in your team may approve it"),
        facts["product"],
        paragraphs=(
            *_terms(facts),
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
        "de": "Entscheidungen über Bestellungen",
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
