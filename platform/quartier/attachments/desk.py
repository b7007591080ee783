"""How much room the company's files take, for those who answer for its settings."""

from __future__ import annotations

from typing import Final

from quartier.attachments.quota import space_of, use_of
from quartier.i18n.texts import lazy_gettext as _l
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.visit import Visit

SETTINGS: Final = "company.settings"
SPACE: Final = "/cockpit/settings/space"
AREAS: Final = {
    "brand": _l("Logo and pictures of the look"),
    "estate": _l("Pictures of properties"),
    "letters": _l("Letters to print"),
    "people": _l("Pictures of people"),
    "rights": _l("Copies of personal data"),
    "import": _l("Imports"),
}
OTHER: Final = _l("Other files")

cockpit = Pages(
    "attachments_desk", __name__, area="cockpit",
    entries=(Entry(SPACE, "archive", _l("Space for files"), SETTINGS, group=_l("Company"), order=919),),
)  # fmt: skip


@cockpit.page(SPACE, needs=SETTINGS)
def space(visit: Visit) -> str:
    """What there is, what is in use, and what for."""
    rows = [(_area(visit, row.area), row) for row in use_of(visit.db)]
    return render("attachments/space.html", space=space_of(visit.db), rows=rows)


def _area(visit: Visit, area: str) -> str:
    """A module as the company calls it, or what the core keeps."""
    own = visit.company.micro_apps.get(area)
    return visit.say(own.name) if own else str(AREAS.get(area, OTHER))
