"""Pages of contracts: what a company bought, in the console."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from flask import request
from marshmallow import Schema
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.attachments.quota import USUAL
from quartier.catalogue.models import CURRENCIES
from quartier.contracts import moving, renewing, services, trials, wording
from quartier.contracts.beginnings import begin_modules
from quartier.contracts.desk import Desk, desk_of
from quartier.contracts.effects import trial
from quartier.contracts.models import Contract, ContractLine, EntitlementOverride, ModuleTrial
from quartier.contracts.pages import ContractPage, module_choices, product_choices, product_names
from quartier.contracts.queries import contracts_of, standings
from quartier.contracts.refusal import ContractError
from quartier.contracts.sale import Wish, agree, currency_of, lacking
from quartier.contracts.schemas import (
    ContractSchema,
    EndSchema,
    LineSchema,
    OverrideSchema,
    PeriodSchema,
    ReasonSchema,
    RenewalSchema,
    StageSchema,
    exclusive,
    inclusive,
)
from quartier.contracts.services import By
from quartier.contracts.stages import NEXT
from quartier.i18n.texts import gettext as _
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.gate import OPERATOR, SALES
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

cockpit = Pages("contracts_cockpit", __name__, area="cockpit")
console = Pages("contracts_console", __name__, area="console")

NOT_REVIEWED = frozenset({"form_token", "reason", "reviewed", "stamp", "step"})

Change = Callable[[By], Any]
Thing = TypeVar("Thing")


@console.page("/companies/<uuid:company_id>/contract", needs=OPERATOR)
def contract(visit: ConsoleVisit, company_id: UUID) -> str:
    """What was sold, on a time line; the modules' switches; what happened."""
    return _page(visit, desk_of(visit.db, shell(), company_id))


