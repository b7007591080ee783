"""To be forgotten: asked for, checked against what has to be kept, done, and nothing left."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from quartier.accounts.letters import RESET
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver
from quartier.people.models import Person
from quartier.people.policies import EDIT
from quartier.rights.models import ErasureRequest
from quartier.testing import LONG_AGO, SomeBody, SomeCompany
from tests.accounts.desk import mails_to
from tests.profile.test_about import photo, typed, upload

DATA, DESK = "/account/data", "/cockpit/erasures"
ENDED = date(2010, 1, 1)
BEGAN = date(2000, 1, 1)


def asked(company: SomeCompany, body: SomeBody) -> str:
    """The page where staff decide, after somebody has asked."""
    assert body.browser.post(f"{DATA}/erase", {"sure": "on"}).status_code == 303
    with company.db() as db:
        return f"{DESK}/{db.scalar(select(ErasureRequest.id).filter_by(person_id=body.person_id))}"


def left(company: SomeCompany, *words: str) -> set[tuple[str, str]]:
    """(table, word) wherever in the whole database something still says who it was."""
    found = set()
    with company.platform.shell.platform.connect() as connection:
        tables = connection.scalars(text(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id' "
            "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        )).all()  # fmt: skip
        for table in tables:
            for word in words:
                query = text(f'SELECT count(*) FROM "{table}" t WHERE position(:word IN to_jsonb(t)::text) > 0')
                if connection.scalar(query, {"word": word}):
                    found.add((table, word))
    return found


def test_erasing_leaves_no_row_that_says_who_it_was(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", EDIT, "people.read")
    gone = brunnenhof.resident("Wilhelmina Zwyssig", starts=BEGAN, ends=ENDED)
    upload(gone, photo())
    gone.browser.post("/account/about", typed(given_name="Willy", family_name="Zwyssig"))
    gone.browser.post(f"{DATA}/export")
    brunnenhof.visitor().post("/sign-in", {"email": gone.email, "password": "wrong"})
    with brunnenhof.db() as db:
        account = db.scalar(text("SELECT id FROM account WHERE person_id = :id"), {"id": gone.person_id})
        deliver(db, RESET, Reader(gone.email), RESET.sample)  # one without a person, to the same address
        db.commit()
    brunnenhof.work()
    words = (str(gone.person_id), str(account), gone.email, "Zwyssig", "Wilhelmina")
    assert {"person", "account", "change", "mail_delivery"} <= {table for table, _word in left(brunnenhof, *words)}
    url, signed_in = asked(brunnenhof, gone), gone.browser
    assert nadja.browser.post(f"{url}/erase").status_code == 422
    assert nadja.browser.post(f"{url}/erase", {"sure": "on"}).status_code == 303
    brunnenhof.work()
    assert left(brunnenhof, *words) == set()
    assert signed_in.get("/account").status_code == 302
    with brunnenhof.db() as db:
        assert [one.state for one in db.scalars(select(ErasureRequest))] == ["done"]
    assert "Niemand hat darum gebeten" in nadja.browser.get(DESK).text


def test_who_shares_an_address_keeps_it(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", EDIT)
    gone = brunnenhof.resident("Wilhelmina Zwyssig", starts=BEGAN, ends=ENDED)
    brunnenhof.plant(Person(given_name="Emil", family_name="Zwyssig", email=gone.email))
    with brunnenhof.db() as db:
        deliver(db, RESET, Reader(gone.email), RESET.sample)
        db.commit()
    nadja.browser.post(f"{asked(brunnenhof, gone)}/erase", {"sure": "on"})
    brunnenhof.work()
    assert len(mails_to(brunnenhof, gone.email)) == 1


@pytest.mark.parametrize(
    ("ends", "told"),
    [(None, "hat noch kein Ende"), (date.today() - timedelta(days=30), "werden bis")],  # noqa: DTZ011
)
def test_what_has_to_be_kept_is_a_reason_that_the_person_reads(
    brunnenhof: SomeCompany, ends: date | None, told: str
) -> None:
    nadja = brunnenhof.agent("Nadja Frei", EDIT, language="de")
    verena = brunnenhof.resident("Verena Keller", starts=LONG_AGO, ends=ends)
    url = asked(brunnenhof, verena)
    assert told in nadja.browser.get(url).text
    assert nadja.browser.post(f"{url}/erase", {"sure": "on"}).status_code == 409
    assert nadja.browser.post(f"{url}/keep").status_code == 303
    brunnenhof.work()
    assert told in verena.browser.get(DATA).text
    assert len(mails_to(brunnenhof, verena.email)) == 1
    assert verena.browser.post(f"{DATA}/erase/withdraw").status_code == 303
    assert nadja.browser.get(url).status_code == 404


def test_staff_are_forgotten_when_they_have_left(brunnenhof: SomeCompany) -> None:
    jan = brunnenhof.agent("Jan Meier")
    page = brunnenhof.agent("Nadja Frei", EDIT, language="de").browser.get(asked(brunnenhof, jan)).text
    assert "Mitglied des Teams" in page


def test_one_asks_once_and_means_it(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.resident().browser
    refused = browser.post(f"{DATA}/erase")
    assert (refused.status_code, 'id="sure-error"' in refused.text) == (422, True)
    for _again in range(2):
        browser.post(f"{DATA}/erase", {"sure": "on"})
    with brunnenhof.db() as db:
        assert db.scalar(select(func.count()).select_from(ErasureRequest)) == 1


def test_only_who_changes_people_of_the_whole_company_decides(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    url = asked(brunnenhof, brunnenhof.resident())
    agents = brunnenhof.agent("Jan Meier", "people.read"), nordlicht.agent("Svenja Petersen", EDIT)
    assert [one.browser.get(url).status_code for one in agents] == [403, 404]
    assert [one.browser.post(f"{url}/erase", {"sure": "on"}).status_code for one in agents] == [403, 404]
    assert re.search(r"[\w-]{36}$", url)
