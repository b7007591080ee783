"""Pages of who looks after what, in the console."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, request
from werkzeug.exceptions import NotFound

from quartier.accounts.models import Operator
from quartier.alerts.queries import seller
from quartier.clientele import queries, services, wording
from quartier.clientele.services import CareError
from quartier.i18n.formats import zone_of_reader
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.leads.queries import sellers
from quartier.tenancy.models import Company
from quartier.web.flash import back_to
from quartier.web.forms import id_in
from quartier.web.gate import ADMIN, SALES
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

LIST = "/operators"
console = Pages(
    "clientele",
    __name__,
    area="console",
    entries=(Entry(LIST, icon="users", label=_l("Team"), needs=SALES, order=60),),
)


@console.page(LIST, needs=SALES)
def team(visit: ConsoleVisit) -> str:
    """Who works here, and how much of what is open is whose."""
    return render(
        "clientele/list.html", found=queries.colleagues(visit.db), unheld=queries.unheld(visit.db), wording=wording,
        zone=zone_of_reader(ZoneInfo("UTC")),
    )  # fmt: skip


@console.page(f"{LIST}/<uuid:operator_id>", needs=SALES)
def operator(visit: ConsoleVisit, operator_id: UUID) -> str:
    """One of them: what is theirs, and handing it over."""
    one = queries.colleague(visit.db, operator_id)
    if one is None:
        raise NotFound
    return render(
        "clientele/operator.html", one=one, wording=wording, sellers=_others(visit, operator_id),
        me=visit.viewer.operator_id, zone=zone_of_reader(ZoneInfo("UTC")),
    )  # fmt: skip


@console.action(f"{LIST}/<uuid:operator_id>/hand-over", needs=SALES)
def hand_over(visit: ConsoleVisit, operator_id: UUID) -> Response:
    """Everything of theirs to somebody else, or to nobody."""
    former, to = _operator(visit, operator_id), _chosen(visit)
    if to == former or (to is None and request.form.get("to")):
        return back_to(f"{LIST}/{former.id}", _("Please choose one of the options."))
    done = services.hand_over(visit.db, former, to, by=visit.viewer.name)
    services.tell_handed(visit.db, shell().config, former, to, done, but=visit.viewer.operator_id)
    return back_to(f"{LIST}/{former.id}", wording.handed(done, to.name if to else None))


@console.action(f"{LIST}/<uuid:operator_id>/deactivate", needs=ADMIN)
def deactivate(visit: ConsoleVisit, operator_id: UUID) -> Response:
    """Somebody has left."""
    former, to = _operator(visit, operator_id), _chosen(visit, "heir")
    if to == former or (to is None and request.form.get("heir")):
        return back_to(f"{LIST}/{former.id}", _("Please choose one of the options."))
    try:
        done = services.deactivate(visit.db, former, to, by=visit.db.get_one(Operator, visit.viewer.operator_id))
    except CareError as error:
        return back_to(f"{LIST}/{former.id}", wording.refusal(str(error)))
    services.tell_handed(visit.db, shell().config, former, to, done, but=visit.viewer.operator_id)
    said = _("%(name)s is signed out everywhere and gets in no more.", name=former.name)
    return back_to(f"{LIST}/{former.id}", f"{said} {wording.handed(done, to.name if to else None)}")


@console.action(f"{LIST}/<uuid:operator_id>/reactivate", needs=ADMIN)
def reactivate(visit: ConsoleVisit, operator_id: UUID) -> Response:
    """Somebody is back."""
    one = _operator(visit, operator_id)
    services.reactivate(visit.db, one)
    return back_to(f"{LIST}/{one.id}", _("%(name)s can sign in again.", name=one.name))


@console.action("/companies/<uuid:company_id>/manager", needs=SALES)
def manager(visit: ConsoleVisit, company_id: UUID) -> Response:
    """Who looks after the company from now on. Of two who choose at once, the second sees the first."""
    company, to = visit.db.get(Company, company_id, with_for_update=True), _chosen(visit)
    if company is None:
        raise NotFound
    back = f"/companies/{company.id}"
    if to is None and request.form.get("to"):
        return back_to(back, _("Please choose one of the options."))
    if request.form.get("was", "") != str(company.manager_id or ""):
        return back_to(back, _("Somebody else has changed this in the meantime. Have a look, then choose again."))
    if not services.assign(visit.db, company, to, by=visit.viewer.name):
        return back_to(back, _("Nothing was changed."))
    services.tell_yours(visit.db, shell().config, company, to, but=visit.viewer.operator_id)
    if to is None:
        return back_to(back, _("Nobody looks after the company now. All of sales hears of it."))
    return back_to(back, _("%(name)s looks after the company now.", name=to.name))


def _operator(visit: ConsoleVisit, operator_id: UUID) -> Operator:
    found = visit.db.get(Operator, operator_id, with_for_update=True)
    if found is None:
        raise NotFound
    return found


def _chosen(visit: ConsoleVisit, name: str = "to") -> Operator | None:
    return seller(visit.db, id_in(request.form.get(name)))


def _others(visit: ConsoleVisit, operator_id: UUID) -> list[tuple[Any, str]]:
    return [(key, name) for key, name in sellers(visit.db) if key != operator_id]
