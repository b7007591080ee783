"""On the way: in order, again and again for a week, and never into our own network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier import chores
from quartier.app import Platform, house_of
from quartier.db.base import new_id
from quartier.deliveries.models import MailDelivery
from quartier.erp.policies import WEBHOOKS
from quartier.keys import key_of
from quartier.testing import SomeCompany
from quartier.webhooks import services
from quartier.webhooks.delivering import LONGEST_PAUSE, PATIENCE, message_id, pause_after
from quartier.webhooks.models import Webhook, WebhookDelivery
from quartier.webhooks.signing import signature
from tests.webhooks.conftest import Receiver, Subscribe, again_now, rows, work

LOG = "SELECT status, attempts, answer FROM webhook_delivery ORDER BY id"


def somebody_comes(company: SomeCompany, *names: str) -> None:
    """Each a message of its own."""
    for name in names:
        company.person(name)
        work(company)


def told(receiver: Receiver) -> list[str]:
    return [change["after"]["family_name"] for letter in receiver.letters for change in letter.changes]


def hook_of(company: SomeCompany, hook: Webhook) -> Webhook:
    db = company.db()
    found = db.get_one(Webhook, (company.id, hook.id))
    db.close()
    return found


def set_back(company: SomeCompany, **values: datetime | int) -> None:
    """As if it had been so since then."""
    db = company.db()
    for table, names in {"webhook": {"failing_since"}, "webhook_delivery": {"begun_at", "attempts"}}.items():
        for name in names & values.keys():
            db.execute(text(f"UPDATE {table} SET {name} = :value"), {"value": values[name]})
    db.commit()
    db.close()


def test_a_message_that_fails_comes_again_under_the_same_id_before_those_after_it(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(brunnenhof, "person")
    receiver.statuses = [500, 503, 200]
    somebody_comes(brunnenhof, "Hanna Berger", "Dragan Petrović")
    assert told(receiver) == ["Berger"]
    assert rows(brunnenhof, LOG) == [("waiting", 1, 500), ("waiting", 0, None)]
    again_now(brunnenhof)
    assert told(receiver) == ["Berger", "Berger"]
    again_now(brunnenhof)
    assert told(receiver) == ["Berger", "Berger", "Berger", "Petrović"]
    assert rows(brunnenhof, LOG) == [("delivered", 3, 200), ("delivered", 1, 200)]
    ids = [letter.headers["webhook-id"] for letter in receiver.letters]
    assert (len(set(ids[:3])), ids[3] in ids[:3], len({one.body for one in receiver.letters})) == (1, False, 2)


def test_a_message_that_nobody_takes_steps_aside(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(brunnenhof, "person")
    receiver.statuses = [400] * PATIENCE + [200]
    somebody_comes(brunnenhof, "Hanna Berger", "Dragan Petrović")
    for _try in range(PATIENCE - 1):
        again_now(brunnenhof)
    assert told(receiver) == ["Berger"] * PATIENCE + ["Petrović"]
    assert rows(brunnenhof, LOG) == [("waiting", PATIENCE, 400), ("delivered", 1, 200)]
    again_now(brunnenhof)
    assert rows(brunnenhof, LOG)[0] == ("delivered", PATIENCE + 1, 200)


def test_pauses_grow_and_never_are_the_same_for_all() -> None:
    pauses = [pause_after(attempt) for attempt in range(1, 40)]
    assert timedelta(seconds=8) <= pauses[0] <= timedelta(seconds=12)
    assert all(later > earlier for earlier, later in pairwise(pauses[:7]))
    assert max(pauses) <= LONGEST_PAUSE * 1.2
    assert len({pause_after(1) for _try in range(50)}) > 1


def test_after_seven_days_a_message_has_failed(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    hook = subscribe(brunnenhof, "person")
    receiver.statuses = [500]
    somebody_comes(brunnenhof, "Hanna Berger")
    set_back(brunnenhof, begun_at=datetime.now(UTC) - timedelta(days=7))
    again_now(brunnenhof)
    assert rows(brunnenhof, LOG) == [("failed", 2, 500)]
    assert hook_of(brunnenhof, hook).paused == ""
    db = brunnenhof.db()
    receiver.statuses = [200]
    assert services.replay(db, db.get_one(Webhook, (brunnenhof.id, hook.id))) == 1
    db.commit()
    work(brunnenhof)
    assert rows(brunnenhof, LOG) == [("delivered", 1, 200)]
    assert len({letter.headers["webhook-id"] for letter in receiver.letters}) == 1


def test_the_last_try_is_at_the_end_of_the_seven_days(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(brunnenhof, "person")
    receiver.statuses = [500]
    somebody_comes(brunnenhof, "Hanna Berger")
    begun = datetime.now(UTC) - timedelta(days=6, hours=23, minutes=59)
    set_back(brunnenhof, begun_at=begun, attempts=20)
    again_now(brunnenhof)
    assert rows(brunnenhof, "SELECT status, due_at = begun_at + interval '7 days' FROM webhook_delivery") == [
        ("waiting", True)
    ]


def mails(platform: Platform, company: SomeCompany) -> list[tuple[str, str, str]]:
    with Session(platform.shell.platform) as db:
        found = db.query(MailDelivery).filter_by(company_id=company.id).order_by(MailDelivery.id)
        return [(mail.address, mail.language, mail.subject) for mail in found]


def test_seven_days_of_nothing_but_failures_pause_the_webhook_and_the_company_is_told(
    brunnenhof: SomeCompany, platform: Platform, receiver: Receiver, subscribe: Subscribe
) -> None:
    hook = subscribe(brunnenhof, "person")
    nadja = brunnenhof.agent("Nadja Frei", WEBHOOKS)
    anne = brunnenhof.agent("Anne Rochat", WEBHOOKS, language="fr")
    brunnenhof.agent("Dragan Petrović", "estate.read")
    work(brunnenhof)
    receiver.statuses = [500]
    somebody_comes(brunnenhof, "Hanna Berger")
    set_back(brunnenhof, failing_since=datetime.now(UTC) - timedelta(days=7))
    again_now(brunnenhof)
    assert hook_of(brunnenhof, hook).paused == "failing"
    assert mails(platform, brunnenhof) == [
        (nadja.email, "de", "Ein Webhook ist angehalten: ERP"), (anne.email, "fr", "Un webhook est en pause : ERP"),
    ]  # fmt: skip
    count = len(receiver.letters)
    somebody_comes(brunnenhof, "Svenja Petersen")
    again_now(brunnenhof)
    assert (len(receiver.letters), len(mails(platform, brunnenhof))) == (count, 2)
    assert len(rows(brunnenhof, LOG)) == len({letter.headers["webhook-id"] for letter in receiver.letters})


def test_one_success_ends_a_row_of_failures(brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe) -> None:
    hook = subscribe(brunnenhof, "person")
    receiver.statuses = [500, 200]
    somebody_comes(brunnenhof, "Hanna Berger")
    before = hook_of(brunnenhof, hook)
    again_now(brunnenhof)
    after = hook_of(brunnenhof, hook)
    assert (before.failures, before.failing_since is None) == (1, False)
    assert (after.failures, after.failing_since, after.delivered_at is None) == (0, None, False)


def test_410_pauses_and_resuming_sends_what_waited(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    hook = subscribe(brunnenhof, "person")
    receiver.statuses = [410, 200]
    somebody_comes(brunnenhof, "Hanna Berger")
    somebody_comes(brunnenhof, "Dragan Petrović")
    assert (hook_of(brunnenhof, hook).paused, told(receiver)) == ("gone", ["Berger"])
    db = brunnenhof.db()
    services.resume(db, db.get_one(Webhook, (brunnenhof.id, hook.id)))
    db.commit()
    work(brunnenhof)
    assert told(receiver) == ["Berger", "Berger"]
    somebody_comes(brunnenhof, "Svenja Petersen")
    assert told(receiver)[2:] == ["Petersen"]


def test_what_happens_while_an_agent_has_paused_it_is_not_collected(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    hook = subscribe(brunnenhof, "person")
    db = brunnenhof.db()
    services.pause(db, db.get_one(Webhook, (brunnenhof.id, hook.id)))
    db.commit()
    somebody_comes(brunnenhof, "Hanna Berger")
    assert rows(brunnenhof, LOG) == []


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_test_message_is_sent_once_even_while_it_is_paused(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe, status: int
) -> None:
    hook = subscribe(brunnenhof, "person")
    db = brunnenhof.db()
    mine = db.get_one(Webhook, (brunnenhof.id, hook.id))
    services.pause(db, mine)
    services.send_test(db, mine)
    db.commit()
    receiver.statuses = [status, 200]
    work(brunnenhof)
    services.send_test(db, mine)
    db.commit()
    work(brunnenhof)
    assert [letter.json["type"] for letter in receiver.letters] == ["webhook.test"] * 2
    assert rows(brunnenhof, LOG) == [("failed", 1, status), ("delivered", 1, 200)]
    assert (hook_of(brunnenhof, hook).failures, hook_of(brunnenhof, hook).paused) == (0, "agent")


def test_the_old_secret_signs_as_well_for_a_day(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    hook = subscribe(brunnenhof, "person")
    db = brunnenhof.db()
    mine = db.get_one(Webhook, (brunnenhof.id, hook.id))
    fresh = services.rotate(db, mine, key=key_of(brunnenhof.platform.shell.config))
    db.commit()
    somebody_comes(brunnenhof, "Hanna Berger")
    mine.old_until = datetime.now(UTC)
    db.commit()
    somebody_comes(brunnenhof, "Dragan Petrović")
    for letter, keys in zip(receiver.letters, ([fresh, hook.shown_secret], [fresh]), strict=True):
        facts = letter.headers["webhook-id"], letter.headers["webhook-timestamp"], letter.body
        expected = " ".join(f"v1,{signature(*facts, key)}" for key in keys)
        assert letter.headers["webhook-signature"] == expected


def test_another_address_is_tried_at_once(brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe) -> None:
    hook = subscribe(brunnenhof, "person")
    receiver.statuses = [500, 200]
    somebody_comes(brunnenhof, "Hanna Berger")
    db = brunnenhof.db()
    services.change(db, db.get_one(Webhook, (brunnenhof.id, hook.id)), {"url": receiver.url + "/new"})
    db.commit()
    work(brunnenhof)
    assert [letter.path for letter in receiver.letters] == ["/hook", "/hook/new"]


def test_an_address_is_checked_again_at_each_delivery(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was allowed when it was saved may be a door to our own network today."""
    subscribe(brunnenhof, "person")
    monkeypatch.undo()
    somebody_comes(brunnenhof, "Hanna Berger")
    assert (receiver.letters, rows(brunnenhof, "SELECT status, error FROM webhook_delivery")) == (
        [], [("waiting", "address:scheme")],
    )  # fmt: skip
    db = brunnenhof.db()
    db.execute(text("UPDATE webhook SET url = 'https://127.0.0.1/'"))
    db.commit()
    again_now(brunnenhof)
    assert rows(brunnenhof, "SELECT status, error FROM webhook_delivery") == [("waiting", "address:private")]


