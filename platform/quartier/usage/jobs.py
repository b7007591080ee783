"""Counting at night, company by company."""

from __future__ import annotations

from datetime import datetime

from quartier.jobs.definition import Job, Work
from quartier.usage.services import count_days


def count(work: Work) -> None:
    """What was used until midnight of the company."""
    today = datetime.now(work.company.zone).date()
    count_days(work.db, work.house.plugins, work.company.modules, today=today, zone=work.company.zone)


JOBS = [Job("usage.count", count, every="40 0 * * *")]
