"""What operators are told of, in the language that is bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from quartier.i18n import formats, texts
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """A line under the bell: who it is about, what happened, and what more there is to say.

    A mail begins with the whole `sentence`.
    """

    who: str
    title: str
    about: str
    sentence: str

    @property
    def subject(self) -> str:
        """The subject of the mail."""
        return _("%(who)s: %(what)s", who=self.who, what=self.title) if self.who else self.title


def words(kind: str, facts: Facts, company: str) -> Words:
    """The words of an alert; of a kind that nobody knows any more its key."""
    title, about = TOLD[kind](facts) if kind in TOLD else (kind, "")
    who = company or str(facts.get("who", ""))
    return Words(who, title, about, f"{_sentence(kind, facts, who, title)}.")


def _sentence(kind: str, facts: Facts, who: str, title: str) -> str:
    """What happened, where nothing before it says to whom: what somebody asks for begins with who asks."""
    if who and kind == "lead.asked":
        return _("%(who)s %(what)s", who=who, what=title)
    if who and kind == "lead.due" and not facts.get("title"):
        title = _("a lead is due: %(title)s", title=_("%(who)s %(what)s", who=who, what=_asked(facts)[0]))
    return title[:1].upper() + title[1:]


def _asked(facts: Facts) -> tuple[str, str]:
    if facts.get("units"):
        return ngettext("needs room for %(num)s unit", "needs room for %(num)s units", facts["units"]), _due(facts)
    if facts.get("stuck"):
        return _("has ordered “%(product)s”, and nobody there may approve it", product=_named(facts["product"])), _due(
            facts
        )
    return _("asks about “%(product)s”", product=_named(facts["product"])), _due(facts)


def _given(facts: Facts) -> tuple[str, str]:
    return _("a lead is yours: %(title)s", title=facts["title"]), _due(facts)


def _lead_due(facts: Facts) -> tuple[str, str]:
    if facts.get("title"):
        return _("a lead is due: %(title)s", title=facts["title"]), ""
    return _("a lead is due: %(title)s", title=_asked(facts)[0]), ""


def _due(facts: Facts) -> str:
    return _("To be answered by %(date)s.", date=_day(facts["due"])) if facts.get("due") else ""


def _order(facts: Facts) -> tuple[str, str]:
    product = _named(facts["product"])
    match facts["state"]:
        case "done":
            return _("the order of “%(product)s” is approved and in the contract", product=product), ""
        case "failed":
            return _("the order of “%(product)s” could not be carried out", product=product), str(facts["answer"])
        case "declined":
            return _("the order of “%(product)s” was declined by the company", product=product), str(facts["answer"])
    return _("“%(product)s” is ordered and waits for the company’s approval", product=product), ""


def _ending(facts: Facts) -> tuple[str, str]:
    day = _day(facts["last"])
    title = (
        _("the trial ends on %(date)s", date=day) if facts.get("trial") else _("contract ends on %(date)s", date=day)
    )
    return title, _named(facts["modules"])


def _demo(facts: Facts) -> tuple[str, str]:
    return _("the demo ends on %(date)s", date=_day(facts["last"])), ""


def _quote(facts: Facts) -> tuple[str, str]:
    number = facts["number"]
    match facts["state"]:
        case "accepted":
            return _("quote %(number)s is accepted", number=number), ""
        case "declined":
            return _("quote %(number)s is declined", number=number), str(facts.get("why", ""))
        case "ending":
            return _("quote %(number)s can be accepted until %(date)s", number=number, date=_day(facts["last"])), ""
    return _("quote %(number)s could not be accepted", number=number), str(facts.get("why", ""))


def _support(facts: Facts) -> tuple[str, str]:
    match facts["state"]:
        case "agreed":
            hours = ngettext("for %(num)s hour", "for %(num)s hours", facts["hours"])
            return _("you may look now, %(hours)s", hours=hours), ""
        case "declined":
            return _("your look was declined"), ""
        case "over":
            return _("the time of your look is over"), ""
    return _("the company has ended your look"), ""


def _host(facts: Facts) -> tuple[str, str]:
    return _("the portal no longer answers at %(host)s", host=facts["host"]), _(
        "Its records at the name server are gone. The company’s team was told."
    )


def _yours(_facts: Facts) -> tuple[str, str]:
    return _("you look after this company now"), ""


def _handed(facts: Facts) -> tuple[str, str]:
    return _("%(name)s has handed everything over to you", name=facts["from"]), ", ".join((
        ngettext("%(num)s company", "%(num)s companies", facts["companies"]),
        ngettext("%(num)s lead", "%(num)s leads", facts["leads"]),
        ngettext("%(num)s quote", "%(num)s quotes", facts["quotes"]),
    ))  # fmt: skip


TOLD: Final[Mapping[str, Callable[[Facts], tuple[str, str]]]] = {
    "lead.asked": _asked,
    "lead.given": _given,
    "lead.due": _lead_due,
    "order": _order,
    "ending": _ending,
    "demo.ending": _demo,
    "quote": _quote,
    "support": _support,
    "host.lost": _host,
    "company.given": _yours,
    "handed.over": _handed,
}
ICONS: Final[Mapping[str, str]] = {
    "lead": "flag", "order": "store", "ending": "calendar", "demo": "play", "quote": "file", "support": "shield",
    "host": "globe", "company": "building", "handed": "users",
}  # fmt: skip


def icon(kind: str) -> str:
    """The drawing beside an alert."""
    return ICONS.get(kind.partition(".")[0], "bell")


def _day(iso: str) -> str:
    return formats.format_date(date.fromisoformat(iso))


def _named(value: Any) -> str:
    """A name by language, or in one for all."""
    if isinstance(value, Mapping):
        return str(value.get(texts.current_voice().language) or next(iter(value.values()), ""))
    return str(value)
