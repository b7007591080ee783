"""What a job is: its name, what it does, and what happens when it can't."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from quartier.config import Config
from quartier.files.storage import Storage
from quartier.i18n.voice import Voice
from quartier.mail.kinds import MailKind
from quartier.plugin.manager import Plugins
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot, SnapshotCache


def _none_hidden(_work: Work, _mails: Sequence[Any]) -> Collection[UUID]:
    return ()


@dataclass(frozen=True)
class House:
    """What a process needs to work for companies; the web's shell has the same things and more.

    `hidden` says of mails that wait (rows with `id`, `kind`, `event`, `person_id`) which tell of what their reader may
    not see any more.
    """

    config: Config
    engine: Engine
    platform: Engine
    plugins: Plugins
    storage: Storage
    snapshots: SnapshotCache
    mails: Mapping[str, MailKind] = field(default_factory=dict)
    hidden: Callable[[Work, Sequence[Any]], Collection[UUID]] = _none_hidden


@dataclass(frozen=True)
class Work:
    """One run of a job, for one company. What it writes into `db` is committed when it returns, and gone if it raises.

    `attempt` counts from 1. `voice` is the company's own (its first language, its tone) and is bound already; for a
    letter to somebody who reads another language, speak in theirs.
    """

    company: Snapshot
    db: CompanySession
    voice: Voice
    house: House
    attempt: int

    @property
    def storage(self) -> Storage:
        """Where the company's files lie."""
        return self.house.storage

    def url(self, path: str = "/") -> str:
        """An absolute address on the company's own host."""
        return self.house.config.origin(self.company.host) + path


Run = Callable[..., None]


@dataclass(frozen=True)
class Job:
    """Something to be done for one company, under a name that begins with the module's slug ("faq.remind").

    `run(work, **arguments)` may be called more than once for the same thing (a worker can die after the work and
    before its note), so it looks first whether it is done already. `attempts` are made with growing pauses; then
    `gave_up(work, **arguments)` is told. `when_off`: while the module is off for the company the job is dropped, or
    waits. `when_stalled`: what becomes of a job whose worker died under it. `every` is a cron line in UTC, for a job
    without arguments that each company with the module gets.
    """

    name: str
    run: Run
    attempts: int = 8
    when_off: Literal["drop", "wait"] = "drop"
    when_stalled: Literal["retry", "fail"] = "retry"
    gave_up: Run | None = None
    every: str | None = None


@dataclass(frozen=True)
class Chore:
    """Housekeeping for all companies at once, by the cron line `every` in UTC. Only the core has any."""

    name: str
    run: Callable[[House, Session], None]
    every: str


class Later(Exception):
    """Raised by a job: what is done so far stays, and the job comes again at `at`, with all its attempts."""

    def __init__(self, at: datetime | timedelta) -> None:
        self.at = datetime.now(UTC) + at if isinstance(at, timedelta) else at
        super().__init__(f"not before {self.at.isoformat()}")
