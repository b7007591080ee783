"""Reads: `circles` says who sees what, `feed` and `posts` are for readers, `desk` for the team, `topics` for both."""

from __future__ import annotations

from plugins.pinboard.queries.circles import Way, keys_for, ways
from plugins.pinboard.queries.desk import DeskRow, PostForEdit, desk_posts, post_for_edit, wrote
from plugins.pinboard.queries.feed import Author, Card, Cursor, Feed, feed, recent, recent_count
from plugins.pinboard.queries.posts import (
    CommentRow,
    Edition,
    PostPage,
    comments,
    editions,
    post_page,
    reactions_of,
)
from plugins.pinboard.queries.topics import Topic, topics

__all__ = [
    "Author", "Card", "CommentRow", "Cursor", "DeskRow", "Edition", "Feed", "PostForEdit", "PostPage", "Topic", "Way",
    "comments", "desk_posts", "editions", "feed", "keys_for", "post_for_edit", "post_page", "reactions_of", "recent",
    "recent_count", "topics", "ways", "wrote",
]  # fmt: skip
