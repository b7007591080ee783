"""Giving rights: what, where, from and until when; filled by the preset of a job, or right by right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import Schema
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import TEAM_ADMIN
from quartier.i18n.texts import gettext as _
from quartier.team import grants, policies, queries
from quartier.team.area import DAY, TEAM, cockpit, done, found_member, known_permissions, page, past
from quartier.team.chiefs import TeamError
from quartier.team.grants import Rights
from quartier.team.policies import PRESETS
from quartier.team.queries import WHOLE, Spot
from quartier.team.schemas import RightsSchema
from quartier.viewer import COMPANY
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.visit import Visit


@cockpit.page(f"{TEAM}/<uuid:agent_id>/grants/new", needs=TEAM_ADMIN, methods=("GET", "POST"))
def new_grant(visit: Visit, agent_id: UUID) -> Any:
    """More rights for somebody."""
    found = found_member(visit, agent_id)
    outsider = bool(found.row.employer)
    if wants_look():
        return page(visit, "grant", member=found, **rights_form(visit, asked(visit, RightsSchema()), outsider=outsider))
    form, rights = checked(visit, load_form(RightsSchema()), outsider=outsider)
    if rights is None:
        return page(visit, "grant", member=found, **rights_form(visit, form, outsider=outsider)), 422
    try:
        grants.give(visit.db, agent_id, rights, by=visit.viewer)
    except TeamError as error:
        visit.db.rollback()
        wrong = rights_form(visit, form.wrong(error.field, str(error)), outsider=outsider)
        return page(visit, "grant", member=found, **wrong), 422
    return back_to(f"{TEAM}/{agent_id}", _("The rights are given."))


@cockpit.action(f"{TEAM}/<uuid:agent_id>/grants/<uuid:grant_id>/end", needs=TEAM_ADMIN)
def end_grant(visit: Visit, agent_id: UUID, grant_id: UUID) -> Any:
    """Rights end now."""
    given = next((one for one in found_member(visit, agent_id).grants if one.id == grant_id), None)
    if given is None or not policies.may_end(visit.viewer, given.spot.at):
        raise NotFound
    return done(
        visit, f"{TEAM}/{agent_id}", lambda: grants.end_grant(visit.db, agent_id, grant_id, by=visit.viewer),
        _("The rights have ended."),
    )  # fmt: skip


def wants_look() -> bool:
    """Whether the form is to be shown: at first, with a preset, or after a search for a place."""
    return request.method == "GET" or request.form.get("step") in {"look", *PRESETS}


def asked(visit: Visit, schema: Schema) -> Form:
    """The form as it is to be shown: nothing that was typed is lost, a preset fills what it is about."""
    sent: Mapping[str, Any] = {
        name: values if len(values) > 1 else values[0] for name, values in request.values.lists()
    }
    wanted = PRESETS.get(request.values.get("step", ""))
    typed = {**sent, "place": sent.get("place") or _usual_place(visit)}
    if wanted is not None:
        typed["permissions"] = wanted.among(known_permissions(visit))
        if not any(typed.get(f"job.{language}") for language in visit.company.languages):
            typed |= {f"job.{language}": wanted.name.get(language, "") for language in visit.company.languages}
    return show_form(schema, **typed)


def rights_form(visit: Visit, form: Form, *, outsider: bool) -> dict[str, Any]:
    """What the form needs: the place that is chosen, others that were looked for, and what can be given there."""
    chosen = queries.spot_of(visit.db, str(form.shown("place", WHOLE.key))) or WHOLE
    query = request.values.get("place_query", "")[:100]
    near = [spot for spot in queries.spots_like(visit.db, query) if _may_at(visit, spot)]
    first = [WHOLE] if policies.is_chief(visit.viewer) else []
    mine = [spot for grant in visit.viewer.grants if (spot := _managed(visit, grant.at)) is not None]
    spots = list(dict.fromkeys([*first, *mine, *([chosen] if _may_at(visit, chosen) else []), *near]))
    options = policies.givable(visit.viewer, known_permissions(visit), chosen.at, outsider=outsider)
    return {
        "form": form, "spots": spots, "chosen": chosen, "query": query, "presets": PRESETS,
        "options": [(key, one.label[visit.voice.language] + _marked(one.whole)) for key, one in options.items()],
        "nothing_near": bool(query) and not near, "first_day": visit.today,
    }  # fmt: skip


def checked(visit: Visit, form: Form, *, outsider: bool) -> tuple[Form, Rights | None]:
    """What was sent, looked at by who asks and when; without rights something is wrong."""
    if not form.ok:
        return form, None
    values, spot = form.values, queries.spot_of(visit.db, form.values["place"])
    if spot is None or not _may_at(visit, spot):
        return form.wrong("place", _("Choose a place where you manage the team.")), None
    known = known_permissions(visit)
    options = policies.givable(visit.viewer, known, spot.at, outsider=outsider)
    form = _complain_of_rights(
        form, [key for key in values["permissions"] if key not in options], known, spot, outsider
    )
    for name in ("starts", "until"):
        if past(values[name], visit.today):
            form = form.wrong(name, _("This day lies in the past."))
    if not form.ok:
        return form, None
    ends = values["until"] + DAY if values["until"] else None
    return form, Rights(values["permissions"], spot.at, values["starts"], ends)


def _complain_of_rights(form: Form, wrong: list[str], known: Mapping[str, Any], spot: Spot, outsider: bool) -> Form:
    if not wrong:
        return form
    if outsider and TEAM_ADMIN in wrong:
        return form.wrong("permissions", _("Somebody of another company cannot manage the team."))
    if spot.at and any(known[key].whole for key in wrong if key in known):
        return form.wrong("permissions", _("Some of these rights hold for the whole company only."))
    return form.wrong("permissions", _("You can give only what you have here yourself."))


def _may_at(visit: Visit, spot: Spot) -> bool:
    return policies.may_end(visit.viewer, spot.at)


def _managed(visit: Visit, at: tuple[UUID, ...]) -> Spot | None:
    if not visit.viewer.may(TEAM_ADMIN, at=at) or at == COMPANY:
        return None
    level = ("property", "building", "unit")[len(at) - 1]
    return queries.spot_of(visit.db, f"{level}:{at[-1]}")


def _usual_place(visit: Visit) -> str:
    """Where the form begins: the whole company, or the first place that somebody manages."""
    limits = visit.viewer.within(TEAM_ADMIN)
    if not limits:
        return WHOLE.key
    found = (_managed(visit, grant.at) for grant in visit.viewer.grants)
    return next((spot.key for spot in found if spot is not None), WHOLE.key)


def _marked(whole: bool) -> str:
    return " (" + _("whole company only") + ")" if whole else ""
