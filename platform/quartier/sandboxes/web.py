"""Pages of sandboxes in the console, where everybody calls them demos."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, request
from werkzeug.exceptions import NotFound

from quartier.companies import schemas
from quartier.companies.facts import FactsError
from quartier.companies.services import CompanyError
from quartier.contracts.desk import desk_of
from quartier.i18n.formats import zone_of_reader
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext
from quartier.i18n.voice import LANGUAGES, OWN_NAMES
from quartier.jobs.definition import House
from quartier.keys import key_of
from quartier.sandboxes import becoming, queries, removing, services, wishing, wording
from quartier.sandboxes.drawing import qr_code
from quartier.sandboxes.links import path_of
from quartier.sandboxes.planting import Sales, make
from quartier.sandboxes.segments import segments
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.gate import OPERATOR, SALES
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

LIST = "/sandboxes"
LARGEST = 24 * 1024 * 1024
console = Pages(
    "sandboxes_console",
    __name__,
    area="console",
    entries=(Entry(LIST, icon="play", label=_l("Demos"), needs=OPERATOR, order=15),),
)


@console.page(LIST, needs=OPERATOR)
def demos(visit: ConsoleVisit) -> str:
    """All demos, those that go first on top."""
    return render(
        "sandboxes/list.html", found=queries.sandboxes(visit.db), zone=zone_of_reader(ZoneInfo("Europe/Zurich"))
    )


@console.page(f"{LIST}/new", needs=SALES, methods=("GET", "POST"), largest=LARGEST)
def new_demo(visit: ConsoleVisit) -> Any:
    """Make one: what takes longer than the form's patience is planted by a worker."""
    owners = wishing.owners_of(visit.db)
    if request.method == "GET":
        mine = next((one for one, _name in owners if one == str(visit.viewer.operator_id)), "")
        return _new_page(visit, owners, _blank(visit, mine))
    form, logo = wishing.read_form(request.form, request.files, [UUID(one) for one, _name in owners])
    if not form.ok:
        return _new_page(visit, owners, form), 422
    wish = wishing.wish_of(visit.db, form.values, logo, shell().themes)
    try:
        company = make(visit.db, _house(), wish, Sales(visit.viewer.name, form.values["owner"]))
    except (CompanyError, FactsError):
        visit.db.rollback()  # somebody was quicker with the subdomain
        wish = wishing.wish_of(visit.db, form.values, logo, shell().themes)
        company = make(visit.db, _house(), wish, Sales(visit.viewer.name, form.values["owner"]))
    said = _("%(name)s is live.", name=company.name)
    return back_to(f"{LIST}/{company.id}", " ".join([said, *wishing.remarks(logo)]))


@console.page(f"{LIST}/<uuid:company_id>", needs=OPERATOR)
def demo(visit: ConsoleVisit, company_id: UUID) -> str:
    """One demo: its link and its code, what is planted, how long it lives."""
    return _page(visit, _one(visit, company_id))


@console.page(f"{LIST}/<uuid:company_id>/progress", needs=OPERATOR)
def progress(visit: ConsoleVisit, company_id: UUID) -> str:
    """How far the worker is: a fragment of the page above, which asks again until all is there."""
    return render("sandboxes/progress.html", one=_one(visit, company_id), names=_names(visit))


@console.action(f"{LIST}/<uuid:company_id>/extend", needs=SALES)
def extend(visit: ConsoleVisit, company_id: UUID) -> Response:
    """More time, from today on."""
    one = _one(visit, company_id, lock=True)
    if not services.extend(visit.db, one, by=visit.viewer.name):
        return back_to(
            _url(one), _("This demo cannot be extended further. Make a new one, or let it become a customer.")
        )
    days = _one(visit, company_id).days_left
    return back_to(_url(one), ngettext("It lives for %(num)s more day.", "It lives for %(num)s more days.", days))


@console.action(f"{LIST}/<uuid:company_id>/link", needs=SALES)
def renew(visit: ConsoleVisit, company_id: UUID) -> Response:
    """Another link."""
    one = _one(visit, company_id, lock=True)
    services.renew_link(visit.db, one, by=visit.viewer.name)
    return back_to(_url(one), _("There is a new link. The one before opens nothing any more."))


@console.action(f"{LIST}/<uuid:company_id>/owner", needs=SALES)
def owner(visit: ConsoleVisit, company_id: UUID) -> Response:
    """Hand it over."""
    one, owners = _one(visit, company_id, lock=True), dict(wishing.owners_of(visit.db))
    chosen = request.form.get("owner", "")
    if chosen not in owners:
        return back_to(_url(one), _("Please choose one of the options."))
    services.hand_over(visit.db, one, UUID(chosen), owners[chosen], by=visit.viewer.name)
    return back_to(_url(one), _("%(name)s looks after this demo now.", name=owners[chosen]))


