"""The page of the company's look: colours, character, name and pictures, with the proof that all of it can be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import make_response, request
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.accounts.models import Account
from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import Standing, drop_draft, facts_of, lock_brand, standing_of
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES
from quartier.studio.bar import ROOMS, bar_of, is_as_seen, state_of
from quartier.studio.look_form import LONGEST_NAME, Beneath, BrandSchema, changes_of, clashes, seal_of, typed_of
from quartier.studio.pages import BRAND, cockpit
from quartier.studio.pictures import LARGEST_REQUEST, Ids, Read, pictures_of, proposal_for, read_pictures
from quartier.studio.proof import prove
from quartier.studio.publishing import Untimely, keep_as_draft, publish_later, publish_now, unreadable
from quartier.studio.stage import stage_of
from quartier.studio.words import shape_words
from quartier.theming.palette import BrandColourError, parse_colour
from quartier.theming.proposal import Proposal, theme_for
from quartier.theming.shape import CHOICES
from quartier.theming.themes import Theme, standing_in
from quartier.theming.wording import LOGO_REMARKS
from quartier.web.flash import back_to
from quartier.web.forms import Form, labels_of, load_form
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

LOOKS: Final = frozenset({"check", "propose", "take"})
"""What a form is sent for when nothing shall be saved: to see it, to ask what the logo suggests, to take that over."""

FORM: Final = "studio/look.html"
"""The form of the company's own look; that of a property extends it."""


@dataclass(frozen=True)
class OnDesk:
    """A look on the desk: what is typed, the pictures it means, and how the brand stands beneath it."""

    form: Form
    pictures: Ids
    standing: Standing
    proposal: Proposal | None = None

    @property
    def home(self) -> UUID | None:
        """The property whose people are to see it; None for everybody."""
        return None

    @property
    def ground(self) -> Beneath:
        """The row from which the pages beside the form differ."""
        return self.standing.beneath

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of a version that looks like this, and what waits in other rooms. Only for an `ok` form."""
        pictures, beneath = {f"{kind}_id": picture for kind, picture in self.pictures.items()}, self.standing.beneath
        return {**facts_of(beneath), **changes_of(self.form, beneath), **pictures}


@cockpit.page(BRAND, needs=COMPANY_SETTINGS)
def brand(visit: Visit) -> str:
    """The draft, or else the look in force, ready to be changed."""
    standing = standing_here(visit)
    form = Form(typed=typed_of(standing.beneath), labels=labels_of(_schema(visit)))
    return studio_page(visit, OnDesk(form, pictures_of(standing.beneath), standing))


@cockpit.action(BRAND, needs=COMPANY_SETTINGS)
def publish(visit: Visit) -> Response | str:
    """Publish what is typed, plan it (`do=plan`), keep it (`do=draft`), or only look at it (`LOOKS`)."""
    request.max_content_length = LARGEST_REQUEST
    look, kept = _read(visit)
    wish = request.form.get("do", "")
    if wish in LOOKS or not look.form.ok:
        if kept:
            visit.db.commit()  # pictures that were fine stay, whatever else is not
        return make_response(studio_page(visit, look), 422 if wish not in LOOKS else 200)
    lock_brand(visit.db, visit.company.id)
    standing = standing_here(visit)
    if not is_as_seen(standing, wish, state_of(standing.beneath, "look")):
        visit.db.commit()
        return make_response(_clash(visit, look, standing), 409)
    return _done(visit, OnDesk(look.form, look.pictures, standing), wish)


@cockpit.action(f"{BRAND}/discard", needs=COMPANY_SETTINGS)
def discard(visit: Visit) -> Response:
    """Give the draft up, as far as it is the one that somebody saw; then back to the room one was in."""
    here, _name = ROOMS.get(request.form.get("room", ""), ROOMS["look"])
    lock_brand(visit.db, visit.company.id)
    draft = standing_here(visit).draft
    if draft is not None and str(draft.mark) != request.form.get("mark"):
        return back_to(here, _("Somebody has changed the draft meanwhile. Please look at it again."))
    drop_draft(visit.db, visit.company.id)
    return back_to(here, _("The draft is deleted."))


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
                return make_response(studio_page(visit, again), 422)
    return publish_now(visit, in_force, look.facts)


def _read(visit: Visit) -> tuple[OnDesk, bool]:
    standing = standing_here(visit)
    form, read = read_look(visit, _schema(visit), taken(request.form), standing.beneath)
    return OnDesk(form, read.ids, standing, read.proposal), read.kept


def taken(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was typed; who takes a proposal has typed that instead."""
    found = MultiDict(sent)
    if sent.get("do") == "take":
        for name in ("colour", "second", "theme"):
            found[name] = sent.get(f"proposed_{name}", sent.get(name, ""))
    return found


