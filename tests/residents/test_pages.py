"""Tenant management at the desk: lists, many at once, one person, and letters."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from quartier.db.base import new_id
from quartier.deliveries.models import MailAddress
from quartier.deliveries.queries import MailFilters, mails
from quartier.estate.models import Occupancy, Unit
from quartier.invitations import acts, plans
from quartier.invitations.models import Invitation, InvitationPlan, LetterBatch
from quartier.invitations.queries import open_for, written_code
from quartier.keys import key_of
from quartier.people import figures
from quartier.people.models import Occupant, Person
from quartier.people.stages import ResidentFilters, counts, residents
from quartier.people.standing import STAGES
from quartier.testing import LONG_AGO, Browser, SomeCompany, scanned
from tests.deliveries.desk import runner_with
from tests.people.test_people_api import read
from tests.readdressing.test_readdressing import change

DESK = ("people.read", "people.invite")
HOME = "/cockpit/residents/"
TODAY = datetime.now(UTC).date()


def nadja(company: SomeCompany, *permissions: str) -> Browser:
    return company.agent("Nadja Frei", *(permissions or DESK), language="en").browser


def tenant(
    company: SomeCompany,
    name: str,
    *,
    email: str | None = None,
    starts: date = LONG_AGO,
    ends: date | None = None,
    building: UUID | None = None,
    **facts: Any,
) -> Person:
    """Somebody with a flat and no account."""
    given, _space, family = name.partition(" ")
    person = Person(id=new_id(), given_name=given, family_name=family or given, email=email, **facts)
    unit = Unit(id=new_id(), building_id=building or company.building_id, name=f"Wohnung {name}", kind="flat")
    period = Occupancy(id=new_id(), unit_id=unit.id, kind="tenancy", starts=starts, ends=ends)
    company.plant(person, unit, period, Occupant(occupancy_id=period.id, person_id=person.id))
    return person


def sent(page: str) -> dict[str, Any]:
    """What the confirming form of a preview sends."""
    form = page[page.index('name="step" value="') :]
    return dict(re.findall(r'name="(step|act)" value="([^"]+)"', form))


def planned(company: SomeCompany, form: dict[str, Any]) -> tuple[list[UUID], list[UUID]]:
    """Whom a preview shows: by mail, and by letter."""
    with company.db() as db:
        plan = db.get_one(InvitationPlan, (company.id, UUID(form["act"])))
        return plan.mail, plan.letter


def shown(page: str) -> set[str]:
    return {name for name in ("Anna", "Beat", "Carla", "Dora", "Emil") if name in page}


def household(company: SomeCompany) -> dict[str, Person]:
    """By mail, by letter, twice on one address, moved out, and known by name only."""
    return {
        "Anna": tenant(company, "Anna Amsler", email="anna@post.example"),
        "Beat": tenant(company, "Beat Amsler"),
        "Carla": company.person("Carla Cadosch", email="not an address"),
        "Dora": tenant(company, "Dora Dubs", ends=TODAY - timedelta(days=9)),
        "Emil": tenant(company, "Emil Ender", starts=TODAY + timedelta(days=30)),  # no letter finds him there yet
    }


def test_the_lists_say_how_far_everybody_has_come(brunnenhof: SomeCompany) -> None:
    known = household(brunnenhof)
    brunnenhof.resident("Fritz Frei")
    desk, db = nadja(brunnenhof), brunnenhof.db()
    by_stage = {
        stage: {row.name for row in residents(db, ResidentFilters(stage=stage), within=(), today=TODAY)}
        for stage in STAGES
    }
    assert by_stage == {
        "registered": {"Fritz Frei"}, "invited": set(), "addressable": {"Anna Amsler", "Beat Amsler", "Carla Cadosch"},
        "name_only": {"Emil Ender"}, "moved_out": {"Dora Dubs"},
    }  # fmt: skip
    assert counts(db, ResidentFilters(), within=(), today=TODAY) == {one: len(names) for one, names in by_stage.items()}
    assert shown(desk.get(f"{HOME}?stage=moved_out").text) == {"Dora"}
    assert shown(desk.get(f"{HOME}?building={brunnenhof.building_id}").text) == {"Anna", "Beat", "Dora", "Emil"}
    assert shown(desk.get(f"{HOME}?q=amsler").text) == {"Anna", "Beat"}
    assert known.keys() == shown(desk.get(HOME).text)


def test_among_many_people_the_numbers_come_when_the_list_is_shown(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    household(brunnenhof)
    desk = nadja(brunnenhof)
    numbers = r'<span class="count">(\d+)</span>'
    assert re.findall(numbers, desk.get(HOME).text) == ["5", "0", "0", "3", "1", "1"]
    monkeypatch.setattr(figures, "FEW", 4)
    monkeypatch.setattr(figures, "FOUND", 1)
    page = desk.get(f"{HOME}?stage=addressable").text
    assert re.findall(numbers, page) == []
    address = html.unescape(re.findall(r'hx-get="([^"]+figures[^"]+)"', page)[0])
    waiting = desk.get(address).text
    assert (re.findall(numbers, waiting), "tries=1" in waiting) == ([], True)
    brunnenhof.work()
    fetched = desk.get(address).text
    assert re.findall(numbers, fetched) == ["5", "0", "0", "3", "1", "1"]
    assert "figures" not in fetched
    assert re.findall(r'aria-current="page">([\w ]+)', fetched) == ["Not invited yet "]
    assert re.findall(numbers, desk.get(HOME).text) == ["5", "0", "0", "3", "1", "1"]
    searched = desk.get(f"{HOME}?q=amsler").text
    assert (shown(searched), re.findall(numbers, searched), "figures" in searched) == ({"Anna", "Beat"}, [], False)
    with brunnenhof.db() as db:  # a quarter of an hour later
        db.rows(
            "UPDATE resident_figures SET asked_at = now() - interval '15 min', counted_at = now() - interval '9 min'"
            " RETURNING id"
        )
        db.commit()
    tenant(brunnenhof, "Gerda Neu", email="gerda@post.example")
    old = desk.get(f"{HOME}?stage=addressable").text
    assert re.findall(numbers, old)[0] == "5"
    back = desk.get(html.unescape(re.findall(r'<noscript><a href="([^"]+)"', old)[0]))
    assert (back.status_code, back.location) == (303, f"{HOME}?stage=addressable")  # and the browser needs no script
    brunnenhof.work()
    assert re.findall(numbers, desk.get(HOME).text)[0] == "6"


def test_how_far_somebody_has_come_stands_wherever_they_are_named(brunnenhof: SomeCompany) -> None:
    """The same badge in the lists and on the pages of units, buildings, properties and people; numbers per building."""
    anna = household(brunnenhof)["Anna"]
    everything = ("estate.read", "estate.edit", *DESK)
    desk = nadja(brunnenhof, *everything)
    desk.post(f"{HOME}{anna.id}/send", {"channel": "mail", "act": str(new_id())})
    badge = '<span class="badge badge-info">Invited</span>'
    unit = brunnenhof.db().scalars(select(Unit).filter_by(name="Wohnung Anna Amsler")).one()
    pages = ("/cockpit/people/", f"/cockpit/people/{anna.id}", HOME, f"{HOME}{anna.id}",
             "/cockpit/estate/units", f"/cockpit/estate/units/{unit.id}",
             f"/cockpit/estate/buildings/{brunnenhof.building_id}")  # fmt: skip
    assert [page for page in pages if badge not in desk.get(page).text] == []
    there = f"/cockpit/residents/?building={brunnenhof.building_id}&amp;stage="
    found = re.findall(rf'href="{re.escape(there)}(\w+)">[^<]+<span class="count">(\d+)',
                       desk.get(f"/cockpit/estate/properties/{brunnenhof.property_id}").text)  # fmt: skip
    assert dict(found) == {"invited": "1", "addressable": "1", "name_only": "1"}
    assert badge not in nadja(brunnenhof, "estate.read").get("/cockpit/estate/units").text


def test_a_building_is_invited_once_and_exactly_as_shown(brunnenhof: SomeCompany) -> None:
    """And each person once, whatever else they use: Anna has a garage beside her flat."""
    known = household(brunnenhof)
    garage = Unit(id=new_id(), building_id=brunnenhof.building_id, name="Garage 3", kind="garage")
    period = Occupancy(id=new_id(), unit_id=garage.id, kind="tenancy", starts=LONG_AGO)
    brunnenhof.plant(garage, period, Occupant(occupancy_id=period.id, person_id=known["Anna"].id))
    desk = nadja(brunnenhof)
    page = desk.post("/cockpit/residents/invite", {"all": "1", "kind": "invitation"}).text
    assert "neither an e-mail address nor a postal address is known" in page
    assert "the e-mail address is none" in page
    assert "has moved out" in page
    form = sent(page)
    (mail,), (letter,) = planned(brunnenhof, form)
    table = desk.get(f"/cockpit/residents/plans/{form['act']}/csv").text
    assert [name for name in known if f"{name} " in table] == list(known)
    assert ["by e-mail" in table, "has moved out" in table, mail] == [True, True, known["Anna"].id]
    first, again = (desk.post("/cockpit/residents/invite", form) for _click in range(2))
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    db = brunnenhof.db()
    assert len(mails(db, MailFilters(kind="invitations.invitation"), within=())) == 1
    assert len(db.scalars(select(Invitation)).all()) == 2
    result = desk.get(first.headers["Location"]).text
    assert "1 e-mail is on its way." in result
    letters = desk.get(f"{first.headers['Location']}/letters.pdf")
    assert (letters.mimetype, letters.data[:5], letters.headers["Cache-Control"]) == (
        "application/pdf", b"%PDF-", "private, no-store"
    )  # fmt: skip
    ((code,),) = scanned(letters.data)
    here = brunnenhof.platform.shell.config.origin(brunnenhof.host)
    assert brunnenhof.visitor().get(code.removeprefix(here), follow_redirects=True).status_code == 200
    assert "Nadja Frei</span>" in desk.get(f"{HOME}letters").text
    desk.post(f"{HOME}{letter}/withdraw")
    assert desk.get(f"{first.headers['Location']}/letters.pdf").status_code == 303
    assert desk.get(f"/cockpit/residents/plans/{form['act']}/csv").status_code == 404


def test_reminding_reaches_those_who_have_not_come(brunnenhof: SomeCompany) -> None:
    known = household(brunnenhof)
    desk = nadja(brunnenhof)
    desk.post("/cockpit/residents/invite", sent(desk.post("/cockpit/residents/invite", {"all": "1"}).text))
    page = desk.post("/cockpit/residents/invite", {"all": "1", "kind": "reminder", "way": "mail"}).text
    form = sent(page)
    assert planned(brunnenhof, form) == ([known["Anna"].id], [])
    desk.post("/cockpit/residents/invite", form)
    found = mails(brunnenhof.db(), MailFilters(), within=())
    assert [mail.kind for mail in found] == ["invitations.reminder", "invitations.invitation"]


def test_invitations_are_withdrawn_together_after_a_look(brunnenhof: SomeCompany) -> None:
    """Only of those who have one, and only where this agent may invite."""
    known, (_home, elsewhere) = household(brunnenhof), brunnenhof.house("Bergstrasse")
    far = tenant(brunnenhof, "Flavia Berg", building=elsewhere)
    chief, url = nadja(brunnenhof), "/cockpit/residents/withdraw"
    chief.post("/cockpit/residents/invite", sent(chief.post("/cockpit/residents/invite", {"all": "1"}).text))
    everybody = [str(one.id) for one in (*known.values(), far)]
    look = caretaker(brunnenhof).post(url, {"person": everybody}).text
    assert shown(look) == {"Anna", "Beat"}
    assert open_for(brunnenhof.db(), known["Anna"].id) is not None
    all_of_them = sent(chief.post(url, {"all": "1", "stage": "invited"}).text)
    caretaker(brunnenhof).post(url, all_of_them)  # whoever confirms reaches whom they may
    assert [one for one in (known["Anna"], known["Beat"]) if open_for(brunnenhof.db(), one.id)] == []
    assert open_for(brunnenhof.db(), far.id) is not None


def test_many_letters_are_a_workers_business_and_the_file_is_kept_for_two_weeks(brunnenhof: SomeCompany) -> None:
    for number in range(51):
        tenant(brunnenhof, f"Mieter Nummer{number:02}")
    desk = nadja(brunnenhof)
    answer = desk.post("/cockpit/residents/invite", sent(desk.post("/cockpit/residents/invite", {"all": "1"}).text))
    act = answer.headers["Location"]
    assert "51 letters are being set" in desk.get(act).text
    assert desk.get(f"{act}/letters.pdf").status_code == 404
    brunnenhof.work()
    assert desk.get(f"{act}/letters.pdf").data[:5] == b"%PDF-"
    db = brunnenhof.db()
    batch = db.scalars(select(LetterBatch)).one()
    assert (batch.state, batch.letters) == ("ready", 51)


def test_a_worker_that_dies_in_the_middle_of_many_invitations_leaves_nobody_out_and_tells_nobody_twice(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than somebody waits for: a job invites them portion by portion."""
    people = [tenant(brunnenhof, f"Mieter Nummer{number}", email=f"m{number}@post.example") for number in range(5)]
    people += [tenant(brunnenhof, f"Mieter Nummer{number}") for number in range(5, 8)]
    monkeypatch.setattr(plans, "AT_ONCE", 2)
    desk, calls, send = nadja(brunnenhof), [], acts.send
    form = sent(desk.post("/cockpit/residents/invite", {"all": "1"}).text)
    act = desk.post("/cockpit/residents/invite", form).headers["Location"]
    assert "8 people are being written to" in desk.get(act).text
    assert caretaker(brunnenhof).get(act).status_code == 200
    runner = runner_with(brunnenhof.platform, None)
    job = runner.known.jobs[plans.ACT]

    def dying(*arguments: Any, **more: Any) -> int:
        calls.append(arguments)
        if len(calls) == 3:
            raise MemoryError
        return send(*arguments, **more)

    monkeypatch.setattr(acts, "send", dying)
    with pytest.raises(MemoryError):
        runner(job, brunnenhof.id, {"plan": form["act"]}, 1)
    assert len(brunnenhof.db().scalars(select(Invitation)).all()) == 4
    for attempt in (2, 3):
        runner(job, brunnenhof.id, {"plan": form["act"]}, attempt)
    db = brunnenhof.db()
    assert {row.person_id for row in db.scalars(select(Invitation))} == {one.id for one in people}
    assert sorted(mail.address for mail in mails(db, MailFilters(), within=())) == sorted(
        one.email for one in people if one.email
    )
    result = desk.get(act).text
    assert ["5 e-mails are on their way." in result, "3 letters to print" in result] == [True, True]
    assert desk.post("/cockpit/residents/invite", form).headers["Location"] == act
    assert db.scalars(select(InvitationPlan)).all() == []


