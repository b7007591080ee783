"""Whose dates and numbers somebody reads, and by which clock: on pages, in mails, over the API, and when looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from quartier.accounts.letters import CHANGED
from quartier.accounts.models import Account, Operator
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver
from quartier.estate.policies import READ
from quartier.i18n.formats import format_moment, zone_of_reader
from quartier.mail.letters import Letter
from quartier.testing import Browser, SomeCompany
from quartier.web.gate import ME_READ, OWN_SCOPES
from tests.accounts.desk import sent_back, shown

FORMATS = "/account/formats"
MOMENT = datetime(2026, 11, 24, 7, 10, tzinfo=UTC)


AMERICAN = r"\d\d/\d\d/2\d{3}, \d+:\d\d\u00a0[AP]M · CHF\u00a01,234.50"


def sub_of(page: str) -> str:
    found = re.search(r'href="/account/formats".*?class="row-sub">(.*?)<', page)
    assert found
    return found[1]


def test_a_resident_reads_dates_and_amounts_their_own_way(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller", language="en")
    here, other = verena.browser, verena.browser
    assert re.fullmatch(r"\d\d/\d\d/2\d{3}, \d\d:\d\d · CHF\u00a01,234.50", sub_of(here.get("/account").text))
    page = here.get(FORMATS).text
    assert re.search(r'<option value="">As usual here · \d\d/\d\d/2\d{3}', page)
    assert re.search(r'<option value="DE">Germany · \d\d\.\d\d\.2\d{3} · 1\.234,50</option>', page)
    wrong = shown(here, here.post(FORMATS, {"formats": "DE", "timezone": "Mars/Olympus"})).text
    assert ["This time zone is not known." in wrong, '<option value="DE" selected>' in wrong] == [True, True]
    assert sent_back(here.post(FORMATS, {"formats": "XX", "timezone": ""}))
    chosen = here.post(FORMATS, {"formats": "US", "timezone": "America/New_York"})
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/account")
    assert re.fullmatch(AMERICAN, sub_of(other.get("/account").text))

    with brunnenhof.db() as db:
        zurich, reader = ZoneInfo("Europe/Zurich"), Reader(verena.email, "Verena Keller", "en", verena.person_id)

        def write() -> Letter:
            return Letter(format_moment(MOMENT, zone_of_reader(zurich), "short"), "Hello", ())

        deliver(db, CHANGED, reader, write)
        deliver(db, CHANGED, Reader("somebody@else.example", "", "en"), write)
        subjects = db.scalars(select(text("subject")).select_from(text("mail_delivery ORDER BY id"))).all()
    assert subjects == ["11/24/2026, 2:10 AM", "24/11/2026, 08:10"]

    assert here.post(FORMATS, {"formats": "", "timezone": ""}).status_code == 303
    with brunnenhof.db() as db:
        account = db.get_one(Account, (brunnenhof.id, verena.account_id))
        assert (account.formats, account.timezone) == (None, None)


def test_an_operator_chooses_too(console: Callable[..., Browser], brunnenhof: SomeCompany) -> None:
    mara = console("sales")
    mara.post("/language", {"language": "en", "next": "/account"})
    assert mara.post(FORMATS, {"formats": "US", "timezone": "Asia/Tokyo"}).status_code == 303
    assert re.fullmatch(AMERICAN, sub_of(mara.get("/account").text))
    assert re.search(r"With us since</dt><dd>[A-Z][a-z]+\u00a0\d", mara.get(f"/companies/{brunnenhof.id}").text)
    with brunnenhof.platform.shell.platform.connect() as connection:
        assert connection.scalars(select(Operator.timezone).where(Operator.formats == "US")).all() == ["Asia/Tokyo"]


def test_a_program_reads_and_changes_the_profile_of_who_issued_its_token(brunnenhof: SomeCompany) -> None:
    nadja, strange = brunnenhof.agent("Nadja Frei"), brunnenhof.token(*OWN_SCOPES)
    secret, browser = brunnenhof.token(*OWN_SCOPES, by=nadja), brunnenhof.visitor()
    reads, other = brunnenhof.token(ME_READ, by=nadja), brunnenhof.token(READ, by=nadja)

    def ask(method: str, token: str, **json: object) -> tuple[int, dict[str, object]]:
        headers = {"Authorization": f"Bearer {token}"}
        answer = browser.open(method, "/api/v1/me/profile", headers=headers, **({"json": json} if json else {}))
        return answer.status_code, answer.get_json()

    who = {"person_id": str(nadja.person_id), "name": "Nadja Frei", "email": nadja.email, "has_picture": False}
    assert ask("GET", secret) == (200, {**who, "language": None, "formats": None, "timezone": None})
    status, said = ask("PATCH", secret, formats="AT", language="fr")
    assert (status, said) == (200, {**who, "language": "fr", "formats": "AT", "timezone": None})
    assert ask("PATCH", secret, formats=None)[1] == {**who, "language": "fr", "formats": None, "timezone": None}
    for wrong in ({"formats": "XX"}, {"timezone": "Mars/Olympus"}, {"language": "it"}, {"email": "me@x.example"}):
        assert ask("PATCH", secret, **wrong)[0] == 422, wrong
    assert [ask("GET", strange)[0], ask("GET", reads)[0], ask("GET", other)[0]] == [404, 200, 403]
    status, refused = ask("PATCH", reads, language="de")
    assert (status, refused["detail"]) == (403, "Dafür braucht es den Scope me.write.")
    assert ask("GET", "qrt_nobody")[0] == 401
