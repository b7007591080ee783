"""Residents on their phones: come home, find an answer, say whether it helped, read it in another language, leave.

Three companies with three looks; between them people read in German, English and French, and are said Sie, du and vous.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from quartier.testing import PASSWORD
from tests.journeys.conftest import Finds, Opens
from tests.journeys.guest import Guest


@dataclass(frozen=True)
class Words:
    """What the micro-app and one of its articles are called in a language, and what people look for."""

    micro_app: str
    short: str
    query: str
    article: str


@dataclass(frozen=True)
class Resident:
    """Somebody of the demo; `reads` has the languages of the company, the person's own first."""

    company: str
    email: str
    locale: str
    hello: str
    reads: dict[str, Words]


YES = {"de": "Ja", "en": "Yes", "fr": "Oui"}
THANKS = {"de": "Danke, das freut uns", "en": "Thank you, we are glad it helped", "fr": "Merci, cela nous fait plaisir"}
MORE = {"de": "Mehr", "en": "More", "fr": "Plus"}
LEAVE = {"de": "Abmelden", "en": "Sign out", "fr": "Se déconnecter"}

VERENA = Resident(
    "brunnenhof", "verena.keller@post.example", "de-CH", "Grüezi, Frau Keller",
    {
        "de": Words("Gut zu wissen", "Wissen", "Heizung", "Mein Heizkörper bleibt kalt"),
        "en": Words("Good to know", "Help", "radiator", "My radiator stays cold"),
        "fr": Words("Bon à savoir", "Infos", "radiateur", "Mon radiateur reste froid"),
    },
)  # fmt: skip
AYSE = Resident(
    "nordlicht", "ayse.demir@hafenmail.example", "de-DE", "Moin, Ayşe",
    {
        "de": Words("Fragen & Antworten", "Frag uns", "Heizkörper", "Der Heizkörper gluckert oder bleibt oben kalt"),
        "en": Words("Questions & answers", "Ask us", "radiator", "The radiator gurgles or stays cold at the top"),
    },
)  # fmt: skip
ANNE = Resident(
    "regie-du-lac", "anne.rochat@courrier.example", "fr-CH", "Bonjour Madame Rochat",
    {
        "fr": Words("Bon à savoir", "Infos", "radiateur", "Mon radiateur reste froid : que faire ?"),
        "de": Words("Gut zu wissen", "Wissen", "Heizkörper", "Mein Heizkörper bleibt kalt – was tun?"),
        "en": Words("Good to know", "Help", "radiator", "My radiator stays cold: what can I do?"),
    },
)  # fmt: skip


@pytest.mark.parametrize("resident", [VERENA, AYSE, ANNE], ids=lambda resident: resident.company)
def test_a_resident_finds_an_answer_in_every_language_of_the_house(
    demo: Finds, opens: Opens, resident: Resident
) -> None:
    phone = opens(demo(resident.company).host, size="phone", language=resident.locale)
    phone.goes("/")
    phone.signs_in(resident.email, PASSWORD)
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(resident.hello)
    own = next(iter(resident.reads))
    for language, words in resident.reads.items():
        if language != own:
            switches_to(phone, language)
        expect(phone.page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}-"))
        finds_the_article(phone, words)
        if language == own:
            says_that_it_helped(phone, language)
    leaves(phone, language)


def finds_the_article(phone: Guest, words: Words) -> None:
    """From the bar at the thumb into the module, and by a word to the answer."""
    phone.page.locator(".bottomnav").get_by_role("link", name=words.short, exact=True).click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(words.micro_app)
    phone.page.get_by_role("searchbox").press_sequentially(words.query)
    phone.page.wait_for_url("**/faq/search?q=*")  # the results come while one types
    phone.page.locator("#results").get_by_role("link", name=words.article).click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(words.article)


def says_that_it_helped(phone: Guest, language: str) -> None:
    phone.sees("button", YES[language]).click()
    expect(phone.sees("heading", THANKS[language])).to_be_visible()
    phone.page.reload()
    expect(phone.sees("heading", THANKS[language])).to_be_visible()


def switches_to(phone: Guest, language: str) -> None:
    phone.goes("/more")
    phone.page.locator("main .langs").get_by_role("button", name=language.upper()).click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(MORE[language])


def leaves(phone: Guest, language: str) -> None:
    phone.goes("/more")
    phone.page.locator("main").get_by_role("button", name=LEAVE[language]).click()
    phone.page.wait_for_url("**/sign-in")
    phone.goes("/faq/")
    assert "/sign-in?next=" in phone.page.url


def test_search_over_everything_forgives_accents_and_half_words(demo: Finds, opens: Opens) -> None:
    """Tiago reads French at a company that speaks German first; he leaves accents out, as one does on a phone."""
    phone = opens(demo("brunnenhof").host, size="phone", language="fr-CH")
    phone.goes("/search")
    phone.signs_in("tiago.oliveira@post.example", PASSWORD)
    phone.page.get_by_role("searchbox").fill("radiateur")
    phone.page.get_by_role("searchbox").press("Enter")
    expect(phone.page.locator("main").get_by_role("link", name="Mon radiateur reste froid")).to_be_visible()


def test_without_network_the_app_says_so_in_the_companys_look_and_a_push_is_shown(
    demo: Finds, opens: Opens, whole_chromium: Browser
) -> None:
    company = demo("brunnenhof")
    phone = opens(company.host, size="phone", at=whole_chromium, service_workers="allow")
    phone.goes("/sign-in")
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert shown(phone) == [["Neuer Aushang", "Der Lift", "de", "1", "/notifications/1"]]
    phone.loses_the_network()
    phone.goes("/faq/")
    expect(phone.page.locator(".error-page")).to_contain_text("+41 44 555 01 99".replace("+41 ", "0"))


def shown(phone: Guest) -> list[list[str]]:
    """What the service worker shows of a message; the browser itself hands it over, in the place of a push service."""
    context, origin = phone.page.context, phone.page.evaluate("location.origin")
    context.grant_permissions(["notifications"], origin=origin)
    devtools, found = context.new_cdp_session(phone.page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    while not found:
        phone.page.wait_for_timeout(50)
    said = {"title": "Neuer Aushang", "body": "Der Lift", "lang": "de", "tag": "1", "url": "/notifications/1"}
    letter = {"origin": origin, "registrationId": found[0]["registrationId"], "data": json.dumps(said)}
    devtools.send("ServiceWorker.deliverPushMessage", letter)
    facts = "(all) => all.map((one) => [one.title, one.body, one.lang, one.tag, one.data])"
    listed = f"navigator.serviceWorker.ready.then((one) => one.getNotifications()).then({facts})"
    while not (now := phone.page.evaluate(listed)):
        phone.page.wait_for_timeout(50)
    return now  # type: ignore[no-any-return]
