"""One's own devices for programs: which ring, whether they do, and no more of one that was lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields
from werkzeug.exceptions import NotFound

from quartier.accounts.devices import name_of
from quartier.api.blueprint import ApiBlueprint
from quartier.notifications import devices
from quartier.notifications.trying import try_soon
from quartier.profile.api import account_of_token
from quartier.web.gate import OWN
from quartier.web.visit import Visit

ALL, ONE = "/me/devices", "/me/devices/<uuid:device_id>"

blueprint = ApiBlueprint(
    "own_devices", __name__, description="Devices that show notifications to whoever issued the token."
)


class OwnDeviceSchema(Schema):
    """A browser that rings. Only its owner can switch one on, in that browser, which has the keys."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"description": "Browser and system, as far as they are known."})
    since = fields.AwareDateTime(required=True)
    used_at = fields.AwareDateTime(required=True, metadata={"description": "When the portal was last open there."})


class OwnDevicesSchema(Schema):
    """All of them, the last used first; it has no pages."""

    items = fields.List(fields.Nested(OwnDeviceSchema), required=True)


@blueprint.operation("GET", ALL, needs=OWN)
@blueprint.response(200, OwnDevicesSchema)
def own_devices(visit: Visit) -> dict[str, Any]:
    """Which of their devices show notifications."""
    found = devices.devices_of(visit.db, account_of_token(visit).id)
    return {
        "items": [
            {"id": one.id, "name": name_of(one.device), "since": one.created_at, "used_at": one.seen_at}
            for one in found
        ]
    }


@blueprint.operation("POST", f"{ONE}/test", needs=OWN)
@blueprint.response(204)
def try_own_device(visit: Visit, device_id: UUID) -> None:
    """Send a test message to one of them. It is on its way then; a device that is gone leaves the list."""
    if not try_soon(visit.db, account_of_token(visit).id, device_id):
        raise NotFound


@blueprint.operation("DELETE", ONE, needs=OWN)
@blueprint.response(204)
def end_own_device(visit: Visit, device_id: UUID) -> None:
    """Show nothing on it any more, such as on one that was lost."""
    if not devices.switch_off(visit.db, account_of_token(visit).id, device_id):
        raise NotFound
