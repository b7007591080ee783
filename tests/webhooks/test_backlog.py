"""What waits for a receiver that is away has a bound, and what was not collected is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from quartier.deliveries.models import MailDelivery
from quartier.erp.policies import WEBHOOKS
from quartier.testing import SomeCompany
from quartier.webhooks import backlog, services
from quartier.webhooks.models import Webhook
from tests.webhooks.conftest import Receiver, Subscribe, rows, work

LOG = "SELECT status, changes FROM webhook_delivery ORDER BY id"


def test_too_much_for_a_receiver_that_is_away_pauses_it_and_the_rest_is_counted(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "MOST_AWAY", 1)
    brunnenhof.agent("Nadja Frei", WEBHOOKS)
    hook, receiver.statuses = subscribe(brunnenhof, "person"), [503]
    for name in ("Berger", "Petrović"):
        brunnenhof.person(name)
        work(brunnenhof)
    db = brunnenhof.db()
    mine = db.get_one(Webhook, (brunnenhof.id, hook.id))
    assert (mine.paused, rows(brunnenhof, LOG)) == ("", [("waiting", 1), ("waiting", 1)])  # away for minutes only
    mine.failing_since = datetime.now(UTC) - timedelta(hours=2)
    db.commit()
    for name in ("Senn", "Uhl"):
        brunnenhof.person(name)
        work(brunnenhof)
    db.refresh(mine)
    assert (mine.paused, rows(brunnenhof, LOG)) == ("backlog", [("waiting", 1), ("waiting", 1)])
    assert [mail.kind for mail in db.scalars(select(MailDelivery))] == ["webhooks.paused"]
    receiver.statuses, before = [204], len(receiver.letters)
    services.resume(db, mine)
    db.commit()
    work(brunnenhof)
    told = [change["after"]["family_name"] for letter in receiver.letters[before:] for change in letter.changes]
    assert (told, rows(brunnenhof, LOG)) == (
        ["Berger", "Petrović"], [("delivered", 1), ("delivered", 1), ("missed", 2)],
    )  # fmt: skip
    assert services.replay(db, mine) == 0
    (missed,) = rows(brunnenhof, "SELECT id FROM webhook_delivery WHERE status = 'missed'")
    assert services.replay(db, mine, [missed[0]]) == 0


def test_a_pause_in_which_nothing_changes_leaves_nothing_in_the_log(
    brunnenhof: SomeCompany, subscribe: Subscribe
) -> None:
    hook = subscribe(brunnenhof, "unit")
    db = brunnenhof.db()
    mine = db.get_one(Webhook, (brunnenhof.id, hook.id))
    services.pause(db, mine)
    brunnenhof.person("Berger")  # of whom it does not tell
    services.resume(db, mine)
    db.commit()
    assert rows(brunnenhof, LOG) == []
