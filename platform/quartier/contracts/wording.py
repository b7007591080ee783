"""What a contract means, in words: states, periods, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from quartier.catalogue.expressions import Expression, spelled
from quartier.catalogue.wording import PERIODS, PRICES
from quartier.contracts.effects import Effect
from quartier.contracts.entitlement import State
from quartier.contracts.models import ContractEvent, ContractLine
from quartier.i18n import formats
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import current_voice, ngettext
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l

LONGEST = 120  # characters of a text in the history
SOON = 90  # days from which an end is worth counting


@dataclass(frozen=True)
class Badge:
    """A state as a label: words, the sign beside them, and the class that colours it."""

    words: str
    icon: str
    look: str


def badge(state: State) -> Badge:
    """A module's state in two or three words."""
    match state.kind:
        case "sold":
            return _lasting(state, Badge(_("in contract"), "check", "success"))
        case "granted":
            return _lasting(state, Badge(_("granted"), "check", "info"))
        case "tried":
            return _lasting(state, Badge(_("on trial"), "clock", "info"))
        case "denied":
            return Badge(_("denied"), "ban", "danger")
        case "lacking":
            return Badge(_("something is missing"), "alert", "warning")
        case "grace":
            return Badge(_("in grace"), "clock", "warning")
        case "read_only":
            return Badge(_("only for reading"), "eye", "warning")
        case "coming":
            return Badge(_("from %(date)s", date=_on(state)), "calendar", "accent")
        case "ended":
            return Badge(_("ended on %(date)s", date=_on(state)), "lock", "line")
    return Badge(_("not in contract"), "lock", "line")


def _lasting(state: State, open_end: Badge) -> Badge:
    if state.day is None or state.days > SOON:
        return open_end
    if state.days == 0:
        return Badge(_("ends today"), "clock", "warning")
    return Badge(ngettext("ends in %(num)s day", "ends in %(num)s days", state.days), "clock", "warning")


def _on(state: State) -> str:
    return formats.format_date(state.day) if state.day else ""


def sentence(state: State) -> str:
    """The same with its day, for the line below."""
    return _left(state) if state.kind in ("grace", "read_only") else _sentence(state, _on(state))


def _sentence(state: State, day: str) -> str:
    match state.kind:
        case "sold" if day:
            return _("In contract until and including %(date)s.", date=day)
        case "sold":
            return _("In contract, without an end.")
        case "granted":
            return _("Granted until and including %(date)s.", date=day) if day else _("Granted, without an end.")
        case "tried":
            return _("On trial until and including %(date)s.", date=day)
        case "lacking" if day:
            return _("Sold, but a product that it needs is missing until and including %(date)s.", date=day)
        case "lacking":
            return _("Sold, but a product that it needs is missing.")
        case "denied":
            return _("Denied until and including %(date)s.", date=day) if day else _("Denied, without an end.")
        case "coming":
            return _("Sold or granted from %(date)s.", date=day)
        case "ended":
            return _("Was in contract until and including %(date)s.", date=day)
    return _("Neither sold nor granted.")


def _left(state: State) -> str:
    """What is left after an end, and until when."""
    day = _on(state)
    if state.kind == "grace":
        still = _("Has ended. Everything works until and including %(date)s.", date=day)
        return still if day else _("Has ended. Everything works for the time being.")
    still = _("Has ended. It can be read until and including %(date)s.", date=day)
    return still if day else _("Has ended. It can be read for the time being.")


def phase_badge(phase: str) -> Badge:
    """How a contract stands, in a word."""
    match phase:
        case "draft":
            return Badge(_("draft"), "pencil", "line")
        case "offered":
            return Badge(_("offered"), "send", "info")
        case "accepted":
            return Badge(_("accepted, to come"), "calendar", "accent")
        case "active":
            return Badge(_("active"), "check", "success")
    return Badge(_("ended"), "lock", "line")


