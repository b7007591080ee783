"""A look as a draft, in force at once or at its moment, and an earlier one taken up again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from quartier.companies.branding import current_brand, publish_brand, withdraw_brand
from quartier.companies.models import BrandDraft, BrandVersion
from quartier.companies.naming import OwnApp
from quartier.contracts.models import ContractEvent
from quartier.db.base import new_id
from quartier.i18n.localized import LocalizedText
from quartier.testing import Browser, SomeCompany
from tests.rules.rows import as_owner
from tests.settings.conftest import WALL
from tests.settings.forms import changed, errors, filled, send, words

PATH = "/cockpit/settings/brand"
VERSIONS = f"{PATH}/versions"
ZONE = ZoneInfo("Europe/Zurich")
AHEAD = (datetime.now(ZONE) + timedelta(days=30)).replace(hour=8, minute=30, second=0, microsecond=0)


@pytest.fixture
def nadja(company: SomeCompany) -> Browser:
    """Looks after the company's look."""
    return company.agent("Nadja Frei", "company.settings", language="en").browser


@pytest.fixture
def regula(company: SomeCompany) -> Browser:
    """So does she."""
    return company.agent("Regula Steiner", "company.settings", language="en").browser


def versions(company: SomeCompany) -> list[BrandVersion]:
    with company.db() as db:
        return list(db.scalars(select(BrandVersion).order_by(BrandVersion.number)))


def drafts(company: SomeCompany) -> list[BrandDraft]:
    with company.db() as db:
        return list(db.scalars(select(BrandDraft)))


def colour_shown(browser: Browser) -> str:
    """The brand's colour in the style sheet of the page."""
    sheet = browser.get(re.findall(r'href="(/theme/[^"]+)"', browser.get("/").text)[0]).text
    return str(re.findall(r"--block:(#[0-9a-f]{6})", sheet)[0])


def let_time_pass(company: SomeCompany, version: BrandVersion) -> None:
    """The moment of a planned version comes; in this process nobody announces anything."""
    with as_owner(company) as connection:
        connection.execute(text("SET session_replication_role = replica"))
        change = "UPDATE brand_version SET published_at = now() WHERE id = :id"
        connection.execute(text(change), {"id": version.id})
        connection.commit()


def act(browser: Browser, version: BrandVersion, what: str) -> str:
    answer = browser.post(f"{VERSIONS}/{version.id}/{what}", filled(browser.get(VERSIONS)))
    assert answer.status_code == 303
    return words(browser.get(answer.headers["Location"]))


def test_a_draft_is_seen_by_the_desk_alone_until_it_is_published(
    company: SomeCompany, nadja: Browser, regula: Browser
) -> None:
    verena = company.resident("Verena Keller").browser
    assert send(nadja, PATH, colour="#8c2f39", app_name__de="Hof O'Hara", do="draft").status_code == 303
    assert (colour_shown(verena), len(versions(company))) == ("#1f5c4a", 1)
    assert "Hof O'Hara" not in words(verena.get("/"))
    page = regula.get(PATH)
    assert "This is a draft" in words(page)
    assert "by Nadja Frei. Nobody else sees it before it is published." in words(page)
    assert (filled(page)["colour"], filled(page)["app_name.de"]) == ("#8C2F39", "Hof O'Hara")
    assert regula.post(PATH, filled(page)).status_code == 303
    assert (colour_shown(verena), drafts(company)) == ("#8c2f39", [])
    assert [(one.number, one.author, one.colour) for one in versions(company)] == [
        (1, "test", "#1f5c4a"),
        (2, "Regula Steiner", "#8c2f39"),
    ]


def test_two_people_at_one_draft_see_both(company: SomeCompany, nadja: Browser, regula: Browser) -> None:
    send(nadja, PATH, colour="#8c2f39", do="draft")
    mine = filled(regula.get(PATH))
    send(nadja, PATH, colour="#0b4f8a", do="draft")
    answer = regula.post(PATH, changed(mine, theme="warm", do="draft"))
    assert answer.status_code == 409
    said = words(answer)
    assert "Brand colour Saved in the meantime #0B4F8A In your form #8C2F39" in said
    assert "Character Saved in the meantime Klar In your form Warm" in said
    assert [(one.colour, one.theme) for one in drafts(company)] == [("#0b4f8a", "klar")]
    assert regula.post(PATH, changed(filled(answer), do="draft")).status_code == 303
    assert [(one.colour, one.theme) for one in drafts(company)] == [("#8c2f39", "warm")]


