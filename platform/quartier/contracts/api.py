"""What a company may use on a day, for its programs."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.api.blueprint import ApiBlueprint
from quartier.catalogue.expressions import written
from quartier.contracts.on_a_day import Answer, Cause, answers
from quartier.contracts.queries import needs_of
from quartier.contracts.schemas import Day
from quartier.web.shell import shell
from quartier.web.visit import Visit

blueprint = ApiBlueprint("entitlements", __name__, description="What the company may use on a day, and why.")


class OnSchema(Schema):
    """A day, past or future."""

    on = Day(load_default=None, metadata={"description": "A local date of the company; today when it is left out."})


class CauseSchema(Schema):
    """One thing that has a say on the day."""

    kind = fields.String(required=True, metadata={"enum": ["line", "trial", "grant", "deny"]})
    contract = fields.String(required=True, allow_none=True, metadata={"description": "The number of the contract."})
    starts = fields.Date(required=True)
    ends = fields.Date(required=True, allow_none=True, metadata={"description": "The first day after it."})
    reason = fields.String(required=True)
    counts = fields.Boolean(required=True, metadata={"description": "False where something stronger overrules it."})


class EntitlementSchema(Schema):
    """One product."""

    key = fields.String(required=True, metadata={"description": "The module's slug, or the key of another product."})
    usable = fields.Boolean(
        required=True, metadata={"description": "Entitled or in grace, switched on, and nothing missing."}
    )
    state = fields.String(
        required=True,
        metadata={
            "enum": ["active", "grace", "read_only", "locked"],
            "description": "What contracts leave of it: after an end everything works in grace, then it can be read.",
        },
    )
    state_until = fields.Date(
        required=True, allow_none=True, metadata={"description": "The last day of this state; null without an end."}
    )
    entitled = fields.Boolean(required=True)
    switched_on = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "Null for what has no switch."}
    )
    lacking = fields.String(
        required=True, allow_none=True, metadata={"description": "What it was sold with and is not there, as `a OR b`."}
    )
    resting_for = fields.List(fields.String(), required=True, metadata={"description": "Modules it is built on."})
    because = fields.List(fields.Nested(CauseSchema), required=True, metadata={"description": "The strongest first."})


class EntitlementsSchema(Schema):
    """Every module, and everything else that was ever sold."""

    on = fields.Date(required=True)
    timezone = fields.String(required=True)
    entitlements = fields.List(fields.Nested(EntitlementSchema), required=True)


@blueprint.operation("GET", "/entitlements", needs=COMPANY_SETTINGS)
@blueprint.arguments(OnSchema, location="query")
@blueprint.response(200, EntitlementsSchema)
def entitlements(visit: Visit, asked: dict[str, Any]) -> dict[str, Any]:
    """What the company may use on a day, and why; drafts and offers are not among the reasons."""
    day, zone = asked["on"] or visit.today, visit.company.zone
    found = answers(visit.db, visit.company.id, zone, day, needs_of(shell().plugins), drafts=False)
    return {"on": day, "timezone": zone.key, "entitlements": [told(one) for one in found]}


def told(one: Answer) -> dict[str, Any]:
    """A product on the day, as programs read it."""
    return {
        "key": one.key,
        "usable": one.usable,
        "state": one.level.name.lower(),
        "state_until": one.until,
        "entitled": one.entitled,
        "switched_on": one.switched,
        "lacking": written(one.lacking) or None,
        "resting_for": list(one.resting),
        "because": [_cause(cause) for cause in one.causes],
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "kind": cause.kind, "contract": cause.number or None, "starts": cause.starts, "ends": cause.ends,
        "reason": cause.reason, "counts": cause.counts,
    }  # fmt: skip
