"""Counting large lists, so that nobody waits for it."""

from __future__ import annotations

from datetime import datetime

from quartier.jobs.definition import Job, Work
from quartier.people.figures import COUNT, count_what_is_due


def count(work: Work) -> None:
    """Count what somebody looks at."""
    count_what_is_due(work.db, today=datetime.now(work.company.zone).date())


JOBS = [Job(COUNT, count, attempts=3)]