def test_one_person_is_invited_on_the_phone_and_the_invitation_withdrawn(brunnenhof: SomeCompany) -> None:
    emil = brunnenhof.person("Emil")
    desk, url = nadja(brunnenhof), f"{HOME}{emil.id}"
    assert desk.post(f"{url}/send", {"channel": "phone", "act": str(new_id())}).status_code == 303
    invitation = open_for(brunnenhof.db(), emil.id)
    assert invitation is not None
    code = written_code(key_of(brunnenhof.platform.shell.config), invitation)
    assert code in desk.get(url).text
    assert code not in nadja(brunnenhof, "people.read").get(url).text
    assert desk.post(f"{url}/send", {"channel": "mail", "act": str(new_id())}).status_code == 303
    assert mails(brunnenhof.db(), MailFilters(), within=()) == []
    desk.post(f"{url}/withdraw")
    assert open_for(brunnenhof.db(), emil.id) is None
    assert code not in desk.get(url).text
    desk.post(f"{url}/send", {"channel": "phone", "act": str(new_id())})
    nadja(brunnenhof, "people.read", "people.edit").post(f"/cockpit/people/{emil.id}/archive")
    assert open_for(brunnenhof.db(), emil.id) is None


def test_a_letter_is_printed_for_every_name(brunnenhof: SomeCompany) -> None:
    """One name only, several, two hundred letters, and a firm of which no person is known."""
    where = {"street": "Rue de l’Hôtel-de-Ville 3", "postal_code": "1204", "city": "Genève", "country": "CH"}
    long = "Zoë " + "Wolfeschlegelsteinhausenbergerdorff-" * 5 + "Çelik"
    people = [tenant(brunnenhof, name, **where) for name in ("Vera de la Vega-Müller", long)]
    people.append(Person(id=new_id(), given_name="", family_name="Jo", email="jo@post.example", **where))
    brunnenhof.plant(people[-1])
    firm = Person(id=new_id(), given_name="", family_name="", company_name="Bäckerei Zöpfli GmbH", **where)
    brunnenhof.plant(firm)
    desk = nadja(brunnenhof)
    for url in (f"{HOME}{one.id}" for one in (*people, firm)):
        desk.post(f"{url}/send", {"channel": "letter", "act": str(new_id())})
        assert desk.get(f"{url}/letter.pdf").data[:5] == b"%PDF-"
    desk.post(f"{HOME}{people[-1].id}/send", {"channel": "mail", "act": str(new_id())})
    assert [(mail.name, mail.address) for mail in mails(brunnenhof.db(), MailFilters(), within=())] == [
        ("Jo", "jo@post.example")
    ]


