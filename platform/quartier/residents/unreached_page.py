"""The list of addresses that do not work."""

from __future__ import annotations

from typing import Final

from flask import abort, request

from quartier.deliveries.wording import why
from quartier.locks.fields import owner_of
from quartier.people.policies import READ
from quartier.people.queries import PAGE
from quartier.residents.area import HOME, cockpit, one_id, page
from quartier.residents.unreached import unreached
from quartier.web.visit import Visit

ADDRESSES: Final = f"{HOME}addresses"


@cockpit.page(ADDRESSES, needs=READ)
def addresses(visit: Visit) -> str:
    """Whose address is to be mended, why, and how they are reached meanwhile."""
    after = one_id(request.args.get("after"))
    if request.args.get("after") and after is None:
        abort(400)
    limits = visit.viewer.within(visit.needs)
    rows = unreached(visit.db, within=limits, today=visit.today, after=after, limit=PAGE + 1)
    more = f"{ADDRESSES}?after={rows[PAGE - 1].said.id}" if len(rows) > PAGE else None
    erp = owner_of(visit.db, "person")
    owned = erp is not None and "email" in erp.fields
    return page(visit, "addresses", rows=rows[:PAGE], more=more, why=why, erp=erp if owned else None)
