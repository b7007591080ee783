"""An e-mail address changes in the books: the new one is asked, the old one told, and nobody is locked out."""

from __future__ import annotations

import re
import threading
from uuid import UUID

from sqlalchemy import delete, select, update

from quartier.accounts import addresses
from quartier.accounts.models import Account, AddressChange
from quartier.deliveries.models import MailDelivery
from quartier.invitations import queries, services
from quartier.invitations.services import Inviter
from quartier.locks.models import Correction, CorrectionField
from quartier.locks.services import save_link
from quartier.people.models import EmailMoved, Person
from quartier.people.services import tell_of_addresses
from quartier.readdressing.services import see_to
from quartier.testing import SomeBody, SomeCompany
from tests.accounts.desk import sent_back, shown
from tests.erp.test_api import Erp

KEY = b"a long secret of the operator, kept in a vault"
BOOKS = Inviter(KEY, "https://brunnenhof.example", "Books")
NEW = {"password": "drei blaue Stühle im Hof", "repeat": "drei blaue Stühle im Hof"}


def change(company: SomeCompany, emails: dict[UUID, str | None], *, see: bool = True) -> None:
    """What an import does, and then the job."""
    with company.db() as db:
        for person, email in emails.items():
            db.execute(update(Person).where(Person.id == person).values(email=email))
        tell_of_addresses(db)
        db.commit()
        if see:
            see_to(db, BOOKS)
            db.commit()


def mails(company: SomeCompany) -> list[tuple[str, str]]:
    """Kind and address of all mails, the oldest first."""
    with company.db() as db:
        query = select(MailDelivery.kind, MailDelivery.address).order_by(MailDelivery.id)
        return [(kind.rpartition(".")[2], address) for kind, address in db.execute(query)]


def link(company: SomeCompany, kind: str) -> str:
    """The path in the latest mail of a kind."""
    with company.db() as db:
        query = select(MailDelivery.letter).filter_by(kind=f"readdressing.{kind}").order_by(MailDelivery.id.desc())
        found = re.search(r"/address/[\w/-]+", str(db.scalars(query.limit(1)).one()))
    assert found is not None
    return found[0]


def login(company: SomeCompany, body: SomeBody) -> str:
    with company.db() as db:
        return str(db.scalars(select(Account.email).filter_by(id=body.account_id)).one())


def invite(company: SomeCompany, email: str, channel: str = "mail") -> UUID:
    person = company.person("Verena Keller", email=email)
    with company.db() as db:
        services.invite(db, [person.id], channel=channel, actor=BOOKS)
        db.commit()
    return person.id


def test_an_invitation_follows_the_address_and_the_old_link_dies(brunnenhof: SomeCompany) -> None:
    person = invite(brunnenhof, "old@post.example")
    with brunnenhof.db() as db:
        before = queries.open_for(db, person)
    change(brunnenhof, {person: "new@post.example"})
    with brunnenhof.db() as db:
        now = queries.open_for(db, person)
        assert before is not None
        assert now is not None
        assert queries.by_code(db, KEY, queries.written_code(KEY, before)) is None
        assert queries.by_code(db, KEY, queries.written_code(KEY, now)) is not None
    sent = [("invitation", "old@post.example"), ("invitation", "new@post.example"), ("moved", "old@post.example")]
    assert mails(brunnenhof) == sent
    change(brunnenhof, {person: None})
    with brunnenhof.db() as db:
        assert queries.open_for(db, person) is None


def test_a_printed_code_stays_good(brunnenhof: SomeCompany) -> None:
    """The letter lies on the kitchen table; the new address gets the same invitation."""
    person = invite(brunnenhof, "old@post.example", "letter")
    with brunnenhof.db() as db:
        before = queries.open_for(db, person)
    change(brunnenhof, {person: "new@post.example"})
    with brunnenhof.db() as db:
        now = queries.open_for(db, person)
    assert (now and now.id) == (before and before.id)
    assert mails(brunnenhof) == [("invitation", "new@post.example")]


def test_what_changed_back_before_anybody_was_told_is_no_change(brunnenhof: SomeCompany) -> None:
    person, verena = invite(brunnenhof, "old@post.example"), brunnenhof.resident("Verena Keller")
    change(brunnenhof, {person: "other@post.example", verena.person_id: "other@post.example"}, see=False)
    change(brunnenhof, {person: "OLD@post.example", verena.person_id: verena.email})
    assert mails(brunnenhof) == [("invitation", "old@post.example")]
    with brunnenhof.db() as db:
        assert db.scalars(select(EmailMoved)).all() == []


