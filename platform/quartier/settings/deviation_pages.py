"""The page of one switch: the properties in which it stands otherwise than at the company."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import make_response, request
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.estate.models import Property
from quartier.i18n.texts import gettext as _
from quartier.plugin.switches import Switch, value
from quartier.settings.deviations import deviate, deviating, fingerprint
from quartier.settings.modules_queries import places, residents
from quartier.settings.pages import PORTAL, cockpit, done
from quartier.settings.portal_queries import offered, stored_settings
from quartier.web.clash import Clash
from quartier.web.forms import id_in
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit


@cockpit.page(f"{PORTAL}/<key>", needs=COMPANY_SETTINGS)
def deviations(visit: Visit, key: str) -> str:
    """Where the switch stands, in the company and otherwise."""
    switch = _switch(visit, key)
    on, there = _stands(visit, switch)
    return _page(visit, switch, there, fingerprint(on, there))


@cockpit.action(f"{PORTAL}/<key>", needs=COMPANY_SETTINGS)
def save_deviations(visit: Visit, key: str) -> Response | str:
    """Take the choice; `do=count` only says whom it means."""
    switch, seen = _switch(visit, key), request.form.get("seen", "")
    stored_settings(visit.db, lock=True)
    on, there = _stands(visit, switch)
    chosen = frozenset(one for typed in request.form.getlist("property") if (one := id_in(typed)) is not None)
    if request.form.get("where") != "some":
        chosen = frozenset()
    if request.form.get("do") == "count":
        return _page(visit, switch, chosen, seen)
    if seen != fingerprint(on, there):
        clash = [Clash(str(switch.label), _words(visit, on, there), _words(visit, on, chosen))]
        return make_response(_page(visit, switch, chosen, fingerprint(on, there), clashes=clash), 409)
    moved = deviate(visit.db, switch, chosen, actor=visit.viewer.name)
    return done(visit, PORTAL, _("Saved. It is in force everywhere.") if moved else _("Nothing was changed."))


def _switch(visit: Visit, key: str) -> Switch:
    found = offered(shell().switches, visit.company).get(key)
    if found is None or not found.per_property:
        raise NotFound
    return found


def _stands(visit: Visit, switch: Switch) -> tuple[bool, frozenset[UUID]]:
    settings = stored_settings(visit.db)
    rows = deviating(visit.db, {switch.key: switch}, settings)[switch.key]
    return value(settings, switch), frozenset(row.property_id for row in rows)


def _page(visit: Visit, switch: Switch, chosen: Collection[UUID], seen: str, **more: Any) -> str:
    on, there = _stands(visit, switch)
    everywhere = frozenset(visit.db.scalars(select(Property.id)))
    now, then = (
        residents(visit.db, everywhere - others if on else others & everywhere)
        for others in (frozenset(there), frozenset(chosen))
    )
    reached: dict[str, Any] = {
        "now": now,
        "then": then,
        "chosen": len(everywhere.intersection(chosen)),
        "all": len(everywhere),
    }
    if request.form.get("do") == "count" and "HX-Request" in request.headers:
        return render("settings/_reach.html", **reached)
    first = sorted(places(visit.db), key=lambda place: place.id not in chosen)
    return render(
        "settings/deviations.html", switch=switch, on=on, ticked=chosen, seen=seen, estate=first, **reached,
        some=bool(chosen) or request.form.get("where") == "some", **{"clashes": [], **more},
    )  # fmt: skip


def _words(visit: Visit, on: bool, chosen: Collection[UUID]) -> str:
    names = [place.name for place in places(visit.db) if place.id in chosen]
    if not names:
        return _("on in all properties") if on else _("off in all properties")
    return "\n".join([_("on, but off here:") if on else _("off, but on here:"), *names])
