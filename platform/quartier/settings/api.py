"""A company's switches for programs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, get_args
from uuid import UUID

from marshmallow import Schema, ValidationError, fields
from sqlalchemy import select

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.api.blueprint import ApiBlueprint
from quartier.api.conditions import etag, require_match
from quartier.estate.models import Property
from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import PACES, Because, MailKind
from quartier.plugin.switches import GROUPS, Switch, value
from quartier.settings.deviations import deviate, deviating
from quartier.settings.notification_services import Defaults, in_force, kinds_here, set_defaults
from quartier.settings.portal_queries import offered, stored_settings
from quartier.settings.portal_services import change
from quartier.tenancy.models import Company
from quartier.web.shell import shell
from quartier.web.visit import Visit

blueprint = ApiBlueprint("settings", __name__, description="What a company decides about its portal: its switches.")

Answer = tuple[dict[str, Any], dict[str, str]]


class SwitchSchema(Schema):
    """One switch, with its words in the company's first language."""

    key = fields.String(required=True)
    group = fields.String(required=True, metadata={"enum": list(GROUPS)})
    kind = fields.String(required=True, metadata={"enum": ["bool", "days", "choice"]})
    label = fields.String(required=True)
    help = fields.String(required=True)
    default = fields.Raw(required=True, allow_none=True)
    value = fields.Raw(required=True, allow_none=True, metadata={"description": "What is in force."})
    per_property = fields.Boolean(required=True, metadata={"description": "Whether properties can be otherwise."})
    otherwise_in = fields.List(
        fields.UUID(), required=True, metadata={"description": "Properties in which the opposite is in force."}
    )


class SwitchesSchema(Schema):
    """All switches, those of modules that are off left out."""

    switches = fields.List(fields.Nested(SwitchSchema), required=True)


class MoveSchema(Schema):
    """Values by key; what is left out stays as it is."""

    switches = fields.Dict(
        keys=fields.String(), values=fields.Raw(allow_none=True), load_default=dict,
        metadata={"description": "Values by key, such as `access_before`."},
    )  # fmt: skip
    otherwise_in = fields.Dict(
        keys=fields.String(), values=fields.List(fields.UUID()), load_default=dict,
        metadata={"description": "By key all properties in which the opposite of its value shall be in force."},
    )  # fmt: skip


class KindSchema(Schema):
    """A kind of mail, with its name in the company's first language."""

    key = fields.String(required=True)
    label = fields.String(required=True)
    essential = fields.String(
        required=True, allow_none=True,
        metadata={"description": "Why it is always sent, or null.", "enum": [*get_args(Because)[1:], None]},
    )  # fmt: skip
    paces = fields.List(fields.String(metadata={"enum": list(PACES)}), required=True)
    default = fields.String(required=True, metadata={"enum": list(PACES)})
    pace = fields.String(required=True, metadata={"enum": list(PACES), "description": "What is in force."})
    in_app = fields.Boolean(
        required=True, allow_none=True,
        metadata={"description": "Whether it stands under the bell; null where there is nothing to choose."},
    )  # fmt: skip
    push = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "Whether devices show it; null as for `in_app`."}
    )


class NotificationsSchema(Schema):
    """All kinds of mail, those of modules that are off left out."""

    kinds = fields.List(fields.Nested(KindSchema), required=True)


class PacesSchema(Schema):
    """How soon and where, by kind; what is left out stays as it is."""

    paces = fields.Dict(
        keys=fields.String(), values=fields.String(), load_default=dict,
        metadata={"description": "`now`, `daily`, `weekly` or `never`, by kind."},
    )  # fmt: skip
    in_app = fields.Dict(
        keys=fields.String(), values=fields.Boolean(), load_default=dict,
        metadata={"description": "Whether it stands under the bell, by kind."},
    )  # fmt: skip
    push = fields.Dict(
        keys=fields.String(), values=fields.Boolean(), load_default=dict,
        metadata={"description": "Whether devices show it, by kind."},
    )  # fmt: skip


@blueprint.operation("GET", "/settings", needs=COMPANY_SETTINGS, versioned=True)
@blueprint.response(200, SwitchesSchema)
def settings(visit: Visit) -> Answer:
    """Every switch and where it stands."""
    return _answer(visit)


@blueprint.operation("PATCH", "/settings", needs=COMPANY_SETTINGS, versioned=True)
@blueprint.arguments(MoveSchema)
@blueprint.response(200, SwitchesSchema)
def move_settings(visit: Visit, values: dict[str, Any]) -> Answer:
    """Move some switches, all of them or none; it is in force everywhere at once."""
    known = offered(shell().switches, visit.company)
    wanted = values["switches"]
    stored_settings(visit.db, lock=True)  # from here on nobody else moves one
    require_match(_version(visit))
    if wrong := {key: [_refused(known.get(key))] for key, one in wanted.items() if not _fits(known.get(key), one)}:
        raise ValidationError({"switches": wrong})
    places = values["otherwise_in"]
    if wrong := _nowhere(visit, known, places):
        raise ValidationError({"otherwise_in": wrong})
    change(visit.db, known, wanted, actor=visit.viewer.name)
    for key, some in places.items():
        deviate(visit.db, known[key], some, actor=visit.viewer.name)
    return _answer(visit)


