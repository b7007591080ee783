"""The desk of sub-brands: the list, the form of one property, drafts, plans, versions, and its end."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from html import unescape
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from quartier.companies.models import BrandVersion
from quartier.contracts.models import ContractEvent
from quartier.testing import Browser, SomeCompany, Statements
from tests.companies.test_subbrands import GREEN, RED, publish, shown
from tests.settings.forms import changed, errors, filled, send, words

LIST = "/cockpit/settings/brand/properties"
AHEAD = (datetime.now(ZoneInfo("Europe/Zurich")) + timedelta(days=30)).strftime("%Y-%m-%dT08:30")
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><path fill="#8c2f39" d="M0 0h90v30H0z"/></svg>'


@pytest.fixture
def nadja(brunnenhof: SomeCompany) -> Browser:
    """Looks after the company's look, and those of its properties."""
    return brunnenhof.agent("Nadja Frei", "company.settings", language="en").browser


@pytest.fixture
def hofgarten(brunnenhof: SomeCompany) -> tuple[UUID, Browser]:
    """A property, and somebody who lives there."""
    estate, building = brunnenhof.house("Hofgarten O'Hara")
    return estate, brunnenhof.resident("Verena Keller", building_id=building, language="de").browser


def versions(company: SomeCompany, property_id: UUID) -> list[tuple[int, int | None, list[str] | None]]:
    with company.db() as db:
        found = select(BrandVersion).filter_by(property_id=property_id).order_by(BrandVersion.number)
        return [(one.number, one.restored, one.own) for one in db.scalars(found)]


def test_from_the_search_to_its_end_and_up_again(
    brunnenhof: SomeCompany, nadja: Browser, hofgarten: tuple[UUID, Browser]
) -> None:
    estate, verena = hofgarten
    page = f"{LIST}/{estate}"
    assert "No property has a look of its own yet" in words(nadja.get(LIST))
    assert "No property is called like this" in words(nadja.get(f"{LIST}?q=Zzz%25"))
    assert f'href="{page}"' in nadja.get(f"{LIST}?q=o'hara").text
    assert send(nadja, page).headers["Location"].endswith(page)  # nothing was changed
    assert versions(brunnenhof, estate) == []
    on_stage = send(nadja, page, colour=RED, app_name__de="Hof O'Hara", do="check")
    frame = nadja.get(unescape(re.findall(r'<iframe src="([^"]+)"', on_stage.text)[0])).text
    assert RED in nadja.get(unescape(re.findall(r'href="([^"]+look[.]css[^"]+)"', frame)[0])).text
    by_mail = send(nadja, page, app_name__de="Hof O'Hara", shown_in="de", view="mail", do="check")
    mail = nadja.get(unescape(re.findall(r'<iframe src="([^"]+)"', by_mail.text)[0])).text
    assert ("Hof O'Hara" in unescape(mail), "Brunnenhof AG" in mail) == (True, False)
    assert send(nadja, page, colour=RED, app_name__de="Hof O'Hara", do="draft").status_code == 303
    assert (shown(verena)[0], versions(brunnenhof, estate)) == (GREEN, [])
    assert send(nadja, page).status_code == 303
    assert shown(verena) == (RED, "Hof O&#39;Hara")
    assert versions(brunnenhof, estate) == [(1, None, ["app_name", "colour", "second"])]
    assert "in force" in words(nadja.get(LIST))
    assert "Of its own: Name of the app, Colours." in words(nadja.get(page))
    assert nadja.post(f"{page}/end", filled(nadja.get(page))).status_code == 303
    assert shown(verena)[0] == GREEN
    found = re.findall(rf"{page}/versions/([^/]+)/restore", nadja.get(f"{page}/versions").text)
    assert len(found) == 1
    assert nadja.post(f"{page}/versions/{found[0]}/restore", filled(nadja.get(page))).status_code == 303
    assert shown(verena)[0] == RED
    assert versions(brunnenhof, estate)[1:] == [(2, None, []), (3, 1, ["app_name", "colour", "second"])]
    with brunnenhof.db() as db:
        events = select(ContractEvent.kind, ContractEvent.subject).where(ContractEvent.kind.like("look.%"))
        assert [(one.kind, one.subject) for one in db.execute(events.order_by(ContractEvent.id))] == [
            (f"look.{what}", "Hofgarten O'Hara") for what in ("published", "ended", "restored")
        ]


