"""Who lives here: what each role sees, who brings in whom, and how it ends."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from quartier.audience.audience import Audience
from quartier.deliveries.models import MailDelivery
from quartier.estate.models import Occupancy
from quartier.estate.services import EstateError
from quartier.household.services import bring_in
from quartier.invitations import queries
from quartier.invitations.models import Invitation
from quartier.invitations.services import Inviter
from quartier.people.models import OCCUPANT_ROLES, Occupant, Person
from quartier.people.reach import reach
from quartier.testing import SomeBody, SomeCompany
from tests.accounts.desk import shown
from tests.erp.test_api import Erp
from tests.registration.guests import complains

KEY = b"a long secret of the operator, kept in a vault"
GUEST = {"role": "household", "given_name": "Urs", "family_name": "Kern", "email": "urs@post.example"}


def today() -> date:
    return datetime.now(ZoneInfo("Europe/Zurich")).date()


def on(company: SomeCompany, body: SomeBody) -> Occupant:
    """Somebody's place on their first period."""
    with company.db() as db:
        return db.scalars(select(Occupant).filter_by(person_id=body.person_id)).first()  # type: ignore[return-value]


def home(company: SomeCompany, verena: SomeBody) -> str:
    return f"/household/{on(company, verena).occupancy_id}/invite"


def member(company: SomeCompany, host: SomeBody, role: str, ends: date | None = None) -> SomeBody:
    """Somebody with an account who was brought in by a host."""
    body = company.resident("Urs Kern")
    period = on(company, host).occupancy_id
    with company.db() as db:
        db.execute(delete(Occupant).where(Occupant.person_id == body.person_id))
        db.commit()
    company.plant(Occupant(occupancy_id=period, person_id=body.person_id, role=role, ends=ends, host_id=host.person_id))
    return body


def keys(company: SomeCompany, body: SomeBody) -> set[str]:
    """Audience keys, with the places by name."""
    with company.db() as db:
        viewer = body.viewer(db)
        unit = {str(place.period_id): "U" for place in viewer.places}
    names = {str(company.property_id): "P", str(company.building_id): "B", "*": "*", **unit}
    return {f"{names[key.partition(':')[0]]}:{key.partition(':')[2]}" for key in viewer.audience_keys}


@pytest.mark.parametrize("role", OCCUPANT_ROLES)
def test_what_each_role_sees(brunnenhof: SomeCompany, role: str) -> None:
    verena = brunnenhof.resident("Verena Keller")
    body = member(brunnenhof, verena, role)
    general = {"*:*", "P:*", "B:*"}
    full = {f"{node}:{group}" for node in "*PBU" for group in ("*", "tenants", "residents")}
    expected = {"main": full, "co_tenant": full, "partner": full, "subtenant": general | {"U:*"}}
    assert keys(brunnenhof, body) == expected.get(role, general)
    with brunnenhof.db() as db:
        place = db.scalars(select(Occupancy.unit_id).filter_by(id=on(brunnenhof, verena).occupancy_id)).one()
        said = [Audience(), Audience(who=frozenset({"tenants"})), Audience(where=frozenset({place}))]
        viewer = body.viewer(db)
        assert [reach(db, one, on=today()).people - 1 for one in said] == [
            one.includes(viewer, today()) for one in said
        ]


@pytest.mark.parametrize(("days", "sees"), [(None, True), (1, True), (0, False), (-1, False)])
def test_an_end_date_holds_to_the_day(brunnenhof: SomeCompany, days: int | None, sees: bool) -> None:
    """The last day is the day before `ends`; days of access after a period are not for who was a guest."""
    brunnenhof.settings(access_after=30)
    verena = brunnenhof.resident("Verena Keller")
    ends = today() + timedelta(days=days) if days is not None else None
    carer = member(brunnenhof, verena, "carer", ends)
    assert ("B:*" in keys(brunnenhof, carer)) is sees


