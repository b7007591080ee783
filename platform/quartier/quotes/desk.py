"""Pages of quotes in the console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from flask import Response, request
from werkzeug.exceptions import NotFound

from quartier.catalogue.models import CURRENCIES
from quartier.contracts import wording as contract_wording
from quartier.contracts.desk import Desk, desk_of
from quartier.contracts.effects import Effect, trial
from quartier.contracts.pages import product_choices, product_names
from quartier.contracts.refusal import ContractError
from quartier.contracts.schemas import exclusive, inclusive
from quartier.contracts.services import By, local_today
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import OWN_NAMES
from quartier.prospects.queries import invited_by_yes
from quartier.quotes import paper, queries, sending, services, undoing, wording
from quartier.quotes.acceptance import try_out
from quartier.quotes.content import Content, moment_now
from quartier.quotes.models import Quote
from quartier.quotes.notes import mail_quote, url_of
from quartier.quotes.schemas import OfferSchema, TermsSchema, WhySchema
from quartier.quotes.services import Asked, Buyer, Seller
from quartier.web.flash import back_to
from quartier.web.forms import Form, id_in, load_form, show_form
from quartier.web.gate import OPERATOR, SALES
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

console = Pages(
    "quotes",
    __name__,
    area="console",
    entries=(Entry("/quotes", icon="file", label=_l("Quotes"), needs=OPERATOR, order=15, also=("/prospects",)),),
)
ONE: Final = "/companies/<uuid:company_id>/quotes/<uuid:quote_id>"
PDF: Final = "application/pdf"


@console.page("/quotes", needs=OPERATOR)
def quotes(visit: ConsoleVisit) -> str:
    """All quotes, the newest first, to search, to choose by state, and to page through."""
    words, state = request.args.get("q", "").strip()[:100], request.args.get("state", "")
    state = state if state in queries.STATES else ""
    found = queries.quote_list(visit.db, words=words, state=state, after=id_in(request.args.get("after")))
    return render("quotes/list.html", found=found, words=words, state=state, quoted=wording, states=queries.STATES)


@console.page("/companies/<uuid:company_id>/quotes", needs=OPERATOR)
def of_company(visit: ConsoleVisit, company_id: UUID) -> str:
    """A company's quotes."""
    found = queries.quote_list(visit.db, company_id=company_id, after=id_in(request.args.get("after")))
    return render("quotes/of_company.html", desk=_desk(visit, company_id), found=found, quoted=wording,
                  tab="quotes")  # fmt: skip


@console.page("/quotes/new", needs=SALES)
def for_whom(visit: ConsoleVisit) -> str:
    """Choose the company that a quote is for."""
    words = request.args.get("q", "").strip()[:100]
    return render("quotes/for_whom.html", words=words, companies=queries.companies_like(visit.db, words))


@console.action("/companies/<uuid:company_id>/quotes/new", needs=SALES)
def begin(visit: ConsoleVisit, company_id: UUID) -> Response:
    """Begin a quote; what it says is filled in on its own page."""
    desk = _desk(visit, company_id)
    quote = services.begin(visit.db, desk.company, by=_seller(visit))
    return back_to(f"{desk.url}/quotes/{quote.id}")


@console.page(ONE, needs=OPERATOR)
def quote(visit: ConsoleVisit, company_id: UUID, quote_id: UUID) -> str:
    """One quote: its draft, what was sent, and what became of it."""
    return _page(visit, *_of(visit, company_id, quote_id))


@console.page(f"{ONE}/terms", needs=SALES, methods=("GET", "POST"))
def terms(visit: ConsoleVisit, company_id: UUID, quote_id: UUID) -> Any:
    """Everything but the lines."""
    desk, one = _of(visit, company_id, quote_id)
    content = Content.from_json(one.draft)
    if request.method == "GET":
        return _form(desk, one, show_form(TermsSchema(), **_typed(content)), what="terms")

    def save(form: Form) -> None:
        given = {**form.values, "ends": exclusive(form.values["until"])}
        del given["until"]
        services.change_terms(visit.db, one, seen=_seen(), by=_seller(visit), **given)

    return _saving(visit, desk, one, TermsSchema(), save, what="terms")


@console.page(f"{ONE}/lines/new", needs=SALES, methods=("GET", "POST"))
def new_line(visit: ConsoleVisit, company_id: UUID, quote_id: UUID) -> Any:
    """Offer one product more."""
    return _line_page(visit, *_of(visit, company_id, quote_id), "")


@console.page(f"{ONE}/lines/<key>", needs=SALES, methods=("GET", "POST"))
def edit_line(visit: ConsoleVisit, company_id: UUID, quote_id: UUID, key: str) -> Any:
    """Offer a product otherwise."""
    desk, one = _of(visit, company_id, quote_id)
    if Content.from_json(one.draft).line(key) is None:
        raise NotFound
    return _line_page(visit, desk, one, key)


@console.action(f"{ONE}/lines/<key>/remove", needs=SALES)
def remove_line(visit: ConsoleVisit, company_id: UUID, quote_id: UUID, key: str) -> Any:
    """Offer a product no more."""
    desk, one = _of(visit, company_id, quote_id)
    return _doing(visit, desk, one, lambda: services.drop_line(visit.db, one, key, seen=_seen(), by=_seller(visit)))


