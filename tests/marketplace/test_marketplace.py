"""The marketplace: who may see it, trying, ordering at the price that was seen, approving, and what comes of it."""

from __future__ import annotations

import re
import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from quartier.accounts.permissions import COMPANY_SETTINGS, TEAM_ADMIN, all_permissions
from quartier.catalogue.models import Product, ProductVersion
from quartier.contracts.models import Contract, ContractLine, ModuleTrial
from quartier.db.base import new_id
from quartier.i18n.formats import format_date
from quartier.leads.models import Lead
from quartier.marketplace.letters import ORDERED
from quartier.marketplace.models import ProductOrder
from quartier.notifications.models import Notification
from quartier.testing import Browser, SomeCompany, work_off
from quartier.web.read_only import BUY
from tests.marketplace.shelves import TODAY, seen, stored, version

HOME = "/cockpit/marketplace"


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ").replace("\u202f", " ")


def test_only_who_may_buy_finds_it_and_no_resident_reads_a_price(firm: SomeCompany, nadja: Browser) -> None:
    others = set(all_permissions(firm.platform.shell.plugins)) - {BUY}
    for browser in (firm.agent("Dragan Petrović", *others).browser, firm.resident("Anna Widmer").browser):
        assert {browser.get(path).status_code for path in (HOME, f"{HOME}/pinboard")} == {403}
        assert {browser.post(f"{HOME}/pinboard/{do}").status_code for do in ("try", "order", "answer", "ask")} == {403}
        assert not re.search(r"CHF|marketplace", browser.get("/").text)
    page = plain(nadja.get(HOME).text)
    assert "CHF 2.00 per month for 4" in page
    assert "4 households live door to door in 1 house." in page
    assert "Product abroad" not in page
    assert nadja.get(f"{HOME}/abroad").status_code == 404
    assert "Needs: Pinboard" in page


def test_a_trial_is_had_once_however_it_ends(firm: SomeCompany, nadja: Browser) -> None:
    assert nadja.post(f"{HOME}/pinboard/try").status_code == 303
    trial = stored(firm, ModuleTrial)[0]
    assert (trial.module, trial.starts, trial.ends) == ("pinboard", TODAY, TODAY + timedelta(days=30))
    firm.platform.shell.snapshots.forget(firm.id)
    assert firm.resident("Anna Widmer").browser.get("/pinboard/").status_code == 200
    again = nadja.post(f"{HOME}/pinboard/try")
    assert (again.status_code, len(stored(firm, ModuleTrial))) == (409, 1)
    with firm.db() as db, pytest.raises(ProgrammingError):
        db.execute(delete(ModuleTrial))
    with firm.db() as db, pytest.raises(ProgrammingError):
        db.execute(update(ModuleTrial).values(ends=TODAY + timedelta(days=60)))
    with firm.db() as db, pytest.raises(IntegrityError):
        db.execute(
            insert(ModuleTrial).values(
                id=new_id(), module="bookings", starts=TODAY, ends=date(2199, 1, 1), reason="", author=""
            )
        )
    needs = nadja.post(f"{HOME}/faq/try")
    assert (needs.status_code, "Your company has this already." in needs.text) == (409, True)


def test_an_order_waits_for_approval_and_becomes_a_line_at_the_price_that_was_seen(
    firm: SomeCompany, nadja: Browser, chief: Browser
) -> None:
    form = seen(nadja, "pinboard")
    assert nadja.post(f"{HOME}/pinboard/order", form).status_code == 303
    assert nadja.post(f"{HOME}/pinboard/answer", {"do": "approve"}).status_code == 403
    version(firm, "pinboard", "9.00", number=2)  # what is ordered stays ordered at its price
    assert chief.post(f"{HOME}/pinboard/answer", {"do": "approve"}).status_code == 303
    assert chief.post(f"{HOME}/pinboard/answer", {"do": "decline", "answer": "Too late"}).status_code == 409
    work_off(firm.platform)
    line = next(one for one in stored(firm, ContractLine) if one.module == "pinboard")
    found = (line.price, line.period, line.quantity, line.starts, line.ends, str(line.version_id))
    assert found == (Decimal("1.50"), "month", 3, TODAY, None, form["version"])
    assert [one.state for one in stored(firm, ProductOrder)] == ["done"]
    firm.platform.shell.snapshots.forget(firm.id)
    assert firm.resident("Anna Widmer").browser.get("/pinboard/").status_code == 200
    assert "in contract" in plain(nadja.get(f"{HOME}/pinboard").text)
    assert "The order is approved and in the contract" in nadja.get("/cockpit/notifications").text


