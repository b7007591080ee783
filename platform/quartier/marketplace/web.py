"""Pages of the marketplace in the Cockpit, for those who may buy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from flask import request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from quartier.accounts.permissions import MODULES_APPROVE
from quartier.catalogue.expressions import keys
from quartier.catalogue.pictures import pictures_of
from quartier.contracts.beginnings import begin_modules
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.marketplace import wording
from quartier.marketplace.approvers import approvers, chiefs
from quartier.marketplace.buying import (
    ANSWERS,
    answer_order,
    ask_about,
    begin_trial,
    market_of,
    names_here,
    order_product,
    product_of,
    wanted_of,
)  # fmt: skip
from quartier.marketplace.queries import Item, Market, orders_of
from quartier.marketplace.refusals import WHOLE, OrderRefused
from quartier.marketplace.schemas import AnswerSchema, OrderSchema, WishSchema
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.read_only import BUY
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

HOME: Final = "/cockpit/marketplace"
GROUPS: Final = {
    "service": _l("Service"),
    "information": _l("Information"),
    "community": _l("Community"),
    "registration": _l("Registration"),
    "questions": _l("Questions"),
}
SAID: Final = {
    "approve": _l("Approved. It is in the contract in a moment."),
    "decline": _l("Declined. Who may buy is told why."),
    "withdraw": _l("The order is withdrawn."),
}
cockpit = Pages(
    "marketplace",
    __name__,
    area="cockpit",
    entries=(Entry(HOME, "store", _l("Marketplace"), BUY, group=_l("Company"), order=915),),
)


@cockpit.page(HOME, needs=BUY)
def shelves(visit: Visit) -> str:
    """Everything by category: what is on and did something, what could, what waits for an answer."""
    found = market_of(visit)
    would = dict(_would(visit, [one for one in found.items.values() if one.manifest and not one.state.there]))
    items = [replace(one, would=would.get(one.key, ())) for one in found.items.values()]
    return render(
        "marketplace/list.html", shelves=_shelves(_grouped(items)), names=names_here(visit, found), wording=wording,
        home=HOME,
        orders=[one for one in orders_of(visit.db) if one.product in found.items], count=_counted(items),
        pictures=pictures_of(visit.db, list(found.items)), icons=_icons(visit),
    )  # fmt: skip


@cockpit.page(f"{HOME}/<key>", needs=BUY)
def product(visit: Visit, key: str) -> str:
    """One product: what it does, needs and costs, and what can be done about it."""
    return _page(visit, *product_of(visit, key))


@cockpit.action(f"{HOME}/<key>/try", needs=BUY)
def try_it(visit: Visit, key: str) -> Any:
    """Thirty days on the company's own data, from now on; once."""
    found, item = product_of(visit, key)
    try:
        begin_trial(visit, found, item)
    except OrderRefused as refused:
        visit.db.rollback()
        return _page(visit, *product_of(visit, key), complaint=str(refused)), 409
    answer = _committed(visit, key, _("The trial has begun: 30 days, on your own data."))
    begin_modules(shell().engine, shell().plugins, visit.company.id, actor=visit.viewer.name)
    return answer


@cockpit.action(f"{HOME}/<key>/order", needs=BUY)
def order(visit: Visit, key: str) -> Any:
    """Order at the price that was shown; whoever may approve can do both at once."""
    found, item = product_of(visit, key)
    form = load_form(OrderSchema())
    if not form.ok:
        return _page(visit, found, item, form=form), 422
    approved = request.form.get("do") == "approve" and visit.viewer.may(MODULES_APPROVE)
    try:
        made = order_product(
            visit, found, item, wanted_of(form.values), quantity=form.values["quantity"], approved=approved
        )
    except OrderRefused as refused:
        visit.db.rollback()
        return _refused(visit, key, form, refused)
    if approved:
        return _committed(visit, key, _("Ordered and approved. It is in the contract in a moment."))
    if made.stuck_since is not None:
        return _committed(visit, key, _("Ordered. Nobody may approve it yet; sales was told."))
    return _committed(visit, key, _("Ordered. It waits for approval."))


