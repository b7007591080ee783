"""Switching a browser on to be rung, and off again: forms that a script fills in, for only the browser has the keys."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, request
from werkzeug.exceptions import BadRequest, NotFound

from quartier.accounts.devices import icon_of, name_of
from quartier.i18n.formats import format_relative
from quartier.i18n.texts import gettext as _
from quartier.keys import key_of
from quartier.notifications import devices, sealing
from quartier.notifications.trying import try_soon
from quartier.outbound.addresses import Refused
from quartier.profile.area import app
from quartier.web.flash import back_to
from quartier.web.gate import SIGNED_IN
from quartier.web.shell import shell
from quartier.web.visit import Visit

DEVICES: Final = "/account/notifications/devices"
HERE: Final = "/account/notifications#devices"


@app.action(DEVICES, needs=SIGNED_IN)
def ring_device(visit: Visit) -> Response:
    """Ring the browser that asks, until it signs out."""
    account_id, session_id = _owner(visit)
    endpoint, public_key, secret = (request.form.get(name, "") for name in ("endpoint", "p256dh", "auth"))
    try:
        wanted = devices.subscription(endpoint, public_key, secret, shell().config)
    except (Refused, sealing.Unusable):
        raise BadRequest from None  # no browser sends that
    devices.switch_on(visit.db, account_id, session_id, wanted)
    return back_to(HERE, _("This device shows notifications from now on."))


@app.action(f"{DEVICES}/<uuid:push_device_id>/end", needs=SIGNED_IN)
def end_device(visit: Visit, push_device_id: UUID) -> Response:
    """Ring one of the own devices no more, from any of them."""
    if not devices.switch_off(visit.db, _owner(visit)[0], push_device_id):
        raise NotFound
    return back_to(HERE, _("This device shows no more notifications."))


@app.action(f"{DEVICES}/<uuid:push_device_id>/test", needs=SIGNED_IN)
def try_device(visit: Visit, push_device_id: UUID) -> Response:
    """See whether one of the own devices rings."""
    if not try_soon(visit.db, _owner(visit)[0], push_device_id):
        raise NotFound
    return back_to(HERE, _("A test message is on its way. If the device shows nothing, switch it on there once more."))


def shown(visit: Visit) -> dict[str, Any]:
    """What the page shows of devices: the own ones, this one first, and our public key for the browser."""
    listed = [
        {
            "id": one.id, "name": name_of(one.device), "icon": icon_of(one.device),
            "seen": format_relative(one.seen_at, visit.zone), "since": one.created_at,
            "here": one.session_id == visit.viewer.session_id, "missed": one.failures > 0,
        }
        for one in devices.devices_of(visit.db, visit.viewer.account_id)
    ] if visit.viewer.account_id else []  # fmt: skip
    listed.sort(key=lambda one: not one["here"])
    return {
        "devices": listed,
        "rings_here": any(one["here"] for one in listed),
        "push_key": sealing.public_key(key_of(shell().config)),
        "host": visit.company.host,
    }


def _owner(visit: Visit) -> tuple[UUID, UUID]:
    if visit.viewer.account_id is None or visit.viewer.session_id is None:
        raise NotFound
    return visit.viewer.account_id, visit.viewer.session_id
