"""The core's own operations: who am I here."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from quartier.api.blueprint import ApiBlueprint
from quartier.viewer import Viewer
from quartier.web.gate import SIGNED_IN
from quartier.web.visit import Visit

blueprint = ApiBlueprint("core", __name__, description="The company and the token that is asking.")


class MeSchema(Schema):
    """What a token is: where it is valid and what it may do."""

    company = fields.String(metadata={"description": "The company's name."})
    token = fields.String(metadata={"description": "The name given to the token."})
    scopes = fields.List(
        fields.String(),
        metadata={"description": "What it opens today, at least somewhere: whoever issued it may do less by now."},
    )
    languages = fields.List(fields.String(), metadata={"description": "The first one is the default."})
    modules = fields.List(fields.String(), metadata={"description": "Modules that are on here now."})
    timezone = fields.String()


@blueprint.operation("GET", "/me", needs=SIGNED_IN)
@blueprint.response(200, MeSchema)
def me(visit: Visit) -> dict[str, Any]:
    """Who is asking, and what there is."""
    return {
        "company": visit.company.name,
        "token": visit.viewer.name,
        "scopes": sorted(scopes_of(visit.viewer)),
        "languages": list(visit.company.languages),
        "modules": sorted(visit.company.modules),
        "timezone": visit.company.zone.key,
    }


def scopes_of(viewer: Viewer) -> frozenset[str]:
    """What a token opens, for the whole company or at some places, and of its issuer's own."""
    return viewer.permissions.union(viewer.own_scopes, *(grant.permissions for grant in viewer.grants))
