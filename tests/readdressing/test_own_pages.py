"""Another address to sign in with, wished by the person: confirmed there, told here, and nothing given away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from quartier.accounts.models import AccountSession, AddressChange, PasswordReset
from quartier.deliveries.models import MailAddress, MailDelivery
from quartier.locks.services import save_link
from quartier.people.models import Person
from quartier.testing import Browser, SomeBody, SomeCompany
from tests.accounts.desk import sent_back, shown, sign_in
from tests.readdressing.test_readdressing import NEW, change, link, login, mails

NOW = "verena.new@post.example"


def code(company: SomeCompany) -> str:
    with company.db() as db:
        query = select(MailDelivery.letter).filter_by(kind="readdressing.wished").order_by(MailDelivery.id.desc())
        letter = db.scalars(query.limit(1)).one()
        assert letter is not None
        return str(letter["paragraphs"][1])


def wishes(browser: Browser, email: str = NOW) -> bool:
    """Whether the wish was taken."""
    return not sent_back(browser.post("/account/email", {"email": email}))


def test_a_code_confirms_it_where_it_was_wished(brunnenhof: SomeCompany) -> None:
    """The books follow; a link for a forgotten password that went to the old address opens nothing any more."""
    verena = brunnenhof.resident("Verena Keller", language="de")
    device = verena.browser
    brunnenhof.visitor().post("/reset", {"email": verena.email})
    assert wishes(device)
    assert f"Wir haben an {NOW} geschrieben" in device.get("/account/email").text
    assert NOW in device.get("/account").text
    assert mails(brunnenhof)[1:] == [("wished", NOW), ("wished_told", verena.email)]
    wrong = "000 001" if code(brunnenhof) != "000 001" else "000 002"
    for typed in ("", wrong):
        assert 'id="code-error"' in shown(device, device.post("/account/email/code", {"code": typed})).text
    assert login(brunnenhof, verena) == verena.email
    with brunnenhof.db() as db:
        db.scalars(select(MailAddress).filter_by(address_key=verena.email)).one().paces = {"faq.article": "weekly"}
        db.commit()
    assert device.post("/account/email/code", {"code": code(brunnenhof)}).headers["Location"] == "/account"
    assert (login(brunnenhof, verena), device.get("/account").status_code) == (NOW, 200)
    assert mails(brunnenhof)[3:] == [("changed", verena.email)]
    assert device.post("/account/email/code", {"code": wrong}).headers["Location"] == "/account/email"
    brunnenhof.work()
    with brunnenhof.db() as db:
        assert db.scalars(select(Person.email).filter_by(id=verena.person_id)).one() == NOW
        assert all(one.used_at for one in db.scalars(select(PasswordReset)))
        assert db.scalars(select(AddressChange)).all() == []
        assert db.scalars(select(MailAddress.paces).filter_by(address_key=NOW)).one() == {"faq.article": "weekly"}
    assert sign_in(brunnenhof.visitor(), NOW).headers["Location"] == "/"


def test_five_tries_and_then_another_mail(brunnenhof: SomeCompany) -> None:
    device = brunnenhof.resident("Verena Keller", language="de").browser
    wishes(device)
    first, link_before = code(brunnenhof), link(brunnenhof, "wished")
    wrong = "000 001" if first != "000 001" else "000 002"
    answers = [device.post("/account/email/code", {"code": wrong}) for _each in range(5)]
    assert "neuen Code schicken" in shown(device, answers[-1]).text
    assert sent_back(device.post("/account/email/code", {"code": first}))
    assert device.post("/account/email/again").status_code == 303
    assert device.get(link_before).status_code == 410
    assert device.post("/account/email/code", {"code": code(brunnenhof)}).headers["Location"] == "/account"


def test_the_link_on_another_device_asks_who_it_is(brunnenhof: SomeCompany) -> None:
    """A mistyped address is a stranger's: whoever holds the link alone gets nowhere, not even with a new password."""
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Kern")
    wishes(verena.browser)
    url, stranger = link(brunnenhof, "wished"), brunnenhof.visitor()
    assert f"/sign-in?next={url}" in stranger.get(url).text.replace("%2F", "/")
    assert "password" not in stranger.get(url).text
    assert [one.post(url, NEW).headers["Location"] for one in (stranger, urs.browser)] == [url, url]
    assert login(brunnenhof, verena) == verena.email
    phone = brunnenhof.visitor()
    assert sign_in(phone, verena.email, next=url).headers["Location"] == url
    assert [phone.get(url).status_code, phone.post(url).headers["Location"]] == [200, "/account"]
    assert shown(phone, phone.post(url)).status_code == 410
    assert login(brunnenhof, verena) == NOW


