"""Reads: `circles` says who sees what, `feed` and `posts` are for readers, `desk` for the team, `topics` for both."""

from __future__ import annotations

from plugins.pinboard.queries.cards import Author, Card, Cursor, languages_for
from plugins.pinboard.queries.cases import (
    CaseRow,
    HouseRules,
    Verdict,
    case,
    cases,
    house_rules,
    must_agree,
    verdicts,
    waiting_cases,
)
from plugins.pinboard.queries.circles import Way, keys_for, ways
from plugins.pinboard.queries.desk import DeskRow, PostForEdit, desk_posts, post_for_edit, wrote
from plugins.pinboard.queries.extras import ChoiceView, EventView, PollView, coming, known_event, poll_counts, voters
from plugins.pinboard.queries.feed import Feed, feed, recent, recent_count, upcoming
from plugins.pinboard.queries.finding import Found, find_posts
from plugins.pinboard.queries.posts import (
    CommentRow,
    Edition,
    PostPage,
    Said,
    comment,
    comments,
    editions,
    post_and_comments,
    post_page,
    reactions_of,
)
from plugins.pinboard.queries.prospect import prospect
from plugins.pinboard.queries.topics import Label, Topic, labels, topics
from plugins.pinboard.queries.usage import usage

__all__ = [
    "Author",
    "Card",
    "CaseRow",
    "ChoiceView",
    "CommentRow",
    "Cursor",
    "DeskRow",
    "Edition",
    "EventView",
    "Feed",
    "Found",
    "HouseRules",
    "Label",
    "PollView",
    "PostForEdit",
    "PostPage",
    "Said",
    "Topic",
    "Verdict",
    "Way",
    "case",
    "cases",
    "coming",
    "comment",
    "comments",
    "desk_posts",
    "editions",
    "feed",
    "find_posts",
    "house_rules",
    "keys_for",
    "known_event",
    "labels",
    "languages_for",
    "must_agree",
    "poll_counts",
    "post_and_comments",
    "post_for_edit",
    "post_page",
    "prospect",
    "reactions_of",
    "recent",
    "recent_count",
    "topics",
    "upcoming",
    "usage",
    "verdicts",
    "voters",
    "waiting_cases",
    "ways",
    "wrote",
]  # fmt: skip