def test_who_looks_after_some_houses_invites_there_only(brunnenhof: SomeCompany) -> None:
    _home, elsewhere = brunnenhof.house("Bergstrasse")
    mine, theirs = tenant(brunnenhof, "Anna Amsler"), tenant(brunnenhof, "Beat Berg", building=elsewhere)
    desk = caretaker(brunnenhof)
    assert shown(desk.get(HOME).text) == {"Anna"}
    assert desk.get(f"{HOME}{theirs.id}").status_code == 404
    chief = nadja(brunnenhof)
    both = chief.post("/cockpit/residents/invite", {"person": [str(mine.id), str(theirs.id)]}).text
    act = desk.post("/cockpit/residents/invite", sent(both)).headers["Location"]
    assert [row.person_id for row in brunnenhof.db().scalars(select(Invitation))] == [mine.id]
    assert desk.get(act).status_code == 200
    whole = chief.post("/cockpit/residents/invite", sent(chief.post("/cockpit/residents/invite", {"all": "1"}).text))
    assert desk.get(whole.headers["Location"]).status_code == 404
    assert desk.get(f"{whole.headers['Location']}/letters.pdf").status_code == 404
    assert whole.headers["Location"] not in desk.get(f"{HOME}letters").text


def caretaker(company: SomeCompany) -> Browser:
    """An agent for the first property only."""
    return company.agent("Dragan Petrović", *DESK, language="en").limited_to(company.property_id).browser


