"""Two entries become one, and are taken apart again, at the desk and with all that hangs on them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from plugins.faq.models import Article
from plugins.faq.services import give_feedback
from plugins.faq.tests.sample import live
from quartier.accounts.models import Account, AccountSession
from quartier.db.base import new_id
from quartier.deliveries.readers import Reader
from quartier.estate.models import Change, Occupancy, Unit
from quartier.invitations import services
from quartier.invitations.models import Invitation, LetterBatch
from quartier.invitations.queries import state_of
from quartier.locks.services import save_link
from quartier.merging.models import PersonMerge
from quartier.merging.references import ENDING
from quartier.notifications.models import Notification, NotificationReceipt
from quartier.people.models import Occupant, Person, PersonAlias
from quartier.testing import LONG_AGO, Browser, SomeCompany
from tests.deliveries.desk import LINK, NEWS, deliveries, write_to
from tests.registration.guests import nadja as inviter
from tests.rules.rows import dump

DESK = ("people.read", "people.edit", "estate.read")
MERGE = "/cockpit/people/merge"
LONG_READ = datetime(2026, 1, 5, 9, tzinfo=UTC)


def nadja(company: SomeCompany) -> Browser:
    return company.agent("Nadja Frei", *DESK).browser


def entry(company: SomeCompany, family: str = "Keller", given: str = "Verena", **facts: Any) -> Person:
    person = Person(id=new_id(), given_name=given, family_name=family, **facts)
    company.plant(person)
    return person


def period(company: SomeCompany, *people: tuple[UUID, str], **facts: Any) -> Occupancy:
    unit = Unit(id=new_id(), building_id=facts.pop("building_id", company.building_id), name="1. OG", kind="flat")
    made = Occupancy(id=new_id(), unit_id=unit.id, kind="tenancy", starts=LONG_AGO, **facts)
    company.plant(unit, made, *(Occupant(occupancy_id=made.id, person_id=one, role=role) for one, role in people))
    return made


def form(page: str, **choices: Any) -> dict[str, Any]:
    """What the browser would send: the hidden fields, and what stands chosen, but for `choices`."""
    hidden = re.findall(r'<input type="hidden" name="(person|shown|version\.[^"]+)" value="([^"]+)"', page)
    chosen = re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)" checked>', page)
    people = [value for name, value in hidden if name == "person"]
    rest = {name: value for name, value in [*hidden, *chosen] if name != "person"}
    return {"person": people, **rest, **choices}


def merge(desk: Browser, *people: UUID, **choices: Any) -> Any:
    page = desk.get(f"{MERGE}?" + "&".join(f"person={one}" for one in people)).text
    page = desk.post(MERGE, form(page, step="review", **choices)).text
    return desk.post(MERGE, form(page, step="merge", **choices))


def only(company: SomeCompany, model: Any, **by: Any) -> Any:
    return company.db().scalars(select(model).filter_by(**by)).one()


def undo(desk: Browser, company: SomeCompany) -> Any:
    found = company.db().scalars(select(PersonMerge).order_by(PersonMerge.id.desc())).first()
    assert found is not None
    return desk.post(f"/cockpit/people/merges/{found.id}/undo")


def state(company: SomeCompany) -> dict[str, list[str]]:
    """Everything but the books about it, what ends with a login, versions and moments of change."""
    silent = {"change", "person_merge", "content_version", "webhook_pending", *ENDING}
    found = {table: rows for table, rows in dump(company).items() if table not in silent}
    db = company.db()
    for table in ("person", "account"):
        query = (
            f"SELECT (to_jsonb(t) - '{{version,changed_at,password_hash}}'::text[])::text FROM {table} t ORDER BY id"
        )
        found[table] = [row[0] for row in db.rows(query)]
    db.close()
    return found


def test_what_one_entry_lacks_comes_from_the_other(brunnenhof: SomeCompany) -> None:
    desk, body = nadja(brunnenhof), brunnenhof.resident("Verena Keller")
    imported = entry(brunnenhof, external_id="M-7", phone="+41445550101", title="Dr.", note="Zahlt per LSV")
    held = period(brunnenhof, (imported.id, "main"))
    answer = merge(desk, imported.id, body.person_id)
    assert (answer.status_code, answer.location) == (303, f"/cockpit/people/{body.person_id}")
    left = only(brunnenhof, Person, family_name="Keller")
    assert (left.id, left.external_id, left.phone, left.title, left.note, left.email) == (
        body.person_id, "M-7", "+41445550101", "Dr.", "Zahlt per LSV", body.email,
    )  # fmt: skip
    assert only(brunnenhof, Occupant, occupancy_id=held.id).person_id == body.person_id
    assert body.browser.get("/account").status_code == 200


def test_a_merge_and_its_undo_leave_everything_as_it_was(brunnenhof: SomeCompany) -> None:
    desk, body = nadja(brunnenhof), brunnenhof.resident("Verena Keller")
    one, two = entry(brunnenhof, external_id="M-7", mobile="+41795550101"), entry(brunnenhof, external_id="M-8")
    period(brunnenhof, (one.id, "main"), (body.person_id, "partner"))
    period(brunnenhof, (one.id, "co_tenant"), (two.id, "child"))
    before = state(brunnenhof)
    assert merge(desk, body.person_id, one.id, two.id).status_code == 303
    assert state(brunnenhof) != before
    assert only(brunnenhof, PersonAlias).person_id == body.person_id
    assert undo(desk, brunnenhof).status_code == 303
    assert state(brunnenhof) == before


def test_the_page_says_beforehand_what_happens_and_the_history_afterwards(brunnenhof: SomeCompany) -> None:
    desk = nadja(brunnenhof)
    one, two = entry(brunnenhof, external_id="M-7"), entry(brunnenhof, "Keller-Frei", external_id="M-8")
    period(brunnenhof, (one.id, "main"), (two.id, "partner"))
    page = desk.get(f"{MERGE}?person={one.id}&person={two.id}").text
    for words in (
        "Der Eintrag «Verena Keller-Frei» verschwindet",
        "M-8 bleibt als weitere externe ID gemerkt",
        "1. OG",
    ):
        assert words in page
    reviewed = desk.post(MERGE, form(page, step="review", **{"keep.family_name": str(two.id)}))
    assert 'value="merge"' in reviewed.text
    assert desk.post(MERGE, form(reviewed.text, step="merge")).status_code == 303
    assert only(brunnenhof, Person, external_id="M-7").family_name == "Keller-Frei"
    found = only(brunnenhof, PersonMerge)
    noted = brunnenhof.db().scalars(select(Change).filter_by(source_id=found.id)).all()
    assert {(each.actor, each.noun, each.action) for each in noted} == {
        ("Nadja Frei", "occupant", "delete"), ("Nadja Frei", "person", "delete"), ("Nadja Frei", "person", "update"),
    }  # fmt: skip
    assert "Verena Keller-Frei" in desk.get(f"/cockpit/people/merges/{found.id}").text
    assert f"/cockpit/people/merges/{found.id}" in desk.get(f"/cockpit/people/{one.id}").text
    gone = desk.get(f"/cockpit/people/{two.id}")
    assert (gone.status_code, gone.location) == (303, f"/cockpit/people/{one.id}")


def test_what_the_erp_owns_follows_its_entry(brunnenhof: SomeCompany) -> None:
    db = brunnenhof.db()
    save_link(db, system="Alpha", correction_email=None, owned=["person.email", "person.phone"])
    db.commit()
    desk, body = nadja(brunnenhof), brunnenhof.resident("Verena Keller")
    erp = entry(brunnenhof, external_id="M-7", email="verena@erp.example")
    assert merge(desk, body.person_id, erp.id, **{"keep.email": str(body.person_id)}).status_code == 303
    left = only(brunnenhof, Person, id=body.person_id)
    assert (left.email, only(brunnenhof, Account, person_id=left.id).email) == ("verena@erp.example", body.email)


def test_an_open_invitation_of_somebody_with_an_account_is_withdrawn(brunnenhof: SomeCompany) -> None:
    """Its letter would open the account's own person; a merge that is taken back gives it back."""
    verena, twin = brunnenhof.resident("Verena Keller"), entry(brunnenhof)
    invitation = Invitation(id=new_id(), person_id=twin.id, code_hash=b"c", token_hash=b"t", created_by="Nadja Frei")
    brunnenhof.plant(invitation)
    desk = nadja(brunnenhof)
    merge(desk, verena.person_id, twin.id)
    found = only(brunnenhof, Invitation)
    assert (found.person_id, state_of(found), found.withdrawn_by) == (verena.person_id, "withdrawn", "Nadja Frei")
    undo(desk, brunnenhof)
    found = only(brunnenhof, Invitation)
    assert (found.person_id, state_of(found), found.withdrawn_by) == (twin.id, "open", "")


