"""Writes: `articles`, `categories` and `feedback`; `content` is what they share.

Nothing here commits, and nothing here knows whether a page, a machine or a command asked for it. Who may do what is
said in `policies` and asked at the door.
"""

from __future__ import annotations

from plugins.faq.services.articles import (
    archive,
    confirm_article,
    create_article,
    delete_article,
    move_to_category,
    publish,
    reorder,
    restore_revision,
    save_article,
    tell_everybody,
    unpublish,
)
from plugins.faq.services.categories import (
    CategoryInUse,
    create_category,
    delete_category,
    rename_category,
    reorder_categories,
)
from plugins.faq.services.content import (
    Changes,
    EditConflict,
    NotFound,
    changes_from,
    files_in,
    find_article,
    find_category,
    machine,
    slug_of,
)
from plugins.faq.services.feedback import forget_feedback, give_feedback, recount
from plugins.faq.services.starting import plant_default_topics

__all__ = [
    "CategoryInUse",
    "Changes",
    "EditConflict",
    "NotFound",
    "archive",
    "changes_from",
    "confirm_article",
    "create_article",
    "create_category",
    "delete_article",
    "delete_category",
    "files_in",
    "find_article",
    "find_category",
    "forget_feedback",
    "give_feedback",
    "machine",
    "move_to_category",
    "plant_default_topics",
    "publish",
    "recount",
    "rename_category",
    "reorder",
    "reorder_categories",
    "restore_revision",
    "save_article",
    "slug_of",
    "tell_everybody", "unpublish",
]  # fmt: skip
