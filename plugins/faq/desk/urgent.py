"""Saying that an article is important: everybody who can read it is told, after a look at who that is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from plugins.faq import services
from plugins.faq.desk.area import found_article, pages, state_of, title_of
from plugins.faq.manifest import PUBLISH
from plugins.faq.notifications import ARTICLE
from quartier.sdk import Important, Visit, important_page
from quartier.sdk import gettext as _


@pages.page("/<uuid:article_id>/important", needs=PUBLISH, methods=("GET", "POST"))
def important(visit: Visit, article_id: UUID) -> Any:
    """Who would be reached, and how; then tell them, once for each version."""
    article, refused = found_article(visit, article_id), ""
    if state_of(visit, article) != "published":
        refused = _("Publish the article first: only what can be read can be important.")
    what = Important(ARTICLE, article.audience, title_of(visit, article), f"/cockpit/faq/{article_id}/edit", refused)
    return important_page(visit, what, lambda: services.tell_everybody(visit.db, article_id, by=visit.viewer))
