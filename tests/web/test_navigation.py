"""Where one is in a menu, and what of the chrome is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from quartier.companies.models import BrandVersion
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import using
from quartier.i18n.voice import Voice
from quartier.testing import SomeCompany
from quartier.web.contact import national, tel
from quartier.web.navigation import place
from tests.home.pages import links

URLS = ("/", "/search", "/more", "/faq/", "/cockpit/", "/cockpit/faq/", "/cockpit/faq/topics")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("/faq/", "/faq/"),
        ("/faq/heating", "/faq/"),
        ("/faqs", ""),
        ("/account", ""),
        ("/cockpit/", "/cockpit/"),
        ("/cockpit/faq/new", "/cockpit/faq/"),
        ("/cockpit/faq/topics/3", "/cockpit/faq/topics"),
        ("/cockpit/people", ""),
        ("/search/deep", "/search"),
    ],
)
def test_a_page_belongs_to_the_nearest_place_of_the_menu(path: str, expected: str) -> None:
    assert place(URLS, path) == expected


@pytest.mark.parametrize(
    ("number", "region", "address", "read"),
    [
        ("+41 44 555 01 40", "CH", "tel:+41445550140", "044 555 01 40"),
        ("+41 44 555 01 40", "DE", "tel:+41445550140", "+41 44 555 01 40"),
        ("+49 40 669 691 20", "DE", "tel:+494066969120", "040 669 691 20"),
        ("044 555 (01) 40", "CH", "tel:0445550140", "044 555 (01) 40"),
        ("+41445550140", None, "tel:+41445550140", "+41 44 555 01 40"),
        ("+41445550140", "CH", "tel:+41445550140", "044 555 01 40"),
        ("+33612345678", "CH", "tel:+33612345678", "+33 6 12 34 56 78"),
        ("+1", "CH", "tel:+1", "+1"),
    ],
)
def test_numbers_are_read_as_at_home_and_dialled_from_anywhere(
    number: str, region: str, address: str, read: str
) -> None:
    with using(Voice("de", region=region)):
        assert (tel(number), national(number).replace("\u00a0", " ")) == (address, read)


def test_the_chrome_is_made_once_for_people_of_a_kind(brunnenhof: SomeCompany) -> None:
    first, second = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Lea Zimmermann")
    assert "Verena Keller" in first.browser.get("/more").text
    snapshot = brunnenhof.platform.shell.snapshots(brunnenhof.id)
    assert snapshot is not None
    kept = dict(snapshot.chrome)
    html = second.browser.get("/more").text
    assert {key: snapshot.chrome[key] for key in kept} == kept
    assert len(snapshot.chrome) == len(kept)
    assert ("Lea Zimmermann" in html, "Verena Keller" in html) == (True, False)


def test_the_chrome_of_others_is_another(brunnenhof: SomeCompany) -> None:
    resident, agent = brunnenhof.resident().browser, brunnenhof.agent().browser
    assert 'href="/cockpit/"' not in resident.get("/more").text
    assert 'href="/cockpit/"' in agent.get("/more").text
    assert 'href="/cockpit/"' not in resident.get("/more").text
    assert "Mehr" in resident.get("/more").text
    assert "Plus" in resident.get("/more", headers={"Accept-Language": "fr"}).text


def test_nothing_personal_is_ever_kept(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.agent("Verena Keller", "faq.edit")
    for path in ("/", "/more", "/search", "/cockpit/", "/cockpit/search", "/nowhere"):
        verena.browser.get(path)
    snapshot = brunnenhof.platform.shell.snapshots(brunnenhof.id)
    assert snapshot is not None
    kept = "".join(map(str, snapshot.chrome.values()))
    assert [word for word in ("Verena", "Keller", verena.email, "form_token") if word in kept] == []


def test_a_stranger_has_no_menu_but_a_way_in(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.visitor().get("/nowhere").text
    assert 'class="bottomnav"' not in html
    assert links(html, 'class="btn-group"') == [("/", "Zur Startseite")]


def test_the_cockpits_menu_opens_without_a_script(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.agent().browser.get("/cockpit/").text
    assert '<a class="btn btn-icon btn-quiet" href="#sidenav"' in html
    assert 'id="sidenav"' in html
    assert 'sidenav-close" href="#content"' in html
    assert html.index('class="skip"') < html.index('class="deskbar"') < html.index('id="content"')


def test_a_company_without_a_logo_is_written(brunnenhof: SomeCompany) -> None:
    with Session(brunnenhof.platform.shell.platform) as db:
        named = {"app_name": LocalizedText(de="O'Hara & Söhne <Immobilien>")}
        db.execute(update(BrandVersion).where(BrandVersion.company_id == brunnenhof.id).values(**named))
        db.commit()
    brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    html = brunnenhof.resident().browser.get("/").text
    assert '<span class="logo-text">O&#39;Hara &amp; Söhne &lt;Immobilien&gt;</span>' in html
