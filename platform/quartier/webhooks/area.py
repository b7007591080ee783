"""What the pages of webhooks share: their place in the menu, and which webhook a page is about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.exceptions import Forbidden, NotFound

from quartier.erp.policies import WEBHOOKS
from quartier.i18n.texts import lazy_gettext as _l
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.visit import Visit
from quartier.webhooks import wording
from quartier.webhooks.models import Webhook
from quartier.webhooks.policies import may_handle

HOME = "/cockpit/settings/webhooks"
HOOK = f"{HOME}/<uuid:webhook_id>"
cockpit = Pages(
    "webhooks",
    __name__,
    area="cockpit",
    entries=(Entry(HOME, "webhook", _l("Webhooks"), WEBHOOKS, group=_l("Company"), order=919),),
)


def page(template: str, /, **context: Any) -> str:
    """A page about webhooks, with the words for them."""
    return render(f"webhooks/{template}.html", wording=wording, home=HOME, **context)


def found_hook(visit: Visit, webhook_id: UUID) -> Webhook:
    """The webhook, if this viewer may handle it: 404 for none, 403 for one that tells of more than they may see."""
    hook = visit.db.get(Webhook, (visit.company.id, webhook_id))
    if hook is None:
        raise NotFound
    if not may_handle(visit.viewer, hook.nouns):
        raise Forbidden
    return hook
