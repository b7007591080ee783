"""What is due by the clock: once for all companies, or once for each."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from quartier import chores
from quartier.accounts.models import AccountSession, PasswordReset
from quartier.accounts.visitors import IDLE
from quartier.app import Platform, house_of
from quartier.cli import cli
from quartier.db.base import new_id
from quartier.files import sweeping
from quartier.files.models import Attachment, StoredFile
from quartier.files.purposes import ATTACHED
from quartier.files.services import keep, keep_attached
from quartier.files.storage import FolderStorage
from quartier.jobs.definition import Job
from quartier.jobs.registry import Registry
from quartier.jobs.runner import Runner
from quartier.jobs.worker import queue_app, serve
from quartier.testing import SomeCompany

NOW = datetime.now(UTC)


def clockwork(platform: Platform, known: Registry) -> None:
    """A worker that also does what the clock asks for, until nothing is due."""
    url = make_url(str(platform.shell.config.database_platform_url))
    app = queue_app(Runner(house_of(platform.shell), known), url)
    asyncio.run(serve(app, asyncio.Event(), threads=1, wait=False))


def test_ended_sessions_and_links_are_swept(brunnenhof: SomeCompany) -> None:
    body = brunnenhof.resident()
    sessions = {"open": (NOW, NOW + IDLE), "over": (NOW, NOW - timedelta(hours=1)), "idle": (NOW - IDLE, NOW + IDLE)}
    for name, (seen, until) in sessions.items():
        brunnenhof.plant(
            AccountSession(
                account_id=body.account_id,
                token_hash=name.encode(),
                expires_at=until,
                seen_at=seen - timedelta(minutes=1),
            )
        )
    for name, until in {"fresh": NOW - timedelta(hours=2), "old": NOW - timedelta(days=2)}.items():
        brunnenhof.plant(PasswordReset(account_id=body.account_id, token_hash=name.encode(), expires_at=until))
    (sweep,) = [chore for chore in chores.CHORES if chore.name == "accounts.sweep"]
    with Session(brunnenhof.platform.shell.platform) as db:
        sweep.run(house_of(brunnenhof.platform.shell), db)
        db.commit()
    db = brunnenhof.db()
    left = [bytes(row.token_hash) for row in db.rows("SELECT token_hash FROM account_session")]
    links = [bytes(row.token_hash) for row in db.rows("SELECT token_hash FROM password_reset")]
    db.close()
    assert (left, links) == ([b"open"], [b"fresh"])


def test_bytes_without_a_row_are_swept_after_a_day_and_rows_without_bytes_by_hand(brunnenhof: SomeCompany) -> None:
    """Nothing that is not ours goes, and nothing at all while the storage looks like that of another installation."""
    storage = brunnenhof.platform.shell.storage
    assert isinstance(storage, FolderStorage)
    db = brunnenhof.db()
    kept = keep(db, storage, purpose="test", name="a.txt", content_type="text/plain", body=b"kept")
    db.commit()
    lost = keep(db, storage, purpose="test", name="b.txt", content_type="text/plain", body=b"rolled back")
    young = keep(db, storage, purpose="test", name="c.txt", content_type="text/plain", body=b"just now")
    keys = {name: f"{brunnenhof.id}/{one.id}" for name, one in (("kept", kept), ("lost", lost), ("young", young))}
    db.rollback()
    torn = Attachment(id=new_id(), purpose="faq.x", name="d.txt", content_type="text/plain", size=4, state="ready")
    db.add(torn)
    db.flush()
    torn_file = StoredFile(purpose=ATTACHED, name="d.txt", content_type="text/plain", attachment_id=torn.id)
    torn_key = keep_attached(db, storage, b"torn", torn_file).key
    db.commit()
    db.close()
    storage.delete(torn_key)
    keys |= {"half": f"{brunnenhof.id}/{new_id()}.4711", "foreign": f"{brunnenhof.id}/backup.tar"}
    for name in ("half", "foreign"):
        storage.put(keys[name], b"half", "text/plain")
    for name in ("kept", "lost", "half", "foreign"):
        os.utime(storage._path(keys[name]), (0, (NOW - timedelta(days=2)).timestamp()))
    (sweep,) = [chore for chore in chores.CHORES if chore.name == "files.sweep"]
    shell = brunnenhof.platform.shell
    elsewhere = FolderStorage(shell.config.var / "another")
    elsewhere.put(keys["lost"], b"not ours to drop", "text/plain")
    os.utime(elsewhere._path(keys["lost"]), (0, 0))
    with Session(shell.platform) as session:
        for place in (elsewhere, storage):
            sweep.run(replace(house_of(shell), storage=place), session)
        found = sweeping.look(session, elsewhere)
        removed = (sweeping.remove_stray(elsewhere, found), sweeping.remove_lost(session, found))
        assert (found.is_foreign, removed, elsewhere.get(keys["lost"])) == (True, (0, 0), b"not ours to drop")
    assert {name for name, key in keys.items() if storage.get(key) is not None} == {"kept", "young", "foreign"}
    environ = {"DATABASE_URL": str(shell.config.database_url), "QUARTIER_VAR": str(shell.config.var)}
    environ["DATABASE_PLATFORM_URL"] = str(shell.config.database_platform_url)
    said = CliRunner().invoke(cli, ["files", "sweep"], env=environ)
    assert (said.exit_code, f"{torn_key}  attached  d.txt" in said.output) == (1, True)
    assert "Removed:" in CliRunner().invoke(cli, ["files", "sweep", "--remove"], env=environ).output
    with brunnenhof.db() as db:
        left = [(one.name, one.state) for one in db.scalars(select(Attachment))]
        assert (left, db.scalars(select(StoredFile.name)).all()) == ([("d.txt", "failed")], ["a.txt"])


def test_each_company_with_the_module_gets_its_turn_once(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, platform: Platform
) -> None:
    visited: list[Any] = []
    nordlicht.switch("faq", on=False)
    known = Registry()
    known.add(Job("faq.tidy", lambda work: visited.append(work.company.id), every="* * * * *"), module="faq")
    with platform.shell.platform.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    began = minute()
    for _worker in range(10):  # one that finds nothing to do at once may end before the clock has spoken
        clockwork(platform, known)
        if visited:
            break
    clockwork(platform, known)
    turns = set(range(1, 2 + minute() - began))  # one for each minute that began meanwhile
    assert (visited.count(brunnenhof.id) in turns, visited.count(nordlicht.id)) == (True, 0)


def minute() -> int:
    """The number of this minute."""
    return int(datetime.now(UTC).timestamp() // 60)
