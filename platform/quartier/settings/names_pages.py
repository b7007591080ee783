"""Pages of the micro-apps' names: the list with its order, and one micro-app."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import make_response, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import current_brand, lock_brand, publish_brand
from quartier.companies.naming import OwnApps
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import using
from quartier.i18n.voice import LANGUAGES, Language, Voice
from quartier.settings.icon_words import choices
from quartier.settings.name_places import places_of
from quartier.settings.names_form import (
    LONGEST_NAME,
    LONGEST_SHORT_NAME,
    Named,
    NameSchema,
    moved,
    named,
    ordered,
    renamed,
)
from quartier.settings.pages import NAMES, cockpit, done
from quartier.web.clash import Clash
from quartier.web.forms import Form, labels_of, load_form
from quartier.web.navigation import BAR
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

STEPS = {"up": -1, "down": 1}
TEXTS = ("name", "short_name")


@cockpit.page(NAMES, needs=COMPANY_SETTINGS)
def names(visit: Visit) -> str:
    """All micro-apps in the company's order, and how they look on a phone."""
    offered = _offered(visit)
    fixed = {language: _fixed(replace(visit.voice, language=language)) for language in offered}
    return render("settings/names.html", apps=_all(visit), fixed=fixed, offered=offered)


@cockpit.action(f"{NAMES}/order", needs=COMPANY_SETTINGS)
def save_order_of_all(visit: Visit) -> Response:
    """A new order: as it was dragged, or with one place up or down."""
    lock_brand(visit.db, visit.company.id)
    wanted = request.form.getlist("order")
    way, _colon, slug = request.form.get("move", "").partition(":")
    if way in STEPS:
        wanted = moved(wanted, slug, STEPS[way])
    _publish(visit, ordered(_own(visit), _all(visit), wanted))
    return done(visit, NAMES, _("The order is saved."))


@cockpit.page(f"{NAMES}/<slug>", needs=COMPANY_SETTINGS)
def one(visit: Visit, slug: str) -> str:
    """One micro-app: its names and its icon."""
    app = _one(visit, slug)
    return _page(visit, app, Form(typed=app.typed, labels=labels_of(NameSchema())))


@cockpit.action(f"{NAMES}/<slug>", needs=COMPANY_SETTINGS)
def save_one(visit: Visit, slug: str) -> Response | str:
    """Take the form; `do=look` only shows what it would look like."""
    lock_brand(visit.db, visit.company.id)
    app, form = _one(visit, slug), load_form(NameSchema())
    if request.form.get("do") == "look":
        return _page(visit, app, form)
    if not form.ok:
        return make_response(_page(visit, app, form), 422)
    if form.values["seen"] == app.fingerprint:
        _publish(visit, renamed(_own(visit), app, dict(form.values), _offered(visit)))
        return done(visit, NAMES, _("Saved. It is in force everywhere."))
    again = Form(typed={**form.typed, "seen": app.fingerprint}, labels=form.labels)
    return make_response(_page(visit, app, again, clashes=_clashes(app, form)), 409)


def _all(visit: Visit) -> list[Named]:
    return named(_own(visit), visit.company, shell().plugins)


def _own(visit: Visit) -> OwnApps:
    brand = current_brand(visit.db, visit.company.id)
    return brand.micro_apps if brand else {}


def _publish(visit: Visit, names: OwnApps) -> None:
    publish_brand(visit.db, visit.company.id, {"micro_apps": names}, author=visit.viewer.name)


def _one(visit: Visit, slug: str) -> Named:
    for app in _all(visit):
        if app.slug == slug:
            return app
    raise NotFound


def _fixed(voice: Voice) -> dict[str, Any]:
    """What stands in the bar besides micro-apps, in the language of the phone that is shown."""
    with using(voice):
        return {"home": _("Home"), "more": _("More"), "room": BAR}


def _offered(visit: Visit) -> list[Language]:
    return [language for language in LANGUAGES if language in visit.company.languages]


def _page(visit: Visit, app: Named, form: Form, **more: Any) -> str:
    offered = _offered(visit)
    limits = {"name": LONGEST_NAME, "short_name": LONGEST_SHORT_NAME}
    places = places_of(app, _all(visit), shell())
    shown = {
        "app": app,
        "places": places,
        "form": form,
        "offered": offered,
        "icons": choices(),
        "limits": limits,
        "clashes": [],
    }
    return render("settings/name.html", **{**shown, "look": _look(app, form, offered), **more})


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
        if path in form.typed and path != "seen" and theirs != yours:
            pair = (words.get(theirs, theirs), words.get(yours, yours)) if path == "icon" else (theirs, yours)
            found.append(Clash(form.labels.get(path, path), *pair))
    return found