def test_mails_that_wait_follow_who_is_one_now_or_stop(brunnenhof: SomeCompany) -> None:
    """A notice for one goes to who stays, one for both comes once, and a link that opens nothing does not leave."""
    verena, twin = brunnenhof.resident("Verena Keller"), entry(brunnenhof, email="twin@post.example")
    with brunnenhof.db() as db:
        services.invite(db, [twin.id], channel="mail", actor=inviter(brunnenhof))
        db.commit()
    stays, goes = Reader(verena.email, "Verena Keller", None, verena.person_id), Reader(twin.email, "V.", None, twin.id)
    proof = Reader("twin@post.example", person_id=twin.id)
    for readers, kind, event in (
        ([stays, goes], NEWS, "both"), ([goes], NEWS, "one"), ([proof], LINK, "proof"),
        ([Reader("desk@elsewhere.example", person_id=twin.id)], NEWS, "elsewhere"),
    ):  # fmt: skip
        write_to(brunnenhof, readers, kind=kind, event=event)

    def written() -> set[tuple[str, str, str]]:
        return {(one.event.partition(":")[0], one.address, one.reason or one.state) for one in deliveries(brunnenhof)}

    unmoved = {
        ("invitation", "twin@post.example", "withdrawn"), ("both", verena.email, "waiting"),
        ("both", "twin@post.example", "merged"), ("proof", "twin@post.example", "waiting"),
        ("elsewhere", "desk@elsewhere.example", "waiting"),
    }  # fmt: skip
    desk = nadja(brunnenhof)
    merge(desk, verena.person_id, twin.id, **{"keep.email": str(verena.person_id)})
    assert written() == unmoved | {("one", verena.email, "waiting")}
    undo(desk, brunnenhof)
    assert written() == unmoved | {("one", "twin@post.example", "waiting")}


