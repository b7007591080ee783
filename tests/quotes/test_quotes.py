"""A quote from its first line to a portal that is live, and everything that must not happen on the way."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session, undefer

from quartier.accounts.models import Operator
from quartier.alerts.models import OperatorAlert
from quartier.contracts.entitlement import Span, entitled
from quartier.contracts.models import Contract, ContractEvent, ContractLine
from quartier.contracts.queries import standings
from quartier.db.base import new_id
from quartier.mail.models import OutboxMail
from quartier.quotes.content import Content
from quartier.quotes.models import Quote, QuoteAcceptance, QuoteLink, QuoteRefusal, QuoteVersion
from quartier.sandboxes.queries import open_quote
from quartier.testing import Browser, SomeCompany
from tests.rules.rows import as_owner

ZURICH = ZoneInfo("Europe/Zurich")
TODAY = datetime.now(UTC).astimezone(ZURICH).date()
SOON = TODAY + timedelta(days=20)
YES = {"name": "Ruth D’Angelo", "role": "Geschäftsführerin", "agreed": "true"}
numbers = itertools.count(1)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ")


@pytest.fixture
def firm(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    return make_company("Brunnenhof")


@pytest.fixture
def mara(console: Callable[..., Browser]) -> Browser:
    return console("sales")


@pytest.fixture
def buyer(console: Callable[..., Browser]) -> Browser:
    """Somebody without an account, who has the link."""
    return console()


@pytest.fixture
def service(mara: Browser) -> str:
    """A product of its own for each test: 0.40 per unit, 0.30 from the 501st on, in CHF only."""
    return offered(mara, f"quoted_{next(numbers)}")


def offered(mara: Browser, key: str, **more: Any) -> str:
    texts = {f"{field}.{language}": key for field in ("name", "summary") for language in ("de", "en", "fr")}
    tiers = {"row1.CHF": "0.40", "row2.from_unit": "501", "row2.CHF": "0.30"}
    facts = {"key": key, **texts, "model": "unit", "period": "month", **tiers, **more}
    assert mara.post("/catalogue/new", facts).status_code == 303
    return key


@pytest.fixture
def faq(mara: Browser) -> str:
    """The module, in the catalogue of this installation."""
    return sold(mara, "faq")


def sold(mara: Browser, module: str) -> str:
    texts = {f"{field}.{language}": module for field in ("name", "summary") for language in ("de", "en", "fr")}
    facts = {**texts, "model": "flat", "period": "month", "row1.CHF": "49"}
    mara.post(f"/catalogue/new?kind=module&key={module}", facts)  # or it is there already
    return module


def stored(firm: SomeCompany, model: Any) -> list[Any]:
    with Session(firm.platform.shell.platform, expire_on_commit=False) as db:
        query = select(model).filter_by(company_id=firm.id).order_by(model.id)
        return list(db.scalars(query.options(undefer(model.pdf)) if model is QuoteVersion else query))


def mails_to(firm: SomeCompany, address: str) -> list[OutboxMail]:
    with Session(firm.platform.shell.platform, expire_on_commit=False) as db:
        query = select(OutboxMail).filter_by(recipient=address).options(undefer(OutboxMail.enclosure))
        return list(db.scalars(query.order_by(OutboxMail.created_at, OutboxMail.id)))


def begun(firm: SomeCompany, mara: Browser) -> str:
    answer = mara.post(f"/companies/{firm.id}/quotes/new")
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def mark(firm: SomeCompany) -> str:
    return str(stored(firm, Quote)[-1].mark)


def terms(url: str, firm: SomeCompany, mara: Browser, **more: str) -> Any:
    facts = {
        "addressee": "Brunnenhof AG\nSeestrasse 1\n8002 Zürich", "recipient": "Ruth D’Angelo", "email": "",
        "language": "de", "currency": "CHF", "vat": "8.1", "starts": SOON.isoformat(), "at": "00:00", "until": "",
        "valid_until": (TODAY + timedelta(days=10)).isoformat(), "intro": "", "mark": mark(firm), **more,
    }  # fmt: skip
    return mara.post(f"{url}/terms", facts)


def put(url: str, mara: Browser, key: str, **more: str) -> Any:
    return mara.post(f"{url}/lines/new", {"module": key, "quantity": "", "price": "", "discount": "", **more})


def sent(url: str, mara: Browser) -> str:
    """The path of the link that sending shows."""
    answer = mara.post(f"{url}/send")
    assert answer.status_code == 200, plain(answer.text)
    found = re.search(r"<code>http[^<]*(/quote/[\w-]+)</code>", answer.text)
    assert found is not None
    return found[1]


def ready(firm: SomeCompany, mara: Browser, service: str, **more: str) -> tuple[str, str]:
    """A quote that was sent: its address in the console, and its link."""
    url = begun(firm, mara)
    assert terms(url, firm, mara, **more).status_code == 303
    assert put(url, mara, service, quantity="600").status_code == 303
    return url, sent(url, mara)


def said(mara: Browser, url: str) -> str:
    return plain(mara.get(url).text)


def test_from_the_first_line_to_a_portal_that_is_live(
    firm: SomeCompany, mara: Browser, buyer: Browser, service: str, faq: str
) -> None:
    url, address = begun(firm, mara), f"ruth-{next(numbers)}@brunnenhof.example"
    assert terms(url, firm, mara, email=address, at="14:30").status_code == 303
    assert put(url, mara, service, quantity="600", discount="10").status_code == 303
    assert put(url, mara, faq, price="35.00").status_code == 303
    page = said(mara, f"{url}/send")
    assert "Sum, without VAT CHF 242.00" in said(mara, url)  # 600 units in tiers are 230.00, less 10 %, and 35.00
    assert "1 resident" not in page
    link = sent(url, mara)

    [mail] = mails_to(firm, address)
    [version] = stored(firm, QuoteVersion)
    assert (mail.enclosure, mail.enclosure_name) == (version.pdf, f"{stored(firm, Quote)[0].number}.pdf")
    assert link in mail.text
    assert (version.pdf[:5], version.digest) == (b"%PDF-", sha256(version.pdf).hexdigest())
    for language, words in (
        ("de", "Summe mit MWST CHF 261.60"), ("en", "Sum, with VAT CHF 261.60"), ("fr", "Total TTC CHF 261.60"),
    ):  # fmt: skip
        read = buyer.get(link, headers={"Accept-Language": language})
        assert words in plain(read.text), plain(read.text)
        assert version.digest in read.text
    assert buyer.get(f"{link}/quote.pdf").data == version.pdf

    assert buyer.post(f"{link}/accept", {**YES, "agreed": ""}).status_code == 422
    assert buyer.post(f"{link}/accept", {**YES, "role": " "}).status_code == 422
    assert stored(firm, Contract) == []
    assert buyer.post(f"{link}/accept", YES).status_code == 303
    [contract] = stored(firm, Contract)
    assert (contract.stage, contract.currency, contract.starts, contract.begins_at, contract.unit_quota) == (
        "accepted", "CHF", SOON, time(14, 30), None,
    )  # fmt: skip
    prices = {line.module: (line.price, line.period, line.quantity) for line in stored(firm, ContractLine)}
    assert prices == {
        service: (Decimal("207.00"), "month", 600), faq: (Decimal("35.00"), "month", 1),
    }  # fmt: skip
    [acceptance] = stored(firm, QuoteAcceptance)
    assert (acceptance.name, acceptance.role, acceptance.digest, acceptance.switched) == (
        "Ruth D’Angelo", "Geschäftsführerin", version.digest, [faq],
    )  # fmt: skip
    before, at = datetime.combine(SOON, time(14, 29, 59), ZURICH), datetime.combine(SOON, time(14, 30), ZURICH)
    with Session(firm.platform.shell.platform) as db:
        stands = standings(db, [firm.id])[firm.id]
    assert [stands.modules({faq: ()}, moment) for moment in (before, at)] == [frozenset(), {faq}]
    confirmed = mails_to(firm, address)[-1]
    assert (confirmed.enclosure, version.digest in confirmed.text) == (version.pdf, True)
    assert "Ruth D’Angelo, Geschäftsführerin" in mails_to(firm, seller(firm))[-1].text
    assert [event.kind for event in stored(firm, ContractEvent)] == [
        "company.created", "quote.added", "quote.changed", "quote.changed", "quote.changed", "quote.sent",
        "contract.added", "line.added", "line.added", "module.switched", "quote.accepted",
    ]  # fmt: skip
    assert "This quote was accepted" in plain(buyer.get(link).text)
    assert "It became contract" in said(mara, url)


def seller(firm: SomeCompany) -> str:
    with Session(firm.platform.shell.platform) as db:
        return str(db.scalar(select(Operator.email).where(Operator.id == stored(firm, Quote)[-1].owner_id)))


@pytest.mark.parametrize(
    ("happens", "status", "sentence"),
    [
        ("accepted", 409, "This quote was accepted"),
        ("expired", 409, "This quote has expired"),
        ("replaced", 409, "There is a newer version of this quote"),
        ("withdrawn", 409, "This quote was withdrawn"),
        ("revoked", 409, "This link is no longer valid"),
    ],
)
def test_what_cannot_be_accepted_any_more_says_why(
    firm: SomeCompany, mara: Browser, buyer: Browser, service: str, happens: str, status: int, sentence: str
) -> None:
    url, link = ready(firm, mara, service)
    made = 0
    if happens == "accepted":
        assert buyer.post(f"{link}/accept", YES).status_code == 303
        made = 1
    elif happens == "expired":
        over(firm)
    elif happens == "replaced":
        assert put(url, mara, offered(mara, f"quoted_{next(numbers)}"), quantity="1").status_code == 303
        sent(url, mara)
    elif happens == "withdrawn":
        assert mara.post(f"{url}/withdraw", {"reason": "Too cheap."}).status_code == 303
    else:
        assert mara.post(f"{url}/link").status_code == 200
    answer = buyer.post(f"{link}/accept", YES)
    assert (answer.status_code, len(stored(firm, Contract))) == (status, made)
    assert sentence in plain(answer.text)
    assert sentence in plain(buyer.get(link).text)


def over(firm: SomeCompany) -> None:
    """Its last day was yesterday: as the owner of the tables, for nobody else can change what was sent."""
    with as_owner(firm) as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("ALTER TABLE quote_version NO FORCE ROW LEVEL SECURITY"))
        day = (TODAY - timedelta(days=1)).isoformat()
        change = (
            "UPDATE quote_version SET valid_until = CAST(:day AS date), "
            "content = content || jsonb_build_object('valid_until', CAST(:day AS text))"
        )
        connection.execute(text(f"{change} WHERE company_id = :company"),
                           {"day": day, "company": firm.id})  # fmt: skip
        connection.execute(text("ALTER TABLE quote_version FORCE ROW LEVEL SECURITY"))
        connection.commit()


def test_of_two_who_accept_at_once_one_makes_the_contract(
    firm: SomeCompany, mara: Browser, console: Callable[..., Browser], service: str
) -> None:
    _url, link = ready(firm, mara, service)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda browser: browser.post(f"{link}/accept", YES), [console() for _one in range(4)]))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    late = [plain(answer.text) for answer in answers if answer.status_code == 409]
    assert ["This quote was accepted" in words and "at the moment" not in words for words in late] == [True] * 3
    assert (len(stored(firm, Contract)), len(stored(firm, QuoteAcceptance))) == (1, 1)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"price": "0"}, "price", "A price is above 0."),
        ({"price": "-5"}, "price", "A price is above 0."),
        ({"price": "5.125"}, "price", "A price has two decimals at most."),
        ({"discount": "100"}, "discount", "It has to be below 100."),
        ({"discount": "99.99", "quantity": "1"}, "discount", "A price is above 0."),
        ({"discount": "-3"}, "discount", "Please enter a share of a hundred"),
        ({"quantity": "0"}, "quantity", "From 1 to 10000000."),
        ({"module": "teleporter"}, "module", "This module is not installed."),
    ],
)
def test_bad_input_stands_at_its_field_and_nothing_is_lost(
    firm: SomeCompany, mara: Browser, service: str, typed: dict[str, str], field: str, sentence: str
) -> None:
    url = begun(firm, mara)
    answer = put(url, mara, typed.pop("module", service), **{"quantity": "7", **typed})
    assert answer.status_code == 422
    complaint = re.search(rf'<p class="error" id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)
    assert complaint is not None
    assert sentence in plain(complaint[1])
    assert all(f'value="{value}"' in answer.text for value in typed.values())
    assert stored(firm, Quote)[0].draft["lines"] == []


def test_a_quote_has_one_currency(firm: SomeCompany, mara: Browser, service: str) -> None:
    url = begun(firm, mara)
    assert put(url, mara, service, quantity="7").status_code == 303
    answer = terms(url, firm, mara, currency="EUR")
    assert answer.status_code == 422
    assert "Lines have prices in CHF already. A quote has one currency: take them out first." in plain(answer.text)
    assert mara.post(f"{url}/lines/{service}/remove", {"mark": mark(firm)}).status_code == 303
    assert terms(url, firm, mara, currency="EUR").status_code == 303
    wanting = put(url, mara, service, quantity="7")
    assert (wanting.status_code, "The catalogue has no price in EUR" in plain(wanting.text)) == (422, True)


def test_two_sales_people_at_one_quote_are_both_told(
    firm: SomeCompany, mara: Browser, console: Callable[..., Browser], service: str
) -> None:
    url = begun(firm, mara)
    seen, tom = mark(firm), console("sales")
    assert put(url, tom, service, quantity="7", mark=seen).status_code == 303
    answer = terms(url, firm, mara, mark=seen, recipient="Herr Keller")
    assert answer.status_code == 422
    assert "Mara Lindt has changed this quote in the meantime. Compare, then save again." in plain(answer.text)
    assert 'value="Herr Keller"' in answer.text
    again = re.search(r'name="mark" value="([^"]*)"', answer.text)
    assert again is not None
    assert terms(url, firm, mara, mark=again[1], recipient="Herr Keller").status_code == 303
    [quote] = stored(firm, Quote)
    content = Content.from_json(quote.draft)
    assert (content.recipient, [line.key for line in content.lines]) == ("Herr Keller", [service])
    assert "Changed by Mara Lindt" in said(mara, url)


def test_what_was_taken_from_the_catalogue_is_still_had_by_who_was_offered_it(
    firm: SomeCompany, mara: Browser, buyer: Browser, service: str
) -> None:
    _url, link = ready(firm, mara, service)
    assert mara.post(f"/catalogue/{service}/retire").status_code == 303
    assert put(begun(firm, mara), mara, service).status_code == 422
    assert buyer.post(f"{link}/accept", YES).status_code == 303
    assert [(line.module, line.price) for line in stored(firm, ContractLine)] == [(service, Decimal("230.00"))]


def test_what_overlaps_with_a_contract_is_not_sent_nor_accepted(
    firm: SomeCompany, mara: Browser, buyer: Browser, service: str
) -> None:
    url, link = ready(firm, mara, service)
    of = Contract(id=new_id(), number="OLD-1", timezone="Europe/Zurich", starts=TODAY)
    firm.plant(of, ContractLine(id=new_id(), contract_id=of.id, module=service, starts=TODAY))
    answer = buyer.post(f"{link}/accept", YES)
    assert (answer.status_code, "cannot be accepted at the moment" in plain(answer.text)) == (409, True)
    assert "OLD-1" in mails_to(firm, seller(firm))[-1].text
    assert (stored(firm, Quote)[0].stage, stored(firm, QuoteAcceptance)) == ("sent", [])
    assert "OLD-1" in said(mara, f"{url}/send")
    assert mara.post(f"{url}/send").status_code == 422
    assert len(stored(firm, QuoteVersion)) == 1


def test_an_acceptance_is_taken_back_in_one_step_unless_something_depends_on_it(
    firm: SomeCompany, mara: Browser, buyer: Browser, faq: str
) -> None:
    url = begun(firm, mara)
    terms(url, firm, mara, starts=TODAY.isoformat())
    assert put(url, mara, faq, price="35").status_code == 303
    link = sent(url, mara)
    assert buyer.post(f"{link}/accept", YES).status_code == 303
    assert firm.platform.shell.snapshots._load(firm.id).modules == {faq}
    extra = offered(mara, f"quoted_{next(numbers)}", needs=faq)
    other = Contract(id=new_id(), number="ELSE-1", timezone="Europe/Zurich", starts=TODAY)
    firm.plant(other, ContractLine(id=new_id(), contract_id=other.id, module=extra, starts=TODAY, needs=faq))
    refused = mara.post(f"{url}/undo", {"reason": "Signed by mistake."})
    assert (refused.status_code, f"“{extra}” needs what is in it" in plain(refused.text)) == (422, True)
    assert f"“{extra}” needs what is in it" in said(mara, f"{url}/undo")
    with Session(firm.platform.shell.platform) as db:
        db.execute(delete(Contract).filter_by(id=other.id))
        db.commit()
    assert "Nothing is deleted." in said(mara, f"{url}/undo")
    assert mara.post(f"{url}/undo", {"reason": "Signed by mistake."}).status_code == 303
    assert (stored(firm, Contract), stored(firm, ContractLine)) == ([], [])
    assert firm.platform.shell.snapshots._load(firm.id).modules == frozenset()
    assert [(event.kind, event.reason) for event in stored(firm, ContractEvent)][-1] == (
        "quote.undone", "Signed by mistake.",
    )  # fmt: skip
    assert "This link is no longer valid" in plain(buyer.get(link).text)
    assert sent(url, mara) != link  # and can be sent anew


@pytest.mark.parametrize("model", [QuoteVersion, QuoteAcceptance])
def test_nobody_changes_what_was_sent_or_accepted(
    firm: SomeCompany, mara: Browser, buyer: Browser, service: str, model: Any
) -> None:
    _url, link = ready(firm, mara, service)
    buyer.post(f"{link}/accept", YES)
    for statement in (update(model).values(digest="0"), delete(model)):
        with Session(firm.platform.shell.platform) as db, pytest.raises(ProgrammingError, match="permission denied"):
            db.execute(statement.where(model.company_id == firm.id))
    with firm.db() as db, pytest.raises(Exception, match="permission denied"):
        db.rows(f"SELECT 1 FROM {model.__tablename__}")


def test_a_link_says_nothing_and_a_network_that_guesses_waits(
    firm: SomeCompany, mara: Browser, buyer: Browser, service: str
) -> None:
    _url, link = ready(firm, mara, service)
    [kept] = stored(firm, QuoteLink)
    assert link.rpartition("/")[2].encode() not in kept.token_hash
    guesses = [buyer.get(link[:-4] + f"{number:04d}", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code
               for number in range(22)]  # fmt: skip
    assert guesses == [404] * 20 + [429] * 2
    assert buyer.get(link, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200
    assert mara.get("/quotes").status_code == 200
    assert buyer.get(f"/companies/{firm.id}/quotes").status_code == 302


@pytest.mark.parametrize(
    ("day", "at", "begins"),
    [
        (date(2026, 3, 29), time(1, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # there is no such minute
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first of two
        (date(2026, 10, 25), time(3, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_contract_begins_at_its_minute_also_when_the_clocks_change(day: date, at: time, begins: datetime) -> None:
    span = Span("faq", day, day + timedelta(days=1), ZURICH, at=at)
    ends = datetime.combine(day + timedelta(days=1), time.min, ZURICH).astimezone(UTC)
    assert span.edges == [begins, ends]
    moments = (begins - timedelta(microseconds=1), begins, ends - timedelta(microseconds=1), ends)
    assert [entitled([span], moment) for moment in moments] == [set(), {"faq"}, {"faq"}, set()]


def test_who_accepts_after_the_first_minute_begins_at_once() -> None:
    content = Content("CHF", "de", "Europe/Zurich", date(2026, 10, 25), date(2026, 11, 30), at=time(8))
    early = datetime(2026, 10, 25, 6, 59, tzinfo=UTC)
    assert content.begun_by(early) == (date(2026, 10, 25), time(8))
    assert content.begun_by(early + timedelta(hours=3, seconds=30)) == (date(2026, 10, 25), time(10, 59))
    assert content.expires == datetime(2026, 11, 30, 23, tzinfo=UTC)


def test_the_list_finds_quotes_by_state_company_and_number(
    firm: SomeCompany, mara: Browser, buyer: Browser, service: str
) -> None:
    url, link = ready(firm, mara, service)
    number = stored(firm, Quote)[0].number
    assert number in said(mara, f"/quotes?state=sent&q={number}")
    assert "Nothing found" in said(mara, f"/quotes?state=accepted&q={number}")
    buyer.post(f"{link}/accept", YES)
    assert number in said(mara, f"/quotes?state=accepted&q=Brunnenhof+{number}")
    over(firm)
    assert number in said(mara, f"/companies/{firm.id}/quotes")
    assert "No quotes yet" not in said(mara, url)


def test_a_prospect_declines_once_and_sales_sends_another_version(
    firm: SomeCompany, mara: Browser, console: Callable[..., Browser], service: str
) -> None:
    url, link = ready(firm, mara, service)
    number, buyer = stored(firm, Quote)[0].number, console()
    assert "Decline quote" in plain(buyer.get(f"{link}/decline").text)
    assert buyer.post(f"{link}/decline", {"reason": "x" * 501}).status_code == 422
    assert (stored(firm, Quote)[0].stage, stored(firm, QuoteRefusal)) == ("sent", [])
    why = {"reason": "Zu teuer für D’Angelo <b>"}
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda one: one.post(f"{link}/decline", why), [console() for _one in range(3)]))
    assert [answer.status_code for answer in answers] == [303] * 3
    assert [one.reason for one in stored(firm, QuoteRefusal)] == ["Zu teuer für D’Angelo <b>"]
    with Session(firm.platform.shell.platform) as db:
        rung = db.scalars(select(OperatorAlert).where(OperatorAlert.customer_id == firm.id)).all()
        assert [(one.kind, one.facts["state"], one.facts["why"], one.path) for one in rung] == [
            ("quote", "declined", "Zu teuer für D’Angelo <b>", url)
        ]
        assert open_quote(db, firm.id) is None
    assert [mail.subject for mail in mails_to(firm, seller(firm))] == [f"Brunnenhof AG: quote {number} is declined"]
    told = [(one.kind, one.reason) for one in stored(firm, ContractEvent)][-1]
    assert told == ("quote.declined", "Zu teuer für D’Angelo <b>")
    for page in (f"/quotes?state=declined&q={number}", f"/companies/{firm.id}/quotes", url):
        assert "Zu teuer für D’Angelo &lt;b&gt;" in said(mara, page)
    refused = buyer.post(f"{link}/accept", YES)
    assert (refused.status_code, "This quote was declined" in plain(refused.text)) == (409, True)
    again = sent(url, mara)
    assert (buyer.post(f"{again}/accept", YES).status_code, stored(firm, Quote)[0].stage) == (303, "accepted")


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        ("accepted", "This quote was accepted"),
        ("expired", "This quote has expired"),
        ("replaced", "There is a newer version of this quote"),
    ],
)
def test_what_is_not_open_any_more_is_not_declined(
    firm: SomeCompany, mara: Browser, buyer: Browser, service: str, happens: str, sentence: str
) -> None:
    url, link = ready(firm, mara, service)
    if happens == "accepted":
        assert buyer.post(f"{link}/accept", YES).status_code == 303
    elif happens == "expired":
        over(firm)
    else:
        assert put(url, mara, offered(mara, f"quoted_{next(numbers)}"), quantity="1").status_code == 303
        sent(url, mara)
    before = stored(firm, Quote)[0].stage
    for answer in (buyer.get(f"{link}/decline"), buyer.post(f"{link}/decline", {})):
        assert (answer.status_code, sentence in plain(answer.text)) == (409, True)
    assert (stored(firm, Quote)[0].stage, stored(firm, QuoteRefusal)) == (before, [])
