"""The team's pages: inviting, giving and ending rights, who is out is out at once, and somebody always manages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from quartier.accounts.models import Account, AccountSession, Agent, AgentGrant
from quartier.accounts.permissions import COMPANY_SETTINGS, TEAM_ADMIN
from quartier.deliveries.policies import READ as MAIL_READ
from quartier.estate.policies import EDIT, READ
from quartier.notifications.models import PushDevice
from quartier.people.policies import READ as READ_PEOPLE
from quartier.profile.models import Absence
from quartier.profile.queries import InCharge, who_is
from quartier.team import services
from quartier.team.chiefs import TeamError
from quartier.team.grants import Rights, end_grant, give
from quartier.team.models import JobRole, PropertyRole, TeamInvitation
from quartier.testing import PASSWORD, Browser, SomeBody, SomeCompany
from tests.accounts.authenticator import options, phone_of, signs_in
from tests.accounts.desk import sent_back, shown

TEAM = "/cockpit/team"


NAMES_OF_TWO = {
    "Read properties, buildings and units": 0, "See people with their contact details, and who uses which unit": 0
}.keys()  # fmt: skip


def regula(company: SomeCompany) -> SomeBody:
    return company.agent("Regula Steiner", TEAM_ADMIN, language="en")


def order(**changes: Any) -> dict[str, Any]:
    facts = {"given_name": "Dragan", "family_name": "Petrović", "email": "dragan@petrovic.example", "language": "de"}
    return {**facts, "place": "company", "permissions": [READ], "step": "send", **changes}


def invited(company: SomeCompany, desk: Browser, **changes: Any) -> UUID:
    answer = desk.post(f"{TEAM}/new", order(**changes))
    assert answer.status_code == 303, re.findall(r'class="error"[^>]*>(.*?)</p>', answer.text)
    return UUID(answer.headers["Location"].rpartition("/")[2])


def link_of(company: SomeCompany) -> str:
    """The last link that was mailed."""
    company.work()
    with company.platform.shell.platform.connect() as connection:
        words = text("SELECT text FROM outbox_mail WHERE company_id = :company ORDER BY id DESC LIMIT 1")
        found = re.search(r"/team/join/[\w-]{43}", connection.scalars(words, {"company": company.id}).one())
    assert found
    return found[0]


def rights(company: SomeCompany, agent_id: UUID) -> set[tuple[frozenset[str], UUID | None]]:
    with company.db() as db:
        found = db.scalars(select(AgentGrant).filter_by(agent_id=agent_id, ended_at=None))
        return {(frozenset(one.permissions), one.property_id) for one in found}


def test_a_colleague_is_invited_chooses_a_password_and_is_in(brunnenhof: SomeCompany) -> None:
    desk, visitor = regula(brunnenhof).browser, brunnenhof.visitor()
    agent_id = invited(brunnenhof, desk, place=f"property:{brunnenhof.property_id}", phone="044 555 01 62")
    assert rights(brunnenhof, agent_id) == {(frozenset({READ}), brunnenhof.property_id)}
    link = link_of(brunnenhof)
    assert "Dragan Petrović" in visitor.get(link).text
    assert 'id="password-error"' in shown(visitor, visitor.post(link, {"password": "kurz", "repeat": "kurz"})).text
    chosen = {"password": PASSWORD, "repeat": PASSWORD}
    assert visitor.post(link, chosen).headers["Location"] == "/cockpit/"
    assert visitor.get("/cockpit/estate/").status_code == 200
    again = brunnenhof.visitor()
    assert (again.get(link).status_code, shown(again, again.post(link, chosen)).status_code) == (410, 410)
    assert "used already" in again.get(link, headers={"Accept-Language": "en"}).text


def test_a_colleague_comes_in_with_a_passkey_and_without_a_password(brunnenhof: SomeCompany) -> None:
    invited(brunnenhof, regula(brunnenhof).browser)
    link, visitor = link_of(brunnenhof), brunnenhof.visitor()
    phone = phone_of(visitor, brunnenhof.platform.shell.config)
    assert options(visitor, f"{link}/options")["user"]["name"] == "dragan@petrovic.example"
    wrong = visitor.post(f"{link}/passkey", {"passkey": "{}"})
    assert "Passkey hat nicht funktioniert" in shown(visitor, wrong).text
    made = phone.create(options(visitor, f"{link}/options"))
    assert visitor.post(f"{link}/passkey", {"passkey": made}).headers["Location"] == "/cockpit/"
    assert visitor.get("/cockpit/estate/").status_code == 200
    assert visitor.post(f"{link}/options").status_code == 410
    again = brunnenhof.visitor()
    assert signs_in(again, phone).headers["Location"] == "/"
    assert again.get("/cockpit/estate/").status_code == 200


def test_a_link_ends_after_three_days_when_it_is_withdrawn_and_when_another_is_sent(brunnenhof: SomeCompany) -> None:
    desk = regula(brunnenhof).browser
    agent_id = invited(brunnenhof, desk)
    first, chosen = link_of(brunnenhof), {"password": PASSWORD, "repeat": PASSWORD}
    with brunnenhof.db() as db:
        lasts = db.scalars(select(TeamInvitation.expires_at - TeamInvitation.sent_at)).one()
        assert abs(lasts - timedelta(days=3)) < timedelta(minutes=1)
        db.execute(update(TeamInvitation).values(expires_at=func.now()))
        db.commit()
    visitor = brunnenhof.visitor()
    assert shown(visitor, visitor.post(first, chosen)).status_code == 410
    assert "Link too old" in desk.get(f"{TEAM}/").text
    assert desk.post(f"{TEAM}/{agent_id}/again").status_code == 303
    second = link_of(brunnenhof)
    assert (visitor.get(first).status_code, visitor.get(second).status_code) == (410, 200)
    desk.post(f"{TEAM}/{agent_id}/withdraw")
    assert shown(visitor, visitor.post(second, chosen)).status_code == 410
    with brunnenhof.db() as db:
        assert db.scalar(select(Account.id).filter_by(email_key="dragan@petrovic.example")) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"family_name": ""}, "family_name"),
        ({"family_name": "x" * 201}, "family_name"),
        ({"email": "nobody"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"permissions": []}, "permissions"),
        ({"permissions": ["invented"]}, "permissions"),
        ({"place": "property:nonsense"}, "place"),
        ({"starts": "2020-01-01"}, "starts"),
        ({"until": "2020-01-01"}, "until"),
        ({"starts": "2099-02-01", "until": "2099-01-01"}, "until"),
        ({"employer": "Dach AG"}, "leaves"),
        ({"employer": "Dach AG", "leaves": "2020-01-01"}, "leaves"),
        ({"employer": "Dach AG", "leaves": "2099-01-01", "permissions": [TEAM_ADMIN]}, "permissions"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_lost(
    brunnenhof: SomeCompany, changes: dict[str, Any], field: str
) -> None:
    answer = regula(brunnenhof).browser.post(f"{TEAM}/new", order(**changes))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert 'value="Dragan"' in answer.text
    with brunnenhof.db() as db:
        assert db.scalars(select(func.count()).select_from(Agent)).one() == 1


def test_what_holds_for_the_company_only_is_not_given_at_a_place(brunnenhof: SomeCompany) -> None:
    here = f"property:{brunnenhof.property_id}"
    answer = regula(brunnenhof).browser.post(f"{TEAM}/new", order(place=here, permissions=[COMPANY_SETTINGS]))
    assert (answer.status_code, 'href="#permissions"' in answer.text) == (422, True)


def test_a_preset_fills_the_form_and_keeps_what_was_typed(brunnenhof: SomeCompany) -> None:
    page = regula(brunnenhof).browser.post(f"{TEAM}/new", order(step="caretaker", permissions=[]))
    ticked = set(re.findall(r'name="permissions" value="([\w.]+)" checked', page.text))
    assert (page.status_code, ticked) == (200, {READ, READ_PEOPLE})
    assert 'value="Petrović"' in page.text


def test_who_manages_the_team_of_a_place_gives_what_they_have_there(brunnenhof: SomeCompany) -> None:
    other, _house = brunnenhof.house()
    dragan, nadja = brunnenhof.agent("Dragan Petrović"), brunnenhof.agent("Nadja Frei")
    desk = nadja.granted(TEAM_ADMIN, READ, property_id=brunnenhof.property_id).browser

    def give(place: str, *permissions: str) -> int:
        form = {"place": place, "permissions": list(permissions), "step": "send"}
        return desk.post(f"{TEAM}/{dragan.agent_id}/grants/new", form).status_code

    here = f"property:{brunnenhof.property_id}"
    assert [give(here, READ), give(here, EDIT), give(f"property:{other}", READ), give("company", READ)] == [
        303, 422, 422, 422
    ]  # fmt: skip
    assert rights(brunnenhof, dragan.agent_id) == {(frozenset({READ}), brunnenhof.property_id)}
    dragan.granted(EDIT, property_id=other)
    with brunnenhof.db() as db:
        found = {one.property_id: one.id for one in db.scalars(select(AgentGrant).filter_by(agent_id=dragan.agent_id))}
    ends = {home: desk.post(f"{TEAM}/{dragan.agent_id}/grants/{one}/end").status_code for home, one in found.items()}
    assert ends == {brunnenhof.property_id: 303, other: 404}
    assert desk.post(f"{TEAM}/{dragan.agent_id}/deactivate").status_code == 404


def test_who_is_deactivated_is_out_in_the_middle_of_their_work(brunnenhof: SomeCompany) -> None:
    desk, dragan = regula(brunnenhof).browser, brunnenhof.agent("Dragan Petrović", READ, "api.tokens", language="en")
    browser = dragan.browser
    form = {"name": "R5", "scopes": [READ], "expires": (dragan.visit().today + timedelta(days=9)).isoformat()}
    secret = re.search(r"qrt_[\w-]{43}", browser.post("/cockpit/tokens/new", form).text)
    assert secret is not None
    bearer = {"Authorization": f"Bearer {secret[0]}"}
    program = brunnenhof.visitor()
    before = browser.get("/cockpit/estate/").status_code, program.get("/api/v1/properties", headers=bearer).status_code
    with brunnenhof.db() as db:
        session_id = db.scalars(select(AccountSession.id).filter_by(account_id=dragan.account_id).limit(1)).one()
    device = {"endpoint": "https://push.example/1", "endpoint_hash": b"1" * 32, "public_key": b"2", "secret": b"3"}
    brunnenhof.plant(PushDevice(account_id=dragan.account_id, session_id=session_id, **device))
    assert desk.post(f"{TEAM}/{dragan.agent_id}/deactivate").status_code == 303
    with brunnenhof.db() as db:
        assert db.scalars(select(PushDevice.id)).all() == []  # nothing rings any more
    after = browser.get("/cockpit/estate/").status_code, program.get("/api/v1/properties", headers=bearer).status_code
    assert (before, after) == ((200, 200), (302, 401))
    form = {"email": dragan.email, "password": PASSWORD}
    assert sent_back(brunnenhof.visitor().post("/sign-in", form))
    desk.post(f"{TEAM}/{dragan.agent_id}/reactivate")
    assert brunnenhof.visitor().post("/sign-in", form).headers["Location"] == "/"
    assert program.get("/api/v1/properties", headers=bearer).status_code == 401


def test_a_colleague_who_lives_here_stays_a_resident(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.resident("Lea Zimmermann")
    desk = regula(brunnenhof).browser
    agent_id = invited(brunnenhof, desk, email=lea.email)
    assert lea.visit().viewer.kind == "agent"
    desk.post(f"{TEAM}/{agent_id}/deactivate")
    assert lea.visit().viewer.kind == "resident"
    assert desk.post(f"{TEAM}/new", order(email=lea.email)).status_code == 422


def test_the_last_one_who_manages_the_team_stays(brunnenhof: SomeCompany) -> None:
    chief = regula(brunnenhof)
    brunnenhof.agent("Nadja Frei").granted(TEAM_ADMIN, ends=chief.visit().today + timedelta(days=9))
    desk, mine = chief.browser, chief.agent_id
    with brunnenhof.db() as db:
        grant = db.scalars(select(AgentGrant.id).filter_by(agent_id=mine)).one()
    for path in (f"{mine}/grants/{grant}/end", f"{mine}/deactivate"):
        answer = desk.post(f"{TEAM}/{path}", follow_redirects=True)
        assert "Then nobody could manage the team any more" in answer.text
    limited = desk.post(f"{TEAM}/{mine}/edit", {"employer": "", "leaves": "2099-01-01", "version": "1"})
    assert limited.status_code == 422
    assert chief.visit().viewer.permissions == frozenset({TEAM_ADMIN})


def test_of_two_who_remove_each_other_at_once_one_stays(brunnenhof: SomeCompany) -> None:
    one, other = regula(brunnenhof), brunnenhof.agent("Nadja Frei", TEAM_ADMIN)
    first, second, refused = brunnenhof.db(), brunnenhof.db(), []
    assert services.deactivate(first, other.agent_id, by=one.visit().viewer)
    by, agent_id = other.visit().viewer, one.agent_id
    with brunnenhof.db() as db:
        grant_id = db.scalars(select(AgentGrant.id).filter_by(agent_id=agent_id)).one()

    def late() -> None:
        try:
            end_grant(second, agent_id, grant_id, by=by)
            second.commit()
        except TeamError as error:
            refused.append(error.field)

    thread = Thread(target=late)
    thread.start()
    first.commit()
    thread.join()
    second.rollback()
    assert refused == ["_schema"]
    assert (one.visit().viewer.is_agent, by.is_agent) == (True, True)


def marks(page: str, name: str) -> dict[str, str]:
    """By right, what stands beside it for somebody in the table of rights."""
    head, *rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL) or [""]
    column = re.findall(r'<a href="/cockpit/team/[^"]*">(.*?)</a>', head).index(name)
    cells = [
        (re.findall(r"<th[^>]*>(.*?)</th>", row)[0], re.findall(r"<td[^>]*>(.*?)</td>", row)[column]) for row in rows
    ]
    words = re.compile(r'<svg.*?</svg>|<span class="sr">.*?</span>|<[^>]*>')
    return {right: " ".join(words.sub(" ", cell).split()) for right, cell in cells if "#i-check" in cell}


def test_who_may_do_what_here_on_a_day_and_why(brunnenhof: SomeCompany) -> None:
    chief, home, house = regula(brunnenhof), brunnenhof.property_id, brunnenhof.building_id
    desk, today = chief.browser, chief.visit().today
    later = today + timedelta(days=40)
    dragan = brunnenhof.agent("Dragan Petrović").granted(READ, READ_PEOPLE, property_id=home)
    dragan.granted(EDIT, building_id=house, starts=later)
    jan = brunnenhof.agent("Jan Meier", READ, READ_PEOPLE, MAIL_READ, COMPANY_SETTINGS)
    company, there = desk.get(f"{TEAM}/rights").text, desk.get(f"{TEAM}/rights?place=property:{home}").text
    own = marks(company, "Jan Meier")  # each right with the job that it came with, also where there is more in a grant
    assert (own.pop("Change the company’s look, texts and settings"), set(own.values())) == ("", {"Bookkeeper"})
    assert "<summary>Bookkeeper: 3 rights</summary>" in desk.get(f"{TEAM}/{jan.agent_id}").text
    assert ("Dragan" in company, "Regula" in there) == (False, True)
    assert marks(there, "Dragan Petrović") == dict.fromkeys(NAMES_OF_TWO, "Caretaker")
    assert marks(there, "Regula Steiner") == {"Manage the team and its rights": "Whole company"}
    here = f"{TEAM}/rights?place=building:{house}"
    assert marks(desk.get(here).text, "Dragan Petrović") == dict.fromkeys(NAMES_OF_TWO, "Brunnenhofstrasse, Caretaker")
    then = marks(desk.get(f"{here}&day={later}").text, "Dragan Petrović")
    assert then.pop("Change properties, buildings, units and periods") == f"from {later:%d/%m/%Y}"
    assert then.keys() == NAMES_OF_TWO
    assert "Nobody may do anything here on this day" in desk.get(f"{here}&day=2020-01-01").text
    for strange in ("unit:" + str(home), "house:1", "company:1"):
        assert desk.get(f"{TEAM}/rights?place={strange}").status_code == 404
    for level, where in (("property", f"properties/{home}"), ("building", f"buildings/{house}")):
        page = chief.granted(READ).browser.get(f"/cockpit/estate/{where}").text
        assert f'href="/cockpit/team/rights?place={level}:' in page
    with brunnenhof.db() as db:
        db.execute(update(AgentGrant).where(AgentGrant.property_id.is_not(None)).values(ends=date(2020, 2, 1)))
        db.execute(update(AgentGrant).values(created_at=date(2019, 2, 1)))
        db.execute(update(Agent).values(created_at=date(2019, 2, 1)))
        db.commit()
    assert "Dragan" not in desk.get(here).text
    assert marks(desk.get(f"{here}&day=2020-01-31").text, "Dragan Petrović").keys() == NAMES_OF_TWO
    lines = [line.split(";") for line in desk.get(f"{TEAM}/rights.csv").data.decode("utf-8-sig").splitlines()]
    told = {(line[0], line[3], line[5], line[7]) for line in lines[1:]}
    assert {one for one in told if one[0] == "Dragan Petrović"} == {
        ("Dragan Petrović", "Brunnenhofstrasse", READ, "2020-01-31"),
        ("Dragan Petrović", "Brunnenhofstrasse", READ_PEOPLE, "2020-01-31"),
        ("Dragan Petrović", "Brunnenhofstrasse, Brunnenhofstrasse", EDIT, ""),
    }


def test_nothing_is_given_twice(brunnenhof: SomeCompany) -> None:
    chief, dragan = regula(brunnenhof), brunnenhof.agent("Dragan Petrović")
    desk, today, there = chief.browser, chief.visit().today, f"{TEAM}/{dragan.agent_id}/grants/new"
    place = {"place": f"property:{brunnenhof.property_id}"}

    def gives(*permissions: str, **days: date) -> list[str]:
        sent = {
            **place,
            "permissions": list(permissions),
            "step": "send",
            **{key: str(day) for key, day in days.items()},
        }
        answer = desk.post(there, sent)
        assert (answer.status_code == 303) == ("is given" not in answer.text and "are given here" not in answer.text)
        return re.findall(r"Error: </span>(.*?)</span>", answer.text)

    def holds() -> set[tuple[str, date | None, date | None]]:
        with brunnenhof.db() as db:
            found = db.scalars(select(AgentGrant).filter_by(agent_id=dragan.agent_id, ended_at=None))
            return {(",".join(one.permissions), one.starts, one.ends) for one in found}

    soon, late = today + timedelta(days=10), today + timedelta(days=20)
    assert (gives(READ, until=late), holds()) == ([], {(READ, None, late + timedelta(days=1))})
    [twice] = gives(READ, until=soon)
    assert twice == "These rights are given here already."
    assert gives(READ_PEOPLE, READ, starts=soon, until=late) == []  # what is there already is left out
    longer = {(READ, None, late + timedelta(days=1)), (READ_PEOPLE, soon, late + timedelta(days=1))}
    assert holds() == longer
    [clash] = gives(READ_PEOPLE, until=soon)
    assert "Choose other days, or end those first." in clash
    assert holds() == longer
    assert (gives(READ, READ_PEOPLE), holds()) == ([], {(f"{READ},{READ_PEOPLE}", None, None)})  # the parts end
    [first, second], refused = [brunnenhof.db(), brunnenhof.db()], []
    by = chief.visit().viewer
    give(first, dragan.agent_id, Rights([EDIT], (brunnenhof.property_id,)), by=by)

    def at_once() -> None:
        try:
            give(second, dragan.agent_id, Rights([EDIT], (brunnenhof.property_id,)), by=by)
        except TeamError as error:
            refused.append(error.field)

    thread = Thread(target=at_once)
    thread.start()
    first.commit()
    thread.join()
    second.rollback()
    assert (refused, len(holds())) == (["permissions"], 2)
    again = AgentGrant(agent_id=dragan.agent_id, permissions=[EDIT], given_by="R", property_id=brunnenhof.property_id)
    with pytest.raises(IntegrityError, match="uq_agent_grant_once"):
        brunnenhof.plant(again)


def test_another_companys_people_are_nobody_here(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    theirs, desk = nordlicht.agent("Svenja Petersen", READ), regula(brunnenhof).browser
    for path in ("", "/edit", "/grants/new"):
        assert desk.get(f"{TEAM}/{theirs.agent_id}{path}").status_code == 404
    assert desk.post(f"{TEAM}/{theirs.agent_id}/deactivate").status_code == 404
    assert desk.post(f"{TEAM}/new", order(place=f"property:{nordlicht.property_id}")).status_code == 422
    assert theirs.visit().viewer.is_agent


def test_a_role_has_one_person_in_a_property(brunnenhof: SomeCompany) -> None:
    desk = brunnenhof.agent("Regula Steiner", TEAM_ADMIN, READ, language="en").browser
    one, other = brunnenhof.agent("Dragan Petrović"), brunnenhof.agent("Stefan Hunziker")
    assert desk.post(f"{TEAM}/roles/new", {"name.de": ""}).status_code == 422
    desk.post(f"{TEAM}/roles/new", {"name.de": "Heizung", "name.en": "Heating"})
    with brunnenhof.db() as db:
        role, key = db.execute(select(JobRole.id, JobRole.key)).one()
        assert key == "heating"
        stale = {"name.en": "Boilers", "version": "0"}
        assert desk.post(f"{TEAM}/roles/{role}", stale).status_code == 409
        assert desk.post(f"{TEAM}/roles/{role}", {**stale, "version": "1"}).status_code == 303
        for agent in (one, other):
            desk.post(f"{TEAM}/roles/of/{brunnenhof.property_id}", {str(role): str(agent.agent_id)})
        stale = {str(role): "", f"seen.{role}": str(one.agent_id)}
        late = desk.post(f"{TEAM}/roles/of/{brunnenhof.property_id}", stale)
        assert (late.status_code, "Stefan Hunziker</dd>" in late.text) == (409, True)
        assert db.scalars(select(func.count()).select_from(PropertyRole)).one() == 1
        place, today = (brunnenhof.property_id, brunnenhof.building_id), one.visit().today
        away = {"starts": today, "ends": today + timedelta(days=3)}
        assert who_is(db, "heating", place, today) == InCharge(other.agent_id, other.person_id)
        assert (who_is(db, "heating", (), today), who_is(db, "keys", place, today)) == (None, None)
        db.add(Absence(agent_id=other.agent_id, deputy_id=one.agent_id, **away))
        db.flush()
        assert who_is(db, "heating", place, today) == InCharge(one.agent_id, one.person_id, other.agent_id)
        db.add(Absence(agent_id=one.agent_id, deputy_id=other.agent_id, **away))
        db.commit()
        assert who_is(db, "heating", place, today) is None  # each stands in for the other, and both are away
        assert "Away until" in desk.get(f"/cockpit/estate/properties/{brunnenhof.property_id}").text
        desk.post(f"{TEAM}/{other.agent_id}/deactivate")
        assert who_is(db, "heating", place, today + timedelta(days=5)) is None
    assert "Boilers" in desk.get(f"{TEAM}/roles").text
    gone = f"{TEAM}/roles/{role}/delete"
    asked = desk.post(gone)
    assert (asked.status_code, "In 1 property nobody answers" in asked.text) == (200, True)
    assert (desk.post(gone, {"step": "delete"}).status_code, desk.post(gone).status_code) == (303, 404)


def test_of_two_who_edit_a_colleague_the_second_sees_both_and_decides(brunnenhof: SomeCompany) -> None:
    desk, walter = regula(brunnenhof).browser, brunnenhof.agent("Walter Aebi")
    url, leaves = f"{TEAM}/{walter.agent_id}/edit", "2099-06-30"
    version = re.search(r'name="version" value="(\d+)"', desk.get(url).text)
    assert version is not None
    first = {"version": version[1], "employer": "Aebi AG", "leaves": leaves, "job.en": "Heating", "is_public": "true"}
    assert desk.post(url, first).status_code == 303
    late = desk.post(url, {"version": version[1], "job.en": "Plumbing"})
    both = re.findall(r'<div class="clash-name">(.*?)</div>.*?<dd>(.*?)</dd>.*?<dd>(.*?)</dd>', late.text)
    assert (late.status_code, set(both)) == (
        409, {("Function in the team (EN)", "Heating", "Plumbing"), ("Company", "Aebi AG", "empty"),
              ("Last day in the team", "30/06/2099", "empty"), ("Shown to residents as a contact", "yes", "empty")},
    )  # fmt: skip
    again = re.search(r'name="version" value="(\d+)"', late.text)
    assert again is not None
    decided = {**first, "version": again[1], "job.en": "Plumbing"}
    assert desk.post(url, decided).status_code == 303
    with brunnenhof.db() as db:
        agent = db.get_one(Agent, (brunnenhof.id, walter.agent_id))
        assert (agent.job["en"], agent.employer, agent.ends) == ("Plumbing", "Aebi AG", date(2099, 7, 1))
    assert walter.visit().viewer.name == "Walter Aebi (Aebi AG)"