STEPS: Final[Mapping[str, str]] = {
    "offered": _l("Mark as offered"),
    "accepted": _l("Mark as accepted"),
    "draft": _l("Make it a draft again"),
}
CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "stage": {
        "draft": _l("Draft"),
        "offered": _l("Offered"),
        "sent": _l("Sent"),
        "accepted": _l("Accepted by the company"),
        "withdrawn": _l("Withdrawn"),
        "undone": _l("Taken back"),
    },
    "period": PERIODS,
    "tone": {"formal": _l("formal"), "informal": _l("informal")},
    "status": {"active": _l("open to its people"), "suspended": _l("closed")},
}
"""Words for what can only be one of a few."""


def cost(price: Decimal | None, period: str | None, quantity: int, currency: str) -> str:
    """What a line costs: its price for the whole quantity, and how many that is for."""
    if price is None or period is None:
        return _("No price is written down.")
    said = PRICES["flat", period](formats.format_money(price, currency))
    return said if quantity == 1 else _("%(price)s for %(number)s", price=said, number=formats.format_number(quantity))


def missing(lacking: Expression, names: Mapping[str, str]) -> str:
    """What a line needs and will not have."""
    return _("It needs this, which is not there: %(products)s.", products=spelled(lacking, names))


def sums(lines: Iterable[ContractLine], currency: str, today: date) -> list[str]:
    """What all lines in force cost together, by period; what is paid once is in no sum."""
    totals: dict[str, Decimal] = {}
    for line in lines:
        runs = line.starts <= today and (line.ends is None or today < line.ends)
        if line.price is not None and line.period in ("month", "year") and runs:
            totals[line.period] = totals.get(line.period, Decimal(0)) + line.price
    return [PRICES["flat", period](formats.format_money(totals[period], currency)) for period in sorted(totals)]


def things(effect: Effect) -> str:
    """What a module keeps that a change concerns, in numbers."""
    language, said = current_voice().language, []
    for holding, number in effect.things:
        one, many = holding.words[language]
        alone = number < 2 if language == "fr" else number == 1
        said.append((one if alone else many) % {"num": formats.format_number(number)})
    return ", ".join(said)


def until(starts: date, ends: date | None) -> str:
    """A period whose `ends` is the first day after it, as people say it."""
    first = formats.format_date(starts)
    if ends is None:
        return _("from %(date)s, open", date=first)
    return _("from %(first)s until and including %(last)s", first=first, last=last_day(ends))


def quota(units: int | None) -> str:
    """How many units a contract covers."""
    return _("unlimited") if units is None else formats.format_number(units)


def space(gigabytes: int | None) -> str:
    """How much room for files a contract has."""
    return _("usual amount") if gigabytes is None else formats.format_size(gigabytes * 1024**3)


QUOTAS: Final = {"unit_quota": quota, "file_quota": space}


def on_bar(starts: date, ends: date | None, first: date) -> str:
    """What fits on a bar of the time line, of which `first` is the beginning: the end that matters."""
    if ends is not None:
        return _("until and including %(date)s", date=last_day(ends))
    begins = formats.format_date(starts)
    return _("since %(date)s, open", date=begins) if starts < first else _("from %(date)s, open", date=begins)


def last_day(ends: date) -> str:
    """The day before an exclusive end."""
    return formats.format_date(ends - timedelta(days=1))


@dataclass(frozen=True)
class Difference:
    """One thing that an event changed. `None` where there was nothing, or is nothing any more."""

    label: str
    before: str | None
    after: str | None