def test_a_webhook_that_was_deleted_meanwhile_is_forgotten(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    hook = subscribe(brunnenhof, "person")
    brunnenhof.person("Hanna Berger")
    db = brunnenhof.db()
    services.remove(db, db.get_one(Webhook, (brunnenhof.id, hook.id)))
    db.commit()
    work(brunnenhof)
    assert (receiver.letters, rows(brunnenhof, "SELECT count(*) FROM webhook_pending")) == ([], [(0,)])


def test_waiting_for_another_time_is_one_job_and_not_many(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(brunnenhof, "person")
    receiver.statuses = [500]
    somebody_comes(brunnenhof, "Hanna Berger", "Dragan Petrović", "Svenja Petersen")
    with brunnenhof.platform.shell.platform.connect() as connection:
        query = (
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE 'webhooks.%' AND status = 'todo' "
            "AND args ->> 'company' = :company"
        )
        assert connection.scalar(text(query), {"company": str(brunnenhof.id)}) == 1


def sweep(platform: Platform) -> None:
    (chore,) = [one for one in chores.CHORES if one.name == "webhooks.sweep"]
    with Session(platform.shell.platform) as db:
        chore.run(house_of(platform.shell), db)
        db.commit()


def test_messages_are_forgotten_after_thirty_days(
    brunnenhof: SomeCompany, platform: Platform, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(brunnenhof, "person")
    somebody_comes(brunnenhof, "Hanna Berger", "Dragan Petrović")
    db = brunnenhof.db()
    oldest = "UPDATE webhook_delivery SET begun_at = now() - interval '31 days' WHERE id = (SELECT id FROM {} {})"
    db.execute(text(oldest.format("webhook_delivery", "ORDER BY id LIMIT 1")))
    db.commit()
    sweep(platform)
    assert len(rows(brunnenhof, LOG)) == 1


def test_what_a_lost_job_should_have_done_is_done_by_the_clock(
    brunnenhof: SomeCompany, platform: Platform, receiver: Receiver, subscribe: Subscribe
) -> None:
    subscribe(brunnenhof, "person")
    brunnenhof.person("Hanna Berger")
    with platform.shell.platform.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
        connection.execute(text("UPDATE webhook_pending SET since = now() - interval '1 hour'"))
    sweep(platform)
    work(brunnenhof)
    assert told(receiver) == ["Berger"]
    brunnenhof.person("Dragan Petrović")
    brunnenhof.work()
    with platform.shell.platform.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
        connection.execute(text("UPDATE webhook_delivery SET due_at = now() - interval '1 hour'"))
    sweep(platform)
    work(brunnenhof)
    assert told(receiver) == ["Berger", "Petrović"]


def test_a_message_is_known_by_its_id() -> None:
    delivery = WebhookDelivery(id=new_id())
    assert message_id(delivery.id) == f"msg_{delivery.id.hex}"
    assert UUID(message_id(delivery.id).removeprefix("msg_")) == delivery.id
