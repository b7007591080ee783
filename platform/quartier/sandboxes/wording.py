"""What of a demo goes and stays, in words: nouns of the core by table, contents by module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.sandboxes.leaving import Leaving
from quartier.sandboxes.queries import OpenQuote
from quartier.sandboxes.samples import is_thing

NOUNS: Final[Mapping[str, Callable[[int], str]]] = {
    "property": lambda num: ngettext("%(num)s property", "%(num)s properties", num),
    "building": lambda num: ngettext("%(num)s building", "%(num)s buildings", num),
    "unit": lambda num: ngettext("%(num)s unit", "%(num)s units", num),
    "person": lambda num: ngettext("%(num)s person", "%(num)s people", num),
    "occupancy": lambda num: ngettext("%(num)s period", "%(num)s periods", num),
}
"""The nouns that a count is told of; the rest belongs to these."""


def going(leaving: Leaving, modules: Mapping[str, str]) -> list[str]:
    """What goes, with numbers: nouns first, then a line for each module."""
    found = [say(leaving.count(table)) for table, say in NOUNS.items() if leaving.count(table)]
    for slug, name in sorted(modules.items(), key=lambda item: item[1]):
        count = sum(len(ids) for table, ids in leaving.gone.items() if table.startswith(f"{slug}_") and is_thing(table))
        if count:
            entries = ngettext("%(num)s entry", "%(num)s entries", count)
            found.append(_("%(field)s: %(said)s", field=name, said=entries))
    return found


def protected(quote: OpenQuote) -> str:
    """Why a demo stays while somebody may still say yes."""
    return _(
        "Quote %(number)s can be accepted until %(date)s, and so long this demo stays. Withdraw the quote first.",
        number=quote.number, date=formats.format_date(quote.valid_until),
    )  # fmt: skip


def noun(table: str, modules: Mapping[str, str]) -> str:
    """What a thing is, as a word beside its name: the module it is of, or its noun."""
    slug = table.partition("_")[0]
    return modules.get(slug) or {
        "property": _("Property"), "building": _("Building"), "unit": _("Unit"), "person": _("Person"),
        "occupancy": _("Period"), "agent": _("Team"),
    }.get(table, "")  # fmt: skip
