"""The list of all articles, narrowed down by its address, and the order of each topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import abort, request

from plugins.faq import queries, services
from plugins.faq.desk.area import STATES, found_topic, name_of, page, pages
from plugins.faq.manifest import EDIT, VIEW_DRAFTS
from plugins.faq.queries import CategoryRow, DeskFilters
from quartier.sdk import Visit, back_to, sent_order
from quartier.sdk import gettext as _

PAGE = 50
CURSOR = 4  # parts: place of the topic, its id, place of the article, its id


@pages.page("/", needs=VIEW_DRAFTS)
def index(visit: Visit) -> str:
    """All articles, or those that the address asks for; more of them behind a link."""
    filters = _filters(visit)
    found = queries.desk_articles(visit, filters, _after(), limit=PAGE + 1)
    more = _address(filters, after=".".join(map(str, found[PAGE - 1].cursor))) if len(found) > PAGE else None
    topics = queries.categories(visit, with_empty=True)
    context = {"tabs": _tabs(visit, filters), "chips": _set(filters, topics), "options": _ways(visit, filters, topics)}
    kept = _asked(replace(filters, text=""))
    return page(visit, "list", rows=found[:PAGE], more=more, filters=filters, kept=kept, **context)


@pages.page("/order/<key>", needs=EDIT, methods=("GET", "POST"))
def order(visit: Visit, key: str) -> Any:
    """The articles of a topic in the order in which residents see them."""
    topic = found_topic(visit, key)
    rows = queries.desk_articles(visit, DeskFilters(category=key), limit=1000)
    if request.method == "POST":
        services.reorder(visit.db, by=visit.viewer, category_id=topic.id, ids=sent_order([row.id for row in rows]))
        return back_to(f"/cockpit/faq/order/{key}#row-{request.form.get('id', '')}")
    return page(visit, "order", topic=topic, name=visit.text(topic.name), rows=rows)


def _filters(visit: Visit) -> DeskFilters:
    asked = request.args
    state, missing = asked.get("state"), asked.get("missing")
    return DeskFilters(
        state=state if state in STATES else None,
        category=asked.get("category", "").replace("\0", "") or None,
        missing=missing if missing in visit.company.languages else None,
        stale="stale" in asked,
        text=asked.get("q", "").replace("\0", "").strip()[:200],
    )


def _after() -> tuple[int, UUID, int, UUID] | None:
    parts = request.args.get("after", "").split(".")
    if len(parts) != CURSOR:
        return None
    try:
        return int(parts[0]), UUID(parts[1]), int(parts[2]), UUID(parts[3])
    except ValueError:
        abort(400)


def _asked(filters: DeskFilters) -> dict[str, str]:
    """The filters as the address has them."""
    found = {"state": filters.state, "category": filters.category, "missing": filters.missing, "q": filters.text}
    return {name: value for name, value in found.items() if value} | ({"stale": "1"} if filters.stale else {})


def _address(filters: DeskFilters, **more: str) -> str:
    asked = urlencode(_asked(filters) | more)
    return f"/cockpit/faq/?{asked}" if asked else "/cockpit/faq/"


def _tabs(visit: Visit, filters: DeskFilters) -> list[dict[str, Any]]:
    counts = queries.state_counts(visit, filters)
    tabs: list[tuple[str | None, str, int]] = [(None, _("All articles"), sum(counts.values()))]
    tabs += [(state, str(label), counts.get(state, 0)) for state, label in STATES.items()]
    return [
        {"url": _address(replace(filters, state=state)), "label": label, "count": count, "here": state == filters.state}
        for state, label, count in tabs
    ]


def _set(filters: DeskFilters, topics: Sequence[CategoryRow]) -> list[tuple[str, str, str]]:
    """Filters that are set: what, which, and the address without it."""
    chips = []
    if filters.category:
        names = {topic.key: topic.name.text for topic in topics}
        chips.append((_("Topic"), names.get(filters.category, "?"), _address(replace(filters, category=None))))
    if filters.missing:
        chips.append((_("Missing"), name_of(filters.missing), _address(replace(filters, missing=None))))
    if filters.stale:
        chips.append((_("To check"), _("not confirmed for a year"), _address(replace(filters, stale=False))))
    return chips


def _ways(visit: Visit, filters: DeskFilters, topics: Sequence[CategoryRow]) -> list[tuple[str, str, str]]:
    """Filters that can be set: icon, words, and the address with it."""
    ways = [("clock", _("Not confirmed for a year"), replace(filters, stale=True))]
    ways += [
        ("language", _("Missing in %(language)s", language=name_of(code)), replace(filters, missing=code))
        for code in visit.company.languages
    ]
    ways += [(topic.icon, topic.name.text, replace(filters, category=topic.key)) for topic in topics]
    return [(icon, words, _address(way)) for icon, words, way in ways]
