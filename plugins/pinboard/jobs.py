"""What the module does by the clock."""

from __future__ import annotations

from plugins.pinboard import services
from quartier.sdk import Job, Work


def tidy(work: Work) -> None:
    """Take posts whose time is over out of the index of feeds, or all feeds would pass over them for ever."""
    services.clear_ended(work.db)


JOBS = [Job("pinboard.tidy", tidy, every="52 2 * * *")]
