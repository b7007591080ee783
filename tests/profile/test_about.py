"""How people are seen and reached: names, numbers and pictures; what the ERP owns is only wished."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from quartier.deliveries.models import MailAddress, MailDelivery
from quartier.files.models import StoredFile
from quartier.locks.models import Correction
from quartier.locks.services import save_link
from quartier.people.models import Person, PersonPicture
from quartier.testing import SomeBody, SomeCompany
from tests.profile.desk import REFUSED, sent

URL = "/account/about"


def typed(**more: str) -> dict[str, str]:
    names = {"salutation": "ms", "given_name": "Verena", "family_name": "Keller", "phone": "", "mobile": ""}
    return {**names, "version": "1", **more}


def entry(company: SomeCompany, body: SomeBody) -> Person:
    with company.db() as db:
        return db.scalars(select(Person).filter_by(id=body.person_id)).one()


def photo(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG", exif=b"Exif\x00\x00Hardstrasse 1")
    return out.getvalue()


def upload(body: SomeBody, data: bytes) -> str:
    """The page after sending a picture."""
    form = {"picture": (io.BytesIO(data), "ich.jpg")}
    return sent(body, "/account/picture", form, content_type="multipart/form-data")[1]


def shown(company: SomeCompany, body: SomeBody) -> str:
    with company.db() as db:
        return f"/account/picture/{db.scalar(select(PersonPicture.file_id).filter_by(person_id=body.person_id))}"


@pytest.mark.parametrize("name", ["de la Vega-Müller", "Ng", "Ω" * 200])
def test_somebody_is_called_otherwise_from_now_on(brunnenhof: SomeCompany, name: str) -> None:
    verena = brunnenhof.resident("Verena Keller")
    assert verena.browser.post(URL, typed(family_name=name, mobile="079 555 01 02")).status_code == 303
    now = entry(brunnenhof, verena)
    assert (now.family_name, now.mobile, now.salutation) == (name, "+41795550102", "ms")
    assert sent(verena, URL, typed(given_name="", family_name=""))[0] == REFUSED


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"family_name": " "}, "family_name"), ({"phone": "ruf an"}, "phone"), ({"given_name": "x" * 201}, "given_name")],
)
def test_what_cannot_be_is_refused_at_the_field(brunnenhof: SomeCompany, wrong: dict[str, str], field: str) -> None:
    status, page = sent(brunnenhof.resident("Verena Keller"), URL, typed(mobile="+41795550102", **wrong))
    assert (status, f'id="{field}-error"' in page, "+41 79 555 01 02" in page) == (REFUSED, True, True)


def test_two_devices_at_once_do_not_overwrite_each_other(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    assert verena.browser.post(URL, typed(given_name="Vreni")).status_code == 303
    assert sent(verena, URL, typed(given_name="Verena"))[0] == REFUSED
    assert entry(brunnenhof, verena).given_name == "Vreni"


def test_what_the_erp_owns_is_locked_and_can_be_wished(brunnenhof: SomeCompany) -> None:
    with brunnenhof.db() as db:
        save_link(db, system="Rimo", correction_email="erp@brunnenhof.example", owned=["person.family_name"])
        db.commit()
    nadja = brunnenhof.agent("Nadja Frei")
    page = nadja.browser.get(URL).text
    assert ('name="family_name"' in page, 'href="/account/correct"' in page, 'name="given_name"' in page) == (
        False, True, True
    )  # fmt: skip
    nadja.browser.post(URL, typed(given_name="Nadja", family_name="Gast"))
    assert entry(brunnenhof, nadja).family_name == "Frei"
    for name, remark, status in (("Frei", "", REFUSED), ("Frei-Gast", "", 303), ("Frei-Gast", "Seit Mai", REFUSED)):
        got, page = sent(nadja, "/account/correct", {"family_name": name, "remark": remark})
        assert (got, remark in page) == (status, True), name
    long = nadja.browser.post("/account/correct", {"family_name": "Frei-Gast", "remark": "x" * 900})
    assert (long.status_code, "x" * 900 in long.text) == (422, True), "nothing that was typed is lost"
    with brunnenhof.db() as db:
        assert [one.label for one in db.scalars(select(Correction))] == ["Nadja Frei"]
        assert [one.address for one in db.scalars(select(MailDelivery))] == ["erp@brunnenhof.example"]


def test_nothing_is_wished_of_nobody(brunnenhof: SomeCompany) -> None:
    assert brunnenhof.resident().browser.get("/account/correct").status_code == 404


def test_a_picture_is_drawn_anew_and_replaces_the_one_before(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    assert 'id="picture-error"' not in upload(verena, photo())
    first = shown(brunnenhof, verena)
    body = verena.browser.get(first)
    assert (body.status_code, b"Hardstrasse" in body.data, first in verena.browser.get("/account").text) == (
        200, False, True
    )  # fmt: skip
    upload(verena, photo("red"))
    assert verena.browser.get(first).status_code == 404
    verena.browser.post("/account/picture", {"remove": "1"})
    with brunnenhof.db() as db:
        assert db.scalar(select(func.count()).select_from(StoredFile).filter_by(purpose="people")) == 0


def test_what_is_no_picture_is_refused(brunnenhof: SomeCompany) -> None:
    body = brunnenhof.resident()
    for wrong in (b"", b"no picture", b'<svg xmlns="http://www.w3.org/2000/svg"/>', photo()[:200]):
        assert 'id="picture-error"' in upload(body, wrong), wrong


def test_a_program_hangs_up_the_picture_of_who_issued_its_token(brunnenhof: SomeCompany) -> None:
    nadja, machine = brunnenhof.agent("Nadja Frei"), brunnenhof.visitor()
    own = {"Authorization": f"Bearer {brunnenhof.token('me.read', 'me.write', by=nadja)}"}

    def ask(method: str, body: bytes = b"") -> tuple[int, bytes]:
        answer = machine.open(method, "/api/v1/me/picture", data=body, headers=own, content_type="image/jpeg")
        return answer.status_code, answer.data

    assert [ask("PUT", b"no picture")[0], ask("GET")[0], ask("PUT", photo())[0]] == [422, 404, 204]
    status, drawn = ask("GET")
    assert (status, b"Hardstrasse" in drawn, nadja.browser.get(shown(brunnenhof, nadja)).data == drawn) == (
        200, False, True
    )  # fmt: skip
    assert [ask("DELETE")[0], ask("DELETE")[0], ask("GET")[0]] == [204, 204, 404]


def test_a_picture_is_seen_by_who_sees_the_person(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    upload(verena, photo())
    url = shown(brunnenhof, verena)
    seen = {
        "neighbour": brunnenhof.resident("Urs Wyss").browser.get(url).status_code,
        "staff": brunnenhof.agent("Nadja Frei", "people.read").browser.get(url).status_code,
        "staff without": brunnenhof.agent("Jan Meier").browser.get(url).status_code,
        "nobody": brunnenhof.visitor().get(url).status_code,
        "elsewhere": nordlicht.agent("Svenja Petersen", "people.read").browser.get(url).status_code,
    }
    assert seen == {"neighbour": 404, "staff": 200, "staff without": 404, "nobody": 302, "elsewhere": 404}


def test_whoever_chooses_nothing_follows_the_company(brunnenhof: SomeCompany) -> None:
    nadja, url = brunnenhof.agent("Nadja Frei", language="en").browser, "/account/notifications"
    page = nadja.get(url).text
    assert ('name="pace.imports.report"' in page, 'name="pace.accounts.reset"' in page) == (True, False)
    assert ("Link to a new password" in page, "Without it nobody gets in." in page) == (True, True)
    for pace, stands in (("now", {}), ("weekly", {"imports.report": "weekly"})):
        assert nadja.post(url, {"pace.imports.report": pace, "pace.accounts.reset": "never"}).status_code == 303
        with brunnenhof.db() as db:
            assert [one.paces for one in db.scalars(select(MailAddress))] == [stands]
    assert '<option value="weekly" selected>' in nadja.get(url).text
    assert "pace.imports.report" not in brunnenhof.resident().browser.get(url).text