def test_a_price_that_changed_since_is_shown_and_asked_about_again(firm: SomeCompany, nadja: Browser) -> None:
    form = seen(nadja, "pinboard")
    version(firm, "pinboard", "0.70", number=2)
    refused = nadja.post(f"{HOME}/pinboard/order", {**form, "note": "For the board"})
    assert (refused.status_code, stored(firm, ProductOrder)) == (409, [])
    words = plain(refused.text)
    assert "The price has changed meanwhile." in words
    assert "CHF 2.10 per month for 3" in words
    assert "For the board" in words
    cheaper = {**seen(nadja, "pinboard"), "price": "0.01"}
    assert (nadja.post(f"{HOME}/pinboard/order", cheaper).status_code, stored(firm, ProductOrder)) == (409, [])
    assert nadja.post(f"{HOME}/pinboard/order", seen(nadja, "pinboard")).status_code == 303


def test_declined_with_a_word_withdrawn_and_ordered_again(firm: SomeCompany, nadja: Browser, chief: Browser) -> None:
    nadja.post(f"{HOME}/pinboard/order", seen(nadja, "pinboard"))
    silent = chief.post(f"{HOME}/pinboard/answer", {"do": "decline", "answer": ""})
    assert (silent.status_code, 'id="answer-error"' in silent.text) == (422, True)
    chief.post(f"{HOME}/pinboard/answer", {"do": "decline", "answer": "Not this year"})
    work_off(firm.platform)
    assert "Not this year" in nadja.get("/cockpit/notifications").text
    assert "Not this year" in nadja.get(HOME).text
    nadja.post(f"{HOME}/pinboard/order", seen(nadja, "pinboard"))
    assert nadja.post(f"{HOME}/pinboard/answer", {"do": "withdraw"}).status_code == 303
    assert [one.state for one in stored(firm, ProductOrder)] == ["declined", "withdrawn"]
    assert {one.module for one in stored(firm, ContractLine)} == {"faq"}


def test_of_two_who_order_the_same_the_second_reads_so(firm: SomeCompany, nadja: Browser, chief: Browser) -> None:
    forms = [(browser, seen(browser, "pinboard")) for browser in (nadja, chief)]
    both, answers = threading.Barrier(2), []

    def send(browser: Browser, form: dict[str, str]) -> None:
        both.wait()
        answers.append(browser.post(f"{HOME}/pinboard/order", form))

    threads = [threading.Thread(target=send, args=one) for one in forms]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(one.status_code for one in answers) == [303, 409]
    assert "has ordered this already." in next(one.text for one in answers if one.status_code == 409)
    assert len(stored(firm, ProductOrder)) == 1


def test_who_may_approve_does_both_at_once_and_what_stands_in_the_way_is_said(
    firm: SomeCompany, chief: Browser
) -> None:
    form = {**seen(chief, "service_desk"), "do": "approve"}
    assert chief.post(f"{HOME}/service_desk/order", form).status_code == 303
    with Session(firm.platform.shell.platform) as db:
        db.execute(update(Contract).where(Contract.company_id == firm.id).values(ends=TODAY))
        db.commit()
    work_off(firm.platform)
    assert [one.state for one in stored(firm, ProductOrder)] == ["failed"]
    assert "An diesem Tag gibt es keinen Vertrag in CHF." in chief.get(HOME).text
    assert {one.module for one in stored(firm, ContractLine)} == {"faq"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"starts": (TODAY - timedelta(days=1)).isoformat()}, 409),
        ({"starts": (TODAY + timedelta(days=400)).isoformat()}, 409),
        ({"starts": "soon"}, 422),
        ({"price": "free"}, 422),
        ({"version": "1"}, 422),
    ],
)
def test_what_cannot_be_ordered_is_refused_and_nothing_typed_is_lost(
    firm: SomeCompany, nadja: Browser, change: dict[str, str], status: int
) -> None:
    answer = nadja.post(f"{HOME}/pinboard/order", {**seen(nadja, "pinboard"), "note": "Bitte bald", **change})
    assert (answer.status_code, "Bitte bald" in answer.text, stored(firm, ProductOrder)) == (status, True, [])