def test_somebody_is_brought_in(brunnenhof: SomeCompany) -> None:
    """What they will see stands there before anything is sent; the mail goes to them, the host sees it."""
    verena = brunnenhof.resident("Verena Keller", language="de")
    device, url = verena.browser, home(brunnenhof, verena)
    assert "Urs Kern" not in device.get("/household").text
    for _back_and_forth in range(2):
        page = shown(device, device.post(url, {**GUEST, "until": (today() + timedelta(days=3)).isoformat()})).text
        assert "Was für Sie als Vertragspartei bestimmt ist" in page
        assert 'value="urs@post.example"' in shown(device, device.post(f"{url}/review", {**GUEST, "step": "edit"})).text
    with brunnenhof.db() as db:
        assert db.scalars(select(Person).filter_by(family_name="Kern")).all() == []
    assert device.post(f"{url}/review", {**GUEST, "step": "send"}).headers["Location"] == "/household"
    assert device.get(f"{url}/review").headers["Location"] == url
    page = device.get("/household").text
    assert [word in page for word in ("Urs Kern", "eingeladen", "/household/people/")] == [True] * 3
    with brunnenhof.db() as db:
        (mail,) = db.scalars(select(MailDelivery)).all()
        (person,) = db.scalars(select(Person).filter_by(family_name="Kern")).all()
        (there,) = db.scalars(select(Occupant).filter_by(person_id=person.id)).all()
    assert (mail.address, mail.person_id) == ("urs@post.example", person.id)
    assert (there.role, there.ends, there.host_id) == ("household", None, verena.person_id)
    again = device.post(f"{url}/review", {**GUEST, "email": "URS@post.example", "step": "send"})
    assert complains(device, again) == {"email"}
    soon = device.post(f"/household/people/{there.id}/remind")
    assert (soon.status_code, len(mails(brunnenhof))) == (303, 1)
    assert device.post(f"/household/people/{there.id}/end").status_code == 303
    with brunnenhof.db() as db:
        assert db.scalars(select(Invitation)).all() == []
        assert db.get(Person, (brunnenhof.id, person.id)) is None


def mails(company: SomeCompany) -> list[str]:
    with company.db() as db:
        return list(db.scalars(select(MailDelivery.address)))