@console.page(f"{ONE}/send", needs=SALES, methods=("GET", "POST"))
def send(visit: ConsoleVisit, company_id: UUID, quote_id: UUID) -> Any:
    """What accepting would do, and then: send it. The answer shows the link, once."""
    desk, one = _of(visit, company_id, quote_id)
    content, error = Content.from_json(one.draft), ""
    effects: list[Effect] = []
    try:
        if request.method == "POST":
            posted = sending.send(
                visit.db, one, desk.company, seen=_seen(), press=_press(visit, desk), by=_seller(visit)
            )
            mailed = mail_quote(visit, desk.company, one, posted, content)
            return _link_page(desk, one, posted.token, mailed=mailed)
        effects = _effects(visit, desk, one, content)
    except ContractError as refused:
        visit.db.rollback()
        error = str(refused)
    names = product_names(visit.db, shell().plugins, visit.voice.language)
    page = render(
        "quotes/send.html", desk=desk, quote=one, content=content, effects=effects, error=error, names=names,
        quoted=wording, wording=contract_wording, tab="quotes", invites=invited_by_yes(visit.db, company_id),
    )  # fmt: skip
    return page, 422 if error and request.method == "POST" else 200


@console.action(f"{ONE}/link", needs=SALES)
def link(visit: ConsoleVisit, company_id: UUID, quote_id: UUID) -> Any:
    """Another link; all earlier ones lead nowhere from now on."""
    desk, one = _of(visit, company_id, quote_id)
    version = queries.version_of(visit.db, one, one.version)
    if version is None or one.stage != "sent":
        return back_to(_url(desk, one), _("This quote has not been sent."))
    token = sending.replace_links(visit.db, one, version, by=_seller(visit))
    return _link_page(desk, one, token, mailed=False)


@console.page(f"{ONE}/withdraw", needs=SALES, methods=("GET", "POST"))
def withdraw(visit: ConsoleVisit, company_id: UUID, quote_id: UUID) -> Any:
    """Nobody can accept it any more."""
    desk, one = _of(visit, company_id, quote_id)
    if request.method == "GET":
        return _form(desk, one, show_form(WhySchema()), what="withdraw")

    def save(form: Form) -> None:
        services.withdraw(visit.db, one, reason=form.values["reason"], by=_seller(visit))

    return _saving(visit, desk, one, WhySchema(), save, what="withdraw")


@console.page(f"{ONE}/undo", needs=SALES, methods=("GET", "POST"))
def undo(visit: ConsoleVisit, company_id: UUID, quote_id: UUID) -> Any:
    """Take an acceptance back, in one step; first what that would do."""
    desk, one = _of(visit, company_id, quote_id)

    def save(form: Form) -> None:
        undoing.undo(visit.db, one, reason=form.values["reason"], by=_seller(visit))

    if request.method == "POST":
        return _saving(visit, desk, one, WhySchema(), save, what="undo")
    form, effects = show_form(WhySchema()), []
    try:
        rehearsed = replace(form, values={"reason": "…"})
        effects = trial(visit.db, company_id, shell().plugins, lambda: save(rehearsed))
    except ContractError as error:
        form = form.wrong(error.field, str(error))
    return _form(desk, one, form, what="undo", effects=effects, names=_names(visit))


@console.page(f"{ONE}/draft.pdf", needs=OPERATOR)
def draft_pdf(visit: ConsoleVisit, company_id: UUID, quote_id: UUID) -> Response:
    """The draft as it would be sent, with a sign across it."""
    desk, one = _of(visit, company_id, quote_id)
    return _pdf(_press(visit, desk, draft=True)(one, one.version + 1, Content.from_json(one.draft)), one)


@console.page(f"{ONE}/<int:number>.pdf", needs=OPERATOR)
def sent_pdf(visit: ConsoleVisit, company_id: UUID, quote_id: UUID, number: int) -> Response:
    """A version as it was sent, to the byte."""
    _desk, one = _of(visit, company_id, quote_id)
    version = queries.version_of(visit.db, one, number, pdf=True)
    if version is None:
        raise NotFound
    return _pdf(version.pdf, one)


def _line_page(visit: ConsoleVisit, desk: Desk, one: Quote, key: str) -> Any:
    content, choices = Content.from_json(one.draft), _choices(visit, desk, key)
    there = content.line(key) if key else None
    facts: dict[str, Any] = {"module": key or request.args.get("module", "")}
    if there is not None:
        facts |= {"quantity": there.quantity, "price": f"{there.listed:.2f}" if there.typed else "",
                  "discount": str(there.discount) if there.discount else ""}  # fmt: skip
    if request.method == "GET":
        return _form(desk, one, show_form(OfferSchema(), **facts), what="line", choices=choices, line=there)

    def save(form: Form) -> None:
        asked = Asked(key or form.values["module"], *(form.values[name] for name in ("quantity", "price", "discount")))
        units = None if desk.company.demo_ends else desk.units
        buyer = Buyer(desk.company.country, units, shell().plugins.serving)
        services.put_line(visit.db, one, asked, buyer, seen=_seen(), by=_seller(visit), instead_of=key)

    return _saving(visit, desk, one, OfferSchema(), save, what="line", choices=choices, line=there)