EVENTS: Final[Mapping[str, Callable[[str, str], str]]] = {
    "company.created": lambda _module, _subject: _("Company created"),
    "company.changed": lambda _module, _subject: _("Company details changed"),
    "company.renamed": lambda _module, _subject: _("Subdomain changed"),
    "domain.serving": lambda _module, subject: _("The portal answers at %(host)s", host=subject),
    "domain.main": lambda _module, subject: _("%(host)s is the main address", host=subject),
    "domain.withdrawn": lambda _module, subject: _("The portal no longer answers at %(host)s", host=subject),
    "company.manager": lambda _module, _subject: _("Somebody else looks after the company"),
    "company.suspended": lambda _module, _subject: _("Portal closed"),
    "company.resumed": lambda _module, _subject: _("Portal opened again"),
    "prospect.added": lambda _module, _subject: _("Prospect written down"),
    "prospect.won": lambda _module, _subject: _("Prospect became a company"),
    "sandbox.made": lambda _module, _subject: _("Demo made"),
    "sandbox.extended": lambda _module, _subject: _("Demo extended"),
    "sandbox.relinked": lambda _module, _subject: _("New link for the demo"),
    "sandbox.handed": lambda _module, subject: _("Demo handed over to %(name)s", name=subject),
    "sandbox.real": lambda _module, _subject: _("Demo became the real company"),
    "admin.invited": lambda _module, subject: _("%(address)s invited to manage the team", address=subject),
    "admin.withdrawn": lambda _module, subject: _("Invitation of %(address)s withdrawn", address=subject),
    "look.published": lambda _module, subject: _("Look of a property published: %(name)s", name=subject),
    "look.planned": lambda _module, subject: _("Look of a property planned: %(name)s", name=subject),
    "look.withdrawn": lambda _module, subject: _("Planned look of a property taken back: %(name)s", name=subject),
    "look.restored": lambda _module, subject: _("Earlier look of a property taken up again: %(name)s", name=subject),
    "look.ended": lambda _module, subject: _("Property shows the look of the company again: %(name)s", name=subject),
    "brand.published": lambda _module, _subject: _("Brand published"),
    "brand.planned": lambda _module, _subject: _("Publication of the brand planned"),
    "brand.withdrawn": lambda _module, _subject: _("Planned publication of the brand taken back"),
    "brand.restored": lambda _module, _subject: _("Earlier brand taken up again"),
    "contract.added": lambda _module, subject: _("Contract %(number)s added", number=subject),
    "contract.changed": lambda _module, subject: _("Contract %(number)s changed", number=subject),
    "contract.staged": lambda _module, subject: _("Contract %(number)s moved on", number=subject),
    "contract.discarded": lambda _module, subject: _("Draft of contract %(number)s thrown away", number=subject),
    "quote.added": lambda _module, subject: _("Quote %(number)s begun", number=subject),
    "quote.changed": lambda _module, subject: _("Quote %(number)s changed", number=subject),
    "quote.sent": lambda _module, subject: _("Quote %(number)s sent", number=subject),
    "quote.relinked": lambda _module, subject: _("New link for quote %(number)s", number=subject),
    "quote.withdrawn": lambda _module, subject: _("Quote %(number)s withdrawn", number=subject),
    "quote.accepted": lambda _module, subject: _("Quote %(number)s accepted", number=subject),
    "quote.declined": lambda _module, subject: _("Quote %(number)s declined", number=subject),
    "quote.undone": lambda _module, subject: _("Acceptance of quote %(number)s taken back", number=subject),
    "trial.added": lambda module, _subject: _("%(module)s: trial begun", module=module),
    "trial.changed": lambda module, _subject: _("%(module)s: trial changed", module=module),
    "order.placed": lambda module, _subject: _("%(module)s ordered", module=module),
    "order.approved": lambda module, _subject: _("%(module)s: order approved", module=module),
    "order.declined": lambda module, _subject: _("%(module)s: order declined", module=module),
    "order.withdrawn": lambda module, _subject: _("%(module)s: order withdrawn", module=module),
    "units.asked": lambda _module, subject: _("The company asks for %(units)s units", units=subject),
    "line.added": lambda module, _subject: _("%(module)s added to the contract", module=module),
    "line.changed": lambda module, _subject: _("%(module)s: period changed", module=module),
    "line.removed": lambda module, _subject: _("%(module)s taken out of the contract", module=module),
    "grant.added": lambda module, _subject: _("%(module)s granted", module=module),
    "grant.changed": lambda module, _subject: _("%(module)s: grant changed", module=module),
    "grant.removed": lambda module, _subject: _("%(module)s: grant withdrawn", module=module),
    "deny.added": lambda module, _subject: _("%(module)s denied", module=module),
    "deny.changed": lambda module, _subject: _("%(module)s: denial changed", module=module),
    "deny.removed": lambda module, _subject: _("%(module)s: denial withdrawn", module=module),
    "module.scoped": lambda module, _subject: _("%(module)s: properties chosen", module=module),
    "switch.changed": lambda switch, _subject: _("Setting changed: %(name)s", name=switch),
    "switch.placed": lambda switch, _subject: _("Setting changed: %(name)s", name=switch),
    "notifications.changed": lambda kind, _subject: _("Notifications changed: %(name)s", name=kind),
    "module.begun": lambda module, _subject: _("%(module)s set up for the first time", module=module),
}
LABELS: Final[Mapping[str, str]] = {
    "number": _l("Number"),
    "contract": _l("Contract"),
    "starts": _l("First day"),
    "ends": _l("Last day"),
    "at": _l("Begins at"),
    "begins_at": _l("Begins at"),
    "valid_until": _l("Valid until"),
    "vat": _l("VAT in percent"),
    "recipient": _l("Recipient"),
    "email": _l("E-mail"),
    "version": _l("Version"),
    "digest": _l("SHA-256"),
    "unit_quota": _l("Units included"),
    "file_quota": _l("Space for files"),
    "grace_days": _l("Days of grace"),
    "read_only_days": _l("Days of reading"),
    "stage": _l("Stage"),
    "currency": _l("Currency"),
    "quantity": _l("Quantity"),
    "price": _l("Price"),
    "period": _l("Charged"),
    "access_before": _l("Access before the first day, in days"),
    "access_after": _l("Access after the last day, in days"),
    "manager": _l("Looked after by"),
    "name": _l("Name"),
    "host": _l("Subdomain"),
    "segment": _l("Segment"),
    "status": _l("Portal"),
    "country": _l("Country"),
    "timezone": _l("Time zone"),
    "languages": _l("Languages"),
    "tone": _l("Form of address"),
    "greeting": _l("Greeting"),
    "emergency_phone": _l("Emergency number"),
    "emergency_note": _l("Note on emergencies"),
    "imprint": _l("Imprint"),
    "privacy": _l("Privacy"),
    "settings": _l("Settings"),
    "value": _l("Value"),
    "theme": _l("Theme"),
    "colour": _l("Brand colour"),
    "properties": _l("Properties"),
}
"""Names of what an event changes, in the order in which they are told."""


