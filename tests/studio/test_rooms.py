"""The rooms of the studio: one draft, published, planned and taken back as a whole."""

from __future__ import annotations

import re
from html import unescape

import pytest

from quartier.companies.branding import Standing, save_draft, standing_of
from quartier.companies.naming import OwnApp
from quartier.i18n.localized import LocalizedText
from quartier.testing import Browser, SomeCompany
from tests.settings.conftest import POST, WALL
from tests.settings.forms import changed, errors, filled, send, words

LOOK, NAMES = "/cockpit/settings/brand", "/cockpit/settings/names"
TONE, MAILS, VERSIONS = f"{LOOK}/tone", f"{LOOK}/mails", f"{LOOK}/versions"


@pytest.fixture
def nadja(company: SomeCompany) -> Browser:
    """Works in the studio."""
    return company.agent("Nadja Frei", "company.settings", language="en").browser


@pytest.fixture
def regula(company: SomeCompany) -> Browser:
    """So does she."""
    return company.agent("Regula Steiner", "company.settings", language="en").browser


def standing(company: SomeCompany) -> Standing:
    with company.db() as db:
        found = standing_of(db, company.id)
        assert found
        return found


def framed(page: str) -> list[str]:
    """Addresses of the pages beside a form."""
    return [unescape(url) for url in re.findall(r'<iframe src="([^"]+)"', page)]


def test_one_draft_is_worked_at_in_all_rooms_and_published_as_a_whole(company: SomeCompany, nadja: Browser) -> None:
    verena = company.resident("Verena Keller", language="de").browser
    before = standing(company).in_force
    assert send(nadja, TONE, tone="informal", do="draft").headers["Location"] == TONE
    assert send(nadja, f"{NAMES}/{WALL}", name__de="Brett vom O'Hof", do="draft").headers["Location"] == NAMES
    send(nadja, MAILS, mail_header__de="Seit\n 1923 ", mail_footer__fr="8057 Zurich", do="draft")
    now = standing(company)
    assert (now.in_force.id, "Brett" in verena.get("/").text) == (before.id, False)
    for room in (LOOK, NAMES, TONE, MAILS, f"{NAMES}/{WALL}"):
        said = words(nadja.get(room))
        assert "Different from what is in force: Names and order, Form of address, Head and foot of mails." in said, (
            room
        )
        assert "Saved just now by Nadja Frei." in said or "by Nadja Frei. Nobody else sees it" in said
    assert send(nadja, LOOK, colour="#8c2f39").status_code == 303
    now = standing(company)
    assert (now.draft, now.in_force.number, now.in_force.colour, now.in_force.tone) == (None, 2, "#8c2f39", "informal")
    assert now.in_force.micro_apps == {WALL: OwnApp(LocalizedText(de="Brett vom O'Hof"), position=20)}
    assert now.in_force.mail_header == LocalizedText(de="Seit 1923")
    assert now.in_force.mail_footer == LocalizedText(fr="8057 Zurich")
    assert "Brett vom O&#39;Hof" in verena.get("/").text
    listed = words(nadja.get(VERSIONS))
    assert "changed: Look, Names and order, Form of address, Head and foot of mails" in listed
    assert listed.count("changed:") == 1
    nadja.post(f"{VERSIONS}/{before.id}/restore", filled(nadja.get(VERSIONS)))
    back = standing(company).in_force
    assert (back.restored, back.tone, back.micro_apps, back.mail_header) == (1, "formal", {}, LocalizedText())
    assert "Brett" not in verena.get("/").text


def test_who_keeps_a_draft_writes_their_own_room_and_who_publishes_has_seen_all_of_it(
    company: SomeCompany, nadja: Browser, regula: Browser
) -> None:
    tone, mails = filled(nadja.get(TONE)), filled(nadja.get(MAILS))
    send(regula, MAILS, mail_footer__de="8057 Zürich", do="draft")
    answer = nadja.post(TONE, changed(tone, tone="informal", do="publish"))
    assert answer.status_code == 409
    assert "Nothing here is different, but in another room it is." not in words(answer)
    assert "Form of address Saved in the meantime formal: Sie, vous In your form informal: du, tu" in words(answer)
    same = nadja.post(TONE, changed(tone, do="publish"))
    assert (same.status_code, "Nothing here is different, but in another room it is." in words(same)) == (409, True)
    assert standing(company).in_force.number == 1
    assert nadja.post(TONE, changed(tone, tone="informal", do="draft")).status_code == 303
    draft = standing(company).draft
    assert draft is not None
    assert (draft.tone, draft.mail_footer) == ("informal", LocalizedText(de="8057 Zürich"))
    both = nadja.post(MAILS, changed(mails, mail_footer__de="8008 Zürich", do="draft"))
    assert both.status_code == 409
    assert "Saved in the meantime 8057 Zürich In your form 8008 Zürich" in words(both)
    assert nadja.post(MAILS, changed(filled(both), do="publish")).status_code == 303
    now = standing(company)
    assert (now.draft, now.in_force.tone, now.in_force.mail_footer) == (
        None, "informal", LocalizedText(de="8008 Zürich"),
    )  # fmt: skip


