"""Seeing the portal as a resident: exactly that, nothing changed, everything written down and told."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import func, select, text, update

from quartier.accounts.models import Agent
from quartier.people.policies import VIEW_AS
from quartier.testing import Browser, SomeBody, SomeCompany
from quartier.viewing.models import ViewedPage, Viewing
from quartier.viewing.services import resident_of
from quartier.viewing.watching import END
from tests.notifications.desk import under_the_bell
from tests.rules.routes import NOWHERE, ask, portal_routes

REASON = {"reason": "Asked on the phone why a notice is missing"}


def start(agent: SomeBody, resident: SomeBody) -> Browser:
    browser = agent.browser
    answer = browser.post(f"/cockpit/people/{resident.person_id}/view-as", REASON)
    assert answer.headers["Location"] == "/"
    return browser


def rows(company: SomeCompany) -> str:
    """All that the company keeps, but the look itself, in one word."""
    sql = (
        "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (SELECT to_jsonb(s) - 'seen_at' AS t "
        "FROM account_session s UNION ALL SELECT to_jsonb(a) FROM account a UNION ALL SELECT to_jsonb(p) FROM person p "
        "UNION ALL SELECT to_jsonb(o) FROM account_origin o) t"
    )
    with company.db() as db:
        return str(db.row(sql)[0])


def test_an_agent_sees_what_the_resident_sees(brunnenhof: SomeCompany) -> None:
    lea, nadja = brunnenhof.resident("Lea Zimmermann", language="fr"), brunnenhof.agent("Nadja Frei", VIEW_AS)
    own = lea.visit().viewer
    with brunnenhof.db() as db:
        seen = resident_of(db, lea.person_id)
    assert seen is not None
    same = ("kind", "account_id", "person_id", "name", "email", "language", "places", "audience_keys", "permissions")
    assert [getattr(seen, name) for name in same] == [getattr(own, name) for name in same]
    before = rows(brunnenhof)
    browser = start(nadja, lea)
    page = browser.get("/", headers={"Accept-Language": "de"})
    assert page.headers["Content-Language"].startswith("fr")
    assert ("Lea Zimmermann" in page.text, 'class="watched"' in page.text) == (True, True)
    assert browser.get("/cockpit/").status_code == 403
    with brunnenhof.db() as db:
        paths = list(db.scalars(select(ViewedPage.path)))
        look = db.scalars(select(Viewing)).one()
    assert (paths, look.agent_name, look.reason) == (["/"], "Nadja Frei", REASON["reason"])
    told = lea.browser
    bell = under_the_bell(lea)
    assert (bell[0], "Nadja Frei a vu le portail comme vous le voyez" in bell[1]) == (1, True)
    assert nadja.browser.get(f"/cockpit/people/{lea.person_id}/view-as").text.count(REASON["reason"]) == 1
    assert "Nadja Frei" in told.get("/account/looks").text
    assert REASON["reason"] in told.get(f"/account/looks/{look.id}").text
    browser.post("/view-as/end")
    assert browser.get("/cockpit/").status_code == 200
    with brunnenhof.db() as db:
        db.execute(text("DELETE FROM account_session WHERE account_id = :id"), {"id": lea.account_id})
        db.commit()
    assert before != ""


def test_nothing_is_changed_whatever_is_sent_and_what_is_private_stays_so(brunnenhof: SomeCompany) -> None:
    """Every page that takes something, of core and modules; the database would refuse what came further."""
    lea, nadja = brunnenhof.resident("Lea Zimmermann"), brunnenhof.agent("Nadja Frei", VIEW_AS)
    browser = start(nadja, lea)
    before, taken = rows(brunnenhof), set()
    for route in portal_routes(brunnenhof.platform):
        url = route.url(NOWHERE)
        writes = route.area != "api" and route.method != "GET" and url != END
        if writes and ask(brunnenhof, route, url, browser=browser).status_code != 403:
            taken.add(str(route))
    htmx = {"HX-Request": "true"}
    private = [("POST", "/language"), ("GET", "/account"), ("GET", "/account/looks"), ("PUT", "/"), ("DELETE", "/")]
    assert taken == {url for method, url in private if browser.open(method, url, headers=htmx).status_code != 403}
    assert (taken, rows(brunnenhof)) == (set(), before)


def test_the_api_knows_no_looks(brunnenhof: SomeCompany) -> None:
    browser = start(brunnenhof.agent("Nadja Frei", VIEW_AS), brunnenhof.resident("Lea Zimmermann"))
    assert browser.get("/api/v1/me").status_code == 401
    assert browser.post("/api/v1/me").status_code in {401, 405}


def test_nobody_looks_where_they_have_no_right(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    _home, house = brunnenhof.house()
    near, far = brunnenhof.resident("Lea Zimmermann"), brunnenhof.resident("Ida Graf", building_id=house)
    gone = brunnenhof.resident("Max Alt", ends=near.visit().today)
    theirs, colleague = nordlicht.resident("Hinnerk Voss"), brunnenhof.agent("Urs Meier")
    alias = brunnenhof.person("Ohne Konto")
    nadja = brunnenhof.agent("Nadja Frei", VIEW_AS).limited_to(brunnenhof.property_id).browser
    people = (near, far, gone, theirs, colleague, alias)
    ids = [one.person_id if isinstance(one, SomeBody) else one.id for one in people]
    assert [nadja.get(f"/cockpit/people/{one}/view-as").status_code for one in ids] == [200, 404, 404, 404, 404, 404]
    assert nadja.post(f"/cockpit/people/{ids[1]}/view-as", REASON).status_code == 404
    assert nadja.post(f"/cockpit/people/{ids[0]}/view-as", {"reason": " "}).status_code == 422
    without = brunnenhof.agent("Dragan Petrović", "people.read").browser
    assert without.get(f"/cockpit/people/{ids[0]}/view-as").status_code == 403


def test_who_worked_here_until_yesterday_is_a_resident_like_others(brunnenhof: SomeCompany) -> None:
    walter, nadja = brunnenhof.resident("Walter Aebi"), brunnenhof.agent("Nadja Frei", VIEW_AS).browser
    with brunnenhof.db() as db:
        db.add(Agent(person_id=walter.person_id, employer="Aebi AG", ends=walter.visit().today + timedelta(days=1)))
        db.commit()
        assert nadja.get(f"/cockpit/people/{walter.person_id}/view-as").status_code == 404
        db.execute(update(Agent).where(Agent.employer == "Aebi AG").values(ends=walter.visit().today))
        db.commit()
    assert nadja.get(f"/cockpit/people/{walter.person_id}/view-as").status_code == 200


def test_a_look_ends_by_time_with_the_right_and_with_the_session(brunnenhof: SomeCompany) -> None:
    lea, nadja = brunnenhof.resident("Lea Zimmermann"), brunnenhof.agent("Nadja Frei", VIEW_AS)
    late, ended, copied = (start(nadja, lea) for _each in range(3))
    with brunnenhof.db() as db:
        first = db.scalars(select(Viewing.id).order_by(Viewing.id).limit(1)).one()
        lasts = db.scalars(select(Viewing.ends_at - Viewing.started_at).filter_by(id=first)).one()
        assert 1790 < lasts.total_seconds() < 1810
        db.execute(update(Viewing).filter_by(id=first).values(ends_at=func.now()))
        db.commit()
    assert late.get("/cockpit/").status_code == 200
    mark = copied.cookies()["__Host-quartier-as"]
    thief = brunnenhof.agent("Dragan Petrović", VIEW_AS).browser
    thief.cookie("__Host-quartier-as", mark)
    assert thief.get("/cockpit/").status_code == 200
    nadja.limited_to(brunnenhof.house()[0])
    assert 'class="watched"' not in ended.get("/").text
    assert re.search(r"class=\"watched\"", copied.get("/").text) is None