def test_what_cannot_be_is_said_at_the_field(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    device, url = verena.browser, home(brunnenhof, verena)
    for wrong in (
        {"role": "main"},
        {"role": "tenant"},
        {"family_name": " "},
        {"given_name": "x" * 201},
        {"email": "urs", "until": "2020-01-01"},
        {"until": "2199-01-01"},
    ):
        assert complains(device, device.post(f"{url}/review", {**GUEST, **wrong})) == set(wrong)
        assert complains(device, device.post(url, {**GUEST, **wrong})) == set(wrong)
    assert mails(brunnenhof) == []


def test_a_child_without_an_address_or_with_one_name_is_only_listed(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    device, child = verena.browser, {**GUEST, "role": "child", "email": ""}
    for given, family in (("Lina", "Kern"), ("", "Björk")):
        named = {**child, "given_name": given, "family_name": family}
        assert device.post(f"{home(brunnenhof, verena)}/review", named).status_code == 303
    page = device.get("/household").text
    assert ("Lina Kern" in page, "Björk" in page, mails(brunnenhof)) == (True, True, [])


def test_the_company_decides_who_may_be_brought_in(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    device, url, partner = verena.browser, home(brunnenhof, verena), {**GUEST, "role": "partner"}
    brunnenhof.settings(household_add_user=False)
    assert complains(device, device.post(f"{url}/review", partner)) == {"role"}
    brunnenhof.settings(household_add_user=True, household_invite=False)
    assert complains(device, device.post(f"{url}/review", GUEST)) == {"role"}
    assert device.post(f"{url}/review", partner).headers["Location"] == "/household"
    brunnenhof.settings(household_add_user=False)
    assert [device.get(one).status_code for one in (url, f"{url}/review")] == [404, 404]


def test_only_who_stands_in_the_contract_brings_in_and_ends(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    """Neither a neighbour, nor a guest, nor an added partner, nor somebody of another company; nobody ends the host."""
    verena, neighbour = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Noemi Nachbar")
    partner, guest = member(brunnenhof, verena, "partner"), member(brunnenhof, verena, "household")
    stranger, url = nordlicht.resident("Olaf Fremd"), home(brunnenhof, verena)
    ends = [f"/household/people/{on(brunnenhof, body).id}/end" for body in (guest, partner, verena)]
    for other in (neighbour, partner, guest, stranger):
        assert [other.browser.post(one, GUEST).status_code for one in (url, f"{url}/review", *ends)] == [404] * 5
    assert "Urs Kern" not in guest.browser.get("/household").text.partition('id="content"')[2]
    assert "Noemi" not in partner.browser.get("/household").text
    assert [verena.browser.post(one).status_code for one in ends] == [303, 303, 404]
    assert keys(brunnenhof, guest) == keys(brunnenhof, partner) == {"*:*"}
    returned = {**GUEST, "email": guest.email}
    assert verena.browser.post(f"{url}/review", returned).headers["Location"] == "/household"
    assert keys(brunnenhof, guest) == {"*:*", "P:*", "B:*"}


def test_the_team_adds_a_user_to_a_contact(brunnenhof: SomeCompany) -> None:
    """From the contact's page: a partner by default, for there is a main contact; invited on the page after."""
    verena = brunnenhof.resident("Verena Keller")
    period = on(brunnenhof, verena).occupancy_id
    desk = brunnenhof.agent("Nadja Frei", "people.read", "people.edit", "people.invite", "estate.read").browser
    url = f"/cockpit/estate/periods/{period}/people/new"
    assert f'href="{url}"' in desk.get(f"/cockpit/people/{verena.person_id}").text
    assert '<option value="partner" selected>' in desk.get(url).text
    beat = {"given_name": "Beat", "family_name": "Keller", "salutation": "mr", "email": "beat@post.example"}
    invited = desk.post(url, {**beat, "role": "partner"})
    assert desk.post(f"{invited.location}/send", {"channel": "mail", "act": str(uuid4())}).status_code == 303
    with brunnenhof.db() as db:
        there = db.scalars(select(Occupant).filter_by(occupancy_id=period, role="partner")).one()
    assert invited.location == f"/cockpit/residents/{there.person_id}"
    assert mails(brunnenhof) == ["beat@post.example"]


def test_an_address_that_the_company_knows_elsewhere_tells_nothing(brunnenhof: SomeCompany) -> None:
    verena, neighbour = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Noemi Nachbar")
    url, emails = home(brunnenhof, verena), (neighbour.email, "urs@post.example")
    told = [verena.browser.post(f"{url}/review", {**GUEST, "email": email}) for email in emails]
    assert len({(one.status_code, one.location, one.text) for one in told}) == 1
    assert sorted(mails(brunnenhof)) == sorted(emails)


def test_two_invite_the_same_person_at_once(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    period, done = on(brunnenhof, verena).occupancy_id, []
    values: dict[str, Any] = {"role": "household", "given_name": "Urs", "family_name": "Kern", "ends": None}

    def invite() -> None:
        with brunnenhof.db() as db:
            try:
                bring_in(
                    db, period, {**values, "email": "urs@post.example"}, host_id=verena.person_id, today=today(),
                    inviter=Inviter(KEY, "https://brunnenhof.example", "Verena Keller"),
                )  # fmt: skip
                db.commit()
                done.append("invited")
            except EstateError:
                done.append("there")

    both = [threading.Thread(target=invite) for _one in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert (sorted(done), mails(brunnenhof)) == (["invited", "there"], ["urs@post.example"])


def test_the_companys_system_does_not_throw_guests_out(brunnenhof: SomeCompany) -> None:
    """A batch says who is on a period; of whom residents brought in it knows nothing."""
    verena = brunnenhof.resident("Verena Keller")
    guest, period = member(brunnenhof, verena, "household"), on(brunnenhof, verena).occupancy_id
    brunnenhof.plant(Person(external_id="P9", family_name="Neu"))
    with brunnenhof.db() as db:
        db.execute(update(Occupancy).where(Occupancy.id == period).values(external_id="M9"))
        db.execute(update(Person).where(Person.id == verena.person_id).values(external_id="P8"))
        db.commit()
    rows = [{"external_id": "M9", "persons": [{"person": "P8"}]}]
    erp = Erp(brunnenhof)
    assert erp.send("occupancies", rows)["unchanged"] == 1
    assert erp.send("occupancies", [{"external_id": "M9", "persons": [{"person": "P9"}]}])["updated"] == 1
    with brunnenhof.db() as db:
        there = set(db.scalars(select(Occupant.person_id).filter_by(occupancy_id=period)))
        assert queries.open_for(db, guest.person_id) is None
    assert (guest.person_id in there, verena.person_id in there, len(there)) == (True, False, 2)


def test_the_team_sees_and_ends_them(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller", language="de")
    carer = member(brunnenhof, verena, "carer", date(2099, 5, 1))
    desk = brunnenhof.agent("Nadja Frei", "estate.read", "people.read", "people.edit", language="de").browser
    page = desk.get(f"/cockpit/estate/periods/{on(brunnenhof, verena).occupancy_id}").text.replace("\xa0", " ")
    assert [words in page for words in ("bis 30. April 2099", "von einer Mietpartei eingeladen")] == [True, True]
    assert desk.post(f"/cockpit/estate/occupants/{on(brunnenhof, carer).id}/remove").status_code == 303
    assert keys(brunnenhof, carer) == {"*:*"}