def test_the_pages_beside_a_room_show_what_is_typed_and_in_the_draft(company: SomeCompany, nadja: Browser) -> None:
    company.resident("Verena Keller")
    send(nadja, TONE, tone="informal", do="draft")
    nadja.post(f"{NAMES}/order", {**filled(nadja.get(NAMES)), "move": f"up:{WALL}"})
    long = {f"name.{one}": f"Brett {one} " + "ü" * 31 for one in ("de", "en", "fr")}
    typed = {**filled(nadja.get(f"{NAMES}/{WALL}")), **long, "icon": "megaphone", "shown_in": "de", "do": "check"}
    urls = framed(nadja.post(f"{NAMES}/{WALL}", typed).text)
    assert {re.sub(r"look=[^&]+", "look", url) for url in urls} == {
        "/?lang=de&language=de&look&mode=light", "/?lang=de&language=de&look&mode=dark",
    }  # fmt: skip
    assert max(map(len, urls)) < 500
    page = nadja.get(urls[0]).text
    assert (long["name.de"] in page, "#i-megaphone" in page, "Hallo, Nadja" in page) == (True, True, True)
    assert list(dict.fromkeys(re.findall(rf'href="/({POST}|{WALL})/"', page))) == [WALL, POST]
    foot = {"mail_header.de": "Im Quartier", "mail_footer.de": "ä" * 500, "shown_in": "de", "do": "check"}
    urls = framed(nadja.post(MAILS, {**filled(nadja.get(MAILS)), **foot}).text)
    assert (max(map(len, urls)) < 500, [url.split("?")[0] for url in urls]) == (
        True, ["/cockpit/settings/mail/accounts.reset/html"] * 2,
    )  # fmt: skip
    mail = nadja.get(urls[0]).text
    assert ("Im Quartier" in mail, "ä" * 500 in mail) == (True, True)
    typed = {**filled(nadja.get(TONE)), "view": "letter", "shown_in": "de", "do": "check"}
    letters = [
        re.findall(r'<img class="asset-sheet" src="([^"]+)"', nadja.post(TONE, {**typed, "tone": tone}).text)
        for tone in ("formal", "informal", "informal")
    ]
    formal, informal, again = (nadja.get(unescape(url)).data for (url,) in letters)
    assert (formal[:4], informal == again, formal == informal) == (b"\x89PNG", True, False)
    stranger = company.agent("Lars Moser", "company.settings", language="en").browser
    assert ("Im Quartier" in stranger.get(urls[0]).text, standing(company).in_force.tone) == (False, "formal")


def test_the_proof_sheet_of_the_draft_names_what_is_too_long_in_it(company: SomeCompany, nadja: Browser) -> None:
    with company.db() as db:
        long = {WALL: OwnApp(short_name=LocalizedText(en="Notice boards"), position=20)}
        save_draft(db, company.id, {"micro_apps": long}, author="Nadja Frei")
        db.commit()
    sentence = "“Notice boards” (English) has 13 characters; in the bar 11 find room."
    sheets = [words(nadja.get(f"{LOOK}/proof{of}")) for of in ("?of=draft", "")]
    assert [sentence in sheet for sheet in sheets] == [True, False]


@pytest.mark.parametrize(
    ("room", "typed", "found"),
    [
        (TONE, {"tone": "rude"}, {"tone": "Please choose one of the options."}),
        (MAILS, {"mail_header__fr": "x" * 81}, {"mail_header-fr": "At most 80 characters."}),
        (MAILS, {"mail_footer__en": "x" * 501, "do": "draft"}, {"mail_footer-en": "At most 500 characters."}),
        (TONE, {"do": "plan"}, {"publish_at": "Please say when."}),
        (f"{NAMES}/{WALL}", {"do": "plan", "publish_at": "2026-01-01T08:00"}, {
            "publish_at": "This moment is over. Choose a later one, or publish at once.",
        }),
    ],
)  # fmt: skip
def test_a_room_says_what_is_wrong_at_its_field_and_keeps_the_rest(
    company: SomeCompany, nadja: Browser, room: str, typed: dict[str, str], found: dict[str, str]
) -> None:
    answer = send(nadja, room, **typed)
    assert (answer.status_code, errors(answer)) == (422, found)
    kept = filled(answer)
    assert all(kept[name.replace("__", ".")] == text for name, text in typed.items() if name not in {"do", "tone"})
    now = standing(company)
    assert (now.draft, now.in_force.number, now.planned) == (None, 1, None)
