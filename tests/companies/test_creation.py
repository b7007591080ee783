"""Mara makes a company in the browser: what works, and everything that may go wrong."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from quartier.app import Platform
from quartier.companies.models import BrandVersion
from quartier.contracts.models import ContractEvent
from quartier.db.base import new_id
from quartier.tenancy.models import Company, Domain
from quartier.testing import Browser, SomeCompany

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#1f5c4a"/></svg>'


def plain(html: str) -> str:
    """The words of a page, without marks and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ")


def complaint(page: str, field: str) -> str | None:
    found = re.search(rf'<p class="error" id="{field}-error">(.*?)</p>', page, re.DOTALL)
    return plain(found[1]).removeprefix(" Error: ").strip() if found else None


def fresh_slug() -> str:
    return f"seeblick-{new_id().hex[-12:]}"


def typed(**more: Any) -> dict[str, Any]:
    return {
        "name": "Seeblick Verwaltungen AG", "slug": fresh_slug(), "country": "CH", "timezone": "Europe/Zurich",
        "languages": ["de", "en", "fr"], "default_language": "fr", "tone": "formal", "app_name": "Seeblick",
        "theme": "warm", "colour": "#1f5c4a", **more,
    }  # fmt: skip


def png(size: tuple[int, int] = (8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#1f5c4a").save(out, "PNG")
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("logo.txt", "not a picture")
    return out.getvalue()


def company(platform: Platform, slug: str) -> Company | None:
    with Session(platform.shell.platform, expire_on_commit=False) as db:
        return db.scalars(select(Company).filter_by(slug=slug)).first()


class Endless(io.RawIOBase):
    """A body of 60 MB that counts how much of it somebody reads."""

    size = 60_000_000

    def __init__(self) -> None:
        self.place = self.given = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, place: int, origin: int = 0) -> int:
        self.place = self.size if origin == 2 else place
        return self.place

    def readinto(self, buffer: Any) -> int:
        self.given += len(buffer)
        buffer[:] = b"a" * len(buffer)
        return len(buffer)


@pytest.fixture
def mara(console: Callable[..., Browser]) -> Browser:
    return console("sales")


def test_a_company_is_live_in_its_languages_and_looks_once_mara_has_made_it(platform: Platform, mara: Browser) -> None:
    form = typed(logo=(io.BytesIO(LOGO), "logo.svg"), icon=(io.BytesIO(png()), "icon.png"))
    portal = Browser(platform, f"{form['slug']}.localhost")
    assert portal.get("/sign-in").status_code == 404
    answer = mara.post("/companies/new", form)
    made = company(platform, form["slug"])
    assert made is not None
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/companies/{made.id}/contract")
    assert (made.name, made.country, made.timezone, made.languages, made.tone) == (
        "Seeblick Verwaltungen AG", "CH", "Europe/Zurich", ["fr", "de", "en"], "formal"
    )  # fmt: skip
    platform.shell.hosts.forget()
    door = portal.get("/sign-in", headers={"Accept-Language": "it"})
    assert door.status_code == 200
    assert 'lang="fr-CH"' in door.text
    logo = re.search(r'class="logo" src="(/brand/[^"]+)"', door.text)
    assert logo is not None
    assert b"1f5c4a" in portal.get(logo[1]).data
    with Session(platform.shell.platform) as db:
        [event] = db.scalars(select(ContractEvent).filter_by(company_id=made.id))
        assert (event.kind, event.actor) == ("company.created", "Mara Lindt")


def test_a_subdomain_left_empty_is_made_of_the_name(platform: Platform, mara: Browser) -> None:
    unique = new_id().hex[-12:]
    mara.post("/companies/new", typed(slug="", name=f"Größe & Häuser {unique} GmbH"))
    made = company(platform, f"groesse-haeuser-{unique}")
    assert made is not None


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("www", "This name is reserved for the platform."),
        ("console", "This name is reserved for the platform."),
        ("Brunnenhof", "Use small letters only."),
        ("zürich-wohnen", "Use the letters a to z, digits and hyphens; write ae for ä."),
        ("s" * 70, "A subdomain has at most 40 characters."),
        ("-brunnenhof", "Use the letters a to z, digits and single hyphens, and begin and end with a letter or digit."),
        (
            "xn--brunnenhof",
            "Use the letters a to z, digits and single hyphens, and begin and end with a letter or digit.",
        ),
        ("brunnen.hof", "Use the letters a to z, digits and single hyphens, and begin and end with a letter or digit."),
    ],
)
def test_a_subdomain_that_cannot_be_used_is_refused_at_its_field(mara: Browser, slug: str, sentence: str) -> None:
    answer = mara.post("/companies/new", typed(slug=slug))
    assert answer.status_code == 422
    assert complaint(answer.text, "slug") == sentence
    assert f'value="{slug}"' in answer.text


