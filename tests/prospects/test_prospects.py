"""From a lead to a company with a portal: a quote for somebody who has neither company nor demo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from quartier.accounts.models import Agent
from quartier.app import Platform
from quartier.contracts.models import Contract, ContractEvent, ContractLine
from quartier.leads.models import Lead
from quartier.people.models import Person
from quartier.prospects.models import Prospect
from quartier.quotes.content import Content
from quartier.quotes.models import Quote
from quartier.tenancy.models import Company
from quartier.testing import Browser, SomeCompany
from tests.quotes.test_quotes import SOON, TODAY, YES, mark, numbers, offered, put, sent, sold

FACTS = {
    "name": "Wohnbau O’Neill & Söhne AG", "slug": "", "address": "Uferweg 3\n8280 Kreuzlingen", "units": "1200",
    "country": "CH", "timezone": "Europe/Zurich", "languages": ["de", "fr"], "default_language": "de",
    "tone": "formal", "given_name": "Ruth", "family_name": "D’Angelo", "email": "ruth@oneill.example",
    "invite": "true",
}  # fmt: skip

Writes = Callable[..., UUID]


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ")


@pytest.fixture
def mara(console: Callable[..., Browser]) -> Browser:
    return console("sales")


@pytest.fixture
def writes(platform: Platform, mara: Browser) -> Iterator[Writes]:
    """Mara writes a prospect down: `writes(units="7")`."""
    made: list[UUID] = []

    def write(**more: Any) -> UUID:
        answer = mara.post("/prospects/new", FACTS | {"slug": f"oneill-{next(numbers)}-x"} | more)
        assert answer.status_code == 303, plain(answer.text)
        made.append(UUID(answer.headers["Location"].rpartition("/")[2]))
        return made[-1]

    yield write
    with platform.shell.platform.begin() as connection:
        for one in made:
            connection.execute(text("DELETE FROM company WHERE id = :id"), {"id": one})


def stored(platform: Platform, model: Any, **by: Any) -> list[Any]:
    with Session(platform.shell.platform, expire_on_commit=False) as db:
        return list(db.scalars(select(model).filter_by(**by).order_by(model.id)))


def test_from_a_lead_to_a_portal_with_its_modules_and_its_first_admin(
    platform: Platform, mara: Browser, console: Callable[..., Browser], writes: Writes
) -> None:
    name = f"Wohnbau O’Neill & Söhne {next(numbers)} AG"
    lead = mara.post("/leads/new", {"who": name, "title": "Hat uns in Bern getroffen", "contact": "Ruth, 079"})
    lead_id = lead.headers["Location"].rpartition("/")[2]
    form = mara.get(f"/prospects/new?lead={lead_id}").text
    assert f'value="{name}"'.replace("&", "&amp;") in form
    assert "Contact in the lead: Ruth, 079" in plain(form)
    company_id = writes(name=name, lead=lead_id)
    assert f'href="/prospects/{company_id}"' in mara.get(f"/leads/{lead_id}").text
    [company] = stored(platform, Company, id=company_id)
    host = f"{company.slug}.{platform.shell.config.platform_domain}"
    nobody = Browser(platform, host)
    assert nobody.get("/").status_code == 404  # nobody gets in before the yes
    assert name not in plain(mara.get(f"/companies?q={company.slug}").text)
    pages = ("", "/contract", "/health", "/domains", "/change", "/admin", "/events")
    assert {mara.get(f"/companies/{company_id}{page}").status_code for page in pages} == {404}

    firm = SomeCompany(platform, company_id, company.slug, ("de",), company_id, company_id)
    url = mara.post(f"/companies/{company_id}/quotes/new").headers["Location"]
    key = offered(mara, f"quoted_{next(numbers)}")
    assert put(url, mara, key).status_code == 303
    sold(mara, "faq")
    assert put(url, mara, "faq", price="35.00").status_code == 303
    [quote] = stored(platform, Quote, company_id=company_id)
    content = Content.from_json(quote.draft)
    said = (content.addressee, content.recipient, content.email, content.units)
    assert said == (f"{name}\nUferweg 3\n8280 Kreuzlingen", "Ruth D’Angelo", "ruth@oneill.example", 1200)
    assert [(line.key, line.quantity, line.price) for line in content.lines] == [
        (key, 1200, Decimal("410.00")), ("faq", 1, Decimal("35.00")),  # 500 of them at 0.40, 700 at 0.30
    ]  # fmt: skip
    terms = {
        "addressee": content.addressee, "recipient": content.recipient, "email": content.email, "language": "de",
        "currency": "CHF", "vat": "8.1", "units": "1200", "starts": SOON.isoformat(), "at": "09:30", "until": "",
        "valid_until": (TODAY + timedelta(days=10)).isoformat(), "intro": "", "mark": mark(firm),
    }  # fmt: skip
    assert mara.post(f"{url}/terms", terms).status_code == 303
    link = sent(url, mara)
    buyer = console()
    assert host in plain(buyer.get(link).text)

    assert buyer.post(f"{link}/accept", YES).status_code == 303
    [company], [contract] = stored(platform, Company, id=company_id), stored(platform, Contract, company_id=company_id)
    assert (company.status, contract.stage, contract.starts, contract.begins_at, contract.unit_quota) == (
        "active", "accepted", SOON, time(9, 30), None,
    )  # fmt: skip
    assert {one.module: one.price for one in stored(platform, ContractLine, company_id=company_id)} == {
        key: Decimal("410.00"), "faq": Decimal("35.00"),
    }  # fmt: skip
    platform.shell.hosts.forget()
    assert [nobody.get(path).status_code for path in ("/sign-in", "/faq/")] == [200, 404]  # its minute has not come
    [lead_now], [admin] = stored(platform, Lead, id=UUID(lead_id)), stored(platform, Person, company_id=company_id)
    assert (lead_now.customer_id, lead_now.prospect, lead_now.state) == (company_id, "", "won")
    assert (admin.given_name, admin.family_name, admin.email) == ("Ruth", "D’Angelo", "ruth@oneill.example")
    assert len(stored(platform, Agent, company_id=company_id)) == 1
    assert stored(platform, Prospect, company_id=company_id) == []
    kinds = [one.kind for one in stored(platform, ContractEvent, company_id=company_id)]
    assert kinds[-7:] == [
        "prospect.won", "contract.added", "line.added", "line.added", "module.switched", "quote.accepted",
        "admin.invited",
    ]  # fmt: skip
    assert mara.get(f"/prospects/{company_id}").headers["Location"] == f"/companies/{company_id}"
    assert name in plain(mara.get(f"/companies?q={company.slug}").text).replace("&amp;", "&")
    assert "This module is not installed." not in mara.get(f"/companies/{company_id}").text  # a service never is
    assert buyer.post(f"{link}/accept", YES).status_code == 409
    assert kinds.count("company.created") == 1
    firm.close()


def test_a_prospect_without_mail_says_yes_and_after_it_was_taken_back_once_more(
    platform: Platform, mara: Browser, console: Callable[..., Browser], writes: Writes
) -> None:
    company_id = writes(email="", given_name="", family_name="", address="", units="1")
    assert "With the yes, nobody is invited by itself" in mara.get(f"/prospects/{company_id}").text
    url = mara.post(f"/companies/{company_id}/quotes/new").headers["Location"]
    assert put(url, mara, offered(mara, f"quoted_{next(numbers)}")).status_code == 303
    assert console().post(f"{sent(url, mara)}/accept", YES).status_code == 303
    assert stored(platform, Company, id=company_id)[0].status == "active"
    assert stored(platform, Person, company_id=company_id) == []

    undone = mara.post(f"{url}/undo", {"reason": "Falsch unterschrieben."})
    assert (undone.status_code, stored(platform, Contract, company_id=company_id)) == (303, [])
    assert stored(platform, Company, id=company_id)[0].status == "active"  # somebody may be in it by now
    assert console().post(f"{sent(url, mara)}/accept", YES).status_code == 303
    assert len(stored(platform, Contract, company_id=company_id)) == 1


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": ""}, "name", "Please fill this in."),
        ({"units": "0"}, "units", "From 1 to 10000000."),
        ({"units": "viele"}, "units", "Please enter a whole number."),
        ({"slug": "Über Uns"}, "slug", "Use small letters only."),
        ({"slug": "console"}, "slug", "This name is reserved for the platform."),
        ({"slug": "brunnenhof-taken"}, "slug", "This subdomain is taken."),
        ({"slug": "oneill-kept"}, "slug", "This subdomain is kept for a prospect."),
        ({"email": "ruth@"}, "email", "This is not an e-mail address."),
        ({"family_name": " "}, "invite", "Whoever is to manage the team needs a name."),
        ({"languages": []}, "languages", "Please fill this in."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    platform: Platform, mara: Browser, make_company: Callable[..., SomeCompany], writes: Writes,
    typed: dict[str, Any], field: str, sentence: str,
) -> None:  # fmt: skip
    if typed.get("slug") == "brunnenhof-taken":
        typed = {"slug": make_company("Brunnenhof").slug}
    elif typed.get("slug") == "oneill-kept":
        typed = {"slug": stored(platform, Company, id=writes())[0].slug}
    answer = mara.post("/prospects/new", FACTS | typed)
    assert answer.status_code == 422
    found = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)
    assert found is not None, plain(answer.text)
    assert sentence in plain(found[1])
    assert "Uferweg 3" in answer.text


def test_nobody_else_gets_a_subdomain_that_is_kept(platform: Platform, mara: Browser, writes: Writes) -> None:
    slug = stored(platform, Company, id=writes())[0].slug
    assert "This subdomain is kept for a prospect." in mara.get(f"/companies/subdomain?slug={slug}").text
    [first, second] = [writes(slug="", name=f"Gleich {slug}") for _one in range(2)]
    names = [stored(platform, Company, id=one)[0].slug for one in (first, second)]
    assert names[1] == f"{names[0]}-2"


def test_a_prospect_changes_as_long_as_no_quote_says_otherwise(
    platform: Platform, mara: Browser, writes: Writes
) -> None:
    company_id = writes()
    slug, other = stored(platform, Company, id=company_id)[0].slug, f"oneill-{next(numbers)}-neu"
    page = mara.get(f"/prospects/{company_id}/change").text
    version = re.search(r'name="version" value="(\d+)"', page)[1]  # type: ignore[index]
    changed = FACTS | {"slug": other, "units": "1300", "version": version}
    assert mara.post(f"/prospects/{company_id}/change", changed).status_code == 303
    [company], [prospect] = stored(platform, Company, id=company_id), stored(platform, Prospect, company_id=company_id)
    assert (company.slug, prospect.units) == (other, 1300)
    late = mara.post(f"/prospects/{company_id}/change", changed | {"units": "1400"})
    assert (late.status_code, "Somebody has changed this prospect in the meantime." in late.text) == (422, True)
    assert 'value="1400"' in late.text

    url = mara.post(f"/companies/{company_id}/quotes/new").headers["Location"]
    assert put(url, mara, offered(mara, f"quoted_{next(numbers)}")).status_code == 303
    sent(url, mara)
    again = re.search(r'name="version" value="(\d+)"', mara.get(f"/prospects/{company_id}/change").text)[1]  # type: ignore[index]
    refused = mara.post(f"/prospects/{company_id}/change", changed | {"slug": slug, "version": again})
    assert (refused.status_code, "was sent with this subdomain." in refused.text) == (422, True)
    assert mara.post(f"/prospects/{company_id}/remove").headers["Location"] == f"/prospects/{company_id}"
    assert "Withdraw it first." in mara.get(f"/prospects/{company_id}").text
    assert mara.post(f"{url}/withdraw", {"reason": "Zu teuer."}).status_code == 303
    assert mara.post(f"/prospects/{company_id}/remove").headers["Location"] == "/prospects"
    assert stored(platform, Company, id=company_id) == []
    writes(slug=other)  # it is free again


def test_the_list_is_searched_and_a_real_company_is_no_prospect(
    mara: Browser, console: Callable[..., Browser], make_company: Callable[..., SomeCompany], writes: Writes
) -> None:
    name = f"Genossenschaft {next(numbers)} Seeufer"
    company_id = writes(name=name)
    found = mara.get(f"/prospects?q={name}").text
    assert (f'href="/prospects/{company_id}"' in found, "1,200" in found) == (True, True)
    assert found.count('<a href="/quotes" aria-current="page"') == 1
    assert "No prospect has these words" in mara.get("/prospects?q=gibtesnicht%25_").text
    assert console("support").get(f"/prospects/{company_id}").status_code == 200
    assert console("support").post(f"/prospects/{company_id}/remove").status_code == 403
    real = make_company("Brunnenhof").id
    assert [mara.get(f"/prospects/{real}{page}").status_code for page in ("", "/change", "/remove")] == [303, 404, 404]
    assert mara.post(f"/prospects/{real}/remove").status_code == 404