def test_a_draft_is_given_up_only_as_it_was_seen(company: SomeCompany, nadja: Browser, regula: Browser) -> None:
    send(nadja, PATH, colour="#8c2f39", do="draft")
    seen = filled(regula.get(PATH))
    send(nadja, PATH, colour="#0b4f8a", do="draft")
    assert regula.post(f"{PATH}/discard", seen).status_code == 303
    assert "Somebody has changed the draft meanwhile." in words(regula.get(PATH))
    assert len(drafts(company)) == 1
    regula.post(f"{PATH}/discard", filled(regula.get(PATH)))
    assert (drafts(company), len(versions(company))) == ([], 1)


def test_a_draft_says_what_was_published_since_it_was_begun(company: SomeCompany, nadja: Browser) -> None:
    send(nadja, PATH, colour="#8c2f39", do="draft")
    with company.db() as db:
        publish_brand(db, company.id, {"colour": "#0b4f8a"}, author="Regula Steiner")
        db.commit()
    assert "It was begun from version 1; version 2 has been published since." in words(nadja.get(PATH))


def test_a_planned_look_is_in_force_by_itself_when_its_moment_comes(company: SomeCompany, nadja: Browser) -> None:
    verena = company.resident("Verena Keller").browser
    wish = {"colour": "#8c2f39", "do": "plan", "publish_at": AHEAD.strftime("%Y-%m-%dT%H:%M")}
    assert send(nadja, PATH, **wish).status_code == 303
    said = words(nadja.get(PATH))
    assert "Version 2 is in force from" in said
    assert "Planned by Nadja Frei." in said
    first, planned = versions(company)
    assert (planned.published_at, planned.colour) == (AHEAD.astimezone(UTC), "#8c2f39")
    assert (colour_shown(verena), filled(nadja.get(PATH))["colour"]) == ("#1f5c4a", "#1F5C4A")
    snapshot = company.platform.shell.snapshots(company.id)
    assert snapshot is not None
    assert snapshot.valid_until == AHEAD.astimezone(UTC)
    again = send(nadja, PATH, **{**wish, "colour": "#0b4f8a"})
    assert again.status_code == 422
    assert errors(again)["publish_at"].startswith("Another look is planned for ")
    let_time_pass(company, planned)
    company.platform.shell.snapshots.forget(company.id)
    assert colour_shown(verena) == "#8c2f39"
    with company.db() as db:
        assert not withdraw_brand(db, company.id, planned.id)
        assert not withdraw_brand(db, company.id, first.id)
        with pytest.raises(IntegrityError, match="withdrawn_in_time"):
            db.execute(text("UPDATE brand_version SET withdrawn_at = now()"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Please say when."),
        ("soon", "Please give a day and a time."),
        ("2020-01-01T08:00", "This moment is over. Choose a later one, or publish at once."),
        ("2027-03-28T02:30", "This hour does not exist on this day: the clocks are put forward."),
        ("9999-12-31T23:59", "This is too far ahead. Please look at the year again."),
    ],
)
def test_what_is_no_moment_ahead_is_refused_at_its_field(
    company: SomeCompany, nadja: Browser, typed: str, sentence: str
) -> None:
    answer = send(nadja, PATH, colour="#8c2f39", do="plan", publish_at=typed)
    assert (answer.status_code, errors(answer)) == (422, {"publish_at": sentence})
    assert filled(answer)["colour"] == "#8c2f39"
    assert len(versions(company)) == 1


def test_a_planned_look_that_is_taken_back_becomes_the_draft(company: SomeCompany, nadja: Browser) -> None:
    send(nadja, PATH, colour="#8c2f39", do="plan", publish_at=AHEAD.strftime("%Y-%m-%dT%H:%M"))
    said = act(nadja, versions(company)[1], "withdraw")
    assert "Taken back. What was planned can be worked on as a draft." in said
    assert [one.colour for one in drafts(company)] == ["#8c2f39"]
    assert "taken back · Nadja Frei" in words(nadja.get(VERSIONS))
    snapshot = company.platform.shell.snapshots(company.id)
    assert snapshot is not None
    assert (snapshot.brand.colour, snapshot.valid_until) == ("#1f5c4a", None)
    assert "This version is not planned any more." in act(nadja, versions(company)[1], "withdraw")


def test_an_earlier_look_is_taken_up_again_in_one_step(company: SomeCompany, nadja: Browser) -> None:
    verena = company.resident("Verena Keller").browser
    send(nadja, PATH, colour="#8c2f39", theme="warm", app_name__fr="L’Île d'Or")
    assert "Version 1 is in force again." in act(nadja, versions(company)[0], "restore")
    assert colour_shown(verena) == "#1f5c4a"
    first, _second, third = versions(company)
    same = ("app_name", "theme", "colour", "second", "logo_id", "icon_id", "cover_at")
    assert [getattr(third, name) for name in same] == [getattr(first, name) for name in same]
    assert (third.restored, third.author) == (1, "Nadja Frei")
    assert "looks like what is in force already" in act(nadja, third, "restore")
    with company.db() as db:
        kinds = db.scalars(select(ContractEvent.kind).where(ContractEvent.kind.startswith("brand."))).all()
    assert sorted(kinds) == ["brand.published", "brand.restored"]


