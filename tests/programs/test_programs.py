"""A CRM works with a key of the platform: what was sold, how it is used, leads and revenue, and no resident."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.contracts.models import ContractLine
from quartier.customers.models import CompanyHealth
from quartier.db.base import new_id
from quartier.leads.models import Lead, LeadNote
from quartier.programs.models import PlatformToken
from quartier.tenancy.models import Company
from quartier.testing import Browser, SomeCompany, Statements

TODAY = datetime.now(UTC).date()
API = "/api/v1"
Ask = Callable[..., Any]


def issued(admin: Browser, role: str, **more: str) -> str:
    """The secret, as an administrator reads it once."""
    form = {"name": "CRM O’Neill", "role": role, "expires": (TODAY + timedelta(days=30)).isoformat(), **more}
    page = admin.post("/programs/new", form)
    assert page.status_code == 200
    found = re.search(r"<code>(qrp_[^<]+)</code>", page.text)
    assert found is not None
    return found[1]


@pytest.fixture
def ask(console: Callable[..., Browser]) -> Ask:
    """Send a request as a program of sales."""
    headers = {"Authorization": f"Bearer {issued(console('admin'), 'sales')}"}
    browser = console()

    def send(method: str, path: str, **more: Any) -> Any:
        return browser.open(method, f"{API}{path}", headers=headers | more.pop("headers", {}), **more)

    return send


def test_a_key_is_shown_once_and_ends_when_an_administrator_says_so(console: Callable[..., Browser]) -> None:
    ivo, program = console("admin"), console()
    token_id = str(new_id())
    secret = issued(ivo, "finance", token_id=token_id)
    again = {"name": "CRM", "role": "admin", "expires": (TODAY + timedelta(days=3)).isoformat(), "token_id": token_id}
    assert ivo.post("/programs/new", again).status_code == 303  # sent twice, issued once
    headers = {"Authorization": f"Bearer {secret}"}
    me = program.get(f"{API}/program", headers=headers)
    assert (me.json, me.headers["RateLimit"].split(";t=")[0]) == (
        {"name": "CRM O’Neill", "role": "finance"}, '"default";r=599'
    )  # fmt: skip
    assert secret not in ivo.get("/programs").text
    for wrong in ({"expires": (TODAY + timedelta(days=900)).isoformat()}, {"role": "owner"}, {"name": ""}):
        assert ivo.post("/programs/new", {**again, "token_id": str(new_id()), **wrong}).status_code == 422
    assert ivo.post(f"/programs/{token_id}/revoke", {}).status_code == 303
    refused = program.get(f"{API}/program", headers={**headers, "Accept-Language": "fr"})
    assert (refused.status_code, refused.json["title"]) == (401, "Il manque un jeton valable")
    assert program.get(refused.json["type"]).status_code == 200
    assert [console(role).get("/programs").status_code for role in ("sales", "support", "finance")] == [403] * 3


def test_one_request_too_many_is_told_when_to_come_back(ask: Ask, brunnenhof: SomeCompany) -> None:
    ask("GET", "/program")
    with Session(brunnenhof.platform.shell.platform) as db:
        newest = select(PlatformToken.id).order_by(PlatformToken.id.desc()).limit(1).scalar_subquery()
        db.execute(update(PlatformToken).where(PlatformToken.id == newest).values(requests=600))
        db.commit()
    answer = ask("GET", "/program")
    assert (answer.status_code, 0 < int(answer.headers["Retry-After"]) <= 60) == (429, True)


def test_a_program_reads_how_a_company_fares_what_it_bought_and_may_use_and_never_who_lives_there(
    ask: Ask, brunnenhof: SomeCompany, console: Callable[..., Browser]
) -> None:
    brunnenhof.resident("Verena Keller")
    brunnenhof.plant(CompanyHealth(addressable=100, registered=60, active=40, units=12))
    console("sales")
    with Session(brunnenhof.platform.shell.platform, expire_on_commit=False) as db:
        mara = db.scalars(select(Operator).order_by(Operator.id.desc()).limit(1)).one()
        db.execute(update(Company).where(Company.id == brunnenhof.id).values(manager_id=mara.id))
        db.commit()
    home = f"/companies/{brunnenhof.id}"
    answers = {
        path: ask("GET", f"{home}{path}") for path in ("", "/contracts", "/entitlements?on=2026-01-01", "/usage")
    }
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 200)
    one = answers[""].json
    assert (one["slug"], one["manager_id"], one["manager"], one["demo"]) == (
        brunnenhof.slug, str(mara.id), "Mara Lindt", False
    )  # fmt: skip
    health = one["health"]
    assert (health["reachable"], health["registered"], health["active"], health["units"]) == (100, 60, 40, 12)
    (contract,) = answers["/contracts"].json["contracts"]
    assert {line["product"] for line in contract["lines"]} == set(brunnenhof.platform.shell.plugins.serving)
    faq = next(row for row in answers["/entitlements?on=2026-01-01"].json["entitlements"] if row["key"] == "faq")
    assert (faq["usable"], [cause["kind"] for cause in faq["because"]]) == (True, ["line"])
    assert not any("Keller" in answer.text or "verena" in answer.text for answer in answers.values())
    assert ask("GET", f"{home}/entitlements?on=31.12.2026").status_code == 422


def test_pages_of_companies_leave_nobody_out_and_take_two_statements_each(
    ask: Ask, make_company: Callable[..., SomeCompany], console: Callable[..., Browser]
) -> None:
    console("sales")
    made = [make_company(name) for name in ("Same", "Same", "Änderung", "Same")]
    with Session(made[0].platform.shell.platform) as db:
        mine = db.scalars(select(Operator.id).order_by(Operator.id.desc()).limit(1)).one()
        ids = [one.id for one in made]
        db.execute(update(Company).where(Company.id.in_(ids)).values(manager_id=mine))
        db.commit()
    seen, path, sent = [], f"/companies?limit=1&manager={mine}", []
    while path:
        with Statements() as said:
            page = ask("GET", path)
        sent.append(said.count)
        seen += [row["id"] for row in page.json["items"]]
        path = re.sub(r"<.*?\?(.*)>.*", r"/companies?\1", page.headers.get("Link", ""))
    assert (sorted(seen), sent) == (sorted(str(one) for one in ids), [2, 2, 2, 2])


def test_a_program_follows_up_leads_as_sales_does(
    ask: Ask, brunnenhof: SomeCompany, console: Callable[..., Browser]
) -> None:
    console("sales")
    with Session(brunnenhof.platform.shell.platform) as db:
        mara = str(db.scalars(select(Operator.id).order_by(Operator.id.desc()).limit(1)).one())
    new = {"prospect": "Muster SA", "title": "Wants a demo", "owner_id": mara}
    once = {"Idempotency-Key": str(new_id())}
    first, second = (ask("POST", "/leads", json=new, headers=once) for _twice in range(2))
    assert (first.status_code, second.status_code, second.json) == (201, 201, first.json)
    assert ask("POST", "/leads", json={**new, "title": "Another"}, headers=once).status_code == 422
    path, tag = first.headers["Location"].removeprefix(API), first.headers["ETag"]
    change = {"state": "lost", "due": "2027-01-31"}
    assert ask("PATCH", path, json=change).status_code == 428
    why = ask("PATCH", path, json=change, headers={"If-Match": tag})
    assert (why.status_code, why.json["errors"][0]["pointer"]) == (422, "#/note")
    done = ask("PATCH", path, json={**change, "note": "Too dear", "owner_id": None}, headers={"If-Match": tag})
    assert (done.json["state"], done.json["due"], done.json["owner_id"]) == ("lost", "2027-01-31", None)
    assert ask("PATCH", path, json=change, headers={"If-Match": tag}).status_code == 412
    assert ask("GET", path).json == done.json
    with Session(brunnenhof.platform.shell.platform) as db:
        lead = db.get_one(Lead, done.json["id"])
        notes = [(one.kind, one.author) for one in db.scalars(select(LeadNote).filter_by(lead_id=lead.id))]
    assert sorted(notes) == [("changed", "CRM O’Neill"), ("opened", "CRM O’Neill")]
    for wrong in (
        {**new, "company_id": str(new_id()), "prospect": ""}, {**new, "company_id": str(brunnenhof.id)},
        {**new, "owner_id": str(new_id())}, {"title": "x"}, {**new, "due": "tomorrow"},
    ):  # fmt: skip
        assert ask("POST", "/leads", json=wrong).status_code == 422
    listed = ask("GET", "/leads?state=lost&limit=1").json
    assert listed["items"][0]["id"] == done.json["id"]


def test_a_program_reads_revenue_as_the_page_has_it(ask: Ask, brunnenhof: SomeCompany) -> None:
    with Session(brunnenhof.platform.shell.platform) as db:
        mine = update(ContractLine).where(ContractLine.company_id == brunnenhof.id)
        db.execute(mine.values(price=Decimal("1200.00"), period="year"))
        db.commit()
    (francs,) = (one for one in ask("GET", "/revenue?months=2").json["currencies"] if one["currency"] == "CHF")
    assert [date.fromisoformat(month["month"]).day for month in francs["months"]] == [1, 1]
    lines = len(brunnenhof.platform.shell.plugins.serving)
    assert Decimal(francs["months"][-1]["revenue"]) >= 100 * lines
    assert ask("GET", "/revenue?months=600").status_code == 422
