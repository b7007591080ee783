"""What all pages of residents share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from plugins.bookings import policies, queries, rules
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import STATES, WAITS, minute_of
from plugins.bookings.services import Party
from quartier.sdk import SIGNED_IN, Entry, Pages, Visit, formats, ngettext, render
from quartier.sdk import gettext as _
from quartier.sdk import lazy_gettext as _l

pages = Pages(
    "bookings",
    __name__,
    area="app",
    module="bookings",
    entries=(Entry("/bookings/", needs=SIGNED_IN, module="bookings"),),
)

PER: Final = {
    "hour": _l("per hour"), "day": _l("per day"), "night": _l("per night"), "slot": _l("per booking"),
}  # fmt: skip


def page(visit: Visit, template: str, **context: Any) -> str:
    """A page of this module, with its name here and the words for times and prices."""
    here = visit.company.micro_apps["bookings"]
    return render(
        f"bookings/{template}.html",
        app={"name": visit.say(here.name), "icon": here.icon},
        states=STATES,
        waits_words=WAITS,
        rules=rules,
        minute_of=minute_of,
        price_words=price_words,
        may_book=policies.may_book(visit.viewer),
        **context,
    )


def party_of(visit: Visit) -> Party:
    """Whose booking it would be: the viewer's own."""
    person = visit.viewer.person_id
    assert person is not None  # noqa: S101 - may_book has asked
    return Party(person, queries.household_of(visit), policies.groups_of(visit.viewer))


def price_words(visit: Visit, asset: AssetFacts) -> str:
    """What it costs this viewer, per what."""
    amount = asset.rules.amount(policies.groups_of(visit.viewer))
    if not amount:
        return _("Free of charge")
    return f"{formats.format_money(amount, asset.currency)} {PER[asset.rules.price_per]}"


def deposit_of(asset: AssetFacts) -> Decimal:
    """What is paid back afterwards; nothing where it costs nothing."""
    its = asset.rules
    return rules.price_of(its, 0, 60, asset.zone, frozenset()).deposit if its.price_per != "free" else Decimal(0)


def facts_of(visit: Visit, asset: AssetFacts) -> list[tuple[str, str]]:
    """The rules of an asset, a line each, for whoever wants to book it."""
    its = asset.rules
    found = [(_("Price"), price_words(visit, asset))]
    if deposit := deposit_of(asset):
        found.append((_("Deposit"), formats.format_money(deposit, asset.currency)))
    if asset.capacity > 1:
        found.append((_("Room for"), formats.format_number(asset.capacity)))
    if its.kind != "slots":
        words = _nights if its.kind == "nights" else rules.length
        ends = {"shortest": words(its.shortest), "longest": words(its.longest)}
        same = ends["shortest"] == ends["longest"]
        found.append((_("How long"), ends["longest"] if same else _("%(shortest)s to %(longest)s", **ends)))
    if its.quota:
        period = str(rules.PER[its.quota_per])
        found.append((_("How often"), _("%(count)s times %(period)s per household", count=its.quota, period=period)))
    found.append((_("In advance"), _("up to %(length)s", length=rules.length(its.horizon * 1440))))
    if its.lead:
        found.append((_("Latest"), _("%(length)s before", length=rules.length(its.lead))))
    if its.before or its.after:
        found.append((_("Break"), _("%(length)s between two bookings", length=rules.length(its.before + its.after))))
    if closed := rules.closings(its):
        found.append((_("Closed again and again"), closed))
    if its.offer:
        found.append(
            (_("When it is taken"), _("There is a waiting list. What becomes free is kept for whoever is next."))
        )
    if its.release:
        found.append((_("When nobody comes"), _("free for others after %(length)s", length=rules.length(its.release))))
    return [*found, (_("Cancelling"), _cancelling(asset)), *_getting_in(asset)]


def _nights(minutes: int) -> str:
    return ngettext("%(num)s night", "%(num)s nights", max(1, minutes // 1440))


def _cancelling(asset: AssetFacts) -> str:
    its = asset.rules
    if not float(its.late_fee):
        return _("free of charge at any time before it begins")
    fee = formats.format_money(rules.late_fee(its, 0, 1), asset.currency)
    until = rules.length(its.cancel * 60)
    return _("free until %(length)s before, later %(fee)s", length=until, fee=fee)


def _getting_in(asset: AssetFacts) -> list[tuple[str, str]]:
    if asset.code or asset.access:
        return [(_("Door"), _("How to get in is shown while your booking lasts."))]
    return []
