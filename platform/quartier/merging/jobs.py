"""The nightly look through a company's people."""

from __future__ import annotations

from quartier.jobs.definition import Job, Work
from quartier.merging.finding import JOB, is_large, look


def look_through(work: Work) -> None:
    """Find who is in the books twice; a small company's list is made when somebody reads it."""
    if is_large(work.db):
        look(work.db)


JOBS = [Job(JOB, look_through, attempts=3, every="41 1 * * *")]
