"""The log of a webhook in the Cockpit: what was sent, what became of it, and sending it again."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import orjson
from flask import Response, abort, request
from werkzeug.exceptions import NotFound

from quartier.erp.policies import WEBHOOKS
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.web.flash import back_to
from quartier.web.visit import Visit
from quartier.webhooks import queries, services, wording
from quartier.webhooks.area import HOME, HOOK, cockpit, found_hook, page
from quartier.webhooks.delivering import message_id
from quartier.webhooks.models import DELIVERY_STATES, Webhook, WebhookDelivery
from quartier.webhooks.queries import LogFilters

MESSAGE: Final = f"{HOOK}/messages/<uuid:delivery_id>"
PAGE: Final = 50
SHOWN: Final = 12_000
"""Characters of a message that its page shows; all of it is in the file."""


@cockpit.page(HOOK, needs=WEBHOOKS)
def webhook(visit: Visit, webhook_id: UUID) -> str:
    """A webhook with its facts, what can be done with it, and its log."""
    hook, filters = found_hook(visit, webhook_id), _filters()
    rows = queries.deliveries(visit.db, hook, filters, before=_asked_before(), limit=PAGE + 1)
    more = _address(hook, filters, before=str(rows[PAGE - 1].id)) if len(rows) > PAGE else None
    counts = queries.counts(visit.db, hook)
    tabs = [
        (_("All messages"), _address(hook, LogFilters(None, filters.noun)), sum(counts.values()), not filters.status)
    ]
    tabs += [
        (str(wording.STATES[state]), _address(hook, LogFilters(state, filters.noun)), counts.get(state, 0),
         filters.status == state)
        for state in DELIVERY_STATES if counts.get(state) or filters.status == state
    ]  # fmt: skip
    return page(
        "one", hook=hook, rows=rows[:PAGE], more=more, tabs=tabs, filters=filters, failed=counts.get("failed", 0)
    )


@cockpit.action(f"{HOOK}/test", needs=WEBHOOKS)
def send_test(visit: Visit, webhook_id: UUID) -> Response:
    """Send a message without changes, and look what comes of it."""
    hook = found_hook(visit, webhook_id)
    try:
        sent = services.send_test(visit.db, hook)
    except services.TooMany:
        return back_to(f"{HOME}/{hook.id}", _("Some test messages are waiting already."))
    return back_to(f"{HOME}/{hook.id}/messages/{sent}", _("The test message is on its way."))


@cockpit.action(f"{HOOK}/replay", needs=WEBHOOKS)
def replay_failed(visit: Visit, webhook_id: UUID) -> Response:
    """Send again what failed."""
    hook = found_hook(visit, webhook_id)
    count = services.replay(visit.db, hook)
    return back_to(f"{HOME}/{hook.id}", _again(count))


@cockpit.page(MESSAGE, needs=WEBHOOKS)
def message(visit: Visit, webhook_id: UUID, delivery_id: UUID) -> str:
    """A message: what was sent, and what came of it."""
    hook = found_hook(visit, webhook_id)
    found = _found(visit, hook, delivery_id)
    text = orjson.dumps(orjson.loads(found.body), option=orjson.OPT_INDENT_2).decode()
    cut = len(text) > SHOWN
    return page("message", hook=hook, delivery=found, text=text[:SHOWN], cut=cut, known_as=message_id(found.id))


@cockpit.page(f"{MESSAGE}/body.json", needs=WEBHOOKS)
def message_body(visit: Visit, webhook_id: UUID, delivery_id: UUID) -> Response:
    """The message as it was signed, as a file."""
    found = _found(visit, found_hook(visit, webhook_id), delivery_id)
    answer = Response(found.body, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{message_id(found.id)}.json"'
    return answer


@cockpit.action(f"{MESSAGE}/replay", needs=WEBHOOKS)
def replay_message(visit: Visit, webhook_id: UUID, delivery_id: UUID) -> Response:
    """Send it again."""
    hook = found_hook(visit, webhook_id)
    found = _found(visit, hook, delivery_id)
    count = services.replay(visit.db, hook, [found.id])
    return back_to(f"{HOME}/{hook.id}/messages/{found.id}", _again(count))


def _again(count: int) -> str:
    if not count:
        return _("There is nothing to send again.")
    return ngettext("%(num)s message is sent again.", "%(num)s messages are sent again.", count)


def _found(visit: Visit, hook: Webhook, delivery_id: UUID) -> WebhookDelivery:
    found = queries.delivery(visit.db, hook, delivery_id)
    if found is None:
        raise NotFound
    return found


def _filters() -> LogFilters:
    status, noun = request.args.get("status"), request.args.get("about")
    return LogFilters(status if status in DELIVERY_STATES else None, noun if noun in wording.NOUNS else None)


def _asked_before() -> UUID | None:
    try:
        return UUID(request.args["before"]) if request.args.get("before") else None
    except ValueError:
        abort(400)


def _address(hook: Webhook, filters: LogFilters, **more: str) -> str:
    asked = {name: value for name, value in (("status", filters.status), ("about", filters.noun)) if value}
    query = urlencode(asked | more)
    return f"{HOME}/{hook.id}" + (f"?{query}" if query else "")
