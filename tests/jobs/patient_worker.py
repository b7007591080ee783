"""A worker with one job that lasts as long as somebody holds a lock: a process of its own, to be stopped and killed."""

from __future__ import annotations

import sys

from quartier.app import create_workshop
from quartier.config import Config
from quartier.jobs.definition import Job, Work
from quartier.jobs.worker import queue_app, run
from quartier.people.models import Person

LOCK = 4711


def wait(work: Work) -> None:
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    work.db.rows("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    work.db.add(Person(family_name="Geduld"))


PATIENT = Job("test.wait", wait)

if __name__ == "__main__":
    workshop = create_workshop(Config.from_env())
    workshop.runner.known.add(PATIENT)
    run(lambda: queue_app(workshop.runner, workshop.urls.platform, clock=False), threads=1)
    workshop.close()
