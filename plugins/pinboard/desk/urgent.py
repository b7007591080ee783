"""Saying that a notice is important: everybody whom it means is told, after a look at who that is, and once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.exceptions import Forbidden

from plugins.pinboard import services
from plugins.pinboard.desk.area import pages
from plugins.pinboard.desk.writing import found_notice, may_change
from plugins.pinboard.manifest import PUBLISH
from plugins.pinboard.notifications import NOTICE
from quartier.sdk import Important, LocalizedText, Visit, important_page
from quartier.sdk import gettext as _


@pages.page("/<uuid:post_id>/important", needs=PUBLISH, methods=("GET", "POST"))
def important(visit: Visit, post_id: UUID) -> Any:
    """Who would be reached, and how; then tell them."""
    notice, refused = found_notice(visit, post_id), ""
    if not may_change(visit, notice):
        raise Forbidden
    if notice.important_at:
        refused = _("This notice was sent as important already.")
    elif not notice.is_live:
        refused = _("Only what stands on the board now can be important.")
    title = visit.say(LocalizedText(notice.title))
    what = Important(NOTICE, notice.audience, title, f"/cockpit/pinboard/{post_id}/edit", refused)
    return important_page(visit, what, lambda: services.tell_everybody(visit.db, post_id, by=visit.viewer))
