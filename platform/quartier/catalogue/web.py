"""Pages of the catalogue, in the console."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.catalogue import services, wording
from quartier.catalogue.models import CURRENCIES, LIMITS, Product
from quartier.catalogue.pictures import pictures_of
from quartier.catalogue.queries import Offer, held, holders, offers, product_by_key, versions_of
from quartier.catalogue.schemas import ROWS, ServiceSchema, VersionSchema, terms_of, typed_of
from quartier.catalogue.services import CatalogueError
from quartier.i18n.formats import zone_of_reader
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import OWN_NAMES
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.gate import OPERATOR, SALES
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

console = Pages(
    "catalogue",
    __name__,
    area="console",
    entries=(Entry("/catalogue", icon="store", label=_l("Catalogue"), needs=OPERATOR, order=20),),
)


@console.page("/catalogue", needs=OPERATOR)
def catalogue(visit: ConsoleVisit) -> str:
    """Everything that is sold, kind by kind; what could be and is not yet."""
    found, language = offers(visit.db), visit.voice.language
    groups = [(kind, title, _of_kind(found, kind, language)) for kind, title in wording.KINDS.items()]
    return render(
        "catalogue/list.html", groups=groups, held=held(visit.db), wording=wording, open=_not_offered(found, language),
        names=_names(found, language),
    )  # fmt: skip


@console.page("/catalogue/new", needs=SALES, methods=("GET", "POST"))
def new_product(visit: ConsoleVisit) -> Any:
    """Offer a module, a limit or a service."""
    kind, key = request.args.get("kind", "service"), request.args.get("key", "")
    found = offers(visit.db)
    open_here = {slug for group, slug, _name in _not_offered(found, visit.voice.language) if group == kind}
    if kind != "service" and key not in open_here:
        return back_to("/catalogue", _("This is in the catalogue already, or not installed."))
    schema = VersionSchema() if kind != "service" else ServiceSchema()
    if request.method == "GET":
        return _form_page(visit, found, show_form(schema, **_blank(kind, key)), kind=kind)
    form = load_form(schema)
    if form.ok:
        try:
            made = services.add_product(
                visit.db, key=key if kind != "service" else form.values["key"], kind=kind, terms=terms_of(form.values),
                known=shell().plugins.serving, actor=visit.viewer.name, note=form.values["note"],
            )  # fmt: skip
        except CatalogueError as error:
            form = form.wrong(error.field, str(error))
        else:
            return back_to(f"/catalogue/{made.key}", _("Saved. It can be sold from now on."))
    return _form_page(visit, found, form, kind=kind), 422


@console.page("/catalogue/<key>", needs=OPERATOR)
def product(visit: ConsoleVisit, key: str) -> str:
    """One product: what it says and costs, what it said and cost before, and who has it."""
    one, found = _product(visit, key), offers(visit.db)
    versions = versions_of(visit.db, one)
    return render(
        "catalogue/product.html", product=one, versions=versions, newest=versions[0], wording=wording,
        holders=holders(visit.db, key), names=_names(found, visit.voice.language), currencies=CURRENCIES,
        language=visit.voice.language, countries=wording.countries(visit.voice.language),
        pictures=pictures_of(visit.db, [key]).get(key, []), languages=OWN_NAMES.items(),
        zone=zone_of_reader(ZoneInfo("UTC")),
    )  # fmt: skip


@console.page("/catalogue/<key>/edit", needs=SALES, methods=("GET", "POST"))
def edit_product(visit: ConsoleVisit, key: str) -> Any:
    """Say or cost something else: another version, for those to whom it is sold from now on."""
    one, found = _product(visit, key), offers(visit.db)
    newest = found[key].version
    if request.method == "GET":
        form = show_form(VersionSchema(), **typed_of(newest.terms), seen=str(newest.number))
        return _form_page(visit, found, form, kind=one.kind, product=one)
    form, seen = load_form(VersionSchema()), request.form.get("seen", "")
    if form.ok:
        try:
            changed = services.add_version(
                visit.db, one, terms_of(form.values), seen=int(seen) if seen.isdecimal() else 0,
                known=shell().plugins.serving, actor=visit.viewer.name, note=form.values["note"],
            )  # fmt: skip
        except CatalogueError as error:
            form = form.wrong(error.field, str(error))
        else:
            said = _("Saved as version %(number)s. Contracts keep what they have.", number=newest.number + 1)
            return back_to(f"/catalogue/{key}", said if changed else _("Nothing was changed."))
    return _form_page(visit, found, form, kind=one.kind, product=one), 422


@console.action("/catalogue/<key>/retire", needs=SALES)
def retire(visit: ConsoleVisit, key: str) -> Response:
    """Take a product out; whoever has it keeps it."""
    services.retire(visit.db, _product(visit, key), actor=visit.viewer.name)
    return back_to(f"/catalogue/{key}", _("Taken out of the catalogue. Contracts that have it keep it."))


@console.action("/catalogue/<key>/offer", needs=SALES)
def offer_again(visit: ConsoleVisit, key: str) -> Response:
    """Put a product back."""
    services.offer_again(visit.db, _product(visit, key))
    return back_to(f"/catalogue/{key}", _("It can be sold again."))


def _product(visit: ConsoleVisit, key: str) -> Product:
    found = product_by_key(visit.db, key)
    if found is None:
        raise NotFound
    return found


def _form_page(
    visit: ConsoleVisit, found: dict[str, Offer], form: Form, *, kind: str, product: Product | None = None
) -> str:
    names = _names(found, visit.voice.language)
    return render(
        "catalogue/form.html", form=form, product=product, kind=kind, rows=ROWS, wording=wording,
        currencies=CURRENCIES, known=sorted(names.items()),
        countries=list(wording.countries(visit.voice.language).items()),
        name=names.get(product.key, product.key) if product else "",
    )  # fmt: skip


def _blank(kind: str, key: str) -> dict[str, Any]:
    """What is known of a product that is new: of a module what its plugin says."""
    blank: dict[str, Any] = {"model": "flat" if kind == "service" else "unit", "period": "month"}
    if kind == "module":
        manifest = shell().plugins.serving[key].manifest
        blank["needs"] = " AND ".join(manifest.depends_on)
        for language, name in manifest.name.items():
            blank |= {f"name.{language}": name, f"summary.{language}": manifest.description[language]}
    return blank


def _of_kind(found: dict[str, Offer], kind: str, language: str) -> list[Offer]:
    """The offers of a kind by name; those that are no longer sold are the last."""
    some = [offer for offer in found.values() if offer.product.kind == kind]
    return sorted(some, key=lambda one: (not one.on_sale, one.version.terms.name.pick(language).text.casefold()))


def _not_offered(found: dict[str, Offer], language: str) -> list[tuple[str, str, str]]:
    """(kind, key, name) of modules and limits that nobody has put into the catalogue."""
    modules = [("module", slug, plugin.manifest.name[language]) for slug, plugin in shell().plugins.serving.items()]
    limits = [("limit", key, str(wording.LIMIT_NAMES[key])) for key in LIMITS]
    return [one for one in (*sorted(modules, key=lambda one: one[2].casefold()), *limits) if one[1] not in found]


def _names(found: dict[str, Offer], language: str) -> dict[str, str]:
    """What may be needed, by key: products, and modules that are not among them."""
    modules = {slug: plugin.manifest.name[language] for slug, plugin in shell().plugins.serving.items()}
    return modules | {key: offer.version.terms.name.pick(language).text for key, offer in found.items()}
