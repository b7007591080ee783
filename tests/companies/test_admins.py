"""The first admin of a company: named by sales, invited in the company's name, and in with every right."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from quartier.contracts.models import ContractEvent
from quartier.testing import PASSWORD, Browser, SomeCompany

PERSON = {"given_name": "Regula", "family_name": "Steiner", "email": "regula@steiner.example", "language": "fr"}


@pytest.fixture
def mara(console: Callable[..., Browser]) -> Browser:
    return console("sales")


def last_mail(company: SomeCompany) -> tuple[str, str, str]:
    """To whom the last mail went, in which language, and the path of its link."""
    company.work()
    with company.platform.shell.platform.connect() as connection:
        words = text(
            "SELECT recipient, language, text FROM outbox_mail WHERE company_id = :company ORDER BY id DESC LIMIT 1"
        )
        row = connection.execute(words, {"company": company.id}).first()
    assert row is not None
    found = re.search(r"/team/join/[\w-]{43}", row.text)
    assert found, row.text
    return row.recipient, row.language, found[0]


def kinds(company: SomeCompany) -> list[str]:
    with Session(company.platform.shell.platform) as db:
        return list(db.scalars(select(ContractEvent.kind).filter_by(company_id=company.id).order_by(ContractEvent.id)))


def test_whoever_sales_names_is_invited_by_the_company_and_has_every_right(
    brunnenhof: SomeCompany, mara: Browser
) -> None:
    page = f"/companies/{brunnenhof.id}"
    assert "Name the first one" in mara.get(page).text
    answer = mara.post(f"{page}/admin", PERSON)
    assert answer.headers["Location"] == page
    to, language, first = last_mail(brunnenhof)
    shown = mara.get(page).text
    assert (to, language[:2], "Invitation sent" in shown) == ("regula@steiner.example", "fr", True)

    agent_id = re.search(rf"{page}/admin/([\w-]+)/again", shown)
    assert agent_id is not None
    assert mara.post(f"{page}/admin", PERSON).status_code == 422
    mara.post(f"{page}/admin/{agent_id[1]}/withdraw")
    visitor = brunnenhof.visitor()
    assert (visitor.get(first).status_code, "Invitation withdrawn" in mara.get(page).text) == (410, True)
    mara.post(f"{page}/admin/{agent_id[1]}/again")
    _to, _language, second = last_mail(brunnenhof)
    assert visitor.post(second, {"password": PASSWORD, "repeat": PASSWORD}).headers["Location"] == "/cockpit/"
    assert {
        visitor.get(path).status_code for path in ("/cockpit/team/", "/cockpit/settings/portal", "/cockpit/tokens")
    } == {200}
    now = mara.get(page).text
    assert ("Active" in now, "/again" in now, "Name somebody else" in now) == (True, False, False)
    assert mara.get(f"{page}/admin").status_code == 303
    assert mara.post(f"{page}/admin/{agent_id[1]}/again").status_code == 404
    assert kinds(brunnenhof)[-3:] == ["admin.invited", "admin.withdrawn", "admin.invited"]
