"""The page of the company's look: colours, character, name and pictures, with the proof that all of it can be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import make_response, request
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.accounts.models import Account
from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import current_brand, publish_brand
from quartier.companies.models import BrandVersion
from quartier.contracts.events import record
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES
from quartier.settings.brand_form import BrandSchema, changes_of, clashes, typed_of
from quartier.settings.brand_pictures import LARGEST_REQUEST, Ids, pictures_of, read_pictures
from quartier.settings.brand_proof import prove
from quartier.settings.pages import BRAND, cockpit, done
from quartier.theming.palette import BrandColourError, parse_colour
from quartier.theming.themes import Theme
from quartier.web.forms import Form, labels_of, load_form
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

LOCK = "brand of company"


@dataclass(frozen=True)
class Look:
    """A look on the desk: what is typed, the pictures it means, and the version in force beneath it."""

    form: Form
    pictures: Ids
    in_force: BrandVersion


@cockpit.page(BRAND, needs=COMPANY_SETTINGS)
def brand(visit: Visit) -> str:
    """The look in force, ready to be changed."""
    current = _current(visit)
    form = Form(typed=typed_of(current), labels=labels_of(_schema(visit)))
    return _page(visit, Look(form, pictures_of(current), current))


@cockpit.action(BRAND, needs=COMPANY_SETTINGS)
def publish(visit: Visit) -> Response | str:
    """Publish what is typed; `do=check` only shows what would come of it."""
    request.max_content_length = LARGEST_REQUEST
    look, kept = _read(visit)
    if request.form.get("do") == "check" or not look.form.ok:
        if kept:
            visit.db.commit()  # pictures that were fine stay, whatever else is not
        status = 422 if request.form.get("do") != "check" else 200
        return make_response(_page(visit, look), status)
    _lock(visit)
    current = _current(visit)
    if look.form.values["seen"] != current.id:
        visit.db.commit()
        return make_response(_clash(visit, look, current), 409)
    _publish(visit, look)
    return done(visit, BRAND, _("Published. Everybody sees it from now on."))


def _read(visit: Visit) -> tuple[Look, bool]:
    current, form = _current(visit), load_form(_schema(visit))
    storage = shell().storage
    pictures, refused, kept = read_pictures(visit.db, storage, current, request.form, request.files)
    for kind, sentence in refused.items():
        form = form.wrong(kind, sentence)
    if form.ok and not prove(shell().themes[form.values["theme"]], form.values["colour"], form.values["second"]).holds:
        form = form.wrong("theme", _("With these colours not everything could be read. Choose another character."))
    return Look(form, pictures, current), kept


def _publish(visit: Visit, look: Look) -> None:
    columns = {f"{kind}_id": picture for kind, picture in look.pictures.items()}
    before = look.in_force
    after = publish_brand(visit.db, visit.company.id, **changes_of(look.form, before), **columns)
    if after.id == before.id:
        return
    pair = [{name: getattr(one, name) for name in ("theme", "colour")} for one in (before, after)]
    record(
        visit.db, visit.company.id, kind="brand.published", subject=visit.company.slug, actor=visit.viewer.name,
        before=pair[0], after=pair[1],
    )  # fmt: skip


def _clash(visit: Visit, look: Look, current: BrandVersion) -> str:
    found = clashes(current, look.form, look.pictures, lambda slug: _named(visit, shell().themes[slug]))
    again = Form(typed={**look.form.typed, "seen": str(current.id)}, labels=look.form.labels)
    return _page(visit, Look(again, look.pictures, current), clashes=found)


def _current(visit: Visit) -> BrandVersion:
    """The look in force; a company without one has no snapshot, so nobody gets here."""
    found = current_brand(visit.db, visit.company.id)
    if found is None:
        raise NotFound
    return found


def _lock(visit: Visit) -> None:
    """One publication at a time: the second one sees the first one's version and can compare."""
    visit.db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{LOCK} {visit.company.id}", 0))))


def _schema(visit: Visit) -> BrandSchema:
    return BrandSchema([theme.slug for theme in _themes()], visit.company.languages)


def _themes() -> list[Theme]:
    return [theme for theme in shell().themes.values() if theme.selectable]


def _named(visit: Visit, theme: Theme) -> str:
    return theme.name[visit.voice.language]


def _page(visit: Visit, look: Look, **more: Any) -> str:
    company, language = visit.company, visit.voice.language
    theme, colours = _shown_theme(look), _shown_colours(look)
    people = visit.db.scalar(select(func.count()).select_from(Account).where(Account.is_active))
    context: dict[str, Any] = {
        "form": look.form,
        "pictures": look.pictures,
        "in_force": look.in_force,
        "offered": [one for one in LANGUAGES if one in company.languages],
        "themes": [(one.slug, one.attribute, one.name[language], one.character[language]) for one in _themes()],
        "shown_theme": theme,
        "shown_colours": colours,
        "proof": prove(theme, *colours),
        "people": people,
        "apps": [app for slug, app in company.micro_apps.items() if slug in company.modules],
        "clashes": [],
    }
    return render("settings/brand.html", **{**context, **more})


def _shown_theme(look: Look) -> Theme:
    chosen = shell().themes.get(str(look.form.shown("theme")))
    return chosen if chosen is not None and chosen.selectable else shell().themes[look.in_force.theme]


def _shown_colours(look: Look) -> tuple[str, str | None]:
    """What is typed; where it is no colour yet, the one in force, so that the proof never goes blank."""
    return _colour(look.form.shown("colour")) or look.in_force.colour, _colour(look.form.shown("second"))


def _colour(text: Any) -> str | None:
    try:
        return parse_colour(str(text))
    except BrandColourError:
        return None