def _saving(
    visit: ConsoleVisit, desk: Desk, one: Quote, schema: Any, save: Callable[[Form], None], **shown: Any
) -> Any:
    form = load_form(schema)
    if form.ok:
        try:
            with visit.db.begin_nested():
                save(form)
        except ContractError as error:
            visit.db.refresh(one)
            form = form.wrong("until" if error.field == "ends" else error.field, str(error))
        else:
            return back_to(_url(desk, one), _("Saved."))
    return _form(desk, one, form, **shown), 422


def _doing(visit: ConsoleVisit, desk: Desk, one: Quote, act: Callable[[], None]) -> Response:
    try:
        with visit.db.begin_nested():
            act()
    except ContractError as error:
        return back_to(_url(desk, one), str(error))
    return back_to(_url(desk, one), _("Saved."))


def _form(desk: Desk, one: Quote, form: Form, **shown: Any) -> str:
    page: dict[str, Any] = {"choices": (), "line": None, "effects": (), "names": {}} | shown
    return render(
        "quotes/form.html", desk=desk, quote=one, form=form, currencies=CURRENCIES, languages=OWN_NAMES.items(),
        quoted=wording, wording=contract_wording, content=Content.from_json(one.draft), tab="quotes", mark=one.mark,
        **page,
    )  # fmt: skip


def _page(visit: ConsoleVisit, desk: Desk, one: Quote, **more: Any) -> str:
    sent, draft = queries.versions_of(visit.db, one), Content.from_json(one.draft)
    current = sent[0].content if sent else None
    return render(
        "quotes/quote.html", desk=desk, quote=one, draft=draft, sent=sent, current=current, tab="quotes",
        state=queries.state_of(one, current, moment_now()), quoted=wording, differs=current != draft,
        contract=undoing.contract_of(visit.db, one), languages=OWN_NAMES, **more,
    )  # fmt: skip


def _link_page(desk: Desk, one: Quote, token: str, *, mailed: bool) -> str:
    return render("quotes/link.html", desk=desk, quote=one, url=url_of(token), mailed=mailed, tab="quotes",
                  content=Content.from_json(one.draft), url_of_quote=_url(desk, one))  # fmt: skip


def _effects(visit: ConsoleVisit, desk: Desk, one: Quote, content: Content) -> list[Effect]:
    modules, by = frozenset(shell().plugins.serving), By(visit.viewer.name)
    return trial(
        visit.db, desk.company.id, shell().plugins,
        lambda: try_out(visit.db, one, content, by=by, modules=modules, now=moment_now()),
    )  # fmt: skip


def _press(visit: ConsoleVisit, desk: Desk, *, draft: bool = False) -> sending.Press:
    def press(one: Quote, number: int, content: Content) -> bytes:
        return paper.pressed(
            content, number=one.number, version=number, country=desk.company.country, draft=draft, portal=desk.host,
            seller=(visit.viewer.name, visit.viewer.email), on=local_today(content.timezone),
        )  # fmt: skip

    return press


def _of(visit: ConsoleVisit, company_id: UUID, quote_id: UUID) -> tuple[Desk, Quote]:
    one = queries.quote_of(visit.db, company_id, quote_id)
    if one is None:
        raise NotFound
    return _desk(visit, company_id), one


def _desk(visit: ConsoleVisit, company_id: UUID) -> Desk:
    return desk_of(visit.db, shell(), company_id, or_prospect=True)


def _choices(visit: ConsoleVisit, desk: Desk, key: str) -> list[tuple[str, str]]:
    choices = product_choices(visit.db, shell().plugins, visit.voice.language, desk.company.country)
    return [one for one in choices if one[0] == key] if key else choices


def _names(visit: ConsoleVisit) -> dict[str, str]:
    return product_names(visit.db, shell().plugins, visit.voice.language)


def _typed(content: Content) -> dict[str, Any]:
    last = inclusive(content.ends)
    dates = {"starts": content.starts, "valid_until": content.valid_until}
    plain = ("addressee", "recipient", "email", "language", "currency", "intro")
    return {
        **{name: getattr(content, name) for name in plain}, **{name: day.isoformat() for name, day in dates.items()},
        "units": str(content.units or ""),
        "until": last.isoformat() if last else "", "at": content.at.isoformat("minutes"), "vat": str(content.vat),
    }  # fmt: skip


def _seller(visit: ConsoleVisit) -> Seller:
    return Seller(visit.viewer.name, visit.viewer.operator_id)


def _seen() -> UUID | None:
    return id_in(request.form.get("mark"))


def _url(desk: Desk, one: Quote) -> str:
    return f"{desk.url}/quotes/{one.id}"


def _pdf(body: bytes, one: Quote) -> Response:
    answer = Response(body, content_type=PDF)
    answer.headers["Content-Disposition"] = f'inline; filename="{one.number}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
