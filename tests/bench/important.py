"""An important notice of the pinboard to 5,000 people: from the click until a mail to each of them is in the queue."""

from __future__ import annotations

import time

from plugins.pinboard import services
from plugins.pinboard.tests.sample import EDITOR, notice
from quartier.app import create_app, house_of
from quartier.i18n.voice import Voice
from quartier.jobs.definition import Work
from quartier.notifications.jobs import tell
from quartier.tenancy.session import CompanySession
from quartier.testing.work import leave_no_work
from tests.bench.board import sell
from tests.bench.inviting import plant
from tests.bench.world import World

SLUG, MANY = "wichtig", 5_000
ADDRESSED = "UPDATE person SET email = id || '@post.example' WHERE family_name LIKE 'Muster%%' RETURNING id"


def important(world: World) -> dict[str, str]:
    """What the click takes, and what the worker takes until everybody meant stands in the queue."""
    company = world.company(SLUG, articles=1)
    sell(world, company, "pinboard")
    plant(world, company, MANY * 9 // 8)  # each ninth has moved out, and is not meant
    world.analyse()
    platform = create_app(world.config)
    snapshot = platform.shell.snapshots(company)
    assert snapshot is not None
    db = CompanySession(world.app, company)
    db.rows(ADDRESSED)
    post = notice(db, "Kein Wasser")
    db.commit()
    began = time.perf_counter()
    told = services.tell_everybody(db, post.id, by=EDITOR)
    db.commit()
    click, began = time.perf_counter() - began, time.perf_counter()
    tell(Work(snapshot, db, Voice("de", "formal", "CH"), house_of(platform.shell), 1), notification=str(told))
    db.commit()
    queued = time.perf_counter() - began
    found = db.row("SELECT count(*) AS mails FROM mail_delivery WHERE state = 'waiting'")
    db.close()
    leave_no_work(platform, [company])  # or the next part's worker would write 5,000 mails first
    platform.close()
    assert found.mails >= MANY
    return {
        f"important to {found.mails:,} people, queued (budget 3 s)": f"{click + queued:.1f} s",
        "important, the click alone": f"{click * 1000:.0f} ms",
    }
