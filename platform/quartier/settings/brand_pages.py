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
from quartier.companies.branding import Standing, drop_draft, lock_brand, standing_of
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES
from quartier.settings.brand_form import LONGEST_NAME, BrandSchema, changes_of, clashes, seal_of, typed_of
from quartier.settings.brand_pictures import LARGEST_REQUEST, Ids, pictures_of, read_pictures
from quartier.settings.brand_proof import prove
from quartier.settings.brand_publishing import Untimely, keep_as_draft, publish_later, publish_now
from quartier.settings.brand_stage import stage_of
from quartier.settings.pages import BRAND, cockpit
from quartier.theming.palette import BrandColourError, parse_colour
from quartier.theming.themes import Theme, standing_in
from quartier.web.flash import back_to
from quartier.web.forms import Form, labels_of, load_form
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit


@dataclass(frozen=True)
class OnDesk:
    """A look on the desk: what is typed, the pictures it means, and how the brand stands beneath it."""

    form: Form
    pictures: Ids
    standing: Standing

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of a version that looks like this. Only for a form that is `ok`."""
        pictures = {f"{kind}_id": picture for kind, picture in self.pictures.items()}
        return {**changes_of(self.form, self.standing.beneath), **pictures}


@cockpit.page(BRAND, needs=COMPANY_SETTINGS)
def brand(visit: Visit) -> str:
    """The draft, or else the look in force, ready to be changed."""
    standing = standing_here(visit)
    form = Form(typed=typed_of(standing.beneath), labels=labels_of(_schema(visit)))
    return _page(visit, OnDesk(form, pictures_of(standing.beneath), standing))


@cockpit.action(BRAND, needs=COMPANY_SETTINGS)
def publish(visit: Visit) -> Response | str:
    """Publish what is typed, plan it (`do=plan`), keep it (`do=draft`), or only look at it (`do=check`)."""
    request.max_content_length = LARGEST_REQUEST
    look, kept = _read(visit)
    wish = request.form.get("do", "")
    if wish == "check" or not look.form.ok:
        if kept:
            visit.db.commit()  # pictures that were fine stay, whatever else is not
        return make_response(_page(visit, look), 422 if wish != "check" else 200)
    lock_brand(visit.db, visit.company.id)
    standing = standing_here(visit)
    if look.form.values["seen"] != seal_of(standing.beneath):
        visit.db.commit()
        return make_response(_clash(visit, look, standing), 409)
    return _done(visit, OnDesk(look.form, look.pictures, standing), wish)


@cockpit.action(f"{BRAND}/discard", needs=COMPANY_SETTINGS)
def discard(visit: Visit) -> Response:
    """Give the draft up, as far as it is the one that somebody saw."""
    lock_brand(visit.db, visit.company.id)
    draft = standing_here(visit).draft
    if draft is not None and str(draft.mark) != request.form.get("mark"):
        return back_to(BRAND, _("Somebody has changed the draft meanwhile. Please look at it again."))
    drop_draft(visit.db, visit.company.id)
    return back_to(BRAND, _("The draft is deleted."))


def standing_here(visit: Visit) -> Standing:
    """How the brand stands; a company without one has no snapshot, so nobody gets here."""
    found = standing_of(visit.db, visit.company.id)
    if found is None:
        raise NotFound
    return found


def _done(visit: Visit, look: OnDesk, wish: str) -> Response | str:
    in_force = look.standing.in_force
    match wish:
        case "draft":
            return keep_as_draft(visit, look.facts)
        case "plan":
            try:
                return publish_later(visit, in_force, look.facts, look.form.values["publish_at"])
            except Untimely as untimely:
                again = OnDesk(look.form.wrong("publish_at", str(untimely)), look.pictures, look.standing)
                visit.db.commit()
                return make_response(_page(visit, again), 422)
    return publish_now(visit, in_force, look.facts)


def _read(visit: Visit) -> tuple[OnDesk, bool]:
    standing, form = standing_here(visit), load_form(_schema(visit))
    storage = shell().storage
    pictures, refused, kept = read_pictures(visit.db, storage, standing.beneath, request.form, request.files)
    for kind, sentence in refused.items():
        form = form.wrong(kind, sentence)
    if form.ok and not prove(shell().themes[form.values["theme"]], form.values["colour"], form.values["second"]).holds:
        form = form.wrong("theme", _("With these colours not everything could be read. Choose another character."))
    return OnDesk(form, pictures, standing), kept


def _clash(visit: Visit, look: OnDesk, standing: Standing) -> str:
    beneath = standing.beneath
    found = clashes(beneath, look.form, look.pictures, lambda slug: theme_name(visit, slug))
    again = Form(typed={**look.form.typed, "seen": str(seal_of(beneath))}, labels=look.form.labels)
    return _page(visit, OnDesk(again, look.pictures, standing), clashes=found)


def _schema(visit: Visit) -> BrandSchema:
    return BrandSchema([theme.slug for theme in _themes()], visit.company.languages)


def _themes() -> list[Theme]:
    return [theme for theme in shell().themes.values() if theme.selectable]


def theme_name(visit: Visit, slug: str) -> str:
    """What a theme is called; its slug, where it is not installed any more."""
    theme = shell().themes.get(slug)
    return theme.name[visit.voice.language] if theme is not None else slug


def _page(visit: Visit, look: OnDesk, **more: Any) -> str:
    company, language = visit.company, visit.voice.language
    theme, colours = _shown_theme(look), _shown_colours(look)
    people = visit.db.scalar(select(func.count()).select_from(Account).where(Account.is_active))
    context: dict[str, Any] = {
        "form": look.form,
        "pictures": look.pictures,
        "standing": look.standing,
        "offered": [one for one in LANGUAGES if one in company.languages],
        "themes": [(one.slug, one.attribute, one.name[language], one.character[language]) for one in _themes()],
        "shown_theme": theme,
        "shown_colours": colours,
        "proof": prove(theme, *colours),
        "people": people,
        "stage": stage_of(visit, _shown_facts(look, theme, colours)),
        "clashes": [],
    }
    return render("settings/brand.html", **{**context, **more})


def _shown_theme(look: OnDesk) -> Theme:
    chosen = shell().themes.get(str(look.form.shown("theme")))
    if chosen is not None and chosen.selectable:
        return chosen
    return shell().themes[standing_in(shell().themes, look.standing.beneath.theme)]


def _shown_colours(look: OnDesk) -> tuple[str, str | None]:
    """What is typed; where it is no colour yet, the one beneath, so that the proof never goes blank."""
    return _colour(look.form.shown("colour")) or look.standing.beneath.colour, _colour(look.form.shown("second"))


def _shown_facts(look: OnDesk, theme: Theme, colours: tuple[str, str | None]) -> dict[str, Any]:
    """The look as far as it can be shown, whatever else is wrong with the form."""
    beneath = look.standing.beneath
    typed = {language: str(look.form.shown(f"app_name.{language}")).strip()[:LONGEST_NAME] for language in LANGUAGES}
    at = str(look.form.shown("cover_at", beneath.cover_at))
    return {
        "app_name": {**beneath.app_name, **{language: name for language, name in typed.items() if name}},
        "theme": theme.slug, "colour": colours[0], "second": colours[1],
        "cover_at": int(at) if at.isascii() and at.isdigit() else beneath.cover_at,
        **{f"{kind}_id": picture for kind, picture in look.pictures.items()},
    }  # fmt: skip


def _colour(text: Any) -> str | None:
    try:
        return parse_colour(str(text))
    except BrandColourError:
        return None