def test_a_subdomain_that_somebody_has_or_had_is_taken(
    platform: Platform, mara: Browser, make_company: Callable[..., SomeCompany]
) -> None:
    other, earlier = make_company("Nordlicht"), fresh_slug()
    other.plant(Domain(host=earlier, company_id=other.id, kind="redirect"))
    today, before = (mara.post("/companies/new", typed(slug=slug)) for slug in (other.slug, earlier))
    assert (today.status_code, complaint(today.text, "slug")) == (422, "This subdomain is taken.")
    sentence = "This subdomain leads to another company that had it before."
    assert (before.status_code, complaint(before.text, "slug")) == (422, sentence)


def test_two_people_who_take_the_same_subdomain_at_once(platform: Platform, console: Callable[..., Browser]) -> None:
    slug, gate, answers = fresh_slug(), threading.Barrier(2), []

    def make(browser: Browser) -> None:
        form = typed(slug=slug)
        gate.wait()
        answers.append(browser.post("/companies/new", form))

    people = [threading.Thread(target=make, args=(console("sales"),)) for _person in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    [second] = [answer for answer in answers if answer.status_code == 422]
    assert complaint(second.text, "slug") == "This subdomain is taken."


@pytest.mark.parametrize(("colour", "kept"), [("#FFF", "#ffffff"), ("1F5C4A", "#1f5c4a"), ("#FFFF00", "#ffff00")])
def test_a_colour_is_taken_as_people_write_it(platform: Platform, mara: Browser, colour: str, kept: str) -> None:
    form = typed(colour=colour)
    assert mara.post("/companies/new", form).status_code == 303
    made = company(platform, form["slug"])
    assert made is not None
    with Session(platform.shell.platform) as db:
        assert db.scalars(select(BrandVersion.colour).filter_by(company_id=made.id)).all() == [kept]


def test_a_colour_that_must_be_adjusted_is_taken_and_said_so(platform: Platform, mara: Browser) -> None:
    form = typed(colour="#FFFF00")
    answer = mara.post("/companies/new", form)
    sentence = "Too light for text: links and icons are written in #"
    assert sentence in plain(mara.get(answer.headers["Location"]).text)
    made = company(platform, form["slug"])
    assert made is not None
    assert sentence in plain(mara.get(f"/companies/{made.id}").text)


@pytest.mark.parametrize(
    ("colour", "sentence"),
    [
        ("pea green", "This is not a colour. Write # and six digits from 0 to F, for example #1F5C4A."),
        ("#12", "This is not a colour. Write # and six digits from 0 to F, for example #1F5C4A."),
        (
            "#11223344",
            "A brand colour cannot be transparent. Leave out the last digits: six are enough, as in #1F5C4A.",
        ),
        ("red;}body{display:none", "This is not a colour. Write # and six digits from 0 to F, for example #1F5C4A."),
        ("", "Please fill this in."),
    ],
)
def test_what_is_no_colour_is_refused(mara: Browser, colour: str, sentence: str) -> None:
    answer = mara.post("/companies/new", typed(colour=colour))
    assert (answer.status_code, complaint(answer.text, "colour")) == (422, sentence)


UNSAFE = "This drawing contains more than a drawing. Export it again as plain SVG, or choose a PNG file."
NO_PICTURE = "This file is not a picture. Choose a PNG, JPEG, WebP or SVG file."
TOO_LARGE = "This file is too large. Drawings (SVG) may have up to 512 kB, logos 5 MB, photographs 15 MB."
BROKEN = "This picture cannot be read. It may be damaged: save it again, or choose another file."
ENTITY = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>'


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("entity.svg", ENTITY, UNSAFE),
        (
            "million.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">' + b"<g/>" * 1_000_000 + b"</svg>",
            TOO_LARGE,
        ),
        ("large.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 6_000_000, TOO_LARGE),
        ("archive.png", archive(), NO_PICTURE),
        ("picture-and-archive.png", png() + archive(), NO_PICTURE),
        ("words.png", b"I am a picture, believe me.", NO_PICTURE),
        ("half.png", png((64, 64))[:60], BROKEN),
    ],
    ids=("entity", "million", "large", "archive", "picture and archive", "words", "half"),
)
def test_a_logo_that_is_none_is_refused_and_the_rest_is_kept(
    platform: Platform, mara: Browser, name: str, body: bytes, sentence: str
) -> None:
    form = typed(logo=FileStorage(io.BytesIO(body), filename=name))
    boundary, sent = encode_multipart(form)
    answer = mara.post("/companies/new", sent, content_type=f"multipart/form-data; boundary={boundary}")
    assert (answer.status_code, complaint(answer.text, "logo")) == (422, sentence)
    assert f'value="{form["slug"]}"' in answer.text
    assert company(platform, form["slug"]) is None


