"""Where the studio's pages stand in the menu of the Cockpit."""

from __future__ import annotations

from typing import Final

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.i18n.texts import lazy_gettext as _l
from quartier.settings.pages import GROUP
from quartier.web.navigation import Entry
from quartier.web.pages import Pages

BRAND: Final = "/cockpit/settings/brand"
NAMES: Final = "/cockpit/settings/names"

cockpit = Pages(
    "studio",
    __name__,
    area="cockpit",
    entries=(
        Entry(BRAND, "palette", _l("Look"), COMPANY_SETTINGS, group=GROUP, order=910),
        Entry(NAMES, "app", _l("Names and order"), COMPANY_SETTINGS, group=GROUP, order=912),
    ),
)