def read_look(visit: Visit, schema: BrandSchema, sent: MultiDict[str, str], beneath: Beneath) -> tuple[Form, Read]:
    """The form of a look with its pictures, refused at its fields where it can't be published.

    With what a logo that is kept already suggests, where that is asked for.
    """
    form, storage = load_form(schema, sent), shell().storage
    read = read_pictures(visit.db, storage, beneath, sent, request.files)
    for kind, sentence in read.refused.items():
        form = form.wrong(kind, sentence)
    if form.ok and not prove(shell().themes[form.values["theme"]], form.values["colour"], form.values["second"]).holds:
        form = form.wrong("theme", unreadable())
    if sent.get("do") == "propose" and read.proposal is None:
        read = read._replace(proposal=proposal_for(visit.db, storage, read.ids["logo"]))
    return form, read


def _clash(visit: Visit, look: OnDesk, standing: Standing) -> str:
    beneath = standing.beneath
    found = clashes(beneath, look.form, look.pictures, lambda slug: theme_name(visit, slug))
    again = Form(typed={**look.form.typed, "seen": str(seal_of(beneath))}, labels=look.form.labels)
    return studio_page(visit, OnDesk(again, look.pictures, standing), clashes=found, moved=True)


def _schema(visit: Visit) -> BrandSchema:
    return BrandSchema([theme.slug for theme in _themes()], visit.company.languages)


def _themes() -> list[Theme]:
    return [theme for theme in shell().themes.values() if theme.selectable]


def theme_name(visit: Visit, slug: str) -> str:
    """What a theme is called; its slug, where it is not installed any more."""
    theme = shell().themes.get(slug)
    return theme.name[visit.voice.language] if theme is not None else slug


def studio_page(visit: Visit, look: OnDesk, template: str = FORM, **more: Any) -> str:
    """The form of a look, with the real pages beside it."""
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
        "proposal": look.proposal,
        "remarks": [_(LOGO_REMARKS[one]) for one in look.proposal.remarks] if look.proposal else [],
        "proposed_theme": _proposed_theme(look.proposal),
        "shapes": {name: (shape_words(name), _shown_shape(look)[name]) for name in CHOICES},
        "people": people,
        "stage": stage_of(visit, look.ground, shown_facts(look), home=look.home),
        **({"clashes": []} if template != FORM else bar_of("look", look.standing)),
    }
    return render(template, **{**context, **more})


def _proposed_theme(proposal: Proposal | None) -> Theme | None:
    if proposal is None or proposal.colour is None:
        return None
    return shell().themes[theme_for(proposal.colour, proposal.second, shell().themes)]


def _shown_theme(look: OnDesk) -> Theme:
    chosen = shell().themes.get(str(look.form.shown("theme")))
    if chosen is not None and chosen.selectable:
        return chosen
    return shell().themes[standing_in(shell().themes, look.standing.beneath.theme)]


def _shown_colours(look: OnDesk) -> tuple[str, str | None]:
    """What is typed; where it is no colour yet, the one beneath, so that the proof never goes blank."""
    return _colour(look.form.shown("colour")) or look.standing.beneath.colour, _colour(look.form.shown("second"))


def shown_facts(look: OnDesk) -> dict[str, Any]:
    """The look as far as it can be shown, whatever else is wrong with the form."""
    beneath, colours = look.standing.beneath, _shown_colours(look)
    typed = {language: str(look.form.shown(f"app_name.{language}")).strip()[:LONGEST_NAME] for language in LANGUAGES}
    names: dict[str, str] = {**beneath.app_name, **{language: name for language, name in typed.items() if name}}
    at = str(look.form.shown("cover_at", beneath.cover_at))
    return {
        "app_name": LocalizedText(names),
        "theme": _shown_theme(look).slug, "colour": colours[0], "second": colours[1],
        "cover_at": int(at) if at.isascii() and at.isdigit() else beneath.cover_at,
        **_shown_shape(look),
        **{f"{kind}_id": picture for kind, picture in look.pictures.items()},
    }  # fmt: skip


def _shown_shape(look: OnDesk) -> dict[str, str]:
    beneath, typed = look.standing.beneath, look.form.shown
    return {
        name: chosen if (chosen := str(typed(name))) in offered else getattr(beneath, name)
        for name, offered in CHOICES.items()
    }


def _colour(text: Any) -> str | None:
    try:
        return parse_colour(str(text))
    except BrandColourError:
        return None