@cockpit.action(f"{HOME}/<key>/answer", needs=BUY)
def answer(visit: Visit, key: str) -> Any:
    """Approve or decline, for who may; or withdraw it."""
    found, item = product_of(visit, key)
    if item.order is None:
        return _page(visit, found, item, complaint=_("This order has been answered already.")), 409
    do = next((one for one in ANSWERS if one == request.form.get("do")), None)
    if do is None:
        raise BadRequest
    form = load_form(AnswerSchema()) if do == "decline" else show_form(AnswerSchema())
    if do == "decline" and visit.viewer.may(MODULES_APPROVE) and not form.ok:
        return _page(visit, found, item, answering=form), 422
    try:
        answer_order(visit, item.order, do, why=form.values.get("answer", ""))
        return _committed(visit, key, str(SAID[do]))
    except OrderRefused as refused:
        visit.db.rollback()
        return _page(visit, *product_of(visit, key), complaint=str(refused)), 409


@cockpit.action(f"{HOME}/<key>/ask", needs=BUY)
def ask(visit: Visit, key: str) -> Any:
    """Sales gets in touch: a lead in the console."""
    found, item = product_of(visit, key)
    form = load_form(WishSchema())
    if not form.ok:
        return _page(visit, found, item, wish=form), 422
    new = ask_about(visit, key, form.values["note"])
    said = _("Sales has your question and gets in touch with you.")
    return _committed(visit, key, said if new else _("Your words were added to what sales has already."))


def _refused(visit: Visit, key: str, form: Form, refused: OrderRefused) -> Any:
    """The page as it stands now; a price that has changed is shown, and asked about again."""
    found, item = product_of(visit, key)
    if refused.field in ("price", WHOLE):
        return _page(visit, found, item, form=form, complaint=str(refused)), 409
    return _page(visit, found, item, form=form.wrong(refused.field, str(refused))), 409


def _would(visit: Visit, items: list[Item]) -> list[tuple[str, tuple[str, ...]]]:
    """What modules say that they could do here, from what the company has; one that fails says nothing."""
    slugs = {one.key for one in items}
    said = shell().plugins.call("could_do", on=slugs, db=visit.db)
    return [(slug, tuple(str(one) for one in sentences)) for slug, sentences in said]


def _icons(visit: Visit) -> dict[str, str]:
    return {key: app.icon for key, app in visit.company.micro_apps.items()}


def _counted(items: list[Item]) -> dict[str, int]:
    """How many are in use, could be had, and wait for an answer."""
    return {
        "on": sum(one.works for one in items),
        "free": sum(not one.state.there and one.on_sale for one in items),
        "waiting": sum(one.order is not None and one.order.state == "waiting" for one in items),
    }


def _grouped(items: list[Item]) -> list[tuple[str, list[Item]]]:
    groups: dict[str, list[Item]] = {category: [] for category in (*GROUPS, "")}
    for one in sorted(items, key=lambda one: (one.manifest.position if one.manifest else 1000, one.key)):
        category = one.manifest.category if one.manifest else ""
        groups[category if category in GROUPS else ""].append(one)
    return [(str(GROUPS.get(key, _("Further services"))), members) for key, members in groups.items() if members]


def _shelves(groups: list[tuple[str, list[Item]]]) -> list[list[tuple[int, str, list[Item]]]]:
    """Categories one below the other, with their numbers; those of one product that follow each other stand beside."""
    rows: list[list[tuple[int, str, list[Item]]]] = []
    for at, (group, members) in enumerate(groups):
        if rows and len(members) == 1 and len(rows[-1][-1][2]) == 1:
            rows[-1].append((at, group, members))
        else:
            rows.append([(at, group, members)])
    return rows


def _page(visit: Visit, found: Market, item: Item, **more: Any) -> str:
    if item.manifest is not None and not item.state.there:
        item = replace(item, would=dict(_would(visit, [item])).get(item.key, ()))
    typed = {"starts": item.earliest(visit.today).isoformat()}
    forms = {"form": show_form(OrderSchema(), **typed), "wish": show_form(WishSchema()), "complaint": ""}
    shown = pictures_of(visit.db, [item.key])
    names, may_approve = names_here(visit, found), visit.viewer.may(MODULES_APPROVE)
    able = approvers(visit.db, visit.today)
    more["helping"] = [] if able else chiefs(visit.db, visit.today)
    return render(
        "marketplace/product.html", market=found, item=item, names=names, wording=wording, may_approve=may_approve,
        home=HOME, able=able, tiers=wording.tiers(item, found.currency),
        wanted_by=[key for key, one in found.items.items() if item.key in keys(one.needs)],
        pictures=shown.get(item.key, ()),
        **{"answering": show_form(AnswerSchema()), **forms, **more},
    )  # fmt: skip


def _committed(visit: Visit, key: str, message: str) -> Response:
    """What was done is true before plugins hear of it."""
    visit.db.commit()
    return back_to(f"{HOME}/{key}", message)
