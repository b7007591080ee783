"""The list of important messages counts as the proof of each does."""

from __future__ import annotations

from datetime import UTC, datetime

from quartier.db.base import new_id
from quartier.deliveries.models import MailDelivery
from quartier.imports.driver import driver_of
from quartier.notifications.important import states
from quartier.notifications.models import Notification, NotificationReceipt
from quartier.notifications.past import past
from quartier.notifications.services import MAIL_EVENT
from quartier.testing import SomeCompany

NUMBERS = ("people", "read", "rung", "sent", "letters", "unreached")


def test_the_numbers_of_a_message_in_the_list_are_those_of_its_proof(brunnenhof: SomeCompany) -> None:
    now, told = datetime.now(UTC), Notification(id=new_id(), kind="x.y", event="e", path="/", important=True)
    told.told_at = now
    other = Notification(id=new_id(), kind="x.y", event="f", path="/", important=True, told_at=now)
    signed_in = brunnenhof.resident("Verena Keller").person_id
    people = [signed_in, *(brunnenhof.person(f"Vera {n}").id for n in range(6))]
    brunnenhof.plant(told, other)
    keys = [None, "couple@x.example", "couple@x.example", "lost@x.example", "later@x.example", "kept@x.example", None]
    for n, (person, key) in enumerate(zip(people, keys, strict=True)):
        moment = now if n % 2 else None
        brunnenhof.plant(
            NotificationReceipt(id=new_id(), notification_id=told.id, person_id=person, address_key=key, read_at=moment)
        )
    brunnenhof.plant(NotificationReceipt(id=new_id(), notification_id=other.id, person_id=signed_in, rung_at=now))
    for key, state in zip(sorted({key for key in keys if key}), ("sent", "kept", "waiting", "bounced"), strict=True):
        mail = MailDelivery(id=new_id(), kind="x.y", event=f"{MAIL_EVENT}{told.id}", address=key, address_key=key)
        mail.language, mail.subject, mail.state = "de", "Wasser", state
        brunnenhof.plant(mail)
    db = brunnenhof.db()
    latest, first = past(db, "")[0]
    assert [getattr(first, name) for name in NUMBERS] == [7, 3, 0, 3, 0, 1]
    assert [getattr(latest, name) for name in NUMBERS] == [1, 0, 1, 0, 0, 0]
    for row, one in ((latest, other), (first, told)):
        proof = states(db, one)
        assert [getattr(row, name) for name in NUMBERS] == [getattr(proof, name) for name in NUMBERS]
    driver_of(db).execute("DELETE FROM mail_delivery")
    assert past(db, "")[0][1].sent == 0
