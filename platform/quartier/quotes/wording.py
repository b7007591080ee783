"""Quotes in words: states, prices, and reasons why something cannot be accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Final

from babel.dates import get_timezone_location

from quartier.catalogue.models import PERIODS as RHYTHMS
from quartier.catalogue.wording import PRICES
from quartier.contracts.wording import Badge
from quartier.i18n import formats
from quartier.i18n.texts import current_voice
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.quotes.content import CENT, Content, Line, Sum

BADGES: Final[Mapping[str, Callable[[], Badge]]] = {
    "draft": lambda: Badge(_("draft"), "pencil", "line"),
    "sent": lambda: Badge(_("sent"), "send", "info"),
    "expired": lambda: Badge(_("expired"), "clock", "warning"),
    "accepted": lambda: Badge(_("accepted"), "check", "success"),
    "declined": lambda: Badge(_("declined"), "ban", "danger"),
    "withdrawn": lambda: Badge(_("withdrawn"), "ban", "line"),
    "undone": lambda: Badge(_("taken back"), "undo", "warning"),
}
GROUPS: Final = {"month": _l("Every month"), "year": _l("Every year"), "once": _l("Once")}
Say = Callable[[str], str]
EACH: Final[Mapping[str, tuple[Say, Say]]] = {
    "unit": (
        lambda price: _("%(price)s per unit", price=price),
        lambda price: _("about %(price)s per unit", price=price),
    ),
    "seat": (
        lambda price: _("%(price)s per seat", price=price),
        lambda price: _("about %(price)s per seat", price=price),
    ),
}
"""By price model: when it is exactly so much, and when it is rounded."""
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "accepted": (_l("This quote was accepted"), _l("It is a contract now. There is nothing left to do here.")),
    "replaced": (
        _l("There is a newer version of this quote"),
        _l("This one cannot be accepted any more. Please use the link that came with the newer version."),
    ),
    "declined": (
        _l("This quote was declined"),
        _l("It cannot be accepted any more. If you have changed your mind, please ask your contact for a new version."),
    ),
    "withdrawn": (_l("This quote was withdrawn"), _l("It cannot be accepted any more. Please ask your contact.")),
    "undone": (_l("This quote was withdrawn"), _l("It cannot be accepted any more. Please ask your contact.")),
    "revoked": (_l("This link is no longer valid"), _l("Please ask your contact for a new one.")),
    "expired": (
        _l("This quote has expired"),
        _l("The last day on which it could be accepted is over. Please ask your contact for a new one."),
    ),
    "clash": (
        _l("This quote cannot be accepted at the moment"),
        _l("Something in it overlaps with a contract that you have. Your contact is told and will get back to you."),
    ),
}
"""Heading and advice for who has the link."""


def badge(state: str) -> Badge:
    """How a quote stands, in a word."""
    return BADGES[state]()


def money(line: Line, currency: str) -> str:
    """What a line costs, with how often."""
    return PRICES["flat", line.period](formats.format_money(line.price, currency))


def how(line: Line, currency: str) -> str:
    """How its price comes about, where it is not simply the price: the discount, and what it is for one unit."""
    return " · ".join(filter(None, (_less(line, currency), _each(line, currency))))


def _less(line: Line, currency: str) -> str:
    if not line.discount:
        return ""
    return _(
        "%(listed)s less %(percent)s%% discount", listed=formats.format_money(line.listed, currency),
        percent=formats.format_number(line.discount),
    )  # fmt: skip


def _each(line: Line, currency: str) -> str:
    """Tiers make that an average, which is rounded."""
    if line.model not in EACH or line.quantity == 1:
        return ""
    each = (line.price / line.quantity).quantize(CENT)
    exact, rounded = EACH[line.model]
    said = exact if each * line.quantity == line.price else rounded
    return said(formats.format_money(each, currency)) if each else ""


def quantity(line: Line) -> str:
    """How many, in units of what is counted."""
    return formats.format_number(line.quantity) if line.model != "flat" or line.quantity != 1 else "–"


def totals(content: Content) -> list[str]:
    """Sums without VAT, for a list."""
    return [PRICES["flat", one.period](formats.format_money(one.net, content.currency)) for one in content.sums]


def sums(one: Sum, content: Content) -> list[tuple[str, str]]:
    """The rows below a table: without VAT, the VAT, and with it."""

    def amount(value: object) -> str:
        return formats.format_money(value, content.currency)  # type: ignore[arg-type]

    if not content.vat:
        return [(_("Sum, without VAT"), amount(one.net))]
    percent = formats.format_number(content.vat)
    return [
        (_("Sum, without VAT"), amount(one.net)),
        (_("VAT %(percent)s%%", percent=percent), amount(one.vat)),
        (_("Sum, with VAT"), amount(one.gross)),
    ]


def tax(content: Content) -> str:
    """What is said of the tax."""
    if content.vat:
        return _("Prices of single products are without VAT.")
    return _("All prices are without VAT. Where it is due, the recipient declares it (reverse charge).")


def beginning(content: Content) -> str:
    """From when it works: a day, and a minute where it is not its first one."""
    if content.at == time.min:
        return formats.format_date(content.starts)
    place = get_timezone_location(content.timezone, current_voice().locale, return_city=True)
    return _("%(moment)s (%(place)s)", moment=formats.format_moment(content.begins, content.zone), place=place)


def lasting(ends: date | None) -> str:
    """Until when it runs."""
    return _("open, until one of us ends it") if ends is None else formats.format_date(ends - timedelta(days=1))


def rhythm(period: str) -> str:
    """Heading of what is charged so."""
    return str(GROUPS[period])


def rhythms(content: Content) -> list[str]:
    """Those that are there, in their order."""
    return [period for period in RHYTHMS if any(line.period == period for line in content.lines)]
