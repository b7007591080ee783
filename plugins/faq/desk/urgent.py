"""Saying that an article is important: everybody who can read it is told, after a look at who that is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request

from plugins.faq import services
from plugins.faq.desk.area import found_article, page, pages, state_of, title_of
from plugins.faq.manifest import PUBLISH
from plugins.faq.notifications import ARTICLE
from quartier.sdk import Visit, back_to, important_preview
from quartier.sdk import gettext as _


@pages.page("/<uuid:article_id>/important", needs=PUBLISH)
def important(visit: Visit, article_id: UUID) -> Any:
    """Who would be reached, and how."""
    return _preview(visit, article_id)


@pages.action("/<uuid:article_id>/important", needs=PUBLISH)
def send_important(visit: Visit, article_id: UUID) -> Any:
    """Tell them. Where others are meant by now than were shown, they are shown first."""
    article = found_article(visit, article_id)
    if state_of(visit, article) != "published":
        return _preview(visit, article_id)
    if request.form.get("seal") != important_preview(visit, ARTICLE, article.audience).seal:
        return _preview(visit, article_id, moved=True), 409
    told = services.tell_everybody(visit.db, article_id, by=visit.viewer)
    if told is None:
        return back_to(f"/cockpit/faq/{article_id}/edit", _("This version was sent as important already."))
    return back_to(f"/cockpit/notifications/{told}", _("It is on its way to everybody who is meant."))


def _preview(visit: Visit, article_id: UUID, *, moved: bool = False) -> Any:
    article = found_article(visit, article_id)
    edit = f"/cockpit/faq/{article_id}/edit"
    if state_of(visit, article) != "published":
        return back_to(edit, _("Publish the article first: only what can be read can be important."))
    preview = important_preview(visit, ARTICLE, article.audience, after=_after())
    return page(
        visit, "important", article=article, title=title_of(visit, article), preview=preview, moved=moved,
        here=f"/cockpit/faq/{article_id}/important", back=edit,
    )  # fmt: skip


def _after() -> UUID | None:
    try:
        return UUID(request.args["after"]) if request.args.get("after") else None
    except ValueError:
        return None
