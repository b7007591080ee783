"""Letters to those whom an important message did not reach: one click, once for each, in their own language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select, update

from quartier.app import Platform
from quartier.audience.audience import Audience
from quartier.db.base import new_id
from quartier.deliveries.models import MailDelivery
from quartier.estate.models import Building
from quartier.invitations.models import LetterBatch
from quartier.notifications.important import notify_important, states
from quartier.notifications.models import Notification
from quartier.notifications.services import MAIL_EVENT, TELL, Subject
from quartier.residents import message_letters, messages
from quartier.residents.messages import Message, letters_of
from quartier.testing import SomeCompany
from tests.notifications.desk import KINDS, NEWS, THINGS, do
from tests.residents.test_pages import tenant

DESK = ("mail.read", "people.read", "people.invite")
TODAY = datetime.now(UTC).date()


@pytest.fixture(autouse=True)
def kinds(platform: Platform) -> Iterator[None]:
    platform.shell.mails |= KINDS
    yield
    for key in KINDS:
        del platform.shell.mails[key]


def sent(company: SomeCompany) -> UUID:
    """Something important that everybody in the house was told of."""
    THINGS[thing := new_id()] = Audience(frozenset({company.property_id}))
    beat = company.agent("Beat Ammann")
    with company.db() as db:
        about = Subject("/faq/", thing, {"title": "Kein Wasser"})
        told = notify_important(db, NEWS, to=THINGS[thing], about=about, by=beat.viewer(db))
        db.commit()
    assert told is not None
    do(company, TELL)
    return told


def came_back(company: SomeCompany, told: UUID, address: str) -> None:
    with company.db() as db:
        mail = update(MailDelivery).filter_by(event=f"{MAIL_EVENT}{told}", address_key=address)
        db.execute(mail.values(state="bounced"))
        db.commit()


def pages(company: SomeCompany, told: UUID) -> list[tuple[str, str, str, list[str]]]:
    """Language, first and last line of the address, and what is said, of each letter of the last batch."""
    with company.db() as db:
        message = Message(db.get_one(Notification, (company.id, told)), NEWS)
        batch = db.scalars(select(LetterBatch).order_by(LetterBatch.id.desc()).limit(1)).one()
        snapshot = company.platform.shell.snapshots(company.id)
        assert snapshot is not None
        found = list(letters_of(db, snapshot, message, batch, today=TODAY))
    assert [one.access for one in found] == [None] * len(found)
    return [(one.language, one.address[0], one.address[-1], list(one.paragraphs)) for one in found]


def test_one_click_makes_a_letter_for_everybody_whom_it_did_not_reach_and_a_letter_finds(
    brunnenhof: SomeCompany,
) -> None:
    """By mail, by mail that came back, without any address, and where no street is known; then mail comes back late."""
    nowhere = {"street": "", "house_number": "", "postal_code": "", "city": "", "country": "CH"}
    nameless = Building(id=new_id(), property_id=brunnenhof.property_id, name="Baustelle", **nowhere)
    brunnenhof.plant(nameless)
    verena = brunnenhof.resident("Verena Keller")
    tenant(brunnenhof, "Anna Amsler", email="anna@post.example")
    beat = tenant(brunnenhof, "Beat de la Vega-Müller", language="fr")
    tenant(brunnenhof, "Carla", building=nameless.id)
    told = sent(brunnenhof)
    came_back(brunnenhof, told, "anna@post.example")
    nadja = brunnenhof.agent("Nadja Frei", *DESK, language="en").browser
    proof, letters = f"/cockpit/notifications/{told}", f"/cockpit/residents/messages/{told}"
    shown = nadja.get(proof).text
    assert (f'action="{letters}"' in shown, "3 people were not reached by any way" in shown) == (True, True)
    assert [nadja.post(letters).headers["Location"] for _turn in range(2)] == [letters, letters]
    assert pages(brunnenhof, told) == [
        ("de", "Anna Amsler", "8057 Zürich", ["Neuer Aushang", "Kein Wasser"]),
        ("fr", "Beat de la Vega-Müller", "8057 Zürich", ["Neuer Aushang", "Kein Wasser"]),
    ]
    page = nadja.get(letters).text
    assert ["2 letters" in page, "For 1 person no postal address is known" in page] == [True, True]
    file = page.partition(f'href="{letters}/')[2].partition('"')[0]
    assert nadja.get(f"{letters}/{file}").data[:5] == b"%PDF-"
    assert [line.split(";")[-1] != "" for line in nadja.get(f"{proof}.csv").text.split("\r\n")[1:-1]] == [
        True, False, True, False,
    ]  # fmt: skip
    life = nadja.get(f"/cockpit/people/{beat.id}/life").text
    own = life.partition(f'href="/cockpit/residents/{beat.id}/messages/')[2].partition('"')[0]
    assert ("Important message by letter" in life, own) == (True, file)
    assert nadja.get(f"/cockpit/residents/{beat.id}/messages/{own}").data[:5] == b"%PDF-"
    assert nadja.get(f"/cockpit/residents/{verena.person_id}/messages/{own}").status_code == 404
    came_back(brunnenhof, told, verena.email)
    nadja.post(letters)
    assert [address for _language, address, _city, _said in pages(brunnenhof, told)] == ["Verena Keller"]
    with brunnenhof.db() as db:
        found = states(db, db.get_one(Notification, (brunnenhof.id, told)))
    assert (found.people, found.letters, found.unreached, found.missed) == (4, 3, 1, 1)


def test_what_is_not_there_any_more_goes_to_nobody_and_the_desk_asks_for_both_rights(brunnenhof: SomeCompany) -> None:
    tenant(brunnenhof, "Beat Amsler")
    told = sent(brunnenhof)
    url, whole = f"/cockpit/residents/messages/{told}", brunnenhof.agent("Nadja Frei", *DESK)
    for permissions, status in ((DESK[:1], 404), (DESK[1:], 403)):
        assert brunnenhof.agent("Urs Frei", *permissions).browser.post(url).status_code == status
    limited = brunnenhof.agent("Dragan Petrović", *DESK).limited_to(brunnenhof.property_id).browser
    assert limited.post(url).status_code == 404
    assert batches(brunnenhof) == []
    things = dict(THINGS)
    THINGS.clear()
    whole.browser.post(url)
    assert batches(brunnenhof) == []
    THINGS.update(things)
    whole.browser.post(url)
    assert batches(brunnenhof) == [("ready", 1)]
    assert url in whole.browser.get("/cockpit/residents/letters").text
    assert url not in limited.get("/cockpit/residents/letters").text


def test_many_are_set_by_a_worker_and_again_when_the_file_is_gone(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "AT_ONCE", 0)
    monkeypatch.setattr(message_letters, "AT_ONCE", 0)
    tenant(brunnenhof, "Beat Amsler")
    told = sent(brunnenhof)
    nadja, url = brunnenhof.agent("Nadja Frei", *DESK, language="en").browser, f"/cockpit/residents/messages/{told}"
    nadja.post(url)
    assert "1 letter is being set" in nadja.get(url).text
    brunnenhof.work()
    file = nadja.get(url).text.partition(f'href="{url}/')[2].partition('"')[0]
    assert nadja.get(f"{url}/{file}").data[:5] == b"%PDF-"
    with brunnenhof.db() as db:
        db.execute(update(LetterBatch).values(state="gone", file_id=None))
        db.commit()
    assert nadja.get(f"{url}/{file}").status_code == 404
    nadja.post(f"{url}/{file.removesuffix('.pdf')}")
    assert batches(brunnenhof) == [("waiting", 1)]


def batches(company: SomeCompany) -> list[tuple[str, int]]:
    with company.db() as db:
        return [(one.state, one.letters) for one in db.scalars(select(LetterBatch))]
