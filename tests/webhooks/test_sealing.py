"""Secrets lie sealed in the database: whoever copies it signs nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier import chores
from quartier.app import house_of
from quartier.deliveries.models import MailDelivery
from quartier.erp.policies import WEBHOOKS
from quartier.keys import key_of
from quartier.testing import SomeCompany
from quartier.webhooks import services
from quartier.webhooks.models import Webhook
from quartier.webhooks.signing import new_secret, signature
from tests.webhooks.conftest import Receiver, Subscribe, rows, work


def swept(company: SomeCompany) -> None:
    house = house_of(company.platform.shell)
    chore = next(one for one in chores.CHORES if one.name == "webhooks.sweep")
    with Session(house.platform) as db:
        chore.run(house, db)
        db.commit()


def test_a_copy_of_the_database_holds_no_secret(brunnenhof: SomeCompany, subscribe: Subscribe) -> None:
    hook = subscribe(brunnenhof, "unit")
    assert hook.shown_secret.startswith("whsec_")
    (kept,) = rows(brunnenhof, "SELECT secret FROM webhook")
    assert (kept[0].startswith("sealed:1:"), hook.shown_secret in kept[0]) == (True, False)


def test_secrets_of_an_earlier_version_go_on_signing_and_are_sealed_by_themselves(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    hook, secret = subscribe(brunnenhof, "person"), new_secret()
    db = brunnenhof.db()
    db.get_one(Webhook, (brunnenhof.id, hook.id)).secret = secret
    db.commit()
    brunnenhof.person("Berger")
    work(brunnenhof)
    swept(brunnenhof)
    (kept,) = rows(brunnenhof, "SELECT secret FROM webhook")
    assert kept[0].startswith("sealed:1:")
    brunnenhof.person("Petrović")
    work(brunnenhof)
    for letter in receiver.letters:
        found = signature(letter.headers["webhook-id"], letter.headers["webhook-timestamp"], letter.body, secret)
        assert letter.headers["webhook-signature"] == f"v1,{found}"
    assert len(receiver.letters) == 2


def test_with_another_key_nothing_is_sent_until_the_secret_is_changed(
    brunnenhof: SomeCompany, receiver: Receiver, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    brunnenhof.agent("Nadja Frei", WEBHOOKS)
    hook, shell = subscribe(brunnenhof, "person"), brunnenhof.platform.shell
    monkeypatch.setattr(shell, "config", replace(shell.config, key="another key of this installation, long enough"))
    brunnenhof.person("Berger")
    work(brunnenhof)
    db = brunnenhof.db()
    mine = db.get_one(Webhook, (brunnenhof.id, hook.id))
    assert (receiver.letters, mine.paused) == ([], "key")
    assert [mail.kind for mail in db.scalars(select(MailDelivery))] == ["webhooks.paused"]
    services.send_test(db, mine)
    db.commit()
    work(brunnenhof)
    assert rows(brunnenhof, "SELECT status, error FROM webhook_delivery ORDER BY id") == [
        ("waiting", ""), ("failed", "key"),
    ]  # fmt: skip
    fresh = services.rotate(db, mine, key=key_of(shell.config))
    services.resume(db, mine)
    db.commit()
    work(brunnenhof)
    (letter,) = receiver.letters
    found = signature(letter.headers["webhook-id"], letter.headers["webhook-timestamp"], letter.body, fresh)
    assert letter.headers["webhook-signature"] == f"v1,{found}"


def test_a_secret_is_worth_nothing_in_another_row(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, receiver: Receiver, subscribe: Subscribe
) -> None:
    mine, theirs = subscribe(brunnenhof, "person"), subscribe(nordlicht, "person")
    db = nordlicht.db()
    db.get_one(Webhook, (nordlicht.id, theirs.id)).secret = mine.secret
    db.commit()
    nordlicht.person("Berger")
    work(nordlicht)
    assert (receiver.letters, db.get_one(Webhook, (nordlicht.id, theirs.id), populate_existing=True).paused) == (
        [], "key",
    )  # fmt: skip
