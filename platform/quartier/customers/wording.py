"""How a company fares, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from quartier.customers.queries import Customer
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext

CONCERNS: Final = {
    "suspended": _l("portal closed"), "contract": _l("no contract"), "ending": _l("contract ends"),
    "reach": _l("few reached"), "active": _l("little used"), "quota": _l("quota nearly used"),
}  # fmt: skip
ORDERS: Final = {
    "name": _l("By name"), "reach": _l("Fewest reached first"), "active": _l("Least active first"),
    "ends": _l("Earliest end first"), "leads": _l("Most leads first"), "quota": _l("Fullest quota first"),
}  # fmt: skip
SHOWN: Final = {
    "": _l("All companies"), "attention": _l("Needs attention"), "ending": _l("Contract ends within 90 days"),
    "quota": _l("Quota nearly used"), "leads": _l("With open leads"), "customers": _l("Customers only"),
    "demos": _l("Demos only"),
}  # fmt: skip
PRESSING: Final = frozenset({"suspended", "contract", "ending"})


@dataclass(frozen=True)
class Sentence:
    """Something to say about a company, and whether it is good: the sign and the class beside it."""

    words: str
    icon: str
    look: str


def badges(one: Customer) -> list[Sentence]:
    """All of it in a few words each; nothing of a demo, whose people are made up."""
    if one.is_demo:
        return []
    if not one.concerns:
        known = one.counted_at is not None
        return [
            Sentence(_("in good health") if known else _("not counted yet"), *_GOOD if known else ("clock", "line"))
        ]
    looks = {key: "danger" if key in PRESSING else "info" if key == "quota" else "warning" for key in one.concerns}
    return [Sentence(str(CONCERNS[key]), "alert" if look != "info" else "zap", look) for key, look in looks.items()]


_GOOD: Final = ("ok", "success")


def percent(value: int | None) -> str:
    """A share; a dash where nothing is known."""
    return "–" if value is None else f"{formats.format_number(value)} %"


def sentences(one: Customer, today: date) -> list[Sentence]:
    """Why it fares so, from the most pressing to what is well."""
    if one.is_demo:
        said = _("This is a demo: its people are made up, and it counts in no number and no revenue.")
        return [Sentence(said, "play", "info"), *filter(None, [_leads(one)])]
    found = [_deal(one, today), _reach(one), _use(one), _quota(one), _leads(one)]
    if one.status == "suspended":
        found.insert(0, Sentence(_("The portal is closed: its people read that it will be back."), "ban", "danger"))
    order = ("danger", "warning", "info", "success", "line")
    return sorted((each for each in found if each is not None), key=lambda each: order.index(each.look))


def _with(words: str, advice: str) -> str:
    """A fact, and what to make of it."""
    return f"{words} {advice}"


def _deal(one: Customer, today: date) -> Sentence:
    if "contract" in one.concerns:
        return Sentence(
            _("No contract covers today. What is on is granted, on trial, or about to end."), "alert", "danger"
        )
    if one.ends is None or one.last_day is None:
        return Sentence(_("A contract runs without an end."), *_GOOD)
    days, last = (one.ends - today).days, formats.format_date(one.last_day)
    words = ngettext(
        "The contract ends in %(num)s day, after %(date)s.", "The contract ends in %(num)s days, after %(date)s.",
        days, date=last,
    )  # fmt: skip
    return Sentence(words, "alert", "danger") if "ending" in one.concerns else Sentence(words, *_GOOD)


def _reach(one: Customer) -> Sentence | None:
    if one.addressable is None or one.registered is None:
        return Sentence(_("Its people are counted tonight for the first time."), "clock", "line")
    if not one.addressable:
        return Sentence(_("Nobody can be reached yet: its people are not in the books."), "clock", "line")
    words = ngettext(
        "%(reached)s of %(num)s person who can be reached is registered: %(share)s.",
        "%(reached)s of %(num)s people who can be reached are registered: %(share)s.",
        one.addressable, reached=formats.format_number(one.registered), share=percent(one.reach),
    )  # fmt: skip
    if "reach" in one.concerns:
        return Sentence(_with(words, _("Below a quarter: invitations are worth another round.")), "alert", "warning")
    return Sentence(words, *_GOOD)


def _use(one: Customer) -> Sentence | None:
    if not one.registered or one.active is None:
        return None
    words = ngettext(
        "%(num)s person used the portal in the last 30 days: %(share)s of those who are registered.",
        "%(num)s people used the portal in the last 30 days: %(share)s of those who are registered.",
        one.active, share=percent(one.use),
    )  # fmt: skip
    if "active" in one.concerns:
        return Sentence(_with(words, _("Below a fifth: there is little to come back for.")), "alert", "warning")
    return Sentence(words, *_GOOD)


def _quota(one: Customer) -> Sentence | None:
    if one.units is None or one.quota is None:
        return None
    facts = {"used": formats.format_number(one.units), "share": percent(one.filled)}
    words = ngettext(
        "%(used)s of %(num)s unit of its quota is used: %(share)s.",
        "%(used)s of %(num)s units of its quota are used: %(share)s.", one.quota, **facts,
    )  # fmt: skip
    if "quota" in one.concerns:
        return Sentence(_with(words, _("It is time to offer a larger one.")), "zap", "info")
    return Sentence(words, *_GOOD)


def _leads(one: Customer) -> Sentence | None:
    words = ngettext("%(num)s lead is open.", "%(num)s leads are open.", one.leads)
    return Sentence(words, "flag", "info") if one.leads else None
