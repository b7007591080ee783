"""Writes: `posts`, their `events` and `polls`, `answers` (comments, reactions, follows), `topics`, and `leaving`.

Nothing here commits, and nothing here knows whether a page, a machine or a command asked for it. Who may do what is
said in `policies` and asked at the door.
"""

from __future__ import annotations

from plugins.pinboard.services.answers import LONGEST_COMMENT, comment, follow, react, remove_comment, unfollow
from plugins.pinboard.services.cancelling import cancel_event
from plugins.pinboard.services.comments import edit_comment
from plugins.pinboard.services.events import answer, event_of, when_of
from plugins.pinboard.services.extras import Extra, typed_of
from plugins.pinboard.services.leaving import forget
from plugins.pinboard.services.links import LOOK_UP, awaited, keep_preview
from plugins.pinboard.services.moderation import CaseChanged, appeal, decide, report, set_rules
from plugins.pinboard.services.placing import clear_ended
from plugins.pinboard.services.polls import poll_of, vote
from plugins.pinboard.services.posts import (
    LONGEST,
    EditConflict,
    NotFound,
    Notice,
    delete_post,
    edit_own,
    find_post,
    publish_notice,
    restore,
    save_notice,
    withdraw,
    write,
)
from plugins.pinboard.services.topics import (
    TopicInUse,
    create_topic,
    delete_topic,
    find_topic,
    machine,
    plant_topics,
    rename_topic,
    reorder_topics,
)
from plugins.pinboard.services.urgent import tell_everybody

__all__ = [
    "LONGEST", "LONGEST_COMMENT", "LOOK_UP", "CaseChanged", "EditConflict", "Extra", "NotFound", "Notice", "TopicInUse",
    "answer", "appeal", "awaited", "cancel_event", "clear_ended", "comment", "create_topic", "decide", "delete_post",
    "delete_topic", "edit_comment", "edit_own", "event_of", "find_post", "find_topic", "follow", "forget",
    "keep_preview", "machine", "plant_topics", "poll_of", "publish_notice", "react", "remove_comment", "rename_topic",
    "reorder_topics", "report", "restore", "save_notice", "set_rules", "tell_everybody", "typed_of", "unfollow", "vote",
    "when_of", "withdraw", "write",
]  # fmt: skip
