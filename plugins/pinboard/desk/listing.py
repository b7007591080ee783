"""The list of all posts, narrowed down by its address."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request

from plugins.pinboard import queries
from plugins.pinboard.desk.area import PAGE, STATES, asked_after, page, pages, sent_as
from plugins.pinboard.manifest import VIEW
from quartier.sdk import Visit
from quartier.sdk import gettext as _


@pages.page("/", needs=VIEW)
def index(visit: Visit) -> str:
    """All posts, or those that the address asks for; more of them behind a link."""
    asked = {name: request.args.get(name, "").replace("\0", "")[:200] for name in ("state", "category", "by", "q")}
    known = {topic.key: topic for topic in queries.topics(visit)}
    found = queries.desk_posts(
        visit, state=asked["state"] if asked["state"] in STATES else None,
        category=known[asked["category"]].id if asked["category"] in known else None,
        staff={"company": True, "residents": False}.get(asked["by"]), text=asked["q"].strip(), after=asked_after(),
        limit=PAGE + 1,
    )  # fmt: skip
    kept = {name: value for name, value in asked.items() if value}
    tabs = [("", _("All posts")), *((state, str(label)) for state, label in STATES.items())]
    chips = [("category", known[kept["category"]].name)] if kept.get("category") in known else []
    more = _address(kept, after=sent_as(found[PAGE - 1].cursor)) if len(found) > PAGE else None
    return page(
        visit, "list", rows=found[:PAGE], more=more,
        tabs=[(_address(kept, state=state), label, asked["state"] == state) for state, label in tabs],
        query=asked["q"], kept={name: value for name, value in kept.items() if name != "q"},
        chips=[(visit.say(name), _address(kept, **{what: ""})) for what, name in chips], by=asked["by"],
        writers=[(_address(kept, by=who), label, asked["by"] == who) for who, label in
                 (("company", _("Of the company")), ("residents", _("Of residents")))],
        options=[(topic.icon, visit.say(topic.name), _address(kept, category=topic.key)) for topic in known.values()],
        nobody=not kept,
    )  # fmt: skip


def _address(kept: dict[str, str], **more: str) -> str:
    asked = urlencode({name: value for name, value in {**kept, **more}.items() if value})
    return f"/cockpit/pinboard/?{asked}" if asked else "/cockpit/pinboard/"
