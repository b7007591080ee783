"""What the module does by the clock, and what takes longer than somebody waits."""

from __future__ import annotations

from uuid import UUID

from plugins.pinboard import services
from quartier.sdk import Job, Work, look_up


def tidy(work: Work) -> None:
    """Take posts whose time is over out of the index of feeds, or all feeds would pass over them for ever."""
    services.clear_ended(work.db)


def look_up_link(work: Work, *, post: str, url: str) -> None:
    """What the first link of a post leads to; where nobody answers, the post keeps the plain link."""
    if services.awaited(work.db, UUID(post), url) and (found := look_up(url, work.house.config)):
        services.keep_preview(work.db, UUID(post), url, found)


JOBS = [Job("pinboard.tidy", tidy, every="52 2 * * *"), Job(services.LOOK_UP, look_up_link, attempts=2)]
