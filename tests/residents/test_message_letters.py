"""Letters to those whom an important message did not reach: one click, once for each, in their own language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from quartier.app import Platform
from quartier.audience.audience import Audience
from quartier.db.base import new_id
from quartier.deliveries.models import MailDelivery
from quartier.deliveries.papers import letters as letters_to
from quartier.deliveries.services import send_again
from quartier.estate.models import Building
from quartier.invitations.models import LetterBatch
from quartier.notifications.important import notify_important, proof, states
from quartier.notifications.models import Notification
from quartier.notifications.past import past
from quartier.notifications.services import MAIL_EVENT, TELL, Subject
from quartier.people.models import Person
from quartier.residents import message_letters, messages
from quartier.residents.messages import Message, letters_of
from quartier.testing import Browser, SomeCompany
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
        found = [page for _reader, page in letters_of(db, snapshot, message, batch, today=TODAY)]
    assert [one.access for one in found] == [None] * len(found)
    return [(one.language, one.address[0], one.address[-1], list(one.paragraphs)) for one in found]


def opened(company: SomeCompany, person: Person) -> str | None:
    """Who has opened the last letter to somebody last."""
    with company.db() as db:
        (last, *_rest) = letters_to(db, person.id)
    return last.printed_by if last.printed_at else None


def test_the_proof_counts_a_mail_that_arrived_at_a_corrected_address(brunnenhof: SomeCompany) -> None:
    anna = tenant(brunnenhof, "Anna Amsler", email="anna@post.example")
    told = sent(brunnenhof)
    came_back(brunnenhof, told, "anna@post.example")
    with brunnenhof.db() as db:
        db.execute(update(Person).filter_by(id=anna.id).values(email="amsler@post.example"))
        (mail,) = db.scalars(select(MailDelivery).filter_by(event=f"{MAIL_EVENT}{told}")).all()
        assert send_again(db, mail)
        db.commit()
    brunnenhof.work()
    with brunnenhof.db() as db:
        (row,), found = proof(db, one := db.get_one(Notification, (brunnenhof.id, told))), states(db, one)
        (listed,), _more = past(db, "")
    assert (row.address, row.state) == ("amsler@post.example", "kept")
    assert (found.sent, found.failed, found.missed, listed.sent) == (1, 0, 0, 1)


def test_one_click_makes_a_letter_for_everybody_whom_it_did_not_reach_and_a_letter_finds(
    brunnenhof: SomeCompany,
) -> None:
    """By mail, by mail that came back, without any address, and where no street is known; then mail comes back late."""
    nowhere = {"street": "", "house_number": "", "postal_code": "", "city": "", "country": "CH"}
    nameless = Building(id=new_id(), property_id=brunnenhof.property_id, name="Baustelle", **nowhere)
    brunnenhof.plant(nameless)
    verena = brunnenhof.resident("Verena Keller")
    anna = tenant(brunnenhof, "Anna Amsler", email="anna@post.example")
    beat = tenant(brunnenhof, "Beat de la Vega-Müller", language="fr")
    tenant(brunnenhof, "Carla", building=nameless.id)
    told = sent(brunnenhof)
    came_back(brunnenhof, told, "anna@post.example")
    nadja = brunnenhof.agent("Nadja Frei", *DESK, language="en").browser
    proved, letters = f"/cockpit/notifications/{told}", f"/cockpit/residents/messages/{told}"
    shown = nadja.get(proved).text
    assert (f'action="{letters}"' in shown, "3 people were not reached by any way" in shown) == (True, True)
    assert [nadja.post(letters).headers["Location"] for _turn in range(2)] == [letters, letters]
    assert pages(brunnenhof, told) == [
        ("de", "Anna Amsler", "8057 Zürich", ["Neuer Aushang", "Kein Wasser"]),
        ("fr", "Beat de la Vega-Müller", "8057 Zürich", ["Neuer Aushang", "Kein Wasser"]),
    ]
    page = nadja.get(letters).text
    assert ["2 letters" in page, "For 1 person no postal address is known" in page] == [True, True]
    file = page.partition(f'href="{letters}/')[2].partition('"')[0]
    letter_id = file.removesuffix(".pdf")
    rosa = brunnenhof.agent("Rosa Roth", *DESK).browser
    assert rosa.get(f"/cockpit/residents/{beat.id}/messages/{letter_id}.pdf").data[:5] == b"%PDF-"
    assert [opened(brunnenhof, one) for one in (beat, anna)] == ["Rosa Roth", None], "one of two, by itself"
    assert nadja.get(f"{letters}/{file}").data[:5] == b"%PDF-"
    assert [opened(brunnenhof, one) for one in (beat, anna)] == ["Nadja Frei"] * 2
    assert [line.split(";")[-1] != "" for line in nadja.get(f"{proved}.csv").text.split("\r\n")[1:-1]] == [
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


def test_what_went_on_paper_stands_beside_the_mails_and_programs_read_the_proof(brunnenhof: SomeCompany) -> None:
    """An invitation by letter, and an important message; with who opened each to print it. Agents of a part find no
    proof, and of letters those of their people."""
    beat, stranger = tenant(brunnenhof, "Beat Amsler"), brunnenhof.house("Seestrasse")
    nadja = brunnenhof.agent("Nadja Frei", *DESK, language="en")
    desk, url = nadja.browser, f"/cockpit/mails?person={beat.id}"
    assert "By letter" not in desk.get(url).text
    assert (
        desk.post(f"/cockpit/residents/{beat.id}/send", {"channel": "letter", "act": str(new_id())}).status_code == 303
    )
    told = sent(brunnenhof)
    desk.post(f"/cockpit/residents/messages/{told}")
    assert papers(desk, url) == [
        ("Important message", "Nadja Frei", "not yet"),
        ("Invitation", "Nadja Frei", "not yet"),
    ]
    assert desk.get(f"/cockpit/residents/{beat.id}/letter.pdf").data[:5] == b"%PDF-"
    assert papers(desk, url)[1] == ("Invitation", "Nadja Frei", "Nadja Frei")
    assert [papers(desk, f"{url}&state=sent"), papers(desk, "/cockpit/mails")] == [[], []]
    near, far = (brunnenhof.agent(name, *DESK, language="en") for name in ("Jan Nah", "Pia Fern"))
    assert len(papers(near.limited_to(brunnenhof.property_id).browser, url)) == 2
    assert papers(far.limited_to(stranger[0]).browser, url) == []

    program, api = reader(brunnenhof), "/api/v1/important-messages"
    one = program(api)["items"][0]
    assert (one["id"], one["about"], one["reached"]) == (
        str(told), "Kein Wasser", {"people": 1, "read": 0, "sent": 0, "rung": 0, "letters": 1, "unreached": 0},
    )  # fmt: skip
    assert program(f"{api}/{told}") == one
    (got,), (batch,) = program(f"{api}/{told}/recipients")["items"], program(f"{api}/{told}/letters")["items"]
    assert (got["name"], got["registered"], got["mail_state"], got["letter_by"]) == (
        "Beat Amsler", False, None, "Nadja Frei",
    )  # fmt: skip
    assert (batch["letters"], batch["created_by"], batch["printed_at"], batch["printed_by"]) == (
        1,
        "Nadja Frei",
        None,
        "",
    )
    assert desk.get(f"/cockpit/residents/{beat.id}/messages/{batch['id']}.pdf").data[:5] == b"%PDF-"
    assert program(f"{api}/{told}/letters")["items"][0]["printed_by"] == "Nadja Frei"


def test_the_proof_for_programs_comes_in_pages_and_to_the_whole_company_only(brunnenhof: SomeCompany) -> None:
    for name in ("Anna Amsler", "Beat Amsler", "Carla Amsler"):
        tenant(brunnenhof, name)
    first, second = sent(brunnenhof), sent(brunnenhof)
    program, api = reader(brunnenhof), "/api/v1/important-messages"
    page = program(f"{api}?limit=1")
    assert [page["items"][0]["id"], program(f"{api}?limit=1&after={page['next']}")["items"][0]["id"]] == [
        str(second), str(first),
    ]  # fmt: skip
    names, after = [], ""
    while after is not None:
        page = program(f"{api}/{first}/recipients?limit=2{after and '&after=' + after}")
        names, after = [*names, [one["name"] for one in page["items"]]], page["next"]
    assert names == [["Anna Amsler", "Beat Amsler"], ["Carla Amsler"]]
    near = brunnenhof.agent("Jan Nah", *DESK).limited_to(brunnenhof.property_id)
    limited = reader(brunnenhof, brunnenhof.token("mail.read", by=near))
    assert [limited(f"{api}{path}")["status"] for path in ("", f"/{first}", f"/{first}/recipients")] == [404] * 3


def reader(company: SomeCompany, token: str = "") -> Callable[[str], Any]:
    """A program that reads mails."""
    headers = {"Authorization": f"Bearer {token or company.token('mail.read')}", "Accept-Language": "en"}
    return lambda url: company.visitor().get(url, headers=headers).get_json()


def papers(browser: Browser, url: str) -> list[tuple[str, str, str]]:
    """What the page says of letters: which, who made it, who opened it."""
    rows = re.findall(
        "<tr>(.*?)</tr>", browser.get(url).text.partition('id="paper"')[2].partition("<tbody>")[2], re.DOTALL
    )
    cells = [[_last(one) for one in re.findall("<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]
    return [(which, made, opened) for which, made, opened in cells]


def _last(cell: str) -> str:
    return [words.strip() for words in re.split("<[^>]+>", cell) if words.strip()][-1]


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
