"""The home page: who is greeted how, what stands there, who is there for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from quartier.accounts.models import Account, Agent
from quartier.db.base import new_id
from quartier.estate.models import Occupancy, Unit
from quartier.home.greeting import greeting
from quartier.home.queries import contacts
from quartier.i18n import texts
from quartier.i18n.localized import LocalizedText
from quartier.i18n.voice import Voice
from quartier.people.models import Occupant, Person
from quartier.testing import SomeBody, SomeCompany
from quartier.viewer import Viewer
from tests.home.pages import headings, links, words

VERENA = Viewer("resident", name="Verena Keller", family_name="Keller", salutation="ms")


@pytest.mark.parametrize(
    ("voice", "salutation", "said"),
    [
        (Voice("de", "informal", "DE"), "ms", "Moin, Verena"),
        (Voice("de", "formal", "DE"), "ms", "Moin, Frau Keller"),
        (Voice("de", "formal", "DE"), "none", "Moin, Verena Keller"),
        (Voice("fr", "formal", "CH"), "mr", "Moin Monsieur Keller"),
        (Voice("en", "formal", "GB"), "mr", "Moin, Mr Keller"),
    ],
)
def test_a_company_with_a_greeting_of_its_own_greets_once(voice: Voice, salutation: str, said: str) -> None:
    with texts.using(voice):
        assert greeting(replace(VERENA, salutation=salutation), " Moin ") == said


def test_a_sentence_of_welcome_stands_by_itself() -> None:
    with texts.using(Voice("de", "informal", "DE")):
        assert greeting(VERENA, "Willkommen daheim") == "Hallo, Verena"


@pytest.mark.parametrize(
    ("voice", "salutation", "said"),
    [
        (Voice("de", "formal", "CH"), "ms", "Grüezi, Frau Keller"),
        (Voice("de", "formal", "CH"), "mr", "Grüezi, Herr Keller"),
        (Voice("de", "formal", "CH"), "none", "Grüezi, Verena Keller"),
        (Voice("de", "formal", "DE"), "ms", "Guten Tag, Frau Keller"),
        (Voice("de", "informal", "DE"), "ms", "Hallo, Verena"),
        (Voice("fr", "formal", "CH"), "ms", "Bonjour Madame Keller"),
        (Voice("fr", "informal", "FR"), "mr", "Bonjour Verena"),
        (Voice("en", "formal", "CH"), "mr", "Hello, Mr Keller"),
    ],
)
@pytest.mark.usefixtures("platform")
def test_one_greets_as_people_here_do(voice: Voice, salutation: str, said: str) -> None:
    viewer = Viewer("resident", name="Verena Keller", family_name="Keller", salutation=salutation)
    with texts.using(voice):
        assert greeting(viewer) == said


@pytest.mark.usefixtures("platform")
def test_an_alias_is_greeted_whole() -> None:
    with texts.using(Voice("de", "informal", "DE")):
        assert greeting(Viewer("resident", name="Fischer", family_name="Fischer")) == "Hallo, Fischer"


def test_a_resident_finds_home_services_and_news(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.resident("Verena Keller").browser.get("/").text
    assert headings(html, 1) == ["Grüezi, Verena Keller"]
    assert "Brunnenhofstrasse 14, Unit" in words(html)
    assert links(html, 'class="home-tiles"') == [("/laundry/", "Waschküche 1 machines")]
    assert headings(html, 2) == ["Pipe burst", "Next wash", "Für Sie da"]
    assert html.index("Pipe burst") < html.index("home-tiles") < html.index("Next wash")
    assert "Broken machines" not in html


def test_the_bar_marks_home_and_leaves_room_for_search(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.resident().browser.get("/").text
    assert links(html, 'class="bottomnav"') == [
        ("/", "Start"), ("/laundry/", "Waschen"), ("/search", "Suche"), ("/more", "Mehr"),
    ]  # fmt: skip
    assert html.count('aria-current="page"') == 1


def test_more_than_two_units_are_counted(brunnenhof: SomeCompany) -> None:
    owner = brunnenhof.resident("Urs Ammann", kind="ownership")
    for number in range(3):
        unit = Unit(id=new_id(), building_id=brunnenhof.building_id, name=f"Garage {number}", kind="garage")
        period = Occupancy(id=new_id(), unit_id=unit.id, kind="ownership", starts=date(2020, 1, 1))
        brunnenhof.plant(unit, period, Occupant(occupancy_id=period.id, person_id=owner.person_id))
    assert "2 weitere Einheiten" in words(owner.browser.get("/").text)


def test_somebody_without_a_home_is_told_what_happens_next(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.account("Arben Krasniqi", language="de").browser.get("/").text
    assert headings(html, 2)[0] == "Ihre Wohnung ist noch nicht erfasst"
    assert ("machines" in html, "Pipe burst" in html) == (False, False)


def test_somebody_who_has_moved_out_meets_nothing_but_a_word_of_it(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.resident("Arben Krasniqi", ends=date(2021, 1, 1)).browser.get("/").text
    assert headings(html, 2)[0] == "Ihr Vertrag endete am 31. Dezember 2020"
    assert ("machines" in html, "Pipe burst" in html) == (False, False)


def test_an_agent_without_a_flat_is_shown_the_way_to_the_cockpit(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.agent().browser.get("/").text
    assert "So sieht die App für Bewohnerinnen und Bewohner aus" in headings(html, 2)
    assert html.count('href="/cockpit/"') == 2
    assert "Broken machines" not in html


def test_a_company_without_services_has_an_empty_home_that_says_so(make_company: Callable[..., SomeCompany]) -> None:
    bare = make_company("Quittenhalde")
    html = bare.resident().browser.get("/").text
    assert headings(html, 2) == ["Hier gibt es noch keine Dienste", "Für Sie da"]
    assert links(html, 'class="bottomnav"') == [("/", "Start"), ("/search", "Suche"), ("/more", "Mehr")]


def test_a_module_that_fails_takes_nothing_else_with_it(make_company: Callable[..., SomeCompany]) -> None:
    company = make_company("Garnspuler", modules=("laundry", "leaky"))
    answer = company.resident().browser.get("/")
    assert (answer.status_code, "Next wash" in answer.text) == (200, True)


def public_agent(company: SomeCompany, name: str, *properties: object, public: bool = True) -> SomeBody:
    body = company.agent(name)
    row = {"job": LocalizedText(de="Hauswart"), "hours": LocalizedText(en="Mon 8–12"), "is_public": public}
    with company.db() as db:
        agent = db.query(Agent).filter_by(person_id=body.person_id).one()
        for key, value in row.items():
            setattr(agent, key, value)
        db.get(Person, (company.id, body.person_id)).phone = "+41 44 555 01 62"  # type: ignore[union-attr]
        db.commit()
    for one in properties:
        body.granted(property_id=one)
    return body


def test_those_of_the_house_come_first_and_others_houses_not_at_all(brunnenhof: SomeCompany) -> None:
    elsewhere, _building = brunnenhof.house("Seestrasse")
    public_agent(brunnenhof, "Samuel Wyss")
    public_agent(brunnenhof, "Dragan Petrović", brunnenhof.property_id)
    public_agent(brunnenhof, "Chantal Rochat", elsewhere)
    public_agent(brunnenhof, "Regula Steiner", public=False)
    gone = public_agent(brunnenhof, "Stefan Hunziker")
    with brunnenhof.db() as db:
        db.get(Account, (brunnenhof.id, gone.account_id)).is_active = False  # type: ignore[union-attr]
        db.commit()
    visit = brunnenhof.resident().visit()
    assert [person.name for person in contacts(visit)] == ["Dragan Petrović", "Samuel Wyss"]


def test_a_contact_can_be_called_and_written_to(brunnenhof: SomeCompany) -> None:
    dragan = public_agent(brunnenhof, "Dragan Petrović")
    html = brunnenhof.resident().browser.get("/").text
    assert links(html, 'class="contact-tools"') == [
        ("tel:+41445550162", "Anrufen , Dragan Petrović: 044 555 01 62"),
        (f"mailto:{dragan.email}", "Schreiben , Dragan Petrović"),
    ]
    assert '<span lang="en">Mon 8–12</span>' in html


def test_another_companys_team_is_never_there(
    brunnenhof: SomeCompany, make_company: Callable[..., SomeCompany]
) -> None:
    public_agent(make_company("Nordlicht"), "Svenja Petersen")
    assert "Svenja" not in brunnenhof.resident().browser.get("/").text


def test_a_name_is_text_whatever_it_looks_like(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.resident("Sean O'Neill<script>").browser.get("/").text
    assert "<script>" not in html.replace('<script src="', "")
    assert "Sean O&#39;Neill&lt;script&gt;" in html
