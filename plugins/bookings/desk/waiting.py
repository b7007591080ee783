"""Who waits for what, in the order in which they came: the team sees it, and may take somebody off the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import NotFound

from plugins.bookings import queries, services
from plugins.bookings.desk.area import page, pages
from plugins.bookings.manifest import MANAGE, VIEW
from plugins.bookings.rules import WAITS
from plugins.bookings.schemas import NOTE
from plugins.bookings.services import NotOpen
from quartier.sdk import Visit, back_to
from quartier.sdk import gettext as _

LIST = "/cockpit/bookings/waiting"


@pages.page("/waiting", needs=VIEW)
def waiting(visit: Visit) -> str:
    """Everybody who waits for something that this colleague looks after. Nobody can be put before another."""
    found = queries.waiters(visit.db, queries.limit_of(visit))
    return page(visit, "waiting", waits=found, assets=queries.by_id(queries.staff_assets(visit)), waits_words=WAITS)


@pages.action("/waiting/<uuid:waiter_id>/remove", needs=MANAGE)
def remove(visit: Visit, waiter_id: UUID) -> Any:
    """Take somebody off the list; what was held for them goes to the next."""
    found = queries.waiter(visit.db, waiter_id)
    if found is None or found.asset_id not in queries.by_id(queries.staff_assets(visit)):
        raise NotFound
    reason = request.form.get("reason", "").replace("\0", "").strip()[:NOTE]
    try:
        services.remove(visit.db, waiter_id, reason=reason)
    except NotOpen:
        return back_to(LIST, _("They are not on the list any more."))
    return back_to(LIST, _("Taken off the list. The person gets a message."))
