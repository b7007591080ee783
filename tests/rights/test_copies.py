"""A copy of everything about somebody: made by a job, for its owner only, for some days."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from quartier.app import house_of
from quartier.estate.history import acting
from quartier.estate.models import Occupancy
from quartier.files.models import StoredFile
from quartier.people.models import Occupant, Person
from quartier.plugin.manager import Plugins
from quartier.rights.gathering import everything
from quartier.rights.jobs import sweep
from quartier.rights.models import DataExport
from quartier.testing import Browser, SomeBody, SomeCompany
from tests.accounts.desk import mails_to
from tests.profile.test_about import photo, upload

URL = "/account/data"


def link(browser: Browser) -> str | None:
    found = re.search(rf'href="({URL}/[\w-]+/zip)"', browser.get(URL).text)
    return found[1] if found else None


def fetched(company: SomeCompany, body: SomeBody) -> dict[str, bytes]:
    browser = body.browser
    assert browser.post(f"{URL}/export").status_code == 303
    company.work()
    url = link(browser)
    assert url is not None
    answer = browser.get(url)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_a_person_gets_everything_and_a_mail_that_says_so(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    upload(verena, photo())
    found = fetched(brunnenhof, verena)
    assert set(found) == {"LIESMICH.txt", "portal.json", "files/picture.jpeg"}
    assert found["LIESMICH.txt"].decode().startswith("Was Brunnenhof AG über Sie im Portal weiss\r\n")
    said: dict[str, Any] = json.loads(found["portal.json"])
    assert [one["family_name"] for one in said["person"]] == ["Keller"]
    assert [one["street"] for one in said["homes"]] == ["Brunnenhofstrasse"]
    assert [one["email"] for one in said["account"]] == [verena.email]
    assert "password_hash" not in said["account"][0]
    assert all("token_hash" not in one for one in said["account_session"])
    assert len(mails_to(brunnenhof, verena.email)) == 1


def test_a_copy_is_for_its_owner_only(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    fetched(brunnenhof, verena)
    url = link(verena.browser)
    assert url is not None
    others = {
        "neighbour": brunnenhof.resident("Urs Wyss").browser.get(url).status_code,
        "staff": brunnenhof.agent("Nadja Frei", "people.read", "people.edit").browser.get(url).status_code,
        "nobody": brunnenhof.visitor().get(url).status_code,
        "elsewhere": nordlicht.resident().browser.get(url).status_code,
    }
    assert others == {"neighbour": 404, "staff": 404, "nobody": 302, "elsewhere": 404}


def test_asked_twice_there_is_one(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.resident().browser
    for _again in range(2):
        browser.post(f"{URL}/export")
    brunnenhof.work()
    browser.post(f"{URL}/export")
    with brunnenhof.db() as db:
        assert len(db.scalars(select(DataExport)).all()) == 1


def test_after_a_week_the_file_is_gone(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    fetched(brunnenhof, verena)
    url, shell = link(verena.browser), brunnenhof.platform.shell
    with Session(shell.platform) as db:
        past = datetime.now(UTC) - timedelta(days=7, minutes=1)
        db.execute(update(DataExport).where(DataExport.company_id == brunnenhof.id).values(ended_at=past))
        db.commit()
        assert (verena.browser.get(str(url)).status_code, link(verena.browser)) == (404, None)
        sweep(house_of(shell), db)
        db.commit()
        assert db.scalars(select(StoredFile).filter_by(company_id=brunnenhof.id, purpose="rights")).all() == []


def test_notes_are_for_whom_they_are_about_and_colleagues_stay_unnamed(brunnenhof: SomeCompany) -> None:
    verena, carer = brunnenhof.resident("Verena Keller"), brunnenhof.person("Urs Pfleger")
    with brunnenhof.db() as db, acting(db, "Nadja Frei"):
        db.get_one(Person, (brunnenhof.id, verena.person_id)).note = "Ruft oft an."
        period = db.scalars(select(Occupancy)).one()
        period.note, period.contract_number = "Miete oft spät.", "V-1204"
        db.add(Occupant(occupancy_id=period.id, person_id=carer.id, role="carer", host_id=verena.person_id))
        db.commit()
    with brunnenhof.db() as db:
        hers, his = (str(everything(db, Plugins(), one, ())) for one in (verena.person_id, carer.id))
    assert {word for word in ("Ruft oft an.", "Miete oft spät.", "V-1204", "Nadja") if word in hers} == {
        "Ruft oft an.", "Miete oft spät.", "V-1204",
    }  # fmt: skip
    assert str(carer.id) not in hers
    assert {word for word in ("Ruft", "Miete", "V-1204", "Nadja", "Verena") if word in his} == set()
