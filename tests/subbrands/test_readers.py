"""Mails, letters and the way in: in the look of the property where somebody is at home."""

from __future__ import annotations

import io
import re
from datetime import date
from uuid import UUID

import pikepdf
from sqlalchemy import select

from plugins.pinboard.tests.sample import notice
from quartier.accounts import addresses
from quartier.db.base import new_id
from quartier.estate.models import Occupancy, Unit
from quartier.estate.places import property_of
from quartier.files.storage import storage
from quartier.invitations import services
from quartier.invitations.printing import Papers
from quartier.invitations.queries import live_for, path_of
from quartier.letters.press import Page, printed_each
from quartier.mail.models import OutboxMail
from quartier.people.models import Occupant, Person
from quartier.testing import SomeCompany
from quartier.theming.palette import derive
from tests.accounts.test_resets import link_for
from tests.companies.test_subbrands import GREEN, HOFGARTEN, RED, publish, shown
from tests.registration.guests import nadja
from tests.settings.forms import words

TODAY = date(2026, 11, 23)


def newcomer(company: SomeCompany, name: str, building: UUID) -> Person:
    """Somebody who will live there, and has no account yet."""
    person = company.person(name)
    flat = Unit(id=new_id(), building_id=building, name=name, kind="flat")
    period = Occupancy(id=new_id(), unit_id=flat.id, kind="tenancy", starts=date(2099, 5, 1))
    company.plant(flat, period, Occupant(occupancy_id=period.id, person_id=person.id))
    return person


def invitation_of(company: SomeCompany, person: Person) -> str:
    with company.db() as db:
        services.invite(db, [person.id], channel="letter", actor=nadja(company))
        db.commit()
        one = live_for(db, person.id)
        assert one is not None
        return path_of(nadja(company).key, one)


def test_mails_come_from_there(brunnenhof: SomeCompany) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    there = brunnenhof.resident("Verena Keller", building_id=building)
    elsewhere = brunnenhof.resident("Tiago Silva")
    publish(brunnenhof, estate, **HOFGARTEN)
    for one in (there, elsewhere):
        brunnenhof.visitor().post("/reset", {"email": one.email})
    brunnenhof.work()
    with brunnenhof.db() as db:
        mails = {mail.recipient: mail for mail in db.scalars(select(OutboxMail))}
    own, usual = mails[there.email], mails[elsewhere.email]
    assert (own.sender, usual.sender) == (
        "Hofgarten O’Hara <no-reply@localhost>", "Brunnenhof AG <no-reply@localhost>",
    )  # fmt: skip
    icon, ink = f"/icons/icon-192.png?home={estate}", derive(RED, None).light["accent"]
    assert [(icon in mail.html, ink in mail.html) for mail in (own, usual)] == [(True, True), (False, False)]


def test_letters_of_one_act_are_each_on_their_paper(brunnenhof: SomeCompany) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    rosa, urs = newcomer(brunnenhof, "Rosa Neu", building), newcomer(brunnenhof, "Urs Alt", brunnenhof.building_id)
    publish(brunnenhof, estate, **HOFGARTEN)
    shell = brunnenhof.platform.shell
    snapshot = shell.snapshots(brunnenhof.id)
    assert snapshot is not None
    with brunnenhof.db() as db:
        papers = Papers(db, storage(shell.config), snapshot, [rosa.id, urs.id], TODAY)
        found = [papers.of(one.id) for one in (rosa, urs, rosa)]
    assert [paper.colour for paper in found] == [derive(one, None).light["accent-text"] for one in (RED, GREEN, RED)]
    page = Page("de", ["Rosa Neu"], "heute", "Betreff", "Guten Tag", ["Text"], [], "Freundliche Grüsse", "Nadja Frei")
    document = printed_each([(paper, page) for paper in found], title="Briefe")
    assert re.findall(rb"/Count (\d+)", document)[-1:] == [b"3"]


