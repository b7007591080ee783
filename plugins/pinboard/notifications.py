"""What people are told of: notices, posts in their own property, answers, and what was decided about their words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from plugins.pinboard.manifest import COMMUNITY, MODERATE
from plugins.pinboard.models import Post
from plugins.pinboard.rules import When
from quartier.sdk import Audience, CompanySession, LocalizedText, NotificationKind, Words, company_of
from quartier.sdk import gettext as _


def audiences(db: CompanySession, things: Collection[UUID]) -> Mapping[UUID, Audience]:
    """Of these posts those that are on the board at this moment, and who is told of each."""
    live = select(Post).where(
        Post.id.in_(things), Post.status == "shown", Post.show_from <= func.now(),
        (Post.show_until.is_(None)) | (Post.show_until > func.now()),
    )  # fmt: skip
    return {post.id: told(post) for post in db.scalars(live) if post.by_staff or neighbours_write(db)}


def told(post: Post) -> Audience:
    """Who is told: of a notice its audience. Of a neighbour's post those who live in the same property and see it;
    business premises find it in the feed, where they take part."""
    if post.by_staff or post.property_id is None:
        return post.audience
    where = post.audience.where if post.reach == "address" else frozenset({post.property_id})
    return Audience(where, frozenset({"residents", "owners"}))


def neighbours_write(db: CompanySession) -> bool:
    """Whether the company has a community at all; where one property has none, nobody there writes."""
    return company_of(db).settings.get(COMMUNITY.key, COMMUNITY.default) is not False


def facts_of(what: str, title: LocalizedText, when: When, place: str) -> dict[str, Any]:
    """What is told of an event, as it can be kept; `what` is moved, cancelled or again."""
    return {
        "what": what, "title": title, "place": place, "starts": when.starts.isoformat(),
        "ends": when.ends.isoformat() if when.ends else "", "whole_day": when.whole_day, "zone": when.zone.key,
    }  # fmt: skip


def _event_words(facts: Mapping[str, Any]) -> Words:
    when = _when_in(facts)
    said = {
        "moved": _("Changed: it is on %(when)s now", when=when.words),
        "cancelled": _("Cancelled: it does not take place (%(when)s)", when=when.words),
        "again": _("It takes place after all: %(when)s", when=when.words),
    }[facts["what"]]
    return Words(said, facts["title"], tuple(filter(None, (said, facts["place"]))))


def _when_in(facts: Mapping[str, Any]) -> When:
    ends = datetime.fromisoformat(facts["ends"]) if facts["ends"] else None
    return When(datetime.fromisoformat(facts["starts"]), ends, facts["whole_day"], ZoneInfo(facts["zone"]))


def _notice_words(facts: Mapping[str, Any]) -> Words:
    """That there is something new, or all of what is important."""
    if not facts["important"]:
        return Words(_("New on the board"), facts["title"])
    happens = (_when_in(facts).words, facts["place"]) if "starts" in facts else ()
    return Words(_("Important"), facts["title"], (*filter(None, happens), *facts["text"].text.split("\n")))


NOTICE = NotificationKind(
    "pinboard.notice",
    {"de": "Neue Mitteilungen", "en": "New notices", "fr": "Nouveaux avis"},
    tell=_notice_words,
    example={"title": "Warmwasser am Donnerstag abgestellt", "important": False},
    audiences=audiences,
)
"""The management has put something on the board."""
POST = NotificationKind(
    "pinboard.post",
    {"de": "Beiträge in meiner Liegenschaft", "en": "Posts in my property", "fr": "Publications dans mon immeuble"},
    tell=lambda facts: Words(_("New from the neighbourhood"), facts["words"]),
    example={"words": "Hat jemand eine Bockleiter?"},
    audiences=audiences,
    default="never",
    push=False,
)
"""A neighbour has written. Nobody waits for it: it rings nowhere, and is mailed to who asks."""
COMMENT = NotificationKind(
    "pinboard.comment",
    {"de": "Kommentare zu dem, was ich schreibe", "en": "Comments on what I write", "fr": "Commentaires"},
    tell=lambda facts: Words(_("New comment"), facts["words"]),
    example={"words": "Klar, steht im Keller."},
    default="daily",
)
"""Somebody has answered to a post that one wrote or follows."""
EVENT = NotificationKind(
    "pinboard.event",
    {"de": "Geänderte Termine", "en": "Changed events", "fr": "Événements modifiés"},
    tell=_event_words,
    example={
        "what": "moved", "title": "Glühwein im Hof", "place": "Innenhof", "starts": "2026-12-05T16:00:00+00:00",
        "ends": "2026-12-05T19:00:00+00:00", "whole_day": False, "zone": "Europe/Zurich",
    },
    audiences=audiences,
)  # fmt: skip
"""An event to which one wanted to come is at another time or place, or does not take place."""
DECIDED = NotificationKind(
    "pinboard.decided",
    {"de": "Entscheide über Beiträge", "en": "Decisions about posts", "fr": "Décisions sur les publications"},
    tell=lambda facts: Words(_said(facts["what"]), facts["reason"], (_said(facts["what"]), facts["reason"])),
    example={"what": "removed", "reason": "Bitte keine Namen Dritter."},
)
"""What became of one's own words, or of what one reported."""
REPORTED = NotificationKind(
    "pinboard.reported",
    {"de": "Gemeldete Beiträge", "en": "Reported posts", "fr": "Publications signalées"},
    tell=lambda facts: Words(_("A post waits for your decision"), facts["words"]),
    example={"words": "Wer hier wieder die Waschküche …"},
    needs=MODERATE,
    team=True,
)
"""Something was reported, or waits because of a listed word, or its author asks again."""
KINDS = [NOTICE, POST, COMMENT, EVENT, DECIDED, REPORTED]


def _said(what: str) -> str:
    return {
        "removed": _("Your post was taken from the board"),
        "kept": _("Your post is on the board again"),
        "upheld": _("What you reported was taken from the board"),
        "rejected": _("What you reported stays on the board"),
    }[what]
