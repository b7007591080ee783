"""To be forgotten: asked for, checked against what has to be kept, done, and nothing left."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text, update

from quartier.accounts.letters import RESET
from quartier.db.base import new_id
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver
from quartier.estate.models import Occupancy
from quartier.jobs.queue import defer
from quartier.mail.letters import Letter
from quartier.notifications.services import MAIL_EVENT, Subject, notify
from quartier.people.models import Person
from quartier.people.policies import EDIT
from quartier.rights.erasure_jobs import FINISH
from quartier.rights.letters import SAID
from quartier.rights.models import ErasureRequest
from quartier.testing import LONG_AGO, Browser, SomeBody, SomeCompany
from tests.accounts.desk import mails_to
from tests.notifications.desk import under_the_bell
from tests.profile.desk import REFUSED, sent
from tests.profile.test_about import photo, typed, upload

DATA, DESK = "/account/data", "/cockpit/erasures"
ENDED = date(2010, 1, 1)
BEGAN = date(2000, 1, 1)
TODAY = datetime.now(ZoneInfo("Europe/Zurich")).date()
"""Where the company is; late in the evening it is tomorrow there."""


def asked(company: SomeCompany, body: SomeBody) -> str:
    """The page where staff decide, after somebody has asked."""
    assert body.browser.post(f"{DATA}/erase", {"sure": "on"}).status_code == 303
    with company.db() as db:
        return f"{DESK}/{db.scalar(select(ErasureRequest.id).filter_by(person_id=body.person_id))}"


def left(company: SomeCompany, *words: str) -> set[tuple[str, str]]:
    """(table, word) wherever in all that the company has something still says who it was."""
    found = set()
    with company.platform.shell.platform.connect() as connection:
        tables = connection.scalars(text(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id' "
            "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        )).all()  # fmt: skip
        for table in tables:
            for word in words:
                here = f'FROM "{table}" t WHERE company_id = :id AND position(:word IN to_jsonb(t)::text) > 0'
                query = text(f"SELECT count(*) {here}")
                if connection.scalar(query, {"id": company.id, "word": word}):
                    found.add((table, word))
        for word in words:
            queued = text("SELECT count(*) FROM procrastinate_jobs j WHERE position(:word IN to_jsonb(j)::text) > 0")
            if connection.scalar(queued, {"word": word}):
                found.add(("procrastinate_jobs", word))
    return found


def test_erasing_leaves_no_row_that_says_who_it_was(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", EDIT, "people.read")
    gone = brunnenhof.resident("Wilhelmina Zwyssig", starts=BEGAN, ends=ENDED)
    with brunnenhof.db() as db:
        db.execute(update(Person).where(Person.id == gone.person_id).values(external_id="Z-4711"))
        db.commit()
    upload(gone, photo())
    gone.browser.post("/account/about", typed(given_name="Willy", family_name="Zwyssig"))
    gone.browser.post(f"{DATA}/export")
    brunnenhof.visitor().post("/sign-in", {"email": gone.email, "password": "wrong"})
    with brunnenhof.db() as db:
        account = db.scalar(text("SELECT id FROM account WHERE person_id = :id"), {"id": gone.person_id})
        deliver(
            db, RESET, Reader(gone.email), lambda: RESET.sample("Brunnenhof")
        )  # one without a person, to the same address
        db.commit()
    brunnenhof.work()
    words = (str(gone.person_id), str(account), gone.email, "Zwyssig", "Wilhelmina", "Z-4711")
    assert {"person", "account", "change", "mail_delivery"} <= {table for table, _word in left(brunnenhof, *words)}
    url, signed_in = asked(brunnenhof, gone), gone.browser
    assert nadja.browser.post(f"{url}/erase", {"shown": ""}).status_code == 422
    forgotten(brunnenhof, nadja.browser, url)
    assert left(brunnenhof, *words) == set()
    assert signed_in.get("/account").status_code == 302
    with brunnenhof.db() as db:
        assert [one.state for one in db.scalars(select(ErasureRequest))] == ["done"]
    assert "Niemand hat darum gebeten" in nadja.browser.get(DESK).text
    for number, status in (("", 422), ("Z-4712", 422), (" Z-4711 ", 303)):
        assert nadja.browser.post(f"{DESK}/numbers", {"number": number}).status_code == status
    assert f"{DESK}/numbers" not in nadja.browser.get(DESK).text


@pytest.mark.parametrize("ends", [ENDED, None])
def test_what_others_were_told_of_somebodys_words_goes_along(brunnenhof: SomeCompany, ends: date | None) -> None:
    nadja, rosa = brunnenhof.agent("Nadja Frei", EDIT), brunnenhof.agent("Rosa Roth", EDIT)
    gone = brunnenhof.resident("Wilhelmina Zwyssig", starts=BEGAN, ends=ends)
    with brunnenhof.db() as db:
        for author, word in ((gone, "Murmeltier"), (rosa, "Steinbock")):
            told = notify(
                db, SAID, to=[nadja.person_id], about=Subject("/", facts={"words": word}), by=author.person_id
            )
            for event in (f"{MAIL_EVENT}{told}", f"summary {len(word)}"):
                letter = Letter(subject=event, greeting="", paragraphs=(word, f"/notifications/{told}"))
                deliver(db, SAID, Reader(nadja.email), lambda said=letter: said, event=event)  # type: ignore[misc]
        db.commit()
    brunnenhof.work()
    spoken = left(brunnenhof, "Murmeltier", "Steinbock")
    assert {(table, word) for table in ("notification", "mail_delivery", "outbox_mail")
            for word in ("Murmeltier", "Steinbock")} == spoken  # fmt: skip
    forgotten(brunnenhof, nadja.browser, asked(brunnenhof, gone))
    assert left(brunnenhof, "Murmeltier", "Steinbock") == {one for one in spoken if one[1] == "Steinbock"}


def test_who_shares_an_address_keeps_it(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", EDIT)
    gone = brunnenhof.resident("Wilhelmina Zwyssig", starts=BEGAN, ends=ENDED)
    brunnenhof.plant(Person(given_name="Emil", family_name="Zwyssig", email=gone.email))
    with brunnenhof.db() as db:
        deliver(db, RESET, Reader(gone.email), lambda: RESET.sample("Brunnenhof"))
        db.commit()
    forgotten(brunnenhof, nadja.browser, asked(brunnenhof, gone))
    assert len(mails_to(brunnenhof, gone.email)) == 3  # this one, "received" and "erased": Emil's address stays


RUNNING, BOOKS = None, TODAY - timedelta(days=30)


@pytest.mark.parametrize(("ends", "told"), [(RUNNING, "hat noch kein Ende"), (BOOKS, "werden bis")])
def test_what_has_to_be_kept_is_a_reason_that_the_person_reads(
    brunnenhof: SomeCompany, ends: date | None, told: str
) -> None:
    nadja = brunnenhof.agent("Nadja Frei", EDIT, language="de")
    verena = brunnenhof.resident("Verena Keller", starts=LONG_AGO, ends=ends)
    url = asked(brunnenhof, verena)
    assert told in nadja.browser.get(url).text
    assert nadja.browser.post(f"{url}/review").status_code == 303
    assert nadja.browser.post(f"{url}/keep").status_code == 303
    brunnenhof.work()
    page = verena.browser.get(DATA).text
    assert (told in page, re.findall(r"<li data-done><strong>([^<]+)", page)) == (
        True, ["Verlangt", "In Prüfung", "Vorläufig aufbewahrt"],
    )  # fmt: skip
    assert len(mails_to(brunnenhof, verena.email)) == 3  # received, in review, kept
    assert verena.browser.post(f"{DATA}/erase/withdraw").status_code == 303
    assert nadja.browser.get(url).status_code == 404


def forgotten(company: SomeCompany, nadja: Browser, url: str) -> None:
    """Staff have erased what the page said may go."""
    shown = re.search(r'name="shown" value="([^"]*)"', nadja.get(url).text)
    assert shown is not None
    assert nadja.post(f"{url}/erase", {"sure": "on", "shown": shown[1]}).status_code == 303
    company.work()


def finished(company: SomeCompany) -> None:
    """A night has passed, and what was found in it is done."""
    with company.db() as db:
        defer(db, FINISH)
        db.commit()
    company.work()
    company.work()


@pytest.mark.parametrize("ends", [RUNNING, BOOKS])
def test_what_may_go_is_erased_and_the_rest_when_its_day_comes(brunnenhof: SomeCompany, ends: date | None) -> None:
    nadja = brunnenhof.agent("Nadja Frei", EDIT).browser
    gone = brunnenhof.resident("Wilhelmina Zwyssig", starts=BEGAN, ends=ends)
    upload(gone, photo())
    gone.browser.post("/account/about", typed(given_name="Wilhelmina", family_name="Zwyssig", phone="+41 44 555 01 99"))
    forgotten(brunnenhof, nadja, asked(brunnenhof, gone))
    at, phone = gone.email, "+41445550199"
    kept = {("person", "Zwyssig"), *({("person", at), ("person", phone), ("mail_address", at)} if ends is None else ())}
    assert left(brunnenhof, "Zwyssig", at, phone) - {("outbox_mail", at), ("outbox_mail", "Zwyssig")} == kept
    assert rows(brunnenhof, "account", "person_picture", "invitation", "mail_delivery", "occupant") == {"occupant"}
    with brunnenhof.db() as db:
        wanted = db.scalars(select(ErasureRequest)).one()
        assert (wanted.state, wanted.with_contact) == ("partly", ends is None)
        assert wanted.until == (None if ends is None else ends + timedelta(days=3650))
        db.execute(update(Occupancy).values(ends=BOOKS))
        db.commit()
    assert "Teilweise gelöscht" in nadja.get(f"{DESK}/{wanted.id}", headers={"Accept-Language": "de"}).text
    finished(brunnenhof)
    assert left(brunnenhof, at, phone) - {("outbox_mail", at)} == set()
    assert {table for table, _word in left(brunnenhof, "Zwyssig")} - {"outbox_mail"} == {"person"}
    brunnenhof.settings(erasure_retention=1)
    finished(brunnenhof)
    assert left(brunnenhof, "Zwyssig", str(gone.person_id)) - {("outbox_mail", "Zwyssig")} == set()
    with brunnenhof.db() as db:
        assert [one.state for one in db.scalars(select(ErasureRequest))] == ["done"]


def test_a_reason_of_the_companys_own_holds_until_its_day(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", EDIT).browser
    gone = brunnenhof.resident("Wilhelmina Zwyssig", starts=BEGAN, ends=ENDED)
    url, tomorrow = asked(brunnenhof, gone), TODAY + timedelta(days=1)
    wrong = {"own_reason": ("", str(tomorrow)), "own_until": ("Offene Forderung", ""), "past": ("x", "2020-01-01")}
    for reason, until in wrong.values():
        refused = nadja.post(f"{url}/reason", {"own_reason": reason, "own_until": until})
        assert (refused.status_code, reason in refused.text) == (422, True)
    nadja.post(f"{url}/reason", {"own_reason": "Offene Forderung", "own_until": str(tomorrow)})
    assert nadja.post(f"{url}/erase", {"sure": "on", "shown": ""}).status_code == 409  # what was shown is old
    forgotten(brunnenhof, nadja, url)
    with brunnenhof.db() as db:
        assert db.scalars(select(ErasureRequest)).one().until == tomorrow
        db.execute(update(ErasureRequest).values(own_until=TODAY))
        db.commit()
    finished(brunnenhof)
    assert left(brunnenhof, "Offene Forderung", str(gone.person_id)) == set()


def test_whoever_registers_again_is_not_erased_later(brunnenhof: SomeCompany) -> None:
    back = brunnenhof.resident("Verena Keller", starts=BEGAN, ends=ENDED)
    brunnenhof.plant(ErasureRequest(person_id=back.person_id, state="partly", until=date(2020, 1, 1)))
    finished(brunnenhof)
    with brunnenhof.db() as db:
        assert db.scalars(select(ErasureRequest.state)).all() == ["withdrawn"]
        assert db.get(Person, (brunnenhof.id, back.person_id)) is not None


def rows(company: SomeCompany, *tables: str) -> set[str]:
    """Those of the tables that hold something of a resident."""
    staff = "SELECT person_id FROM agent"
    own = dict.fromkeys(("account", "mail_delivery"), f"person_id NOT IN ({staff})")
    with company.db() as db:
        return {one for one in tables if db.rows(f"SELECT 1 FROM {one} WHERE {own.get(one, 'true')} LIMIT 1")}


def test_programs_follow_requests_and_decide(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", EDIT)
    brunnenhof.agent("Jan Meier").limited_to(brunnenhof.property_id).granted(EDIT, property_id=brunnenhof.property_id)
    gone, bound = (
        brunnenhof.resident(name, starts=BEGAN, ends=end) for name, end in (("Wil Zwyssig", ENDED), ("Lea Roth", None))
    )
    for one in (gone, bound):
        asked(brunnenhof, one)
    brunnenhof.work()
    told = mails_to(brunnenhof, nadja.email)
    assert [mail.subject for mail in told] == ["Jemand verlangt die Löschung der eigenen Daten"] * 2
    assert under_the_bell(nadja, "/cockpit/notifications")[0] == 2
    browser, token = brunnenhof.visitor(), brunnenhof.token(EDIT)

    def ask(method: str, path: str = "", **body: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return browser.open(method, f"/api/v1/erasures{path}", headers=headers, **({"json": body} if body else {}))

    first = ask("GET", "?limit=1").json
    page = ask("GET", f"?limit=1&after={first['next']}").json
    assert [one["person_id"] for one in (*first["items"], *page["items"])] == [
        str(gone.person_id),
        str(bound.person_id),
    ]
    free, kept = f"/{first['items'][0]['id']}", f"/{page['items'][0]['id']}"
    assert (ask("GET", free).json["reasons"], [one["kind"] for one in ask("GET", kept).json["reasons"]]) == (
        [],
        ["running"],
    )
    assert ask("POST", f"{kept}/decision", decision="review").json["state"] == "review"
    assert ask("POST", f"{kept}/decision", decision="erase").status_code == 409  # what has to be kept was not read
    assert ask("POST", f"{kept}/decision", decision="keep").json["state"] == "kept"
    assert ask("POST", f"{free}/decision", decision="keep").status_code == 409  # nothing has to be kept
    assert ask("POST", f"{free}/decision", decision="forget").status_code == 422
    assert ask("POST", f"{free}/decision", decision="erase").json["state"] == "erasing"
    assert ask("POST", f"{free}/decision", decision="erase").status_code == 409
    brunnenhof.work()
    assert ask("POST", "/numbers", number="Z-4711").status_code == 404
    assert ask("GET", "?state=done").json["items"][0]["person_id"] is None


def test_the_desk_shows_a_hundred_at_once_and_then_the_others(brunnenhof: SomeCompany) -> None:
    verena, day = brunnenhof.person("Verena Keller"), date(2030, 1, 1)
    kinds = [("kept", day + timedelta(days=n % 3)) for n in range(60)] + [("open", None)] * 43
    brunnenhof.plant(
        *(ErasureRequest(id=new_id(), person_id=verena.id, state=state, until=until) for state, until in kinds)
    )
    desk, seen = brunnenhof.agent("Nadja Frei", EDIT).browser, []
    page = desk.get(DESK).text
    seen += re.findall(rf'{DESK}/([\w-]{{36}})"', page)
    more = re.search(r"\?after=[\w-]+", page)
    assert (len(seen), more is not None) == (100, True)
    rest = desk.get(DESK + more[0]).text if more else ""
    seen += re.findall(rf'{DESK}/([\w-]{{36}})"', rest)
    with brunnenhof.db() as db:
        states = {str(one.id): (one.state == "kept", one.until or day) for one in db.scalars(select(ErasureRequest))}
    assert (len(seen), "?after=" in rest) == (103, False)
    assert [states[one] for one in seen] == sorted(states.values())


def test_staff_are_forgotten_when_they_have_left(brunnenhof: SomeCompany) -> None:
    jan = brunnenhof.agent("Jan Meier")
    page = brunnenhof.agent("Nadja Frei", EDIT, language="de").browser.get(asked(brunnenhof, jan)).text
    assert ("Mitglied des Teams" in page, "/erase" in page) == (True, False)


def test_one_asks_once_and_means_it(brunnenhof: SomeCompany) -> None:
    body = brunnenhof.resident()
    browser = body.browser
    status, refused = sent(body, f"{DATA}/erase", {})
    assert (status, 'id="sure-error"' in refused) == (REFUSED, True)
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
