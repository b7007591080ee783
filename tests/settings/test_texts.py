"""The company's own sentences, in its languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from quartier.accounts.models import Account
from quartier.contracts.models import ContractEvent
from quartier.i18n.localized import LocalizedText
from quartier.tenancy.models import Company
from quartier.testing import Browser, SomeCompany
from tests.settings.forms import changed, errors, filled, send, words

PATH = "/cockpit/settings/texts"


@pytest.fixture
def nadja(company: SomeCompany) -> Browser:
    """Looks after the company's texts."""
    return company.agent("Nadja Frei", "company.settings", language="en").browser


def stored(company: SomeCompany) -> Company:
    with company.db() as db:
        return db.get_one(Company, company.id)


def test_what_is_saved_is_in_force_at_once(company: SomeCompany, nadja: Browser) -> None:
    answer = send(
        nadja, PATH, greeting__fr="Bienvenue à l'île", emergency_phone=" +41 44 555 01 99 ",
        emergency_note__de="Wasser\r\n\r\nHeizung",
    )  # fmt: skip
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    now = stored(company)
    assert (now.greeting, now.emergency_phone) == (LocalizedText(fr="Bienvenue à l'île"), "+41 44 555 01 99")
    assert now.emergency_note == LocalizedText(de="Wasser\n\nHeizung")
    assert now.version == 2
    snapshot = company.platform.shell.snapshots(company.id)
    assert snapshot is not None
    assert snapshot.greeting == now.greeting


def test_languages_are_offered_with_the_default_one_first(company: SomeCompany, nadja: Browser) -> None:
    assert send(nadja, PATH, languages=["de", "fr"], default_language="fr").status_code == 303
    assert stored(company).languages == ["fr", "de"]
    with company.db() as db:
        event = db.scalars(select(ContractEvent).filter_by(kind="company.changed")).one()
    assert (event.actor, event.before, event.after) == (
        "Nadja Frei", {"languages": ["de", "en", "fr"]}, {"languages": ["fr", "de"]},
    )  # fmt: skip


def test_a_text_in_a_language_that_goes_comes_back_with_it(company: SomeCompany, nadja: Browser) -> None:
    send(nadja, PATH, greeting__fr="Bienvenue", greeting__en="Welcome")
    send(nadja, PATH, languages=["de", "en"])
    send(nadja, PATH, greeting__en="Hello")
    send(nadja, PATH, languages=["de", "en", "fr"])
    assert stored(company).greeting == LocalizedText(en="Hello", fr="Bienvenue")


@pytest.mark.parametrize(
    ("field", "typed", "where", "sentence"),
    [
        ("languages", None, "languages", "Please fill this in."),
        ("default_language", "it", "default_language", "The default language must be one of those offered."),
        ("emergency_phone", "ask Nadja", "emergency_phone", "This cannot be dialled. Write it like +41 44 555 01 99."),
        ("emergency_phone", "+-", "emergency_phone", "This cannot be dialled. Write it like +41 44 555 01 99."),
        ("greeting__de", "x" * 41, "greeting-de", "At most 40 characters."),
    ],
)
def test_a_refusal_stands_at_its_field_and_keeps_the_rest(
    company: SomeCompany, nadja: Browser, field: str, typed: str | None, where: str, sentence: str
) -> None:
    answer = send(nadja, PATH, **{"emergency_note__en": "O'Hara & Co", field: typed})
    assert answer.status_code == 422
    assert errors(answer) == {where: sentence}
    assert filled(answer)["emergency_note.en"] == "O'Hara & Co"
    assert stored(company).version == 1


def test_two_people_at_once_see_both_versions(company: SomeCompany, nadja: Browser) -> None:
    regula = company.agent("Regula Steiner", "company.settings", language="en").browser
    mine = filled(nadja.get(PATH))
    send(regula, PATH, greeting__en="Welcome home", languages=["de", "en"])
    answer = nadja.post(PATH, changed(mine, greeting__en="Hello there"))
    assert answer.status_code == 409
    said = words(answer)
    assert "Greeting (EN) Saved in the meantime Welcome home In your form Hello there" in said
    assert "Languages Saved in the meantime DE, EN In your form DE, EN, FR" in said
    assert stored(company).greeting == LocalizedText(en="Welcome home")
    assert nadja.post(PATH, filled(answer)).status_code == 303
    assert stored(company).greeting == LocalizedText(en="Hello there")


def test_missing_languages_are_reported_with_a_way_there(company: SomeCompany, nadja: Browser) -> None:
    send(
        nadja,
        PATH,
        greeting__de="Willkommen",
        greeting__en="Welcome",
        greeting__fr="Bienvenue",
        emergency_note__de="Gas",
    )
    page = nadja.get(PATH)
    report = page.text.split('class="callout callout-warning"')[1].split("</div>")[0]
    assert 'href="#emergency_note-en"' in report
    assert 'href="#greeting' not in report
    assert words(page).count("missing") >= 2


def test_everybody_who_chose_a_language_is_counted_beside_it(
    make_company: Callable[..., SomeCompany],
) -> None:
    company = make_company("Nordlicht", languages=("de", "en"))
    svenja = company.agent("Svenja Petersen", "company.settings")
    company.resident("Jannis Öztürk")
    with company.db() as db:
        for account in db.scalars(select(Account)):
            account.language = "de"
        db.commit()
    assert "von 2 Personen gewählt" in words(svenja.browser.get(PATH))
