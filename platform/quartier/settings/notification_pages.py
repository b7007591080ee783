"""The page on which a company says how its people hear of things, where they have not chosen themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import make_response, request
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.deliveries import choices
from quartier.deliveries.services import company_paces
from quartier.deliveries.wording import BECAUSE, PACE_NAMES
from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.settings.notification_queries import choosers, last_changes
from quartier.settings.notification_services import Defaults, in_force, kinds_here, set_defaults
from quartier.settings.pages import NOTIFICATIONS, cockpit, stored_company
from quartier.web.clash import Clash
from quartier.web.flash import back_to
from quartier.web.render import render
from quartier.web.visit import Visit


@cockpit.page(NOTIFICATIONS, needs=COMPANY_SETTINGS)
def notifications(visit: Visit) -> str:
    """How soon each kind comes, how many people have chosen otherwise, and what is always sent."""
    return _page(visit, Defaults())


@cockpit.action(NOTIFICATIONS, needs=COMPANY_SETTINGS)
def save_notifications(visit: Visit) -> Response:
    """Take what this person has moved; what somebody else moved in the meantime is left as they put it."""
    stored_company(visit, lock=True)
    kinds, stored = kinds_here(visit), company_paces(visit.db)
    typed = choices.wanted(request.form, kinds)
    paces = {
        key: pace for key, pace in typed.items() if pace != request.form.get(f"seen.{key}") and pace in kinds[key].paces
    }
    moved = Defaults(paces, _ticked("app", kinds), _ticked("push", kinds))
    if found := _clashes(visit, kinds, stored, paces):
        return make_response(_page(visit, moved, clashes=found), 409)
    changed = set_defaults(visit.db, kinds, moved, actor=visit.viewer.name)
    return back_to(NOTIFICATIONS, _("Saved. It is in force from now on.") if changed else _("Nothing was changed."))


def _ticked(way: str, kinds: Mapping[str, MailKind]) -> dict[str, bool]:
    """Boxes that this person has moved. Who moved one too wanted the same: there are only two places for it."""
    form = request.form
    shown = {key for key in kinds if f"seen.{way}.{key}" in form}
    return {
        key: f"{way}.{key}" in form for key in shown if (f"{way}.{key}" in form) != (form[f"seen.{way}.{key}"] == "on")
    }


def _clashes(
    visit: Visit, kinds: Mapping[str, MailKind], stored: Mapping[str, str], moved: Mapping[str, str]
) -> list[Clash]:
    """Where both have moved the same kind to different places."""
    now = {key: choices.pace_of(kinds[key], stored, {}) for key in moved}
    return [
        Clash(visit.say(kinds[key].name), str(PACE_NAMES[now[key]]), str(PACE_NAMES[pace]))
        for key, pace in moved.items()
        if now[key] not in (request.form.get(f"seen.{key}"), pace)
    ]


def _page(visit: Visit, moved: Defaults, **more: Any) -> str:
    kinds = kinds_here(visit)
    seen = in_force(visit.db, kinds)
    return render(
        "settings/notifications.html", kinds=kinds, seen=seen, paces={**seen.paces, **moved.paces}, words=PACE_NAMES,
        in_app={**seen.in_app, **moved.in_app}, push={**seen.push, **moved.push}, because=BECAUSE,
        choosers=choosers(visit.db), changes=last_changes(visit.db), **{"clashes": [], **more},
    )  # fmt: skip