def test_a_look_whose_theme_is_gone_is_shown_and_taken_up_in_another(company: SomeCompany, nadja: Browser) -> None:
    company.plant(
        BrandVersion(
            id=new_id(), number=2, theme="sepia", colour="#8c2f39", app_name=LocalizedText(de="Alt", en="Old")
        )
    )  # fmt: skip
    company.platform.shell.snapshots.forget(company.id)
    assert 'data-theme="klar"' in company.resident("Verena Keller").browser.get("/").text
    assert filled(nadja.get(PATH))["theme"] == "klar"
    send(nadja, PATH, colour="#0b4f8a")
    said = act(nadja, versions(company)[1], "restore")
    assert "Its character “sepia” is not installed any more; in its place stands “Klar”." in said
    assert [(one.theme, one.colour, one.restored) for one in versions(company)[3:]] == [("klar", "#8c2f39", 2)]


def test_publishing_twice_in_a_transaction_keeps_the_order(company: SomeCompany) -> None:
    with company.db() as db:
        for colour in ("#8c2f39", "#0b4f8a"):
            publish_brand(db, company.id, {"colour": colour})
        now = current_brand(db, company.id)
        assert now is not None
        assert (now.number, now.colour) == (3, "#0b4f8a")


def test_long_histories_come_in_pages(company: SomeCompany, nadja: Browser) -> None:
    facts: dict[str, Any] = {"theme": "klar", "colour": "#8c2f39", "app_name": LocalizedText(de="Brunnenhof")}
    company.plant(*(BrandVersion(id=new_id(), number=number, **facts) for number in range(2, 53)))
    first = nadja.get(VERSIONS).text
    assert re.findall(r'href="\?before=(\d+)"', first) == ["3"]
    rest = nadja.get(f"{VERSIONS}?before=3").text
    assert re.findall(r"Look no. (\d+):", rest) == ["2", "1"]


def test_nobody_touches_the_versions_of_another_company(
    company: SomeCompany, nadja: Browser, make_company: Callable[..., SomeCompany]
) -> None:
    other = make_company("Nordlicht")
    theirs = versions(other)[0]
    for what in ("restore", "withdraw"):
        assert nadja.post(f"{VERSIONS}/{theirs.id}/{what}", filled(nadja.get(VERSIONS))).status_code == 404
    dragan = company.agent("Dragan Petrović", "modules.switch").browser
    mine = versions(company)[0]
    paths = [f"{VERSIONS}/{mine.id}/restore", f"{VERSIONS}/{mine.id}/withdraw", f"{PATH}/discard"]
    assert [dragan.get(VERSIONS).status_code, *(dragan.post(path, {}).status_code for path in paths)] == [403] * 4


WORDS = {
    "micro_apps": {WALL: OwnApp(LocalizedText(de="Schwarzes Brett"), position=5)}, "tone": "informal",
    "mail_header": LocalizedText(de="Seit 1923"), "mail_footer": LocalizedText(de="8057 Zürich"),
}  # fmt: skip


def said_by(company: SomeCompany, nadja: Browser) -> tuple[bool, bool, bool, bool]:
    """Whether residents read the name, are said du to, and mails have the head and the foot."""
    verena = company.resident(f"Verena {new_id().hex[:6]}", language="de").browser
    page, mail = verena.get("/").text, nadja.get("/cockpit/settings/mail/accounts.reset/html?language=de").text
    return "Schwarzes Brett" in page, "Hallo, Verena" in page, "Seit 1923" in mail, "8057 Zürich" in mail


def test_names_tone_and_mails_come_at_the_moment_and_go_with_an_earlier_version(
    company: SomeCompany, nadja: Browser
) -> None:
    nothing, everything = (False,) * 4, (True,) * 4
    first = versions(company)[0]
    assert said_by(company, nadja) == nothing
    with company.db() as db:
        planned = publish_brand(db, company.id, WORDS, at=AHEAD)
        db.commit()
    company.platform.shell.snapshots.forget(company.id)
    assert said_by(company, nadja) == nothing
    let_time_pass(company, planned)
    company.platform.shell.snapshots.forget(company.id)
    assert said_by(company, nadja) == everything
    act(nadja, first, "restore")
    assert said_by(company, nadja) == nothing
    with company.db() as db:
        back = current_brand(db, company.id)
        assert back is not None
        assert {fact: getattr(back, fact) for fact in WORDS} == {fact: getattr(first, fact) for fact in WORDS}
