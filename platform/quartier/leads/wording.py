"""Leads in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext

SOURCES: Final = {
    "console": _l("Console"), "marketplace": _l("Marketplace"), "quota": _l("Quota reached"),
    "approval": _l("Order that is stuck"),
}  # fmt: skip
STATES: Final = {"open": _l("Open"), "won": _l("Won"), "lost": _l("Lost")}
LOOKS: Final = {"open": "info", "won": "success", "lost": "line"}
FIELDS: Final = {
    "owner_id": _l("Responsible"), "due": _l("Due"), "state": _l("State"), "title": _l("Subject"),
    "contact": _l("Contact"),
}  # fmt: skip


def title(lead: Any, names: Mapping[str, str]) -> str:
    """What it is about: the words of who opened it, or what a company asked for."""
    if lead.title:
        return str(lead.title)
    if lead.topic == "units" and lead.amount:
        return ngettext("Needs room for %(num)s unit", "Needs room for %(num)s units", lead.amount)
    if lead.source == "approval":
        return _("Nobody may approve the order of “%(product)s”", product=names.get(lead.topic, lead.topic))
    return _("Asks about “%(product)s”", product=names.get(lead.topic, lead.topic))


def due(day: date | None, state: str, today: date) -> tuple[str, str]:
    """When it is due, and the class that colours it: what is open and late stands out."""
    if day is None:
        return _("no date"), "line"
    words = formats.format_date(day, "short")
    if state != "open":
        return words, "line"
    if day < today:
        return _("overdue: %(date)s", date=words), "danger"
    return (_("today"), "warning") if day == today else (words, "line")


def told(note: Any) -> str:
    """What happened, as the heading of its place in the time line."""
    match note.kind:
        case "asked":
            return _("%(name)s has asked", name=note.author)
        case "opened":
            return _("%(name)s has opened the lead", name=note.author)
        case "note":
            return _("%(name)s has noted", name=note.author)
    return _("%(name)s has changed the lead", name=note.author)


def changes(note: Any) -> list[tuple[str, str, str]]:
    """(field, before, after) of what was changed."""
    return [
        (str(FIELDS.get(field, field)), _value(field, was), _value(field, now))
        for field, (was, now) in note.changes.items()
    ]


def _value(field: str, value: str | None) -> str:
    if value is None:
        return "–"
    if field == "due":
        return formats.format_date(date.fromisoformat(value), "short")
    return str(STATES.get(value, value)) if field == "state" else value
