"""Pages of the modules: one with all switches, and one per module for the properties in which it is on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import make_response, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.accounts.permissions import MODULES_SWITCH
from quartier.contracts.beginnings import begin_modules
from quartier.contracts.services import By, switch
from quartier.i18n.texts import gettext as _
from quartier.settings.modules_queries import Module, count_places, grouped, modules, places, residents
from quartier.settings.modules_services import choose_places, lock_scopes
from quartier.settings.pages import MODULES, cockpit, done
from quartier.web.clash import Clash
from quartier.web.forms import id_in
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit


@cockpit.page(MODULES, needs=MODULES_SWITCH)
def switches(visit: Visit) -> str:
    """Every module in its group: a switch for what is in the contract, a lock for what is not."""
    found, names = modules(visit.db, shell().plugins), _names(visit)
    lacks = {one.slug: ", ".join(names.get(slug, slug) for slug in one.lacks) for one in found}
    estate = count_places(visit.db)
    return render("settings/modules.html", groups=grouped(found), names=names, lacks=lacks, estate=estate)


@cockpit.action(MODULES, needs=MODULES_SWITCH)
def save_switches(visit: Visit) -> Response:
    """Switch what this person has moved. What somebody else moved in the meantime is left as they put it."""
    found = modules(visit.db, shell().plugins)
    wanted = {one.slug: on for one in found if one.state.there and (on := _moved(one)) is not None}
    switch(visit.db, visit.company.id, wanted, by=By(visit.viewer.name))
    changed = [one for one in found if wanted.get(one.slug, one.switch.is_on) is not one.switch.is_on]
    return _done(visit, MODULES, _told(visit, changed, wanted))


@cockpit.page(f"{MODULES}/<slug>", needs=MODULES_SWITCH)
def scope(visit: Visit, slug: str) -> str:
    """The properties in which one module is on."""
    module = _one(visit, slug)
    return _scope_page(visit, module, module.switch.properties, module.fingerprint)


@cockpit.action(f"{MODULES}/<slug>", needs=MODULES_SWITCH)
def save_scope(visit: Visit, slug: str) -> Response | str:
    """Take the choice; `do=count` only says whom it reaches."""
    lock_scopes(visit.db)
    module, chosen = _one(visit, slug), _chosen()
    seen = request.form.get("seen", "")
    if request.form.get("do") == "count":
        return _scope_page(visit, module, chosen, seen)
    if chosen is not None and not chosen:
        error = _("Choose at least one property, or switch the module off.")
        return make_response(_scope_page(visit, module, chosen, seen, error=error), 422)
    if seen != module.fingerprint:
        return make_response(_scope_page(visit, module, chosen, module.fingerprint, theirs=module), 409)
    choose_places(visit.db, slug, chosen, actor=visit.viewer.name)
    return _done(visit, MODULES, _("Saved. It is in force everywhere."))


def _moved(module: Module) -> bool | None:
    """Where this person has put the switch, if it was elsewhere when the page was shown."""
    seen, on = request.form.get(f"seen.{module.slug}"), f"on.{module.slug}" in request.form
    return on if seen in {"on", "off"} and on is not (seen == "on") else None


def _chosen() -> frozenset[UUID] | None:
    if request.form.get("where") != "some":
        return None
    return frozenset(one for text in request.form.getlist("property") if (one := id_in(text)) is not None)


def _one(visit: Visit, slug: str) -> Module:
    """A module whose properties can be chosen: in the contract, and made for it."""
    for module in modules(visit.db, shell().plugins):
        if module.slug == slug and module.state.there and module.manifest.scoped:
            return module
    raise NotFound


def _scope_page(visit: Visit, module: Module, chosen: frozenset[UUID] | None, seen: str, **more: Any) -> str:
    estate = places(visit.db)
    theirs = more.pop("theirs", None)
    clash = _clash(estate, theirs.switch.properties, chosen) if theirs is not None else []
    estate.sort(key=lambda place: place.id not in (chosen or ()))  # so that they are found among hundreds
    return render(
        "settings/places.html", module=module, chosen=chosen, seen=seen, estate=estate, name=_names(visit)[module.slug],
        reached=residents(visit.db, chosen), clashes=clash, **{"error": "", **more},
    )  # fmt: skip


def _clash(estate: list[Any], theirs: Any, yours: Any) -> list[Clash]:
    def words(chosen: Any) -> str:
        if chosen is None:
            return _("in all properties")
        return "\n".join(place.name for place in estate if place.id in chosen)

    return [Clash(_("Properties"), words(theirs), words(yours))]


def _names(visit: Visit) -> dict[str, str]:
    """Modules under the company's own names."""
    return {slug: visit.say(app.name) for slug, app in visit.company.micro_apps.items()}


def _told(visit: Visit, changed: list[Module], wanted: dict[str, bool]) -> str:
    """What was done, in one sentence per direction."""
    names = _names(visit)
    on, off = ([names[one.slug] for one in changed if wanted[one.slug] is way] for way in (True, False))
    said = [_("Switched on: %(names)s.", names=", ".join(on))] if on else []
    said += [_("Switched off: %(names)s.", names=", ".join(off))] if off else []
    return " ".join(said) or _("Nothing was changed.")


def _done(visit: Visit, path: str, message: str) -> Response:
    """A module that works for the first time is set up after the switch is true, so that it cannot take it back."""
    answer = done(visit, path, message)
    begin_modules(shell().engine, shell().plugins, visit.company.id, actor=visit.viewer.name)
    return answer
