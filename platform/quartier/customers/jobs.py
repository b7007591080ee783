"""Counting at night, after what was used."""

from __future__ import annotations

from datetime import datetime

from quartier.customers.services import count_health
from quartier.jobs.definition import Job, Work


def count(work: Work) -> None:
    """As of now, where the company is."""
    count_health(work.db, today=datetime.now(work.company.zone).date())


JOBS = [Job("customers.count", count, every="10 1 * * *")]