def test_a_script_in_a_logo_is_gone_before_anybody_sees_it(platform: Platform, mara: Browser) -> None:
    evil = LOGO.replace(b"<rect", b"<script>alert(1)</script><rect onload='alert(1)'")
    form = typed(logo=(io.BytesIO(evil), "logo.svg"))
    assert mara.post("/companies/new", form).status_code == 303
    platform.shell.hosts.forget()
    portal = Browser(platform, f"{form['slug']}.localhost")
    address = re.search(r'class="logo" src="(/brand/[^"]+)"', portal.get("/sign-in").text)
    assert address is not None
    served = portal.get(address[1]).data
    assert (b"alert" in served, b"rect" in served) == (False, True)


def test_sixty_megabytes_are_refused_unread(mara: Browser) -> None:
    body = Endless()
    answer = mara.open("POST", "/companies/new", input_stream=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "That was too large" in answer.text
    assert body.given < 1_000_000


def test_nothing_typed_is_lost_and_a_fine_file_asks_to_be_chosen_again(mara: Browser) -> None:
    form = typed(name="", app_name="S" * 40, default_language="it", second="#abc", logo=(io.BytesIO(LOGO), "logo.svg"))
    answer = mara.post("/companies/new", form)
    page = answer.text
    assert answer.status_code == 422
    assert {field: complaint(page, field) for field in ("name", "app_name", "default_language", "logo", "icon")} == {
        "name": "Please fill this in.",
        "app_name": "At most 30 characters.",
        "default_language": "The default language must be one of those offered.",
        "logo": "Please choose this file again; browsers do not keep files.",
        "icon": None,
    }
    assert 'value="#abc"' in page
    assert '<option value="CH" selected>' in page
    assert re.search(r'name="theme" value="warm" checked', page)
    assert len(re.findall(r'name="languages" value="\w\w" checked', page)) == 3
    assert "4 things need another look" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"country": "Atlantis"}, "country"),
        ({"country": "ZZ"}, "country"),
        ({"timezone": "Europe/Atlantis"}, "timezone"),
        ({"languages": ["it"]}, "languages"),
        ({"languages": []}, "languages"),
        ({"tone": "rude"}, "tone"),
        ({"theme": "base"}, "theme"),
        ({"theme": "../etc"}, "theme"),
        ({"name": "Brunnenhof\0AG"}, "name"),
    ],
)
def test_what_no_form_of_ours_sends_is_a_sentence_not_a_crash(mara: Browser, wrong: dict[str, Any], field: str) -> None:
    answer = mara.post("/companies/new", typed(**wrong))
    assert answer.status_code == 422
    assert complaint(answer.text, field)


def test_the_subdomain_is_suggested_while_typing(mara: Browser, make_company: Callable[..., SomeCompany]) -> None:
    fragment = mara.get("/companies/subdomain?name=R%C3%A9gie%20du%20Lac%20Bleu%20SA&slug=").text
    assert "Left empty, the portal gets the address regie-du-lac-bleu.localhost." in plain(fragment)
    assert "<input" not in fragment  # an answer that comes late would take away what somebody types
    taken = make_company("Brunnenhof")
    for asked in (f"name=X&slug={taken.slug}", f"name={taken.slug}&slug="):
        assert "This subdomain is taken." in mara.get(f"/companies/subdomain?{asked}").text
    assert plain(mara.get("/companies/subdomain?name=&slug=").text).strip() == ""


@pytest.mark.parametrize(("role", "status"), [("support", 403), (None, 302)])
def test_only_sales_make_companies(console: Callable[..., Browser], role: str | None, status: int) -> None:
    assert console(role).get("/companies/new").status_code == status


def test_the_first_admin_is_named_with_the_company_or_not_at_all(
    platform: Platform, console: Callable[..., Browser]
) -> None:
    mara = console("sales")
    named = {"admin.given_name": "Regula", "admin.family_name": "Steiner", "admin.language": "de"}
    wrong = typed(**named, **{"admin.email": "regula"})
    page = mara.post("/companies/new", wrong)
    assert (page.status_code, complaint(page.text, "admin-email")) == (
        422,
        "This is not an e-mail address. It looks like name@example.ch.",
    )
    assert (company(platform, wrong["slug"]), 'value="Regula"' in page.text) == (None, True)
    right = {**wrong, "admin.email": "regula@steiner.example"}
    answer = mara.post("/companies/new", right)
    made = company(platform, right["slug"])
    assert made is not None
    assert "Invitation sent" in mara.get(f"/companies/{made.id}").text
    assert answer.status_code == 303
