"""The room of the micro-apps' names in the studio: the list with its order, and one micro-app."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import Standing
from quartier.companies.naming import OwnApp
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import using
from quartier.i18n.voice import LANGUAGES, Language, Voice
from quartier.studio.bar import bar_of
from quartier.studio.icon_words import choices
from quartier.studio.look_form import Beneath
from quartier.studio.look_pages import standing_here
from quartier.studio.name_places import places_of
from quartier.studio.names_form import (
    LONGEST_NAME,
    LONGEST_SHORT_NAME,
    Named,
    NameSchema,
    moved,
    named,
    ordered,
    renamed,
)
from quartier.studio.pages import NAMES, cockpit
from quartier.studio.rooms import Room, settled, shown_stage
from quartier.web.clash import Clash
from quartier.web.forms import Form, labels_of, load_form
from quartier.web.navigation import BAR
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

STEPS = {"up": -1, "down": 1}
TEXTS = ("name", "short_name")
LIMITS = {"name": LONGEST_NAME, "short_name": LONGEST_SHORT_NAME}


@cockpit.page(NAMES, needs=COMPANY_SETTINGS)
def names(visit: Visit) -> str:
    """All micro-apps in the order of the draft, or else of what is in force, and how they look on a phone."""
    return _list(visit, standing_here(visit), Form(), False)


@cockpit.action(f"{NAMES}/order", needs=COMPANY_SETTINGS)
def save_order_of_all(visit: Visit) -> Response:
    """A new order, as it was dragged or with one place up or down, is kept as a draft; or the draft is published."""
    room = Room("names", NAMES, lambda beneath, _form: _reordered(visit, beneath), partial(_list, visit))
    return settled(visit, room, Form(typed=request.form.to_dict()), wish=request.form.get("do") or "arrange")


@cockpit.page(f"{NAMES}/<slug>", needs=COMPANY_SETTINGS)
def one(visit: Visit, slug: str) -> str:
    """One micro-app: its names and its icon."""
    standing = standing_here(visit)
    return _page(visit, slug, standing, _filled(_one(visit, standing.beneath, slug)), False)


@cockpit.action(f"{NAMES}/<slug>", needs=COMPANY_SETTINGS)
def save_one(visit: Visit, slug: str) -> Response:
    """Take the form."""
    room = Room(
        "names", NAMES, partial(_renamed, visit, slug), partial(_page, visit, slug),
        stood=lambda beneath: _one(visit, beneath, slug).fingerprint,
    )  # fmt: skip
    _one(visit, standing_here(visit).beneath, slug)
    return settled(visit, room, load_form(NameSchema()))


def _all(visit: Visit, beneath: Beneath) -> list[Named]:
    return named(beneath.micro_apps, visit.company, shell().plugins)


def _one(visit: Visit, beneath: Beneath, slug: str) -> Named:
    for app in _all(visit, beneath):
        if app.slug == slug:
            return app
    raise NotFound


def _reordered(visit: Visit, beneath: Beneath) -> dict[str, Any]:
    """The names in the order that was sent; as they are where it is the same."""
    apps, wanted = _all(visit, beneath), request.form.getlist("order")
    way, _colon, slug = request.form.get("move", "").partition(":")
    if way in STEPS:
        wanted = moved(wanted, slug, STEPS[way])
    known = [app.slug for app in apps]
    if [slug for slug in dict.fromkeys(wanted) if slug in known] == known:
        return {}
    return {"micro_apps": ordered(beneath.micro_apps, apps, wanted)}


def _renamed(visit: Visit, slug: str, beneath: Beneath, form: Form) -> dict[str, dict[str, OwnApp]]:
    known = _one(visit, beneath, slug)
    return {"micro_apps": renamed(beneath.micro_apps, known, dict(form.values), _offered(visit))}


def _filled(app: Named) -> Form:
    return Form(typed=app.typed, labels=labels_of(NameSchema()))


def _fixed(voice: Voice) -> dict[str, Any]:
    """What stands in the bar besides micro-apps, in the language of the phone that is shown."""
    with using(voice):
        return {"home": _("Home"), "more": _("More"), "room": BAR}


def _offered(visit: Visit) -> list[Language]:
    return [language for language in LANGUAGES if language in visit.company.languages]


def _list(visit: Visit, standing: Standing, form: Form, has_moved: bool) -> str:
    beneath, offered = standing.beneath, _offered(visit)
    fixed = {language: _fixed(replace(visit.voice, language=language)) for language in offered}
    return render(
        "studio/names.html", room_path=NAMES, apps=_all(visit, beneath), fixed=fixed, offered=offered, form=form,
        **bar_of("names", standing, moved=has_moved), **shown_stage(visit, beneath, {}, view="app"),
    )  # fmt: skip


def _page(visit: Visit, slug: str, standing: Standing, form: Form, has_moved: bool) -> str:
    beneath, offered = standing.beneath, _offered(visit)
    app, apps = _one(visit, beneath, slug), _all(visit, beneath)
    facts = _renamed(visit, slug, beneath, form) if form.ok and form.values else {}
    return render(
        "studio/name.html", room_path=f"{NAMES}/{slug}", app=app, places=places_of(app, apps, shell()), form=form,
        offered=offered, icons=choices(), limits=LIMITS, look=_look(app, form, offered),
        **bar_of("names", standing, stood=app.fingerprint, clashes=_clashes(app, form) if has_moved else (),
                 moved=has_moved),
        **shown_stage(visit, beneath, facts, view="app"),
    )  # fmt: skip


def _look(app: Named, form: Form, offered: list[Language]) -> list[tuple[str, str, str]]:
    """(language, name, short name) as typed, with the module's own words where nothing was."""
    typed = [(lang, *(str(form.shown(f"{key}.{lang}")).strip() for key in TEXTS)) for lang in offered]
    default = app.manifest
    return [(lang, full or default.name[lang], short or default.short_name[lang]) for lang, full, short in typed]


def _clashes(app: Named, form: Form) -> list[Clash]:
    stored = {**{f"{key}.{lang}": "" for key in TEXTS for lang in LANGUAGES}, **app.typed}
    words = dict(choices())
    found = list[Clash]()
    for path, theirs in stored.items():
        yours = str(form.shown(path, "")).strip()
        if path in form.typed and theirs != yours:
            pair = (words.get(theirs, theirs), words.get(yours, yours)) if path == "icon" else (theirs, yours)
            found.append(Clash(form.labels.get(path, path), *pair))
    return found
