"""The page with every switch of the portal: the company's own, and where its modules are switched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import make_response, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.invitations.printing import print_sample
from quartier.invitations.switches import WINDOW
from quartier.plugin.switches import Switch, value
from quartier.settings import portal_queries as queries
from quartier.settings.deviations import Reach, deviating, less_or_more
from quartier.settings.modules_queries import modules
from quartier.settings.pages import PORTAL, cockpit, done
from quartier.settings.portal_form import Sent, blank, clashes, read, written
from quartier.settings.portal_services import change
from quartier.web.render import render
from quartier.web.shell import file_storage, shell
from quartier.web.visit import Visit


@cockpit.page(PORTAL, needs=COMPANY_SETTINGS)
def portal(visit: Visit) -> str:
    """Where every switch stands and what that means: a script asks for these `numbers` once the page is there."""
    settings = queries.stored_settings(visit.db)
    return _page(visit, blank(_offered(visit), settings), settings, numbers="numbers" in request.args)


@cockpit.action(PORTAL, needs=COMPANY_SETTINGS)
def save_portal(visit: Visit) -> Response | str:
    """Move what this person has moved; what somebody else moved in the meantime is left as they put it.

    `do=count` only says what it would mean.
    """
    switches, settings = _offered(visit), queries.stored_settings(visit.db, lock=True)
    sent = read(switches, settings)
    if request.form.get("do") == "count":
        return _page(visit, sent, settings)
    if not sent.form.ok:
        return make_response(_page(visit, sent, settings), 422)
    if found := clashes(switches, settings, sent):
        now = {key: written(one, settings) for key, one in switches.items()}
        return make_response(_page(visit, Sent(sent.form, sent.moved, now), settings, clashes=found), 409)
    moved = change(visit.db, switches, sent.moved, actor=visit.viewer.name)
    told = _("Saved. It is in force everywhere.") if moved else _("Nothing was changed.")
    return done(visit, PORTAL, told)


@cockpit.page("/cockpit/settings/letters/sample.pdf", needs=COMPANY_SETTINGS)
def sample_letter(visit: Visit) -> Response:
    """A letter for envelopes with the window that somebody thinks of, or with the present one."""
    window = request.args.get("value") or None
    if not WINDOW.accepts(window):
        raise NotFound
    body = print_sample(visit.db, file_storage(), visit.company, window, today=visit.today)
    answer = Response(body, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=_("Sample") + ".pdf")
    return answer


def _offered(visit: Visit) -> dict[str, Switch]:
    return queries.offered(shell().switches, visit.company)


def _page(visit: Visit, sent: Sent, settings: Mapping[str, object], *, numbers: bool = True, **more: Any) -> str:
    switches = _offered(visit)
    return render(
        "settings/portal.html", numbers=numbers,
        groups=queries.grouped(switches.values(), modules(visit.db, shell().plugins, count=numbers)),
        form=sent.form, seen=sent.seen, effects=_effects(visit, switches, settings, sent.moved) if numbers else {},
        changes=queries.changes(visit.db, switches), others=deviating(visit.db, switches, settings), few=queries.FEW,
        names={slug: visit.say(app.name) for slug, app in visit.company.micro_apps.items()},
        **{"clashes": [], **more},
    )  # fmt: skip


def _effects(
    visit: Visit, switches: Mapping[str, Switch], settings: Mapping[str, object], moved: Mapping[str, object]
) -> dict[str, tuple[str, str]]:
    """By key what is so now, and what would be: for a switch in its other place, for days as they were typed."""
    found, reach = {}, Reach(visit.db)
    for key, one in switches.items():
        present = value(settings, one)
        other = not present if one.kind == "bool" else moved.get(key, present)
        now, then = _reached(reach, one, present) if one.per_property else ([], [])
        if one.effect is not None:
            now.append(one.effect(visit.db, present))
            then += [one.effect(visit.db, other)] if other != present else []
        if now:
            then = [words for words in then if words not in now] or then
            found[key] = " ".join(now), " ".join(then)
    return found


def _reached(reach: Reach, switch: Switch, present: bool) -> tuple[list[str], list[str]]:
    """Whom a switch reaches that can be otherwise in a property, and for whom its other place makes a difference."""
    now, then = reach.of(switch, on=present), reach.of(switch, on=not present)
    said = ngettext("It is on for %(num)s resident.", "It is on for %(num)s residents.", now)
    return [said], [less_or_more(now, then)]