def test_an_invitation_opens_the_door_of_the_property(brunnenhof: SomeCompany) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    rosa, urs = newcomer(brunnenhof, "Rosa Neu", building), newcomer(brunnenhof, "Urs Alt", brunnenhof.building_id)
    publish(brunnenhof, estate, **HOFGARTEN)
    door = brunnenhof.visitor()
    assert [shown(door, path)[0] for path in ("/join", invitation_of(brunnenhof, rosa))] == [GREEN, RED]
    assert [shown(door, path)[0] for path in ("/join", "/sign-in")] == [RED, RED]
    assert [shown(door, path)[0] for path in (invitation_of(brunnenhof, urs), "/sign-in")] == [GREEN, GREEN]


def test_a_link_in_a_mail_opens_in_the_look_of_its_owner_s_home(brunnenhof: SomeCompany) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    rosa = brunnenhof.resident("Rosa Neu", building_id=building, language="de")
    urs = brunnenhof.resident("Urs Alt", language="de")
    publish(brunnenhof, estate, **HOFGARTEN)
    fresh, other = brunnenhof.visitor(), brunnenhof.visitor()
    assert [shown(fresh, path)[0] for path in ("/sign-in", link_for(rosa), "/sign-in")] == [GREEN, RED, RED]
    assert [shown(fresh, path)[0] for path in (link_for(urs), "/sign-in")] == [GREEN, GREEN]
    with brunnenhof.db() as db:
        (change,) = addresses.propose(db, {rosa.account_id: "rosa@elsewhere.example"}).values()
        db.commit()
    for token in (f"/address/{change.token}", f"/address/stop/{change.stop}"):
        assert (shown(other, token)[0], shown(brunnenhof.visitor(), "/sign-in")[0]) == (RED, GREEN)


def test_which_property_a_notice_for_some_places_is_for(brunnenhof: SomeCompany) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    flat, beside = Unit(id=new_id(), building_id=building, name="1", kind="flat"), brunnenhof.building_id
    period = Occupancy(id=new_id(), unit_id=flat.id, kind="tenancy", starts=date(2020, 5, 1))
    brunnenhof.plant(flat, period)
    theirs = [{estate}, {building}, {flat.id}, {period.id}, {estate, flat.id}, {building, new_id()}]
    ours = brunnenhof.property_id
    others: list[set[UUID]] = [set(), {beside}, {ours}, {estate, beside}, {period.id, beside}, {new_id()}]
    with brunnenhof.db() as db:
        assert [property_of(db, one) for one in theirs] == [estate] * len(theirs)
        assert [property_of(db, one) for one in others] == [None, ours, ours, None, None, None]


def test_a_notice_for_one_property_hangs_there_on_the_paper_of_its_look(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", "pinboard.view", "pinboard.publish").browser
    house, building = brunnenhof.house("Hofgarten")
    beside = brunnenhof.house("Seestrasse")[0]
    publish(brunnenhof, house, colour=RED)
    with brunnenhof.db() as db:
        posts = [notice(db, "Kein Wasser", where=where).id for where in ([building], [house, beside], [beside], [])]
        db.commit()
    assert [_inks(nadja.get(f"/cockpit/pinboard/{one}/print.pdf").data) for one in posts] == [
        derive(one, None).light["accent-text"] for one in (RED, GREEN, GREEN, GREEN)
    ]


def _inks(pdf: bytes) -> str:
    """The one colour on the sheet that is no grey."""
    with pikepdf.open(io.BytesIO(pdf)) as made:
        drawn = b"".join(bytes(page.Contents.read_bytes()) for page in made.pages)
    found = {tuple(map(float, one)) for one in re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) scn", drawn)}
    (ink,) = {one for one in found if len(set(one)) > 1}
    return "#" + "".join(f"{round(part * 255):02x}" for part in ink)


def test_the_statement_on_accessibility_measures_what_its_reader_sees(brunnenhof: SomeCompany) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    there = brunnenhof.resident("Verena Keller", building_id=building, language="en").browser
    elsewhere = brunnenhof.resident("Tiago Silva", language="en").browser
    publish(brunnenhof, estate, **{**HOFGARTEN, "colour": "#ffcc00"})
    lowest = [
        re.findall(r"lowest contrast of writing is (\S+) : 1", words(one.get("/accessibility")))
        for one in (there, elsewhere)
    ]
    assert [len(one) for one in lowest] == [1, 1]
    assert lowest[0] != lowest[1]
