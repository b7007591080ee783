"""What follows large changes of the estate."""

from __future__ import annotations

from quartier.estate.services import FRESHEN
from quartier.jobs.definition import Job, Work


def freshen(work: Work) -> None:
    """Have the database look anew at tables that have grown."""
    work.db.row("SELECT freshen_statistics()")


JOBS = [Job(FRESHEN, freshen)]
