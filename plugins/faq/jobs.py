"""What the module does by the clock."""

from __future__ import annotations

from plugins.faq import services
from quartier.sdk import Job, Work


def tidy(work: Work) -> None:
    """Drop files that belong to no article any more, as when two people removed it from two articles at once."""
    services.drop_abandoned(work.db, work.storage)


JOBS = [Job("faq.tidy", tidy, every="37 2 * * *")]
