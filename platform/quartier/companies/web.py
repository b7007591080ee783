"""Pages of companies, in the console."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, abort, redirect, request

from quartier.companies import admins, creation, queries, schemas, services
from quartier.companies.branding import current_brand
from quartier.companies.services import CompanyError
from quartier.companies.slugs import suggested
from quartier.contracts import wording
from quartier.contracts.desk import desk_of
from quartier.contracts.events import PAGE, events_of
from quartier.contracts.pages import module_choices, told
from quartier.contracts.queries import needs_of, standings
from quartier.contracts.schemas import ReasonSchema
from quartier.files.models import StoredFile
from quartier.files.purposes import BRAND
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES, OWN_NAMES
from quartier.i18n.zones import zones
from quartier.leads.queries import sellers
from quartier.web.flash import back_to
from quartier.web.forms import id_in, load_form, show_form
from quartier.web.gate import CLOSE, OPERATOR, SALES
from quartier.web.headers import IMMUTABLE
from quartier.web.pages import Pages
from quartier.web.public import SVG_POLICY
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

cockpit = Pages("companies_cockpit", __name__, area="cockpit")
console = Pages(
    "companies_console",
    __name__,
    area="console",
)


@console.page("/", needs=OPERATOR)
def home(_visit: ConsoleVisit) -> Any:
    """The console begins with its companies."""
    return redirect("/companies")


@console.page("/companies/new", needs=SALES, methods=("GET", "POST"))
def new_company(visit: ConsoleVisit) -> Any:
    """Make a company."""
    if request.method == "GET":
        blank = show_form(
            schemas.NewCompanySchema(), country="CH", timezone="Europe/Zurich", languages=list(LANGUAGES),
            default_language="de", tone="formal", theme="klar", colour="#1F5C4A",
        )  # fmt: skip
        return _new_page(visit, blank)
    form, pictures = creation.read_form(request.form, request.files, _themes(visit))
    form, admin = admins.read_admin(form, request.form)
    if not form.ok:
        return _new_page(visit, form), 422
    try:
        company = creation.make_company(visit.db, shell().storage, form, pictures, actor=visit.viewer.name)
        company.manager_id = visit.viewer.operator_id
    except CompanyError as error:
        visit.db.rollback()
        return _new_page(visit, creation.refused(form, pictures, error)), 422
    said = _("%(name)s is live.", name=company.name)
    if admin is not None:
        visit.db.commit()  # whom a company invites, it invites itself
        admins.invite(visit.db, desk_of(visit.db, shell(), company.id), admin, operator=visit.viewer.name)
        said = f"{said} {admins.on_its_way(admin['email'])}"
    notes = creation.adjustments(form.values["colour"], form.values["second"])
    return back_to(f"/companies/{company.id}/contract", " ".join([said, *notes]))


@console.page("/companies/subdomain", needs=SALES)
def subdomain(visit: ConsoleVisit) -> str:
    """What becomes of a name, or what stands in the way of a subdomain: a fragment beside the field of the form above.

    It is never put into the field: the answer may come when somebody has begun to type there.
    """
    typed = request.args.get("slug", "").strip()
    label = typed or suggested(request.args.get("name", ""))
    return render(
        "companies/subdomain.html", label="" if typed else label, suffix=shell().config.platform_domain,
        complaint=services.refusal_of(visit.db, label) if label else "",
    )  # fmt: skip


@console.page("/companies/<uuid:company_id>", needs=OPERATOR)
def overview(visit: ConsoleVisit, company_id: UUID) -> str:
    """Who the company is and how it stands."""
    desk = desk_of(visit.db, shell(), company_id)
    names = dict(module_choices(shell().plugins, visit.voice.language, every=True))
    stands = standings(visit.db, [company_id])[company_id]
    works = stands.modules(needs_of(shell().plugins))
    brand = current_brand(visit.db, company_id)
    return render(
        "companies/overview.html", desk=desk, tab="overview", domains=queries.domains_of(visit.db, company_id),
        figures=queries.figures(visit.db, company_id), look=brand, themes=_themes(visit),
        notes=creation.adjustments(brand.colour, brand.second) if brand else [],
        works=sorted(names[slug] for slug in works), names=names,
        problems=queries.problems(
            visit.db, shell().plugins, {span.module for span in stands.spans} | set(stands.switches)
        ),
        countries=dict(schemas.countries(visit.voice.language)), tones=dict(_tones()), reason=show_form(ReasonSchema()),
        suffix=shell().config.platform_domain, sellers=sellers(visit.db, desk.company.manager_id),
        **admins.shown(admins.admins_of(desk.company)),
    )  # fmt: skip


@console.page("/companies/<uuid:company_id>/change", needs=SALES, methods=("GET", "POST"))
def change(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Name, country, zone, languages, tone."""
    desk = desk_of(visit.db, shell(), company_id)
    company = desk.company
    if request.method == "GET":
        facts = {"name": company.name, "country": company.country, "timezone": company.timezone, "tone": company.tone}
        form = show_form(
            schemas.FactsSchema(), **facts, languages=company.languages, default_language=company.languages[0],
            version=str(company.version),
        )  # fmt: skip
        return _change_page(visit, desk, form)
    form = load_form(schemas.FactsSchema())
    if form.ok and request.form.get("version") != str(company.version):
        form = form.wrong("_schema", _("Somebody has changed this company in the meantime. Compare, then save again."))
        form = replace(form, typed={**form.typed, "version": str(company.version)})
    if not form.ok:
        return _change_page(visit, desk, form), 422
    services.change_company(visit.db, company, dict(form.values), actor=visit.viewer.name)
    return back_to(desk.url, _("Saved. In force everywhere within a second."))