def test_of_two_accounts_one_stays_with_what_both_did(brunnenhof: SomeCompany) -> None:
    desk = nadja(brunnenhof)
    first, second = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Vreni Keller")
    db = brunnenhof.db()
    both, alone = live(db, "Heizung", slug="heizung"), live(db, "Lift", slug="lift")
    for body in (first, second):
        give_feedback(db, both.id, by=body.viewer(db), helpful=True)
    give_feedback(db, alone.id, by=second.viewer(db), helpful=True)
    db.commit()
    signed_in = second.browser
    answer = merge(desk, first.person_id, second.person_id, login=str(first.account_id))
    assert answer.status_code == 303
    assert votes(brunnenhof) == {"heizung": 1, "lift": 1}
    assert only(brunnenhof, Account, id=first.account_id).person_id == first.person_id
    assert brunnenhof.db().scalars(select(AccountSession).filter_by(account_id=second.account_id)).all() == []
    assert signed_in.get("/account").status_code == 302
    assert undo(desk, brunnenhof).status_code == 303
    assert votes(brunnenhof) == {"heizung": 2, "lift": 1}
    back = only(brunnenhof, Account, id=second.account_id)
    assert (back.person_id, back.email, back.password_hash) == (second.person_id, second.email, None)


def votes(company: SomeCompany) -> dict[str, int]:
    return {one.slug: one.votes for one in company.db().scalars(select(Article).where(Article.votes != 0))}


def test_whoever_got_a_letter_under_one_entry_gets_no_second_one_under_the_other(brunnenhof: SomeCompany) -> None:
    """Both were told of something important; what reached either has reached the person, until it is taken apart."""
    verena, double = brunnenhof.resident("Verena Keller"), entry(brunnenhof)
    told, letters = new_id(), new_id()
    brunnenhof.plant(Notification(id=told, kind="core.post", event="post:1", path="/", important=True))
    brunnenhof.plant(LetterBatch(id=letters, created_by="Nadja Frei", letters=1, notification_id=told))
    receipt = {"notification_id": told, "in_app": True}
    brunnenhof.plant(
        NotificationReceipt(id=new_id(), person_id=verena.person_id, **receipt),
        NotificationReceipt(id=new_id(), person_id=double.id, letter_id=letters, read_at=LONG_READ, **receipt),
    )
    desk = nadja(brunnenhof)
    before = state(brunnenhof)
    assert merge(desk, verena.person_id, double.id).status_code == 303
    kept = only(brunnenhof, NotificationReceipt, notification_id=told)
    assert (kept.person_id, kept.letter_id, kept.read_at) == (verena.person_id, letters, LONG_READ)
    undo(desk, brunnenhof)
    assert state(brunnenhof) == before


def test_on_a_shared_period_one_role_stays(brunnenhof: SomeCompany) -> None:
    desk, one, two = nadja(brunnenhof), entry(brunnenhof), entry(brunnenhof)
    held = period(brunnenhof, (one.id, "main"), (two.id, "partner"))
    assert merge(desk, one.id, two.id, **{f"role.{held.id}": "partner"}).status_code == 303
    assert only(brunnenhof, Occupant, occupancy_id=held.id).role == "partner"


