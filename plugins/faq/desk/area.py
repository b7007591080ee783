"""What all pages of the Cockpit share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.exceptions import NotFound

from plugins.faq import policies, queries
from plugins.faq.manifest import VIEW_DRAFTS
from plugins.faq.queries import EditedArticle, Topic
from quartier.sdk import OWN_NAMES, Entry, Pages, Visit, render, with_icons
from quartier.sdk import lazy_gettext as _l

pages = Pages(
    "faq_desk",
    __name__,
    area="cockpit",
    module="faq",
    entries=(Entry("/cockpit/faq/", needs=VIEW_DRAFTS, module="faq", order=40),),
)

STATES = {
    "published": _l("Published"),
    "scheduled": _l("Scheduled"),
    "draft": _l("Draft"),
    "archived": _l("Archived"),
}


def page(visit: Visit, template: str, **context: Any) -> str:
    """A page of this module with its name here and what this person may do."""
    here = visit.company.micro_apps["faq"]
    return render(
        f"faq/desk/{template}.html",
        app={"name": visit.say(here.name), "icon": here.icon},
        may_edit=policies.may_change(visit.viewer, "draft"),
        may_publish=policies.may_publish(visit.viewer),
        with_icons=with_icons,
        **context,
    )


def found_article(visit: Visit, article_id: UUID) -> EditedArticle:
    """The article, or 404."""
    article = queries.article_for_edit(visit, article_id)
    if article is None:
        raise NotFound
    return article


def found_topic(visit: Visit, key: str) -> Topic:
    """The topic, or 404."""
    for topic in queries.topics(visit, key.replace("\0", "")):
        return topic
    raise NotFound


def title_of(visit: Visit, article: EditedArticle) -> str:
    """What to call an article: its title in the reader's language, in the best other one, or its address."""
    languages = dict.fromkeys((visit.voice.language, *visit.company.languages, *article.texts))
    titles = (article.texts[language].title for language in languages if language in article.texts)
    return next((title for title in titles if title), article.slug)


def state_of(visit: Visit, article: EditedArticle) -> str:
    """The status in words of the desk: published with a date in the future is scheduled."""
    if article.status == "published" and article.publish_at is not None and article.publish_at > visit.now:
        return "scheduled"
    return article.status


def name_of(language: str) -> str:
    """What a language calls itself."""
    return next((name for code, name in OWN_NAMES.items() if code == language), language)