def test_without_the_permission_nobody_invites(brunnenhof: SomeCompany) -> None:
    desk = nadja(brunnenhof, "people.read", "people.edit")
    assert desk.get(HOME).status_code == 200
    assert desk.post("/cockpit/residents/invite", {"all": "1"}).status_code == 403


def test_an_own_code_is_set_at_the_desk_and_a_bad_one_stays_in_the_field(brunnenhof: SomeCompany) -> None:
    emil = brunnenhof.person("Emil")
    desk, url = nadja(brunnenhof), f"{HOME}{emil.id}"
    desk.post(f"{url}/send", {"channel": "phone", "act": str(new_id())})
    refused = desk.post(f"{url}/code", {"code": "12345678"})
    assert (refused.status_code, 'value="12345678"' in refused.text) == (422, True)
    assert "too easy to guess" in refused.text
    assert desk.post(f"{url}/code", {"code": "Lindenhof-4O7x"}).status_code == 303
    assert "Lindenhof-4O7x" in desk.get(url).text


def test_addresses_that_do_not_work_are_listed_with_another_way(brunnenhof: SomeCompany) -> None:
    """Mail came back, the owner refused, somebody typed no address; nobody is locked out, and a letter goes."""
    anna = tenant(brunnenhof, "Anna Amsler", email="anna@post.example")
    beat = tenant(brunnenhof, "Beat Back", email="beat@post.example")
    person = brunnenhof.person("Nina Namenlos", email="none at all")
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Kern")
    change(brunnenhof, {verena.person_id: "other@post.example", urs.person_id: "urs.new@post.example"})
    assert verena.browser.post("/account/address/refuse").status_code == 303
    brunnenhof.plant(
        MailAddress(
            id=new_id(), address_key="beat@post.example", token="t" * 43, bounced_at=datetime.now(UTC), reason="550"
        ),
    )
    desk = nadja(brunnenhof)
    page = desk.get(f"{HOME}addresses").text
    cells = re.findall(
        r'<th scope="row"><a[^>]*>([^<]*)</a>.*?<span class="badge[^>]*>(?:<svg.*?</svg>)?([^<]*)<', page, re.DOTALL
    )
    assert cells == [
        ("Beat Back", "does not arrive"), ("Verena Keller", "not confirmed"), ("Urs Kern", "asked"),
        (person.name, "no e-mail address"),
    ]  # fmt: skip
    assert [page.count(words) for words in ("Letter", "nothing known", f"Mail to {verena.email}")] == [1, 1, 1]
    assert f'href="{HOME}addresses"' in desk.get(HOME).text
    assert desk.get(f"{HOME}addresses?after=x").status_code == 400
    letter = {"addresses": "1", "way": "letter", "kind": "invitation"}
    assert planned(brunnenhof, sent(desk.post("/cockpit/residents/invite", letter).text)) == ([], [beat.id])
    chosen = desk.post("/cockpit/residents/invite", {**letter, "person": str(anna.id)}).text
    assert planned(brunnenhof, sent(chosen)) == ([], [anna.id])
    token = brunnenhof.token("people.read")
    answer = read(brunnenhof, "/people/unreached?limit=3", token).json
    assert [(one["trouble"], one["reached_by"]) for one in answer["items"]] == [
        ("bounced", "letter"), ("unconfirmed", "mail"), ("asked", "mail")
    ]  # fmt: skip
    (last,) = read(brunnenhof, f"/people/unreached?after={answer['next']}", token).json["items"]
    assert (last["person_id"], last["address"], last["reached_by"]) == (str(person.id), "none at all", None)
    _lake, house = brunnenhof.house("Seestrasse")
    ruedi = brunnenhof.agent("Ruedi Berg", language="en").granted(*DESK, building_id=house)
    assert "All addresses work" in ruedi.browser.get(f"{HOME}addresses").text
