"""Where the pages of imports stand, and what they share."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import ESTATE_IMPORT
from quartier.i18n.texts import lazy_gettext as _l
from quartier.imports.models import ImportRun
from quartier.imports.services import one_import
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.visit import Visit

ROOT: Final = "/cockpit/imports"

cockpit = Pages(
    "imports",
    __name__,
    area="cockpit",
    entries=(Entry(ROOT, "upload", _l("Imports"), ESTATE_IMPORT, group=_l("Master data"), order=230),),
)


def found_or_404(visit: Visit, import_id: UUID, *, lock: bool = False) -> ImportRun:
    """An import of this company, for somebody who may see all of it."""
    found = one_import(visit.db, import_id, lock=lock)
    if found is None or found.status == "discarded":
        raise NotFound
    return found
