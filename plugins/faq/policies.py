"""Who may do what with articles. Audiences decide what residents read; the team reads all that is published.

Rights hold for the whole company or not at all: an article belongs to the house rules of many properties at once.
"""

from __future__ import annotations

from plugins.faq.manifest import EDIT, PUBLISH, VIEW_DRAFTS
from quartier.sdk import Viewer


def reads_everything(viewer: Viewer) -> bool:
    """Whether audiences do not matter to this viewer: the team must know what any resident can read."""
    return viewer.is_agent


def may_see_drafts(viewer: Viewer) -> bool:
    """Whether unpublished articles are shown too."""
    return viewer.may(VIEW_DRAFTS) or viewer.may(EDIT) or viewer.may(PUBLISH)


def may_publish(viewer: Viewer) -> bool:
    """Whether the viewer decides what residents see."""
    return viewer.may(PUBLISH)


def may_change(viewer: Viewer, status: str) -> bool:
    """Whether the viewer may save an article that has this status: what is live changes only with the right to
    publish, or two pairs of eyes would be one."""
    return viewer.may(EDIT) and (status != "published" or viewer.may(PUBLISH))


def may_delete(viewer: Viewer, status: str) -> bool:
    """Whether the viewer may delete an article: drafts only, everything else is archived."""
    return viewer.may(EDIT) and status == "draft"


def may_answer(viewer: Viewer) -> bool:
    """Whether the viewer can say that an article helped: answers are counted once per account."""
    return viewer.account_id is not None
