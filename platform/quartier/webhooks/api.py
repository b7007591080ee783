"""Webhooks for programs: set up, look into the log, send again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from quartier.api.blueprint import ApiBlueprint
from quartier.api.conditions import etag, require_match
from quartier.api.paging import PageArguments, make_page, next_link, page_of, read_cursor
from quartier.api.problems import Problem
from quartier.db.base import new_id
from quartier.erp.policies import WEBHOOKS
from quartier.i18n.texts import gettext as _
from quartier.keys import key_of
from quartier.web.shell import shell
from quartier.web.visit import Visit
from quartier.webhooks import queries, services
from quartier.webhooks.checks import complaints
from quartier.webhooks.models import Webhook, WebhookDelivery
from quartier.webhooks.policies import may_handle
from quartier.webhooks.queries import LogFilters, version_of
from quartier.webhooks.schemas import (
    DeliveryArguments,
    DeliverySchema,
    FullDeliverySchema,
    NewWebhookSchema,
    ReplaySchema,
    WebhookChangeSchema,
    WebhookSchema,
    WebhookWithSecretSchema,
)

HOOKS, HOOK = "/erp/webhooks", "/erp/webhooks/<uuid:webhook_id>"
LOG, MESSAGE = f"{HOOK}/deliveries", f"{HOOK}/deliveries/<uuid:delivery_id>"

blueprint = ApiBlueprint(
    "webhooks",
    __name__,
    description="Programs that hear of changes of master data. Messages are signed after the Standard Webhooks "
    "specification. A token sees the webhooks that tell of nothing more than what it may read itself.",
)

Answer = tuple[Any, dict[str, str]]


@blueprint.operation("GET", HOOKS, needs=WEBHOOKS)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(WebhookSchema))
def webhooks(visit: Visit, query: dict[str, Any]) -> Answer:
    """All webhooks, the oldest first."""
    cursor = read_cursor(query["after"], UUID)
    known = [hook for hook in queries.webhooks(visit.db) if may_handle(visit.viewer, hook.nouns)]
    left = [hook for hook in known if cursor is None or hook.id > cursor[0]]
    page = make_page(left[: query["limit"] + 1], query["limit"], key=lambda hook: (hook.id,))
    return page, next_link(page)


@blueprint.operation("POST", HOOKS, needs=WEBHOOKS)
@blueprint.arguments(NewWebhookSchema)
@blueprint.response(201, WebhookWithSecretSchema)
def add_webhook(visit: Visit, values: dict[str, Any]) -> Answer:
    """Set up a webhook.

    The answer holds the secret, this once. A company has at most 20 webhooks.
    """
    _check(visit, values)
    try:
        hook = services.add(visit.db, new_id(), values, by=visit.viewer.name, key=key_of(shell().config))
    except services.TooMany as error:
        raise Problem(409, _("A company has at most %(count)s webhooks.", count=services.MOST)) from error
    visit.db.refresh(hook)
    return hook, {"Location": f"/api/v1{HOOKS}/{hook.id}", "ETag": etag(version_of(hook))}


@blueprint.operation("GET", HOOK, needs=WEBHOOKS, versioned=True)
@blueprint.response(200, WebhookSchema)
def webhook(visit: Visit, webhook_id: UUID) -> Answer:
    """One webhook."""
    hook = _hook(visit, webhook_id)
    return hook, {"ETag": etag(version_of(hook))}


@blueprint.operation("PATCH", HOOK, needs=WEBHOOKS, versioned=True)
@blueprint.arguments(WebhookChangeSchema)
@blueprint.response(200, WebhookSchema)
def change_webhook(visit: Visit, values: dict[str, Any], webhook_id: UUID) -> Answer:
    """Change, pause or resume a webhook.

    With another address, and when it is resumed, what waits is sent at once and tried for seven days again.
    """
    hook = _hook(visit, webhook_id)
    require_match(version_of(hook))
    paused = values.pop("paused", None)
    _check(visit, values)
    services.change(visit.db, hook, values)
    if paused is not None:
        (services.pause if paused else services.resume)(visit.db, hook)
    return hook, {"ETag": etag(version_of(hook))}


@blueprint.operation("DELETE", HOOK, needs=WEBHOOKS)
@blueprint.response(204)
def delete_webhook(visit: Visit, webhook_id: UUID) -> None:
    """Forget a webhook with its log."""
    services.remove(visit.db, _hook(visit, webhook_id))


@blueprint.operation("POST", f"{HOOK}/secret", needs=WEBHOOKS)
@blueprint.response(200, WebhookWithSecretSchema)
def rotate_secret(visit: Visit, webhook_id: UUID) -> Webhook:
    """Change the secret.

    For 24 hours messages carry two signatures, with the new secret and with the one before it.
    """
    hook = _hook(visit, webhook_id)
    services.rotate(visit.db, hook, key=key_of(shell().config))
    return hook


@blueprint.operation("POST", f"{HOOK}/test", needs=WEBHOOKS)
@blueprint.response(202, DeliverySchema)
def send_test(visit: Visit, webhook_id: UUID) -> Answer:
    """Send a test message, once and also while the webhook is paused."""
    hook = _hook(visit, webhook_id)
    try:
        sent = services.send_test(visit.db, hook)
    except services.TooMany as error:
        raise Problem(409, _("Some test messages are waiting already.")) from error
    return _delivery(visit, hook, sent), {"Location": f"/api/v1{HOOKS}/{hook.id}/deliveries/{sent}"}


@blueprint.operation("GET", LOG, needs=WEBHOOKS)
@blueprint.arguments(DeliveryArguments, location="query")
@blueprint.response(200, page_of(DeliverySchema))
def deliveries(visit: Visit, query: dict[str, Any], webhook_id: UUID) -> Answer:
    """The log of a webhook, the newest message first.

    Messages are kept for 30 days.
    """
    cursor, limit = read_cursor(query["after"], UUID), query["limit"]
    filters = LogFilters(query["status"], query["noun"])
    before = cursor[0] if cursor else None
    rows = queries.deliveries(visit.db, _hook(visit, webhook_id), filters, before=before, limit=limit + 1)
    page = make_page(rows, limit, key=lambda row: (row.id,))
    return page, next_link(page)


@blueprint.operation("GET", MESSAGE, needs=WEBHOOKS)
@blueprint.response(200, FullDeliverySchema)
def delivery(visit: Visit, webhook_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    """A message of the log, with what was sent."""
    return _delivery(visit, _hook(visit, webhook_id), delivery_id)


@blueprint.operation("POST", f"{MESSAGE}/replay", needs=WEBHOOKS)
@blueprint.response(202, ReplaySchema)
def replay_delivery(visit: Visit, webhook_id: UUID, delivery_id: UUID) -> dict[str, int]:
    """Send a message again, under its id; one that is waiting anyway counts as none."""
    hook = _hook(visit, webhook_id)
    return {"messages": services.replay(visit.db, hook, [_delivery(visit, hook, delivery_id).id])}


@blueprint.operation("POST", f"{HOOK}/replay", needs=WEBHOOKS)
@blueprint.response(202, ReplaySchema)
def replay_failed(visit: Visit, webhook_id: UUID) -> dict[str, int]:
    """Send all messages again that failed."""
    return {"messages": services.replay(visit.db, _hook(visit, webhook_id))}


def _hook(visit: Visit, webhook_id: UUID) -> Webhook:
    found = visit.db.get(Webhook, (visit.company.id, webhook_id))
    if found is None:
        raise Problem(404)
    if not may_handle(visit.viewer, found.nouns):
        raise Problem(403, _("This webhook tells of more than this token may read."))
    return found


def _delivery(visit: Visit, hook: Webhook, delivery_id: UUID) -> WebhookDelivery:
    found = queries.delivery(visit.db, hook, delivery_id)
    if found is None:
        raise Problem(404)
    return found


def _check(visit: Visit, values: dict[str, Any]) -> None:
    if found := complaints(values, visit.viewer, shell().config):
        raise Problem(422, errors={name: [sentence] for name, sentence in found.items()})