def title(event: ContractEvent, module: str) -> str:
    """What happened, in one line. `module` is the name of the module or switch that the event is about."""
    if event.kind == "module.switched":
        on = bool((event.after or {}).get("on"))
        return _("%(module)s switched on", module=module) if on else _("%(module)s switched off", module=module)
    known = EVENTS.get(event.kind)
    return known(module, event.subject) if known else f"{event.kind}: {event.subject}"


def differences(event: ContractEvent) -> list[Difference]:
    """Before → after, in words. A switch says it in its title already."""
    before, after = event.before or {}, event.after or {}
    if event.kind == "module.switched":
        return []
    names = sorted({*before, *after}, key=lambda name: list(LABELS).index(name) if name in LABELS else len(LABELS))
    return [_difference(name, before, after) for name in names]


def _text(value: Mapping[str, object]) -> str:
    """A company's text in the reader's language, or the best other one."""
    try:
        return LocalizedText.from_json(value).pick(current_voice().language).text
    except ValueError:
        return ", ".join(f"{name}: {one}" for name, one in value.items())


def shortened(text: str) -> str:
    """The beginning of a text that would fill the page."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _difference(name: str, before: Mapping[str, object], after: Mapping[str, object]) -> Difference:
    label = str(LABELS.get(name, name))
    old = _value(name, before[name]) if name in before else None
    new = _value(name, after[name]) if name in after else None
    return Difference(label, old, new)


def _value(name: str, value: object) -> str:
    if name == "ends":
        return last_day(date.fromisoformat(str(value))) if value else _("open")
    if name == "price":
        currency, _space, amount = str(value).partition(" ")
        return formats.format_money(Decimal(amount), currency)
    if name in QUOTAS:
        return QUOTAS[name](value if isinstance(value, int) else None)
    if name in ("starts", "valid_until"):
        return formats.format_date(date.fromisoformat(str(value)))
    if name in CHOICES:
        return str(CHOICES[name].get(str(value), value))
    if name == "properties" and value is None:
        return _("all properties")
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return shortened(_text(value))
    return str(value) if value is not None else "–"