def test_planned_taken_back_and_refused_at_the_field(
    brunnenhof: SomeCompany, nadja: Browser, hofgarten: tuple[UUID, Browser]
) -> None:
    estate, verena = hofgarten
    page = f"{LIST}/{estate}"
    answer = send(nadja, page, colour="no colour", publish_at=AHEAD, do="plan")
    assert (answer.status_code, set(errors(answer))) == (422, {"colour"})
    assert send(nadja, page, colour=RED, publish_at=AHEAD, do="plan").status_code == 303
    again = send(nadja, page, colour="#0b4f8a", publish_at=AHEAD, do="plan")
    assert (again.status_code, set(errors(again))) == (422, {"publish_at"})
    planned = re.findall(rf"{page}/versions/([^/]+)/withdraw", nadja.get(page).text)
    assert nadja.post(f"{page}/versions/{planned[0]}/withdraw", filled(nadja.get(page))).status_code == 303
    assert RED.upper() in nadja.get(page).text
    mark = re.findall(r'name="mark" value="([^"]+)"', nadja.get(page).text)[0]
    assert nadja.post(f"{page}/discard", {**filled(nadja.get(page)), "mark": mark}).status_code == 303
    assert (shown(verena)[0], GREEN.upper() in nadja.get(page).text) == (GREEN, True)


def test_a_logo_of_its_own_and_back_to_the_company_s(
    brunnenhof: SomeCompany, nadja: Browser, hofgarten: tuple[UUID, Browser]
) -> None:
    estate, verena = hofgarten
    page = f"{LIST}/{estate}"
    before = verena.get("/").text.count("/logo")
    data = changed(filled(nadja.get(page)), logo=(io.BytesIO(LOGO), "hofgarten.svg"))
    assert nadja.post(page, data).status_code == 303
    assert verena.get("/").text.count("/logo") > before
    assert nadja.get(f"{page}/proof").status_code == nadja.get(f"{page}/proof.pdf").status_code == 200
    assert send(nadja, page, remove="logo").status_code == 303
    assert verena.get("/").text.count("/logo") == before
    assert [own for _number, _restored, own in versions(brunnenhof, estate)] == [
        ["logo_id", "logo_dark_id", "logo_reverse_id"], [],
    ]  # fmt: skip


def test_the_list_and_its_search_ask_the_same_of_one_property_and_of_many(
    brunnenhof: SomeCompany, nadja: Browser
) -> None:
    def asked() -> list[int]:
        found = []
        for path in (LIST, f"{LIST}?q=Haus"):
            nadja.get(path)
            with Statements() as sent:
                assert nadja.get(path).status_code == 200
            found.append(sum("FROM property p" in one for one in sent.sent))
        return found

    publish(brunnenhof, brunnenhof.house("Haus 0")[0], colour=RED)
    few = asked()
    for at in range(1, 4):
        publish(brunnenhof, brunnenhof.house(f"Haus {at}")[0], colour=RED)
    assert few == asked() == [1, 1]
    found = [re.findall(r">(Haus \d)</a>", nadja.get(path).text) for path in (LIST, f"{LIST}?q=haus+2")]
    assert found == [[f"Haus {at}" for at in range(4)], ["Haus 2"]]


def test_two_at_once_lose_nothing(brunnenhof: SomeCompany, nadja: Browser, hofgarten: tuple[UUID, Browser]) -> None:
    estate, _verena = hofgarten
    page = f"{LIST}/{estate}"
    regula = brunnenhof.agent("Regula Steiner", "company.settings", language="en").browser
    opened = filled(nadja.get(page))
    assert send(regula, page, colour=RED, do="draft").status_code == 303
    clash = nadja.post(page, changed(opened, colour="#0b4f8a"))
    assert (clash.status_code, RED.upper() in words(clash), "#0B4F8A" in words(clash)) == (409, True, True)


def test_only_who_may_for_the_whole_company(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, nadja: Browser, hofgarten: tuple[UUID, Browser]
) -> None:
    estate, verena = hofgarten
    limited = brunnenhof.agent("Lea Vogt", "company.settings").limited_to(estate).browser
    assert [one.get(f"{LIST}/{estate}").status_code for one in (verena, limited)] == [403, 403]
    assert nadja.get(f"{LIST}/{nordlicht.property_id}").status_code == 404
    page, rights = f"/cockpit/estate/properties/{estate}", ("estate.read", "company.settings")
    readers = [brunnenhof.agent("Regula Steiner", *rights), brunnenhof.agent("Pia Roth", "estate.read")]
    readers.append(brunnenhof.agent("Jon Caduff", *rights).limited_to(estate))
    assert [f'href="{LIST}/{estate}"' in one.browser.get(page).text for one in readers] == [True, False, False]
    with brunnenhof.db() as db:
        company = db.scalars(select(BrandVersion.id)).one()
    token = filled(nadja.get(LIST + f"/{estate}"))
    for path in (f"{LIST}/{estate}/versions/{company}/restore", f"{LIST}/{estate}/versions/{company}/withdraw"):
        assert nadja.post(path, token).status_code == 404
    send(nadja, f"{LIST}/{estate}", colour=RED)
    with brunnenhof.db() as db:
        theirs = db.scalars(select(BrandVersion.id).filter_by(property_id=estate)).one()
    assert nadja.post(f"/cockpit/settings/brand/versions/{theirs}/restore", token).status_code == 404
    assert "Look no. 1" in words(nadja.get("/cockpit/settings/brand/versions"))
    assert nadja.get("/cockpit/settings/brand/versions").text.count("Look no.") == 1
