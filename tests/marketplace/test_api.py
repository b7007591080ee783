"""The marketplace for programs: what is read, tried, ordered and answered, and each way of being refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from quartier.accounts.permissions import COMPANY_SETTINGS, MODULES_APPROVE
from quartier.catalogue.models import Product
from quartier.contracts.models import Contract, ContractLine, ModuleTrial
from quartier.leads.models import Lead
from quartier.marketplace.models import ProductOrder
from quartier.testing import SomeCompany, work_off
from quartier.web.read_only import BUY
from tests.marketplace.shelves import TODAY, stored, version

PATH = "/api/v1/marketplace"
Ask = Callable[..., Any]


@pytest.fixture
def ask(firm: SomeCompany) -> Ask:
    """A program of the company: method, path, body; `match` and `key` are headers."""
    tokens: dict[tuple[str, ...], str] = {}

    def send(method: str, path: str = "", body: Any = None, *, match: str = "", key: str = "", by: Any = (BUY,)) -> Any:
        token = tokens.setdefault(tuple(by), firm.token(*by))
        named = {"Authorization": f"Bearer {token}", "Accept-Language": "en", "If-Match": match, "Idempotency-Key": key}
        head = {name: value for name, value in named.items() if value}
        return firm.visitor().open(method, f"{PATH}{path}", json=body, headers=head)

    return send


def wish(ask: Ask, product: str, **more: Any) -> dict[str, Any]:
    """An order at the price that is read."""
    price = ask("GET", f"/{product}").json["price"] or {"version": None, "amount": "1.00", "currency": "CHF"}
    agreed = {"product": product, "version": price["version"], "price": price["amount"], "currency": price["currency"]}
    return {**agreed, "starts": TODAY.isoformat(), **more}


def test_programs_read_products_and_orders_with_the_right_to_buy_only(firm: SomeCompany, ask: Ask) -> None:
    for method, path in (
        ("GET", ""), ("GET", "/pinboard"), ("GET", "/orders"), ("POST", "/pinboard/trial"), ("POST", "/orders"),
        ("POST", "/pinboard/question"),
    ):  # fmt: skip
        refused = ask(method, path, {} if method == "POST" else None, by=(COMPANY_SETTINGS, MODULES_APPROVE))
        assert (refused.status_code, refused.json["type"]) == (403, "/api/problems/403")
    found = {one["key"]: one for one in ask("GET").json}
    ours = {"faq", "pinboard", "bookings", "service_desk", "abroad"}  # other tests leave products of theirs
    assert set(found) & ours == ours - {"abroad"}
    assert found["pinboard"] | {"name": "", "summary": ""} == {
        "key": "pinboard", "name": "", "summary": "", "category": "community", "state": "never", "state_day": None,
        "works": False, "tried": False, "trial": None, "may_try": True, "may_order": True, "needs": "", "lacks": [],
        "price": {
            "version": found["pinboard"]["price"]["version"], "amount": "1.50", "currency": "CHF", "period": "month",
            "quantity": 3, "model": "unit",
        },
        "order_id": None, "used": [],
    }  # fmt: skip
    named = [(found[key]["needs"], found[key]["may_try"], found[key]["may_order"]) for key in ("bookings", "faq")]
    assert named == [("pinboard", False, False), ("", False, False)]
    assert ask("GET", "/pinboard").json == found["pinboard"]
    assert {ask("GET", f"/{key}").status_code for key in ("abroad", "nothing")} == {404}


def test_a_program_orders_another_approves_and_the_line_has_the_price_of_the_order(firm: SomeCompany, ask: Ask) -> None:
    body = wish(ask, "pinboard", note="For the house at the river")
    first, again = (ask("POST", "/orders", body, key="one") for _time in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    made = first.json
    assert {**made, "id": "", "created_at": "", "stuck_since": ""} == {
        "id": "", "product": "pinboard", "state": "waiting", "quantity": 3, "price": "1.50", "currency": "CHF",
        "period": "month", "starts": TODAY.isoformat(), "note": "For the house at the river", "answer": "",
        "asked_by": "test", "answered_by": "", "created_at": "", "answered_at": None,
        "stuck_since": "",
    }  # fmt: skip
    path = f"/orders/{made['id']}"
    assert ask("GET", path).headers["ETag"] == '"waiting"'
    assert ask("GET", "/pinboard").json["order_id"] == made["id"]
    answers = [
        ask("POST", f"{path}/approve", match='"waiting"'),
        ask("POST", f"{path}/approve", by=(MODULES_APPROVE,)),
        ask("POST", f"{path}/approve", match='"approved"', by=(MODULES_APPROVE,)),
        ask("POST", f"{path}/decline", {"answer": ""}, match='"waiting"', by=(MODULES_APPROVE,)),
        ask("POST", f"{path}/approve", match='"waiting"', by=(MODULES_APPROVE,)),
        ask("POST", f"{path}/decline", {"answer": "Too late"}, match="*", by=(MODULES_APPROVE,)),
        ask("POST", f"{path}/withdraw", match='"waiting"'),
    ]
    assert [one.status_code for one in answers] == [403, 428, 412, 422, 200, 409, 412]
    work_off(firm.platform)
    assert ask("GET", path).json["state"] == "done"
    line = next(one for one in stored(firm, ContractLine) if one.module == "pinboard")
    assert (str(line.price), line.quantity, str(line.version_id)) == ("1.50", 3, body["version"])


def test_orders_are_listed_in_pages_and_withdrawn_and_declined_ones_say_why(ask: Ask) -> None:
    for product in ("pinboard", "service_desk"):
        ask("POST", "/orders", wish(ask, product))
    newest = ask("GET", "/orders?limit=1").json
    older = ask("GET", f"/orders?limit=1&after={newest['next']}").json
    assert [one["product"] for page in (newest, older) for one in page["items"]] == ["service_desk", "pinboard"]
    assert older["next"] is None
    desk, board = newest["items"][0]["id"], older["items"][0]["id"]
    why = {"answer": "Not this year"}
    assert ask("POST", f"/orders/{desk}/decline", why, match='"waiting"', by=(MODULES_APPROVE,)).json["answer"] == (
        "Not this year"
    )
    assert ask("POST", f"/orders/{board}/withdraw", match='"waiting"').json["state"] == "withdrawn"
    assert ask("GET", "/orders?state=waiting").json["items"] == []
    assert ask("POST", "/orders", wish(ask, "pinboard")).status_code == 201


def test_a_trial_by_a_program_works_and_is_had_once_also_after_its_end(firm: SomeCompany, ask: Ask) -> None:
    begun = ask("POST", "/pinboard/trial")
    assert (begun.status_code, begun.json["state"], begun.json["works"], begun.json["trial"]) == (
        201, "tried", True, {"starts": TODAY.isoformat(), "ends": (TODAY + timedelta(days=30)).isoformat()},
    )  # fmt: skip
    work_off(firm.platform)
    firm.platform.shell.snapshots.forget(firm.id)
    assert firm.resident("Anna Widmer").browser.get("/pinboard/").status_code == 200
    with Session(firm.platform.shell.platform) as db:  # sales takes it back
        db.execute(update(ModuleTrial).where(ModuleTrial.company_id == firm.id).values(ends=ModuleTrial.starts))
        db.commit()
    again = ask("POST", "/pinboard/trial")
    assert (again.status_code, again.json["detail"], len(stored(firm, ModuleTrial))) == (
        409, "This was tried already; a trial is had once. You can order it.", 1,
    )  # fmt: skip


def _ordered(firm: SomeCompany, ask: Ask, body: dict[str, Any]) -> None:
    assert ask("POST", "/orders", body).status_code == 201


def _dearer(firm: SomeCompany, ask: Ask, body: dict[str, Any]) -> None:
    version(firm, "pinboard", "0.90", number=2)


def _retired(firm: SomeCompany, ask: Ask, body: dict[str, Any]) -> None:
    with Session(firm.platform.shell.platform) as db:
        db.execute(update(Product).where(Product.key == "pinboard").values(retired_at=Product.created_at))
        db.commit()


def _contract(firm: SomeCompany, **values: Any) -> None:
    with Session(firm.platform.shell.platform) as db:
        db.execute(update(Contract).where(Contract.company_id == firm.id).values(**values))
        db.commit()


def _ended(firm: SomeCompany, ask: Ask, body: dict[str, Any]) -> None:
    _contract(firm, ends=TODAY)


def _in_euro(firm: SomeCompany, ask: Ask, body: dict[str, Any]) -> None:
    _contract(firm, currency="EUR")


def _on_request(firm: SomeCompany, ask: Ask, body: dict[str, Any]) -> None:
    version(firm, "pinboard", "", number=2, model="ask")


def _only_francs(firm: SomeCompany, ask: Ask, body: dict[str, Any]) -> None:
    version(firm, "pinboard", "0.50", number=2, currencies=("CHF",))
    _contract(firm, currency="EUR")


def _in_need(firm: SomeCompany, ask: Ask, body: dict[str, Any]) -> None:
    version(firm, "pinboard", "0.50", number=2, needs="faq AND (service_desk OR bookings)")


@pytest.mark.parametrize(
    ("meanwhile", "status", "sentence"),
    [
        (_ordered, 409, "test has ordered this already."),
        (_dearer, 409, "The price has changed meanwhile. Please look at it again."),
        (_retired, 422, None),
        (_ended, 409, "There is no contract yet. Ask sales."),
        (_in_euro, 409, "The price has changed meanwhile. Please look at it again."),
        (_on_request, 409, "The price is on request. Ask sales."),
        (_only_francs, 409, "There is no price in EUR, the currency of your contract. Ask sales."),
        (_in_need, 409, "It needs this first: Product service_desk or Bookings."),
    ],
)
def test_what_changed_between_reading_and_ordering_is_said_and_nothing_is_ordered(
    firm: SomeCompany, ask: Ask, meanwhile: Callable[..., None], status: int, sentence: str | None
) -> None:
    body = wish(ask, "pinboard")
    meanwhile(firm, ask, body)
    before = len(stored(firm, ProductOrder))
    refused = ask("POST", "/orders", body)
    found = (refused.status_code, refused.content_type, refused.json.get("detail"), len(stored(firm, ProductOrder)))
    assert found == (status, "application/problem+json", sentence, before)


def test_days_without_a_contract_and_unusable_values_are_named_at_their_field(firm: SomeCompany, ask: Ask) -> None:
    _contract(firm, ends=TODAY + timedelta(days=20))
    late = ask("POST", "/orders", wish(ask, "pinboard", starts=(TODAY + timedelta(days=20)).isoformat()))
    assert (late.status_code, late.json["errors"]) == (
        422, [{"detail": "There is no contract in CHF on that day.", "pointer": "#/starts"}],
    )  # fmt: skip
    wrong = ask("POST", "/orders", {"product": "pinboard", "price": "-1", "currency": "USD", "starts": "soon"})
    assert {one["pointer"] for one in wrong.json["errors"]} == {"#/version", "#/price", "#/currency", "#/starts"}


def test_approving_is_refused_where_the_contract_has_gone_and_declining_still_works(
    firm: SomeCompany, ask: Ask
) -> None:
    path = f"/orders/{ask('POST', '/orders', wish(ask, 'pinboard')).json['id']}"
    _contract(firm, ends=TODAY)
    refused = ask("POST", f"{path}/approve", match='"waiting"', by=(MODULES_APPROVE,))
    assert (refused.status_code, refused.json["detail"]) == (409, "There is no contract in CHF on that day.")
    gone = {"answer": "The contract ends"}
    assert ask("POST", f"{path}/decline", gone, match='"waiting"', by=(MODULES_APPROVE,)).json["state"] == "declined"


def test_orders_of_another_company_do_not_exist(
    firm: SomeCompany, ask: Ask, make_company: Callable[..., SomeCompany]
) -> None:
    path = f"{PATH}/orders/{ask('POST', '/orders', wish(ask, 'pinboard')).json['id']}"
    other = make_company("Nordlicht")
    head = {"Authorization": f"Bearer {other.token(BUY, MODULES_APPROVE)}", "If-Match": "*"}
    visitor = other.visitor()
    found = [visitor.open("GET", path, headers=head)]
    found += [visitor.open("POST", f"{path}/{do}", json={"answer": "No"}, headers=head) for do in
              ("approve", "decline", "withdraw")]  # fmt: skip
    assert {one.status_code for one in found} == {404}
    assert [one.state for one in stored(firm, ProductOrder)] == ["waiting"]


def test_a_question_of_a_program_is_a_lead(firm: SomeCompany, ask: Ask) -> None:
    asked = [ask("POST", "/pinboard/question", {"note": note}) for note in ("For 200 homes?", "Or 300?")]
    assert [(one.status_code, one.json) for one in asked] == [(201, {"is_new": True}), (201, {"is_new": False})]
    with Session(firm.platform.shell.platform) as db:
        leads = db.query(Lead).filter_by(customer_id=firm.id).all()
        assert [(one.source, one.topic) for one in leads] == [("marketplace", "pinboard")]