def test_an_address_with_an_account_is_not_given_away(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    """The pages say the same; only the mail tells, and whom it tells has the account."""
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Kern")
    nele, device, said = nordlicht.resident("Nele Hansen"), verena.browser, set()
    for email in (urs.email, nele.email, "nobody@post.example"):
        answer = device.post("/account/email", {"email": email})
        page = device.get("/account/email").text.replace(email, "")
        tried = shown(device, device.post("/account/email/code", {"code": "x"})).text.replace(email, "")
        said.add((answer.status_code, answer.headers["Location"], len(page), len(tried)))
    assert len(said) == 1
    assert [kind for kind, _address in mails(brunnenhof)] == ["taken", "wished_told", *["wished", "wished_told"] * 2]
    with brunnenhof.db() as db:
        (change,) = db.scalars(select(AddressChange))
        assert change.email == "nobody@post.example"


def test_what_cannot_be_is_said_at_the_field(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    no_addresses = ("", "verena", "a b@example.ch", "x" * 300 + "@example.ch", "a@b\0c.ch", verena.email.upper())
    device = verena.browser
    for typed in no_addresses:
        assert 'id="email-error"' in shown(device, device.post("/account/email", {"email": typed})).text, typed
    assert mails(brunnenhof) == []


def test_the_owner_stops_it_from_the_old_address_and_nobody_writes_without_end(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    device = verena.browser
    assert wishes(device)
    assert brunnenhof.visitor().post(link(brunnenhof, "wished_told")).headers["Location"] == "/address/stopped"
    assert device.post("/account/email/again").headers["Location"] == "/account/email"
    assert [wishes(device, f"{number}@post.example") for number in range(5)] == [True] * 4 + [False]
    assert device.post("/account/address/refuse").status_code == 303
    with brunnenhof.db() as db:
        assert db.scalars(select(AddressChange)).all() == []


def test_who_signed_in_long_ago_shows_once_more_who_they_are(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    device = verena.browser
    with brunnenhof.db() as db:
        db.execute(update(AccountSession).values(created_at=datetime.now(UTC) - timedelta(days=1)))
        db.commit()
    assert 'name="next" value="/account/email"' in device.get("/account/email").text
    assert (wishes(device), mails(brunnenhof)) == (False, [])


def test_an_address_of_the_erp_is_changed_there(brunnenhof: SomeCompany) -> None:
    """It says why, and offers the wish; what arrives from there goes before what the person had wished."""
    verena: SomeBody = brunnenhof.resident("Verena Keller", language="de")
    device = verena.browser
    wishes(device)
    change(brunnenhof, {verena.person_id: NOW})
    assert mails(brunnenhof)[2:] == [("ask", NOW), ("told", verena.email)]
    with brunnenhof.db() as db:
        save_link(db, system="Rimo", correction_email="erp@brunnenhof.example", owned=["person.email"])
        db.commit()
    page = device.get("/account/email").text
    assert ["Rimo" in page, 'href="/account/correct"' in page, 'name="email"' in page] == [True, True, False]
    assert (wishes(device, "other@post.example"), len(mails(brunnenhof))) == (False, 4)