def _nowhere(visit: Visit, known: Mapping[str, Switch], places: Mapping[str, Collection[UUID]]) -> dict[str, list[str]]:
    """What is wrong with properties, by key of the switch."""
    asked = {one for some in places.values() for one in some}
    here = set(visit.db.scalars(select(Property.id).where(Property.id.in_(asked))))
    found = {key: [_("This switch is the same in all properties.")] for key in places if not _is_placed(known.get(key))}
    strange = {key: [_("There is no such property.")] for key, some in places.items() if set(some) - here}
    return strange | found


def _is_placed(switch: Switch | None) -> bool:
    return switch is not None and switch.per_property


@blueprint.operation("GET", "/settings/notifications", needs=COMPANY_SETTINGS, versioned=True)
@blueprint.response(200, NotificationsSchema)
def notification_settings(visit: Visit) -> Answer:
    """How people hear of things who have not chosen themselves, kind by kind."""
    return _paces(visit)


@blueprint.operation("PATCH", "/settings/notifications", needs=COMPANY_SETTINGS, versioned=True)
@blueprint.arguments(PacesSchema)
@blueprint.response(200, NotificationsSchema)
def move_notification_settings(visit: Visit, values: dict[str, Any]) -> Answer:
    """Change some kinds, all of them or none. What people have chosen themselves stays."""
    kinds, wanted = kinds_here(visit), values["paces"]
    stored_settings(visit.db, lock=True)
    require_match(_version(visit))
    if wrong := {key: [_no_pace(kinds.get(key))] for key, one in wanted.items() if not _comes(kinds.get(key), one)}:
        raise ValidationError({"paces": wrong})
    now = in_force(visit.db, kinds)
    for way, known in (("in_app", now.in_app), ("push", now.push)):
        if strange := values[way].keys() - known.keys():
            raise ValidationError({way: {key: [_no_way(kinds.get(key))] for key in sorted(strange)}})
    found = Defaults(wanted, values["in_app"], values["push"])
    set_defaults(visit.db, kinds, found, actor=visit.viewer.name)
    return _paces(visit)


def _comes(kind: MailKind | None, pace: str) -> bool:
    return kind is not None and not kind.essential and pace in kind.paces


def _no_pace(kind: MailKind | None) -> str:
    if kind is None:
        return _("There is no such kind here.")
    if kind.essential:
        return _("This kind is always sent.")
    return _("It can come so: %(paces)s.", paces=", ".join(kind.paces))


def _no_way(kind: MailKind | None) -> str:
    if kind is None or kind.essential:
        return _no_pace(kind)
    return _("This kind is only a mail.")


def _paces(visit: Visit) -> Answer:
    kinds = kinds_here(visit)
    now = in_force(visit.db, kinds)
    found = [
        {"key": key, "label": visit.say(kind.name), "essential": kind.essential or None, "paces": list(kind.paces),
         "default": kind.default, "pace": now.paces.get(key, "now"), "in_app": now.in_app.get(key),
         "push": now.push.get(key)}
        for key, kind in kinds.items()
    ]  # fmt: skip
    return {"kinds": found}, {"ETag": etag(_version(visit))}


def _fits(switch: Switch | None, wanted: object) -> bool:
    return switch is not None and switch.accepts(wanted)


def _refused(switch: Switch | None) -> str:
    if switch is None:
        return _("There is no such switch here.")
    if switch.kind == "bool":
        return _("Send true or false.")
    if switch.kind == "choice":
        return _("One of: %(values)s, or null.", values=", ".join(switch.choices))
    return _("A number of days from %(least)s to %(most)s.", least=switch.least, most=switch.most)


def _version(visit: Visit) -> int:
    return visit.db.get_one(Company, visit.company.id, populate_existing=True).version


def _answer(visit: Visit) -> Answer:
    stored, known = stored_settings(visit.db), offered(shell().switches, visit.company)
    others = deviating(visit.db, known, stored)
    found = [
        {"key": key, "group": one.group, "kind": one.kind, "label": str(one.label), "help": str(one.help),
         "default": one.default, "value": value(stored, one), "per_property": one.per_property,
         "otherwise_in": [row.property_id for row in others[key]]}
        for key, one in known.items()
    ]  # fmt: skip
    return {"switches": found}, {"ETag": etag(_version(visit))}
