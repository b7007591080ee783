"""Pictures of products: put up and taken down in the console, and shown in each company's own brand and names."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, abort, request
from sqlalchemy import text
from werkzeug.exceptions import NotFound

from quartier.catalogue import pictures
from quartier.catalogue.models import Product
from quartier.catalogue.pictures import Look
from quartier.catalogue.queries import offers, product_by_key
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES
from quartier.theming.images import CleanImage, ImageRefused
from quartier.theming.wording import IMAGE_REASONS
from quartier.web.brand import CONSOLE_BRAND
from quartier.web.flash import back_to
from quartier.web.gate import AGENT, OPERATOR, SALES
from quartier.web.pages import Pages
from quartier.web.public import SVG_POLICY
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit, Visit

console = Pages("catalogue_pictures", __name__, area="console")
cockpit = Pages("product_pictures", __name__, area="cockpit")
LONGEST_ALT: Final = 200
BRAND: Final = """
    SELECT k.name AS company, b.colour, b.second, k.languages[1] AS language,
           b.micro_apps -> :key -> 'name' AS own
      FROM company k
      JOIN LATERAL (SELECT colour, second, micro_apps FROM brand_version WHERE company_id = k.id
                       AND withdrawn_at IS NULL AND property_id IS NULL AND published_at <= now()
                     ORDER BY published_at DESC, number DESC LIMIT 1) b ON true
     WHERE k.id = :company
"""


@console.page("/catalogue/<key>/pictures/<uuid:picture_id>", needs=OPERATOR)
def shown(visit: ConsoleVisit, key: str, picture_id: UUID) -> Response:
    """One picture: in the brand of a company (`?company=`), or in the platform's own."""
    return _answer(pictures.picture(visit.db, key, picture_id, _look(visit, key)))


@console.action("/catalogue/<key>/pictures", needs=SALES)
def add(visit: ConsoleVisit, key: str) -> Response:
    """Put a picture up."""
    product, file = _product(visit, key), request.files.get("picture")
    alt: dict[str, str] = {
        language: request.form.get(f"alt.{language}", "").strip()[:LONGEST_ALT] for language in LANGUAGES
    }
    here = f"/catalogue/{key}"
    if file is None or not file.filename:
        return back_to(here, _("Please choose a picture."))
    if not all(alt.values()):
        return back_to(here, _("Please say in each language what is to be seen."))
    try:
        pictures.add_picture(visit.db, product, file.read(), LocalizedText(alt))
    except ImageRefused as refused:
        return back_to(here, str(IMAGE_REASONS[refused.reason]))
    except ValueError:
        return back_to(here, _("A product has six pictures at most, and a drawing only tokens that are known."))
    return back_to(here, _("The picture is there."))


@console.action("/catalogue/<key>/pictures/<uuid:picture_id>/remove", needs=SALES)
def remove(visit: ConsoleVisit, key: str, picture_id: UUID) -> Response:
    """Take a picture down."""
    pictures.drop_picture(visit.db, _product(visit, key), picture_id)
    return back_to(f"/catalogue/{key}", _("The picture is gone."))


@cockpit.page("/cockpit/products/<key>/<uuid:picture_id>", needs=AGENT)
def in_own_brand(visit: Visit, key: str, picture_id: UUID) -> Response:
    """A picture of what the company may buy, in its own colours and with its own name for the module."""
    company, own = visit.company, visit.company.micro_apps.get(key)
    name = visit.say(own.name) if own else company.name
    look = Look(company.brand.colour, company.brand.second, company.name, name)
    return _answer(pictures.picture(visit.db, key, picture_id, look))


def _look(visit: ConsoleVisit, key: str) -> Look:
    offer = offers(visit.db, [key]).get(key)
    if offer is None:
        raise NotFound
    name = offer.version.terms.name
    company = request.args.get("company", type=UUID)
    row = visit.db.execute(text(BRAND), {"company": company, "key": key}).first() if company else None
    if row is None:
        return Look(CONSOLE_BRAND.colour, CONSOLE_BRAND.second, "Quartier", name.pick(visit.voice.language).text)
    manifest = shell().plugins.installed[key].manifest.name if key in shell().plugins.installed else name
    own = LocalizedText({**manifest, **(row.own or {})})
    return Look(row.colour, row.second, row.company, own.pick(row.language).text)


def _answer(found: CleanImage | None) -> Response:
    if found is None:
        abort(404)
    answer = Response(found.body, content_type=found.content_type)
    answer.headers["Content-Security-Policy"] = SVG_POLICY
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _product(visit: ConsoleVisit, key: str) -> Product:
    found: Any = product_by_key(visit.db, key)
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]