@console.page("/companies/<uuid:company_id>/contract/modules", needs=SALES, methods=("GET", "POST"))
def switches(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Switch modules: first what it would do, then, with a reason, done."""
    desk = desk_of(visit.db, shell(), company_id)
    if request.method == "GET":  # a review that somebody reloads or comes back to
        return back_to(f"{desk.url}/contract")
    on, before = set(request.form.getlist("on")), standings(visit.db, [company_id])[company_id].switched_on
    shown = set(request.form.getlist("shown")) & shell().plugins.serving.keys()
    wanted = {module: module in on for module in sorted(shown) if (module in on) is not (module in before)}

    def change(by: By) -> None:
        services.switch(visit.db, company_id, wanted, by=by)

    if not wanted:
        return back_to(f"{desk.url}/contract", _("Nothing was changed."))
    form = load_form(ReasonSchema())
    if request.form.get("step") == "save" and form.ok:
        change(By(visit.viewer.name, form.values["reason"]))
        return _done(visit, desk, _("Saved. In force everywhere within a second."))
    effects = trial(visit.db, company_id, shell().plugins, lambda: change(By(visit.viewer.name)))
    saving = request.form.get("step") == "save"
    page = _page(visit, desk, on=frozenset(on), effects=effects, form=form if saving else show_form(ReasonSchema()))
    return page, 422 if saving else 200


@console.page("/companies/<uuid:company_id>/contracts/new", needs=SALES, methods=("GET", "POST"))
def new_contract(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Write a further contract."""
    desk = desk_of(visit.db, shell(), company_id)

    def change(form: Form, by: By) -> None:
        services.add_contract(
            visit.db, company_id, number=form.values["number"], timezone=desk.company.timezone,
            starts=form.values["starts"], ends=exclusive(form.values["until"]), unit_quota=form.values["unit_quota"],
            file_quota=form.values["file_quota"], stage=form.values["stage"],
            currency=form.values["currency"] or home, by=by,
        )  # fmt: skip

    home, today = currency_of(desk.company.country), services.local_today(desk.company.timezone)
    blank = show_form(ContractSchema(), starts=today.isoformat(), stage="draft", currency=home)
    return _editing(visit, desk, ContractSchema(), change, title=_("New contract"), what="contract", blank=blank)


@console.page("/companies/<uuid:company_id>/contracts/<uuid:contract_id>", needs=SALES, methods=("GET", "POST"))
def edit_contract(visit: ConsoleVisit, company_id: UUID, contract_id: UUID) -> Any:
    """Change a contract's number or period."""
    desk, found = desk_of(visit.db, shell(), company_id), _of(visit, company_id, Contract, contract_id)

    def change(form: Form, by: By) -> None:
        _unchanged_since(visit, found, "_schema")
        services.change_contract(
            visit.db, found, number=form.values["number"], starts=form.values["starts"],
            ends=exclusive(form.values["until"]), unit_quota=form.values["unit_quota"],
            file_quota=form.values["file_quota"], currency=form.values["currency"], by=by,
        )  # fmt: skip

    quotas = {"unit_quota": found.unit_quota, "file_quota": found.file_quota}
    blank = show_form(ContractSchema(), number=found.number, currency=found.currency, **quotas, **_period(found))
    title = _("Contract %(number)s", number=found.number)
    return _editing(visit, desk, ContractSchema(), change, title=title, what="contract", blank=blank, thing=found)


@console.page("/companies/<uuid:company_id>/lines/new", needs=SALES, methods=("GET", "POST"))
def new_line(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Sell a module."""
    desk, contracts = desk_of(visit.db, shell(), company_id), contracts_of(visit.db, company_id)
    if not contracts:
        return back_to(f"{desk.url}/contracts/new", _("First write the contract, then its lines."))

    def change(form: Form, by: By) -> None:
        chosen = next((one for one in contracts if one.id == form.values["contract"]), None)
        if chosen is None:
            raise ContractError("contract", _("Please choose one of the options."))
        module, period = form.values["module"], _asked_period(form)
        asked = {"quantity": form.values["quantity"], "price": form.values["price"]}
        wish = Wish(module, desk.company.country, desk.units, **asked)
        sale = agree(visit.db, chosen, wish, modules=shell().plugins.serving)
        costs[:] = [wording.cost(sale.price, sale.period, sale.quantity, chosen.currency)]
        if missing := lacking(visit.db, chosen, sale, period["starts"]):
            names = product_names(visit.db, shell().plugins, visit.voice.language)
            costs.append(wording.missing(missing, names))
        services.add_line(visit.db, chosen, module=module, **period, sale=sale, by=by)
        if form.values["switch_on"] and module in shell().plugins.serving:
            services.switch(visit.db, company_id, {module: True}, by=by)

    costs: list[str] = []
    today = services.local_today(contracts[-1].timezone)
    blank = show_form(
        LineSchema(), contract=str(request.args.get("contract") or contracts[-1].id), starts=today.isoformat(),
        module=request.args.get("module", ""), switch_on="true",
    )  # fmt: skip
    return _editing(
        visit, desk, LineSchema(), change, title=_("Add line"), what="line", blank=blank, contracts=contracts,
        costs=costs,
    )  # fmt: skip


@console.page("/companies/<uuid:company_id>/lines/<uuid:line_id>", needs=SALES, methods=("GET", "POST"))
def edit_line(visit: ConsoleVisit, company_id: UUID, line_id: UUID) -> Any:
    """Change a line, or let it end."""
    desk, line = desk_of(visit.db, shell(), company_id), _of(visit, company_id, ContractLine, line_id)

    def change(form: Form, by: By) -> None:
        _unchanged_since(visit, line)
        services.change_line(visit.db, line, starts=form.values["starts"], ends=exclusive(form.values["until"]), by=by)

    name = _name(visit, line.module)
    return _editing(
        visit, desk, PeriodSchema(), change, title=name, what="line", blank=show_form(PeriodSchema(), **_period(line)),
        thing=line, removable=line.starts > services.local_today(desk.company.timezone),
    )  # fmt: skip


@console.page("/companies/<uuid:company_id>/lines/<uuid:line_id>/terms", needs=SALES, methods=("GET", "POST"))
def renew_line(visit: ConsoleVisit, company_id: UUID, line_id: UUID) -> Any:
    """Another quantity or price from a day on: a new line goes on where this one ends."""
    desk, line = desk_of(visit.db, shell(), company_id), _of(visit, company_id, ContractLine, line_id)
    of = visit.db.get_one(Contract, (company_id, line.contract_id))

    def change(form: Form, by: By) -> None:
        _unchanged_since(visit, line, "_schema")
        asked = {name: form.values[name] for name in ("quantity", "price")}
        sale = renewing.new_terms(visit.db, of, line, **asked)
        costs[:] = [wording.cost(sale.price, sale.period, sale.quantity, of.currency)]
        renewing.renew(visit.db, line, sale, starts=form.values["starts"], by=by)

    costs: list[str] = []
    today = max(services.local_today(desk.company.timezone), line.starts) + timedelta(days=1)
    blank = show_form(RenewalSchema(), starts=today.isoformat(), quantity=line.quantity)
    return _editing(
        visit, desk, RenewalSchema(), change, title=_name(visit, line.module), what="renewal", blank=blank, thing=line,
        costs=costs,
    )  # fmt: skip


@console.page("/companies/<uuid:company_id>/lines/<uuid:line_id>/remove", needs=SALES, methods=("GET", "POST"))
def remove_line(visit: ConsoleVisit, company_id: UUID, line_id: UUID) -> Any:
    """Take back a line that has not begun."""
    desk, line = desk_of(visit.db, shell(), company_id), _of(visit, company_id, ContractLine, line_id)

    def change(_form: Form, by: By) -> None:
        services.remove_line(visit.db, line, by=by)

    return _editing(
        visit, desk, ReasonSchema(), change, title=_name(visit, line.module), what="removal",
        blank=show_form(ReasonSchema()), thing=line,
    )  # fmt: skip


@console.page("/companies/<uuid:company_id>/overrides/new", needs=SALES, methods=("GET", "POST"))
def new_override(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Grant or deny a module beside the contract."""
    desk = desk_of(visit.db, shell(), company_id)

    def change(form: Form, by: By) -> None:
        module, period = _installed(form), _asked_period(form)
        if form.values["effect"] == "trial":
            trials.start_trial(visit.db, desk.company, module=module, **period, by=by)
        else:
            services.add_override(visit.db, company_id, module=module, effect=form.values["effect"], **period, by=by)

    today = services.local_today(desk.company.timezone)
    blank = show_form(OverrideSchema(), starts=today.isoformat(), module=request.args.get("module", ""), effect="grant")
    return _editing(visit, desk, OverrideSchema(), change, title=_("Grant, try or deny"), what="override", blank=blank)


@console.page("/companies/<uuid:company_id>/overrides/<uuid:override_id>", needs=SALES, methods=("GET", "POST"))
def end_override(visit: ConsoleVisit, company_id: UUID, override_id: UUID) -> Any:
    """Let a grant or a denial end."""
    desk, override = desk_of(visit.db, shell(), company_id), _of(visit, company_id, EntitlementOverride, override_id)

    def change(form: Form, by: By) -> None:
        _unchanged_since(visit, override)
        ends = form.values["until"] + timedelta(days=1)
        services.end_override(visit.db, override, ends=ends, by=by)

    today = services.local_today(desk.company.timezone)
    blank = show_form(EndSchema(), until=(inclusive(override.ends) or today).isoformat())
    name = _name(visit, override.module)
    return _editing(visit, desk, EndSchema(), change, title=name, what="end", blank=blank, thing=override)


@console.page("/companies/<uuid:company_id>/trials/<uuid:trial_id>", needs=SALES, methods=("GET", "POST"))
def end_trial(visit: ConsoleVisit, company_id: UUID, trial_id: UUID) -> Any:
    """Let a trial end, or last longer."""
    desk, found = desk_of(visit.db, shell(), company_id), _of(visit, company_id, ModuleTrial, trial_id)

    def change(form: Form, by: By) -> None:
        _unchanged_since(visit, found)
        trials.end_trial(visit.db, found, ends=form.values["until"] + timedelta(days=1), by=by)

    blank = show_form(EndSchema(), until=(found.ends - timedelta(days=1)).isoformat())
    name = _name(visit, found.module)
    return _editing(visit, desk, EndSchema(), change, title=name, what="trial", blank=blank, thing=found)


@console.page("/companies/<uuid:company_id>/contracts/<uuid:contract_id>/stage", needs=SALES, methods=("GET", "POST"))
def move_contract(visit: ConsoleVisit, company_id: UUID, contract_id: UUID) -> Any:
    """Offer a draft, write down that an offer was accepted, or make it a draft again."""
    desk, found = desk_of(visit.db, shell(), company_id), _of(visit, company_id, Contract, contract_id)
    to = request.values.get("to", "")
    if request.method == "GET" and to not in NEXT[found.stage]:
        return back_to(f"{desk.url}/contract", _("Somebody has moved this contract in the meantime."))

    def change(form: Form, by: By) -> None:
        _unchanged_since(visit, found, "_schema")
        moving.move(visit.db, found, form.values["to"], by=by)

    title = _("Contract %(number)s", number=found.number)
    blank = show_form(StageSchema(), to=to)
    return _editing(visit, desk, StageSchema(), change, title=title, what="stage", blank=blank, thing=found)


@console.page("/companies/<uuid:company_id>/contracts/<uuid:contract_id>/discard", needs=SALES, methods=("GET", "POST"))
def throw_away(visit: ConsoleVisit, company_id: UUID, contract_id: UUID) -> Any:
    """Forget a draft."""
    desk, found = desk_of(visit.db, shell(), company_id), _of(visit, company_id, Contract, contract_id)

    def change(_form: Form, by: By) -> None:
        moving.throw_away(visit.db, found, by=by)

    title, blank = _("Contract %(number)s", number=found.number), show_form(ReasonSchema())
    return _editing(visit, desk, ReasonSchema(), change, title=title, what="discard", blank=blank, thing=found)


def _of(visit: ConsoleVisit, company_id: UUID, model: type[Thing], thing_id: UUID) -> Thing:
    """Something of this company, or 404."""
    found = visit.db.get(model, (company_id, thing_id))
    if found is None:
        raise NotFound
    return found


def _editing(
    visit: ConsoleVisit, desk: Desk, schema: Schema, change: Callable[[Form, By], None], *, blank: Form, **shown: Any
) -> Any:
    """One form in two steps: "review" tries the change and shows its effects, "save" does it."""
    if request.method == "GET" or request.form.get("step") not in ("review", "save"):
        return _form_page(visit, desk, blank, **shown)
    form, effects = load_form(schema), None
    if form.ok:
        by = By(visit.viewer.name, form.values["reason"])
        try:
            if request.form["step"] == "save" and request.form.get("reviewed", _fingerprint()) == _fingerprint():
                with visit.db.begin_nested():
                    change(form, by)
                return _done(visit, desk, _("Saved. In force everywhere within a second."))
            effects = trial(visit.db, desk.company.id, shell().plugins, lambda: change(form, by))
        except ContractError as error:
            form = form.wrong(error.field, str(error))
    return _form_page(visit, desk, form, effects=effects, **shown), 200 if form.ok else 422


def _form_page(visit: ConsoleVisit, desk: Desk, form: Form, *, thing: Any = None, **shown: Any) -> str:
    page = {"effects": None, "contracts": (), "removable": False, "costs": ()} | shown
    page["contracts"] = [(one.id, one.number) for one in page["contracts"]]
    named = {effect.module: _name(visit, effect.module) for effect in page["effects"] or ()}
    choices = module_choices(shell().plugins, visit.voice.language)
    if shown["what"] == "line":
        choices = product_choices(visit.db, shell().plugins, visit.voice.language, desk.company.country)
    stamp = request.form.get("stamp") or (_stamp(thing) if thing is not None else "")
    return render(
        "contracts/form.html", desk=desk, tab="contract", form=form, thing=thing, names=named, choices=choices,
        stamp=stamp, reviewed=_fingerprint(), wording=wording, usual_space=USUAL, currencies=CURRENCIES, **page,
    )  # fmt: skip


def _page(visit: ConsoleVisit, desk: Desk, **review: Any) -> str:
    page = ContractPage.read(visit.db, desk, shell().plugins, visit.voice.language)
    chosen = {"effects": (), "form": None, "on": None} | review
    return render("contracts/contract.html", desk=desk, tab="contract", page=page, wording=wording, **chosen)


def _done(visit: ConsoleVisit, desk: Desk, message: str) -> Response:
    """The change is committed before plugins hear of it, so that none of them can undo it."""
    visit.db.commit()
    begin_modules(shell().engine, shell().plugins, desk.company.id, actor=visit.viewer.name)
    return back_to(f"{desk.url}/contract", message)


def _installed(form: Form) -> str:
    module: str = form.values["module"]
    if module not in shell().plugins.serving:
        raise ContractError("module", _("This module is not installed."))
    return module


def _stamp(thing: Any) -> str:
    """What was there when the form was opened; a second person's change in between is not overwritten unseen."""
    own = ("number", "unit_quota", "file_quota", "stage", "currency") if isinstance(thing, Contract) else ()
    return "/".join(str(getattr(thing, name)) for name in ("starts", "ends", *own))


def _unchanged_since(visit: ConsoleVisit, thing: Any, field: str = "until") -> None:
    """Two sales people at one contract: they wait for each other, and the second is told."""
    services.one_at_a_time(visit.db, thing.company_id)
    visit.db.refresh(thing)
    stamp = request.form.get("stamp")
    if stamp and stamp != _stamp(thing):
        raise ContractError(
            field,
            _("Somebody has changed this period in the meantime. Open the page anew to see it.")
            if field == "until"
            else _("Somebody has changed this contract in the meantime. Open the page anew to see it."),
        )


def _fingerprint() -> str:
    """What a review was about: who types something else afterwards gets another review, not another result."""
    about = [(name, value) for name, value in request.form.items() if name not in NOT_REVIEWED]
    return "&".join(f"{name}={value}" for name, value in sorted(about))


def _asked_period(form: Form) -> dict[str, Any]:
    return {"starts": form.values["starts"], "ends": exclusive(form.values["until"])}


def _period(thing: Any) -> dict[str, str]:
    last = inclusive(thing.ends)
    return {"starts": thing.starts.isoformat(), "until": last.isoformat() if last else ""}


def _name(visit: ConsoleVisit, module: str) -> str:
    return dict(module_choices(shell().plugins, visit.voice.language, every=True)).get(module, module)
