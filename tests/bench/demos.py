"""What a demo costs: from the form to the first page of the prospect's own portal, for each segment."""

from __future__ import annotations

import statistics
import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.app import Platform, create_app, house_of
from quartier.keys import key_of
from quartier.sandboxes.links import path_of
from quartier.sandboxes.making import Look, Wish
from quartier.sandboxes.models import Sandbox
from quartier.sandboxes.planting import LASTS, Sales, make, today_in
from quartier.sandboxes.segments import segments
from quartier.testing import Browser
from tests.bench.world import World

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#7a1f3d"/></svg>'


def demos(world: World) -> dict[str, str]:
    """The figures: all modules planted in the form's own request, and then the door in the prospect's look."""
    platform = create_app(world.config)
    times = {slug: _made(platform, slug) for slug in segments()}
    platform.close()
    whole = [wall for wall, _work in times.values()]
    work = statistics.median(work for _wall, work in times.values())
    return {
        "demo, form to first page: median of the segments": f"{statistics.median(whole):.1f} s",
        "the same, worst": f"{max(whole):.1f} s",
        "of that, work of the web process": f"{work:.1f} s",
    }


def _made(platform: Platform, segment: str) -> tuple[float, float]:
    """Seconds on the clock, and of this process."""
    shell, today = platform.shell, today_in("CH", "de").date()
    look = Look("#7a1f3d", None, "warm", ("logo.svg", LOGO))
    wish = Wish(
        f"bench-{segment}",
        "Muster AG",
        "Muster",
        segments()[segment],
        "CH",
        ("de", "en", "fr"),
        look,
        today,
        today + LASTS,
    )
    with Session(shell.platform, expire_on_commit=False) as db:
        owner = Operator(
            email=f"{segment}@bench.example", email_key=f"{segment}@bench.example", name="Bench", role="sales"
        )
        db.add(owner)
        db.flush()
        began, worked = time.perf_counter(), time.process_time()
        company = make(db, house_of(shell), wish, Sales("Bench", owner.id), patience=600)
        path = path_of(key_of(shell.config), db.scalars(select(Sandbox).filter_by(company_id=company.id)).one())
        answer = Browser(platform, f"{wish.slug}.{shell.config.platform_domain}").get(path)
        assert answer.status_code == 200
        return time.perf_counter() - began, time.process_time() - worked