@console.page("/companies/<uuid:company_id>/domains", needs=OPERATOR, methods=("GET", "POST"))
def domains(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Where the company answers; another subdomain."""
    if request.method == "POST" and not visit.viewer.may(("sales",)):
        abort(403)
    desk, form = desk_of(visit.db, shell(), company_id), show_form(schemas.RenameSchema())
    if request.method == "POST":
        form = load_form(schemas.RenameSchema())
        if form.ok:
            try:
                with visit.db.begin_nested():
                    services.rename_company(
                        visit.db,
                        desk.company,
                        form.values["slug"],
                        actor=visit.viewer.name,
                        reason=form.values["reason"],
                    )
                return back_to(
                    f"{desk.url}/domains", _("The portal answers under its new name. The old one leads there.")
                )
            except CompanyError as error:
                form = form.wrong(error.field, str(error))
    page = render(
        "companies/domains.html", desk=desk, tab="domains", form=form, domains=queries.domains_of(visit.db, company_id),
        suffix=shell().config.platform_domain,
    )  # fmt: skip
    return page, 200 if form.ok else 422


@console.page("/companies/<uuid:company_id>/events", needs=OPERATOR)
def events(visit: ConsoleVisit, company_id: UUID) -> str:
    """Everything that happened, newest first."""
    desk = desk_of(visit.db, shell(), company_id)
    found = events_of(visit.db, company_id, after=id_in(request.args.get("after")), limit=PAGE + 1)
    names = dict(module_choices(shell().plugins, visit.voice.language, every=True))
    names |= {key: str(switch.label) for key, switch in shell().switches.items()}
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return render(
        "companies/events.html", desk=desk, tab="events", told=told(found[:PAGE], names), more=more, wording=wording
    )


@console.page("/companies/<uuid:company_id>/suspend", needs=CLOSE, methods=("GET", "POST"))
def suspend(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Close a portal, for a reason."""
    return _close_or_open(
        visit, company_id, services.suspend, _("The portal is closed. Its people read that it will be back.")
    )


@console.page("/companies/<uuid:company_id>/resume", needs=CLOSE, methods=("GET", "POST"))
def resume(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Open it again."""
    return _close_or_open(visit, company_id, services.resume, _("The portal is open again."))


@console.page("/companies/<uuid:company_id>/icon/<uuid:file_id>", needs=OPERATOR)
def icon(visit: ConsoleVisit, company_id: UUID, file_id: UUID) -> Response:
    """A company's icon or logo on the console's own host; an SVG may do nothing but be drawn."""
    file = visit.db.get(StoredFile, (company_id, file_id))
    body = shell().storage.get(file.key) if file is not None and file.purpose == BRAND else None
    if file is None or body is None:
        abort(404)
    answer = Response(body, content_type=file.content_type)
    answer.headers["Content-Security-Policy"] = SVG_POLICY
    answer.headers["Cache-Control"] = IMMUTABLE.replace("public", "private")
    return answer


def _close_or_open(visit: ConsoleVisit, company_id: UUID, act: Any, message: str) -> Any:
    desk = desk_of(visit.db, shell(), company_id)
    if request.method == "GET":  # a form with a complaint that somebody reloads
        return back_to(desk.url)
    form = load_form(ReasonSchema())
    if not form.ok:
        return render("companies/status.html", desk=desk, tab="overview", form=form), 422
    act(visit.db, desk.company, actor=visit.viewer.name, reason=form.values["reason"])
    return back_to(desk.url, message)


def _new_page(visit: ConsoleVisit, form: Any) -> str:
    return render(
        "companies/new.html", form=form, themes=_themes(visit), suffix=shell().config.platform_domain, **_options(visit)
    )


def _change_page(visit: ConsoleVisit, desk: Any, form: Any) -> str:
    return render("companies/change.html", desk=desk, tab="overview", form=form, **_options(visit))


def _options(visit: ConsoleVisit) -> dict[str, Any]:
    return {
        "countries": schemas.countries(visit.voice.language),
        "zones": zones(),
        "languages": [(language, OWN_NAMES[language]) for language in LANGUAGES],
        "tones": _tones(),
    }


def _tones() -> list[tuple[str, str]]:
    # tone: neutral  # noqa: ERA001 - for the catalogues
    formal = _("formal: Sie, vous")
    return [("formal", formal), ("informal", _("informal: du, tu"))]


def _themes(visit: ConsoleVisit) -> dict[str, tuple[str, str]]:
    language = visit.voice.language
    found = {slug: theme for slug, theme in shell().themes.items() if theme.selectable}
    return {slug: (theme.name[language], theme.character[language]) for slug, theme in found.items()}