def test_what_lacks_something_names_it_and_cannot_be_had_first(firm: SomeCompany, nadja: Browser) -> None:
    page = nadja.get(f"{HOME}/bookings")
    assert f'href="{HOME}/pinboard"' in page.text
    assert "Order first what it needs." in page.text
    with firm.platform.shell.platform.connect() as db:
        newest = db.scalar(select(ProductVersion.id).join(Product, Product.id == ProductVersion.product_id).where(
            Product.key == "bookings"))  # fmt: skip
    form = {"version": str(newest), "price": "1.20", "currency": "CHF", "starts": TODAY.isoformat()}
    refused = nadja.post(f"{HOME}/bookings/order", form)
    assert (refused.status_code, "It needs this first: Pinboard." in refused.text) == (409, True)
    assert nadja.post(f"{HOME}/bookings/try").status_code == 409


def test_sales_is_asked_with_one_lead_for_each_product(firm: SomeCompany, nadja: Browser) -> None:
    assert nadja.post(f"{HOME}/pinboard/ask", {"note": "What about 200 homes?"}).status_code == 303
    assert nadja.post(f"{HOME}/pinboard/ask", {"note": "Or 300?"}).status_code == 303
    with Session(firm.platform.shell.platform) as db:
        leads = db.scalars(select(Lead).filter_by(customer_id=firm.id)).all()
        assert [(one.source, one.topic) for one in leads] == [("marketplace", "pinboard")]


def test_with_nothing_and_with_everything_the_page_says_so(firm: SomeCompany, nadja: Browser, chief: Browser) -> None:
    assert nadja.get(f"{HOME}/faq").status_code == 200
    assert "Ask sales" not in nadja.get(f"{HOME}/faq").text
    for key in ("pinboard", "service_desk"):
        nadja.post(f"{HOME}/{key}/order", seen(nadja, key))
    nadja.get(HOME)  # what was said after the last order is said once
    assert plain(nadja.get(HOME).text).count("waits for approval") == 2
    admin = firm.agent("Ivo Baum", TEAM_ADMIN, COMPANY_SETTINGS).browser
    assert admin.get(HOME).status_code == 403


def test_a_module_that_ends_is_not_put_off_by_a_trial(firm: SomeCompany, nadja: Browser) -> None:
    version(firm, "faq", "5.00", model="flat")
    with Session(firm.platform.shell.platform) as db:
        db.execute(update(Contract).where(Contract.company_id == firm.id).values(ends=TODAY))
        db.commit()
    firm.platform.shell.snapshots.forget(firm.id)
    assert "Try it for 30 days" not in nadja.get(f"{HOME}/faq").text
    assert (nadja.post(f"{HOME}/faq/try").status_code, stored(firm, ModuleTrial)) == (409, [])


def test_who_approves_reads_the_name_the_price_and_the_first_day(
    firm: SomeCompany, nadja: Browser, chief: Browser
) -> None:
    nadja.post(f"{HOME}/service_desk/order", seen(nadja, "service_desk"))
    work_off(firm.platform)
    assert "Product service_desk" in chief.get("/cockpit/notifications").text
    facts = stored(firm, Notification, kind=ORDERED.key)[0].facts
    words = ORDERED.tell({**facts, "product": "Desk", "author": "Nadja Frei"})
    day = format_date(TODAY)
    assert (words.title, words.paragraphs) == (
        "Nadja Frei has placed an order that waits for approval", (f"CHF\xa090.00 per month, from {day} on.",),
    )  # fmt: skip


def test_a_module_that_ends_can_be_ordered_for_the_day_after(firm: SomeCompany, nadja: Browser) -> None:
    version(firm, "faq", "5.00", model="flat")
    last = TODAY + timedelta(days=10)
    with Session(firm.platform.shell.platform) as db:
        of_faq = update(ContractLine).where(ContractLine.company_id == firm.id, ContractLine.module == "faq")
        db.execute(of_faq.values(ends=last + timedelta(days=1)))
        db.commit()
    page = nadja.get(f"{HOME}/faq").text
    assert f'value="{last + timedelta(days=1)}"' in page
    early = nadja.post(f"{HOME}/faq/order", {**seen(nadja, "faq"), "starts": last.isoformat()})
    assert early.status_code == 409
    right = {**seen(nadja, "faq"), "starts": (last + timedelta(days=1)).isoformat()}
    assert nadja.post(f"{HOME}/faq/order", right).status_code == 303


def test_all_that_is_needed_is_named_with_or_and_what_it_is_needed_by(firm: SomeCompany, nadja: Browser) -> None:
    version(firm, "bookings", "0.40", number=2, needs="faq AND (pinboard OR service_desk)")
    words = plain(nadja.get(f"{HOME}/bookings").text)
    assert "What it needs Good to know and ( Pinboard or Product service_desk )" in words
    assert "This is missing: Pinboard or Product service_desk" in words
    assert "Needed by Bookings" in plain(nadja.get(f"{HOME}/faq").text)