def test_an_account_goes_on_with_the_old_address_until_the_new_one_is_confirmed(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    device = verena.browser
    change(brunnenhof, {verena.person_id: "new@post.example"})
    assert mails(brunnenhof) == [("ask", "new@post.example"), ("told", verena.email)]
    assert login(brunnenhof, verena) == verena.email
    url, guest = link(brunnenhof, "ask"), brunnenhof.visitor()
    assert guest.get(url).status_code == 200
    assert 'id="password-error"' in shown(guest, guest.post(url, {})).text
    assert login(brunnenhof, verena) == verena.email
    assert guest.post(url, NEW).headers["Location"] == "/"
    assert login(brunnenhof, verena) == "new@post.example"
    assert guest.get("/account").status_code == 200
    assert device.get("/account").status_code == 302
    assert shown(guest, guest.post(url, NEW)).status_code == 410


def test_whoever_is_signed_in_keeps_password_and_devices(brunnenhof: SomeCompany) -> None:
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Kern")
    change(brunnenhof, {verena.person_id: "new@post.example"})
    url, device = link(brunnenhof, "ask"), verena.browser
    assert "new@post.example" in device.get("/account").text
    assert sent_back(urs.browser.post(url, {}))
    assert device.post(url, {}).headers["Location"] == "/account"
    assert (login(brunnenhof, verena), device.get("/account").status_code) == ("new@post.example", 200)


def test_that_is_not_my_address(brunnenhof: SomeCompany) -> None:
    """From the old address without signing in: the link ends, and the ERP's keepers are asked, once; without them, the
    team."""
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Kern", language="de")
    change(brunnenhof, {urs.person_id: "slip@post.example"})
    assert brunnenhof.visitor().post(link(brunnenhof, "told")).headers["Location"] == "/address/stopped?asked=1"
    with brunnenhof.db() as db:
        (said,) = db.scalars(select(Correction)).all()
        assert (said.noun_id, said.recipient) == (urs.person_id, "")
        assert [words in said.note for words in ("slip@post.example", urs.email)] == [True, True]
        db.delete(said)
        db.execute(delete(MailDelivery))
        db.commit()
    with brunnenhof.db() as db:
        save_link(db, system="Rimo", correction_email="erp@brunnenhof.example", owned=["person.email"])
        db.commit()
    change(brunnenhof, {verena.person_id: "stranger@post.example"})
    stop, ask, guest = link(brunnenhof, "told"), link(brunnenhof, "ask"), brunnenhof.visitor()
    assert guest.get(stop).status_code == 200
    assert [shown(guest, guest.post(stop)).status_code, shown(guest, guest.post(stop)).status_code] == [200, 410]
    assert shown(guest, guest.post(ask, NEW)).status_code == 410
    with brunnenhof.db() as db:
        (wish,), (field,) = db.scalars(select(Correction)).all(), db.scalars(select(CorrectionField)).all()
    assert (wish.noun_id, field.present, field.proposed) == (verena.person_id, "stranger@post.example", verena.email)
    assert mails(brunnenhof)[2:] == [("correction", "erp@brunnenhof.example")]
    change(brunnenhof, {verena.person_id: "again@post.example"})
    assert verena.browser.post("/account/address/refuse").status_code == 303
    assert (login(brunnenhof, verena), guest.get(link(brunnenhof, "ask")).status_code) == (verena.email, 410)


def test_a_second_change_replaces_the_first_and_a_return_ends_it(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    change(brunnenhof, {verena.person_id: "one@post.example"})
    first = link(brunnenhof, "ask")
    change(brunnenhof, {verena.person_id: "two@post.example"})
    second, guest = link(brunnenhof, "ask"), brunnenhof.visitor()
    assert [guest.get(first).status_code, guest.get(second).status_code] == [410, 200]
    change(brunnenhof, {verena.person_id: "TWO@post.example"})
    assert (len(mails(brunnenhof)), guest.get(second).status_code) == (4, 200)
    change(brunnenhof, {verena.person_id: verena.email})
    assert (len(mails(brunnenhof)), guest.get(second).status_code) == (4, 410)


def test_an_address_with_which_a_neighbour_signs_in_is_not_asked(brunnenhof: SomeCompany) -> None:
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Kern")
    change(brunnenhof, {verena.person_id: urs.email.upper()})
    assert mails(brunnenhof) == []


def test_accepted_while_the_books_change_again(brunnenhof: SomeCompany) -> None:
    """Whoever is first has the row: either the link was confirmed and the next address is asked, or it is dead."""
    verena = brunnenhof.resident("Verena Keller")
    change(brunnenhof, {verena.person_id: "one@post.example"})
    change(brunnenhof, {verena.person_id: "two@post.example"}, see=False)
    token = link(brunnenhof, "ask").rpartition("/")[2]
    with brunnenhof.db() as mine:
        held = addresses.by_token(mine, token)
        assert held is not None

        def books() -> None:
            with brunnenhof.db() as db:
                see_to(db, BOOKS)
                db.commit()

        other = threading.Thread(target=books)
        other.start()
        assert addresses.accept(mine, held)
        mine.commit()
        other.join()
    assert login(brunnenhof, verena) == "one@post.example"
    with brunnenhof.db() as db:
        assert [one.email for one in db.scalars(select(AddressChange))] == ["two@post.example"]


def test_a_batch_over_the_api_and_an_edited_entry_are_followed(brunnenhof: SomeCompany) -> None:
    """All changed addresses of a batch in one go; the worker does it after the batch is written."""
    people = [Person(external_id=f"P{n}", family_name=f"Nr {n}", email=f"{n}@old.example") for n in range(30)]
    brunnenhof.plant(*people)
    with brunnenhof.db() as db:
        services.invite(db, [one.id for one in people], channel="mail", actor=BOOKS)
        db.commit()
    done = Erp(brunnenhof).send("persons", [{"external_id": f"P{n}", "email": f"{n}@new.example"} for n in range(30)])
    kinds = [kind for kind, _address in mails(brunnenhof)]
    assert (done["updated"], kinds.count("invitation"), kinds.count("moved")) == (30, 60, 30)
    verena, nadja = brunnenhof.resident("Verena Keller"), brunnenhof.agent("Nadja Frei", "people.read", "people.edit")
    form = {"family_name": "Keller", "salutation": "none", "email": "new@post.example", "version": "1"}
    assert nadja.browser.post(f"/cockpit/people/{verena.person_id}/edit", form).status_code == 303
    brunnenhof.work()
    assert mails(brunnenhof)[-2:] == [("ask", "new@post.example"), ("told", verena.email)]