def test_nobody_gets_the_rights_of_the_team_by_a_merge(brunnenhof: SomeCompany) -> None:
    desk, chief = nadja(brunnenhof), brunnenhof.agent("Regula Steiner", "team.admin")
    tenant, colleague = brunnenhof.resident("Regula Steiner"), brunnenhof.agent("Regula Steiner")
    for other in (tenant, colleague):
        before = state(brunnenhof)
        answer = merge(desk, chief.person_id, other.person_id, login=str(other.account_id))
        assert (answer.status_code, state(brunnenhof)) == (409, before)
    imported = entry(brunnenhof, "Steiner", "Regula", external_id="M-9")
    assert merge(desk, imported.id, chief.person_id).status_code == 303
    viewer = chief.visit().viewer
    assert (viewer.is_agent, viewer.permissions) == (True, frozenset({"team.admin"}))


def test_what_was_shown_is_what_is_merged(brunnenhof: SomeCompany) -> None:
    desk, one, two = nadja(brunnenhof), entry(brunnenhof), entry(brunnenhof, phone="+41445550101")
    page = desk.post(MERGE, {"person": [one.id, two.id], "step": "review"}).text
    period(brunnenhof, (two.id, "main"))
    answer = desk.post(MERGE, form(page, step="merge"))
    assert (answer.status_code, "Bitte prüfen Sie noch einmal" in answer.text) == (409, True)
    page = answer.text
    db = brunnenhof.db()
    db.get_one(Person, (brunnenhof.id, two.id)).phone = "+41445550102"
    db.commit()
    answer = desk.post(MERGE, form(page, step="merge"))
    assert answer.status_code == 409
    assert desk.post(MERGE, form(answer.text, step="merge")).status_code == 303


def test_an_undo_says_what_depends_on_the_merge(brunnenhof: SomeCompany) -> None:
    desk, one, two = nadja(brunnenhof), entry(brunnenhof), entry(brunnenhof, phone="+41445550101")
    three = entry(brunnenhof, mobile="+41795550101")
    merge(desk, one.id, two.id)
    first = only(brunnenhof, PersonMerge)
    merge(desk, one.id, three.id)
    assert "Verena Keller" in desk.get(f"/cockpit/people/merges/{first.id}").text
    assert desk.post(f"/cockpit/people/merges/{first.id}/undo").status_code == 303
    assert only(brunnenhof, PersonMerge, id=first.id).undone_at is None
    undo(desk, brunnenhof)
    db = brunnenhof.db()
    db.get_one(Person, (brunnenhof.id, one.id)).phone = "+41445550199"
    db.commit()
    assert "wurde seither geändert" in desk.get(f"/cockpit/people/merges/{first.id}").text
    desk.post(f"/cockpit/people/merges/{first.id}/undo")
    assert only(brunnenhof, PersonMerge, id=first.id).undone_at is None
    assert only(brunnenhof, Person, id=one.id).phone == "+41445550199"


def test_what_came_since_stays_with_who_stayed(brunnenhof: SomeCompany) -> None:
    desk, one, two = nadja(brunnenhof), entry(brunnenhof), entry(brunnenhof)
    moved = period(brunnenhof, (two.id, "main"))
    merge(desk, one.id, two.id)
    later = period(brunnenhof, (one.id, "main"), ends=date(2030, 1, 1))
    undo(desk, brunnenhof)
    assert only(brunnenhof, Occupant, occupancy_id=moved.id).person_id == two.id
    assert only(brunnenhof, Occupant, occupancy_id=later.id).person_id == one.id


def test_another_companys_people_are_nobody(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    desk, mine, theirs = nadja(brunnenhof), entry(brunnenhof), entry(nordlicht)
    before = dump(nordlicht)
    assert desk.get(f"{MERGE}?person={mine.id}&person={theirs.id}").status_code == 404
    sent = {"person": [mine.id, theirs.id], f"version.{mine.id}": 1, f"version.{theirs.id}": 1, "step": "merge"}
    assert desk.post(MERGE, sent).status_code == 404
    assert desk.post("/cockpit/people/duplicates/apart", {"person": [mine.id, theirs.id]}).status_code == 404
    assert dump(nordlicht) == before


@pytest.mark.parametrize("sent", ["", "?person=x", "?person=00000000-0000-7000-8000-000000000000"])
def test_bad_addresses_are_refused(brunnenhof: SomeCompany, sent: str) -> None:
    assert nadja(brunnenhof).get(f"{MERGE}{sent}").status_code in {303, 400, 404}


def test_one_entry_alone_asks_for_the_other(brunnenhof: SomeCompany) -> None:
    desk, one, two = nadja(brunnenhof), entry(brunnenhof), entry(brunnenhof, "Kunz", "Reto")
    page = desk.get(f"{MERGE}?person={one.id}&q=kunz").text
    assert f"person={one.id}&amp;person={two.id}" in page