@console.page(f"{LIST}/<uuid:company_id>/remove", needs=SALES, methods=("GET", "POST"))
def remove_demo(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Let it go now, with everything in it."""
    one = _one(visit, company_id)
    if request.method == "POST":
        try:
            name = removing.remove(visit.db, shell().storage, company_id)
        except removing.Offered as error:
            return back_to(_url(one), wording.protected(error.quote))
        except removing.NoSandbox as error:
            raise NotFound from error
        return back_to(LIST, _("The demo for %(name)s is gone, with everything in it.", name=name))
    desk, quote = desk_of(visit.db, shell(), company_id), queries.open_quote(visit.db, company_id)
    return render("sandboxes/remove.html", desk=desk, tab="demo", one=one, quote=quote, wording=wording)


@console.page(f"{LIST}/<uuid:company_id>/real", needs=SALES, methods=("GET", "POST"))
def become_real(visit: ConsoleVisit, company_id: UUID) -> Any:
    """What goes and what stays, to be read; and then the one step."""
    one = _one(visit, company_id)
    if not one.is_whole:
        return back_to(_url(one), _("Something is still being planted. Please wait a moment."))
    if request.method == "GET":
        return _real_page(visit, one, show_form(wishing.RealSchema(), slug=one.company.slug))
    form = load_form(wishing.RealSchema())
    if form.ok:
        try:
            becoming.become(_house(), company_id, _choice(visit, one, form), by=visit.viewer.name)
        except CompanyError as error:
            form = form.wrong(error.field, str(error))
        except becoming.NotNow as error:
            raise NotFound from error
        else:
            return back_to(f"/companies/{company_id}", _("%(name)s is a real company now.", name=one.company.name))
    return _real_page(visit, one, form), 422


def _choice(visit: ConsoleVisit, one: queries.Listed, form: Form) -> becoming.Choice:
    """Only what was asked about can be answered: what has appeared since the page was shown stays."""
    asked, kept = set(request.form.getlist("asked")), set(request.form.getlist("keep"))
    changed = becoming.plan_of(visit.db, one, visit.voice.language).listed("changed")
    unticked = frozenset(key for key in changed if (name := f"{key[0]}.{key[1]}") in asked and name not in kept)
    slug, here = form.values["slug"], one.company.slug
    visit.db.rollback()  # the demo's row is asked for once more, and locked
    return becoming.Choice(unticked, frozenset(form.values["colleagues"]), slug if slug != here else "")


def _real_page(visit: ConsoleVisit, one: queries.Listed, form: Form) -> str:
    plan, names = becoming.plan_of(visit.db, one, visit.voice.language), _names(visit)
    desk = desk_of(visit.db, shell(), one.company.id)
    return render(
        "sandboxes/real.html", desk=desk, tab="demo", one=one, plan=plan, form=form, names=names, noun=wording.noun,
        going=wording.going(plan.leaving, names),
        closing=", ".join(names.get(slug, slug) for slug in plan.closing),
    )  # fmt: skip


def _page(visit: ConsoleVisit, one: queries.Listed) -> str:
    desk = desk_of(visit.db, shell(), one.company.id)
    link = shell().url_of(desk.host, path_of(key_of(shell().config), one.sandbox))
    return render(
        "sandboxes/demo.html", desk=desk, tab="demo", one=one, link=link, code=qr_code(link), names=_names(visit),
        owners=wishing.owners_of(visit.db), mine=str(one.company.manager_id or ""),
        quote=queries.open_quote(visit.db, one.company.id), wording=wording,
    )  # fmt: skip


def _new_page(visit: ConsoleVisit, owners: list[tuple[str, str]], form: Form) -> str:
    language = visit.voice.language
    names = dict(schemas.countries(language))
    return render(
        "sandboxes/new.html", form=form, owners=owners, segments=segments().values(),
        countries=[(one, names[one]) for one in wishing.countries()],
        languages=[(one, OWN_NAMES[one]) for one in LANGUAGES],
    )  # fmt: skip


def _blank(visit: ConsoleVisit, owner: str) -> Form:
    language = visit.voice.language
    first = language if language != "en" else "de"
    chosen = {"country": "CH", "languages": list(LANGUAGES), "default_language": first, "owner": owner}
    return show_form(wishing.SandboxSchema(), segment=next(iter(segments())), **chosen)


def _names(visit: ConsoleVisit) -> dict[str, str]:
    """What modules are called on the platform."""
    return {slug: one.manifest.name[visit.voice.language] for slug, one in shell().plugins.installed.items()}


def _house() -> House:
    here = shell()
    return House(here.config, here.engine, here.platform, here.plugins, here.storage, here.snapshots, here.mails)


def _one(visit: ConsoleVisit, company_id: UUID, *, lock: bool = False) -> queries.Listed:
    found = queries.sandbox_of(visit.db, company_id, lock=lock)
    if found is None:
        raise NotFound
    return found


def _url(one: queries.Listed) -> str:
    return f"{LIST}/{one.company.id}"
