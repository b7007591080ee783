"""What the pages of the company's settings share: where they stand in the menu, and how a change becomes true."""

from __future__ import annotations

from flask import Response

from quartier.accounts.permissions import COMPANY_SETTINGS, MODULES_SWITCH
from quartier.i18n.texts import lazy_gettext as _l
from quartier.tenancy.models import Company
from quartier.web.flash import back_to
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.shell import shell
from quartier.web.visit import Visit

MODULES, TEXTS, PORTAL, ERP, MAIL, NOTIFICATIONS = (
    f"/cockpit/settings/{page}" for page in ("modules", "texts", "portal", "erp", "mail", "notifications")
)
GROUP = _l("Company")

cockpit = Pages(
    "settings",
    __name__,
    area="cockpit",
    entries=(
        Entry(PORTAL, "settings", _l("Settings"), COMPANY_SETTINGS, group=GROUP, order=913),
        Entry(MODULES, "module", _l("Modules"), MODULES_SWITCH, group=GROUP, order=914),
        Entry(TEXTS, "language", _l("Texts and languages"), COMPANY_SETTINGS, group=GROUP, order=916),
        Entry(MAIL, "mail", _l("Sender and e-mails"), COMPANY_SETTINGS, group=GROUP, order=917),
        Entry(NOTIFICATIONS, "bell", _l("Notifications"), COMPANY_SETTINGS, group=GROUP, order=917),
        Entry(ERP, "plug", _l("ERP system"), COMPANY_SETTINGS, group=GROUP, order=918),
    ),
)


def stored_company(visit: Visit, *, lock: bool = False) -> Company:
    """The company as it stands in the database now, whatever this session has read of it before.

    With `lock`, whoever else wants to change its settings waits for this transaction.
    """
    return visit.db.get_one(Company, visit.company.id, populate_existing=True, with_for_update=lock or None)


def done(visit: Visit, path: str, message: str) -> Response:
    """Make it true, then go to a page that already shows it.

    Other processes hear of the change from the database; this one does not wait for that, for the next page is asked
    for within milliseconds. So the change is committed here, before the company's snapshot is dropped.
    """
    visit.db.commit()
    shell().snapshots.forget(visit.company.id)
    return back_to(path, message)
