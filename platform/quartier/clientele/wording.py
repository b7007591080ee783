"""Who looks after what, in words."""

from __future__ import annotations

from typing import Final

from quartier.clientele.services import HandedOver
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext

ROLES: Final = {
    "sales": _l("Sales"), "support": _l("Support"), "finance": _l("Finance"), "admin": _l("Administration"),
}  # fmt: skip


def refusal(key: str) -> str:
    """Why somebody cannot be deactivated."""
    return {
        "self": _("You cannot deactivate yourself. Another administrator can."),
        "last": _("Somebody has to administer the console. Name another administrator first."),
    }[key]


def handed(done: HandedOver, name: str | None) -> str:
    """What was handed over, and to whom."""
    if not any((done.companies, done.leads, done.quotes)):
        return _("There was nothing to hand over.")
    what = ", ".join((
        ngettext("%(num)s company", "%(num)s companies", done.companies),
        ngettext("%(num)s lead", "%(num)s leads", done.leads),
        ngettext("%(num)s quote", "%(num)s quotes", done.quotes),
    ))  # fmt: skip
    if name is None:
        return _("Nobody looks after it now: %(what)s. All of sales hears of it.", what=what)
    return _("%(name)s looks after it now: %(what)s.", name=name, what=what)
