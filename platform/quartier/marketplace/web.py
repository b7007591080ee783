"""Pages of the marketplace in the Cockpit, for those who may buy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from flask import request
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from quartier.accounts.permissions import MODULES_APPROVE
from quartier.catalogue.pictures import pictures_of
from quartier.catalogue.queries import offers
from quartier.contracts.beginnings import begin_modules
from quartier.contracts.refusal import ContractError
from quartier.contracts.sale import currency_of
from quartier.contracts.services import By, switch
from quartier.contracts.trials import start_trial
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.leads.services import ask_sales
from quartier.marketplace import services, wording
from quartier.marketplace.models import ProductOrder
from quartier.marketplace.queries import Item, Market, Price, market, name_of, orders_of, price_of
from quartier.marketplace.schemas import AnswerSchema, OrderSchema, WishSchema
from quartier.marketplace.services import OrderRefused, Wanted
from quartier.marketplace.telling import tell_approvers, tell_buyers
from quartier.tenancy.company import company_of
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
cockpit = Pages(
    "marketplace",
    __name__,
    area="cockpit",
    entries=(Entry(HOME, "store", _l("Marketplace"), BUY, group=_l("Company"), order=915),),
)


@cockpit.page(HOME, needs=BUY)
def shelves(visit: Visit) -> str:
    """Everything by category: what is on and did something, what could, what waits for an answer."""
    found = _market(visit)
    would = dict(_would(visit, [one for one in found.items.values() if one.manifest and not one.state.there]))
    items = [replace(one, would=would.get(one.key, ())) for one in found.items.values()]
    return render(
        "marketplace/list.html", groups=_grouped(items), names=_names(visit, found), market=found, wording=wording,
        orders=[one for one in orders_of(visit.db) if one.product in found.items],
    )  # fmt: skip


@cockpit.page(f"{HOME}/<key>", needs=BUY)
def product(visit: Visit, key: str) -> str:
    """One product: what it does, needs and costs, and what can be done about it."""
    return _page(visit, *_item(visit, key))


@cockpit.action(f"{HOME}/<key>/try", needs=BUY)
def try_it(visit: Visit, key: str) -> Any:
    """Thirty days on the company's own data, from now on; once."""
    found, item = _item(visit, key)
    if not item.may_try:
        said = (
            _("This was tried already; a trial is had once. You can order it.")
            if item.trial
            else _("This cannot be tried at the moment.")
        )
        return _page(visit, found, item, complaint=said), 409
    by = By(visit.viewer.name, _("Trial from the marketplace"))
    try:
        start_trial(visit.db, company_of(visit.db), module=key, starts=visit.today, ends=None, by=by)
    except ContractError as error:
        visit.db.rollback()
        return _page(visit, found, item, complaint=str(error)), 409
    switch(visit.db, visit.company.id, {key: True}, by=by)
    answer = _committed(visit, key, _("The trial has begun: 30 days, on your own data."))
    begin_modules(shell().engine, shell().plugins, visit.company.id, actor=visit.viewer.name)
    return answer


@cockpit.action(f"{HOME}/<key>/order", needs=BUY)
def order(visit: Visit, key: str) -> Any:
    """Order at the price that was shown; whoever may approve can do both at once."""
    found, item = _item(visit, key)
    form = load_form(OrderSchema())
    if not form.ok:
        return _page(visit, found, item, form=form), 422
    price = _price(visit, found, item, form.values["quantity"])
    wanted = Wanted(form.values["version"], form.values["price"], form.values["starts"], form.values["note"])
    if found.contract is None:
        return _page(visit, found, item, form=form.wrong("_schema", _("There is no contract yet. Ask sales."))), 409
    try:
        made = services.place(visit.db, item, price, wanted, today=visit.today, by=visit.viewer.name)
    except OrderRefused as refused:
        visit.db.rollback()
        return _refused(visit, key, form, refused)
    if request.form.get("do") == "approve" and visit.viewer.may(MODULES_APPROVE):
        services.approve(visit.db, made, by=visit.viewer.name)
        return _committed(visit, key, _("Ordered and approved. It is in the contract in a moment."))
    tell_approvers(visit.db, visit.company, made, by=visit.viewer.person_id)
    return _committed(visit, key, _("Ordered. It waits for approval."))


@cockpit.action(f"{HOME}/<key>/answer", needs=BUY)
def answer(visit: Visit, key: str) -> Any:
    """Approve or decline, for who may; or withdraw it."""
    found, item = _item(visit, key)
    if item.order is None:
        return _page(visit, found, item, complaint=_("This order has been answered already.")), 409
    do = request.form.get("do")
    if do in ("approve", "decline") and not visit.viewer.may(MODULES_APPROVE):
        raise Forbidden
    form = load_form(AnswerSchema()) if do == "decline" else show_form(AnswerSchema())
    if do == "decline" and not form.ok:
        return _page(visit, found, item, answering=form), 422
    try:
        return _committed(visit, key, _answered(visit, item.order, do, form))
    except OrderRefused as refused:
        visit.db.rollback()
        return _page(visit, *_item(visit, key), complaint=str(refused)), 409


@cockpit.action(f"{HOME}/<key>/ask", needs=BUY)
def ask(visit: Visit, key: str) -> Any:
    """Sales gets in touch: a lead in the console."""
    found, item = _item(visit, key)
    form = load_form(WishSchema())
    if not form.ok:
        return _page(visit, found, item, wish=form), 422
    new = ask_sales(
        visit.db, source="marketplace", topic=key, asks=visit.viewer.name, today=visit.today, note=form.values["note"]
    )
    said = _("Sales has your question and gets in touch with you.")
    return _committed(visit, key, said if new else _("Your words were added to what sales has already."))


def _answered(visit: Visit, order: ProductOrder, do: str | None, form: Form) -> str:
    by = visit.viewer.name
    if do == "approve":
        services.approve(visit.db, order, by=by)
        return _("Approved. It is in the contract in a moment.")
    if do == "decline":
        services.decline(visit.db, order, answer=form.values["answer"], by=by)
        tell_buyers(visit.db, visit.company, order, by=visit.viewer.person_id)
        return _("Declined. Who may buy is told why.")
    services.withdraw(visit.db, order, by=by)
    return _("The order is withdrawn.")


def _refused(visit: Visit, key: str, form: Form, refused: OrderRefused) -> Any:
    """The page as it stands now; a price that has changed is shown, and asked about again."""
    found, item = _item(visit, key)
    if refused.field in ("price", "_schema"):
        return _page(visit, found, item, form=form, complaint=str(refused)), 409
    return _page(visit, found, item, form=form.wrong(refused.field, str(refused))), 409


def _market(visit: Visit) -> Market:
    return market(visit.db, shell().plugins, visit.company, today=visit.today)


def _item(visit: Visit, key: str) -> tuple[Market, Item]:
    found = _market(visit)
    if key not in found.items:
        raise NotFound
    return found, found.items[key]


def _price(visit: Visit, found: Market, item: Item, quantity: int | None) -> Price | None:
    if item.price is None or item.price.model != "seat":
        return item.price
    currency = found.contract.currency if found.contract else currency_of(visit.company.country)
    return price_of(offers(visit.db, [item.key])[item.key], currency, found.units, quantity)


def _would(visit: Visit, items: list[Item]) -> list[tuple[str, tuple[str, ...]]]:
    """What modules say that they could do here, from what the company has; one that fails says nothing."""
    slugs = {one.key for one in items}
    said = shell().plugins.call("could_do", on=slugs, db=visit.db)
    return [(slug, tuple(str(one) for one in sentences)) for slug, sentences in said]


def _names(visit: Visit, found: Market) -> dict[str, str]:
    return {key: name_of(one, visit.company, visit.voice.language) for key, one in found.items.items()}


def _grouped(items: list[Item]) -> list[tuple[str, list[Item]]]:
    groups: dict[str, list[Item]] = {category: [] for category in (*GROUPS, "")}
    for one in sorted(items, key=lambda one: (one.manifest.position if one.manifest else 1000, one.key)):
        category = one.manifest.category if one.manifest else ""
        groups[category if category in GROUPS else ""].append(one)
    return [(str(GROUPS.get(key, _("More"))), members) for key, members in groups.items() if members]


def _page(visit: Visit, found: Market, item: Item, **more: Any) -> str:
    if item.manifest is not None and not item.state.there:
        item = replace(item, would=dict(_would(visit, [item])).get(item.key, ()))
    typed = {"starts": max(visit.today, item.state.day or visit.today).isoformat() if item.state.kind == "sold" else
             visit.today.isoformat()}  # fmt: skip
    forms = {"form": show_form(OrderSchema(), **typed), "wish": show_form(WishSchema()), "complaint": ""}
    shown = pictures_of(visit.db, [item.key])
    names, may_approve = _names(visit, found), visit.viewer.may(MODULES_APPROVE)
    return render(
        "marketplace/product.html", market=found, item=item, names=names, wording=wording, may_approve=may_approve,
        home=HOME, pictures=shown.get(item.key, ()), **{"answering": show_form(AnswerSchema()), **forms, **more},
    )  # fmt: skip


def _committed(visit: Visit, key: str, message: str) -> Response:
    """What was done is true before plugins hear of it."""
    visit.db.commit()
    return back_to(f"{HOME}/{key}", message)
