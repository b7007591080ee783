"""Inviting people: once, safely, and by a code that dies with the invitation."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from quartier.accounts.throttle import Source, TooSoon
from quartier.db.base import new_id
from quartier.deliveries.queries import MailFilters, mails
from quartier.invitations import queries, services
from quartier.invitations.codes import code_of, token_of
from quartier.invitations.models import Invitation
from quartier.invitations.services import Inviter
from quartier.tenancy.session import CompanySession
from quartier.testing import SomeCompany

KEY = b"a long secret of the operator, kept in a vault"
NADJA = Inviter(KEY, "https://brunnenhof.example", "Nadja Frei")
HOME = Source("203.0.113.0/24")


def invited(company: SomeCompany, name: str = "Verena Keller", email: str | None = None) -> Invitation:
    """Somebody who was invited, by hand over the counter."""
    person = company.person(name, email=email)
    db = company.db()
    services.invite(db, [person.id], channel="mail" if email else "phone", actor=NADJA)
    db.commit()
    found = queries.open_for(db, person.id)
    assert found is not None
    return found


def code(one: Invitation) -> str:
    return code_of(KEY, one.company_id, one.id)


def test_an_invitation_is_found_by_its_code_and_by_its_link(brunnenhof: SomeCompany) -> None:
    one, db = invited(brunnenhof), brunnenhof.db()
    for found in (
        queries.by_code(db, KEY, queries.written_code(KEY, one).lower().replace("-", " ")),
        queries.by_token(db, KEY, queries.path_of(KEY, one).removeprefix("/join/")),
    ):
        assert found is not None
        assert found.id == one.id


def test_a_wrong_code_and_one_of_another_company_are_the_same(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    theirs, db = invited(nordlicht), brunnenhof.db()
    assert services.try_code(db, KEY, code(theirs), HOME) == services.try_code(db, KEY, "KM7Q4TRX29WBHP", HOME)
    assert queries.by_token(db, KEY, token_of(KEY, theirs.company_id, theirs.id)) is None


@pytest.mark.parametrize(
    ("change", "state"),
    [("accepted_at", "accepted"), ("withdrawn_at", "withdrawn"), ("expires_at", "expired")],
)
def test_a_right_code_says_why_it_opens_nothing_any_more(brunnenhof: SomeCompany, change: str, state: str) -> None:
    one, db = invited(brunnenhof), brunnenhof.db()
    db.execute(update(Invitation).where(Invitation.id == one.id).values({change: datetime.now(UTC)}))
    db.commit()
    assert queries.by_code(db, KEY, code(one)) is None
    found = services.try_code(db, KEY, code(one), HOME).invitation
    assert found is not None
    assert queries.state_of(found) == state


def test_who_is_invited_registered_or_archived_is_not_invited_again(brunnenhof: SomeCompany) -> None:
    archived = brunnenhof.person("Anna Alt")
    db = brunnenhof.db()
    archived_row = db.get_one(type(archived), (brunnenhof.id, archived.id))
    archived_row.archived_at = datetime.now(UTC)
    db.commit()
    people = [invited(brunnenhof).person_id, brunnenhof.resident("Jonas Meier").person_id, archived.id, new_id()]
    assert services.invite(db, people, channel="phone", actor=NADJA) == []


def test_two_who_invite_at_once_do_it_once(brunnenhof: SomeCompany) -> None:
    people = [brunnenhof.person(f"Mieter {number}", email=f"m{number}@post.example").id for number in range(20)]
    first, found = brunnenhof.db(), []
    services.invite(first, people[:10], channel="mail", actor=NADJA)

    def second() -> None:
        db = brunnenhof.db()
        found.append(services.invite(db, people, channel="mail", actor=NADJA))
        db.commit()

    other = threading.Thread(target=second)
    other.start()
    first.commit()
    other.join()
    assert len(found[0]) == 10
    assert len(mails(brunnenhof.db(), MailFilters(kind="invitations.invitation"), within=())) == 20


def test_a_couple_with_one_address_gets_two_mails_and_each_act_only_one(brunnenhof: SomeCompany) -> None:
    people = [brunnenhof.person(name, email="familie@post.example").id for name in ("Urs Keller", "Vera Keller")]
    db, act = brunnenhof.db(), new_id()
    new = services.invite(db, people, channel="mail", actor=NADJA)
    assert sorted(services.remind(db, new, actor=NADJA, event=act)) == sorted(new)
    assert services.remind(db, new, actor=NADJA, event=act) == []
    db.commit()
    found = mails(db, MailFilters(text="familie@post.example"), within=())
    assert sorted((mail.name, mail.kind) for mail in found) == [
        ("Urs Keller", "invitations.invitation"), ("Urs Keller", "invitations.reminder"),
        ("Vera Keller", "invitations.invitation"), ("Vera Keller", "invitations.reminder"),
    ]  # fmt: skip


def test_a_mail_carries_link_and_code_until_it_is_sent(brunnenhof: SomeCompany) -> None:
    one, db = invited(brunnenhof, email="verena@post.example"), brunnenhof.db()
    letters = db.rows("SELECT letter FROM mail_delivery")
    assert [row.letter["action"]["url"] for row in letters] == [
        f"https://brunnenhof.example{queries.path_of(KEY, one)}"
    ]
    assert any(queries.written_code(KEY, one) in note for note in letters[0].letter["notes"])
    db.close()
    brunnenhof.work()
    assert [row.letter for row in brunnenhof.db().rows("SELECT letter FROM mail_delivery")] == [None]


def test_withdrawing_ends_code_and_link_and_calls_back_the_mail(brunnenhof: SomeCompany) -> None:
    one, db = invited(brunnenhof, email="verena@post.example"), brunnenhof.db()
    assert services.withdraw(db, [one.id], by="Nadja Frei") == [one.id]
    assert services.withdraw(db, [one.id], by="Nadja Frei") == []
    db.commit()
    assert (queries.by_code(db, KEY, code(one)), queries.open_for(db, one.person_id)) == (None, None)
    assert [(row.state, row.reason) for row in db.rows("SELECT state, reason FROM mail_delivery")] == [
        ("withheld", "withdrawn")
    ]
    assert len(services.invite(db, [one.person_id], channel="phone", actor=NADJA)) == 1


@pytest.mark.parametrize("first", ["accept", "withdraw"])
def test_accepted_and_withdrawn_at_the_same_moment_only_the_first_counts(brunnenhof: SomeCompany, first: str) -> None:
    one, account = invited(brunnenhof), brunnenhof.resident("Vera Neu").account_id
    acts = {
        "accept": lambda db: services.accept(db, one.id, account),
        "withdraw": lambda db: bool(services.withdraw(db, [one.id], by="Nadja Frei")),
    }
    winner, answers = brunnenhof.db(), []
    assert acts[first](winner)

    def later(act: str) -> None:
        db = brunnenhof.db()
        answers.append(acts[act](db))
        db.commit()

    other = threading.Thread(target=later, args=(next(act for act in acts if act != first),))
    other.start()
    winner.commit()
    other.join()
    assert answers == [False]
    state = queries.any_by_code(brunnenhof.db(), KEY, code(one))
    assert state is not None
    assert queries.state_of(state) == {"accept": "accepted", "withdraw": "withdrawn"}[first]


def test_an_invitation_pauses_when_its_time_is_up_and_a_reminder_wakes_it(brunnenhof: SomeCompany) -> None:
    person = brunnenhof.person("Verena Keller", email="verena@post.example")
    db, brief = brunnenhof.db(), Inviter(KEY, NADJA.origin, NADJA.name, expires_days=14)
    (one,) = services.invite(db, [person.id], channel="mail", actor=brief)
    row = db.get_one(Invitation, (brunnenhof.id, one))
    assert timedelta(days=13) < row.expires_at - datetime.now(UTC) < timedelta(days=15)  # type: ignore[operator]
    row.expires_at = datetime.now(UTC) - timedelta(days=1)
    db.commit()
    assert not services.accept(db, one, brunnenhof.resident("Vera Neu").account_id)
    services.remind(db, [one], actor=brief)
    db.commit()
    db.expire_all()
    assert queries.open_for(db, person.id) is not None


def guess(db: CompanySession, source: Source, times: int) -> None:
    for _each in range(times):
        services.try_code(db, KEY, "KM7Q4TRX29WBHP", source)


def test_twenty_guesses_from_a_network_slow_it_down_and_nobody_else(brunnenhof: SomeCompany) -> None:
    db, one = brunnenhof.db(), invited(brunnenhof)
    guess(db, HOME, 20)
    with pytest.raises(TooSoon):
        services.try_code(db, KEY, "KM7Q4TRX29WBHP", HOME)
    db.rollback()
    assert services.try_code(db, KEY, code(one), Source("198.51.100.0/24")).invitation is not None
    assert queries.by_token(db, KEY, token_of(KEY, one.company_id, one.id)) is not None


def test_guesses_from_many_networks_wait_for_each_other_but_not_a_networks_first(brunnenhof: SomeCompany) -> None:
    db, one = brunnenhof.db(), invited(brunnenhof)
    for number in range(4):
        guess(db, Source(f"192.0.{number}.0/24"), 8)
    with pytest.raises(TooSoon) as refused:
        guess(db, Source("192.0.77.0/24"), 4)
    db.rollback()
    assert refused.value.seconds <= 5
    assert services.try_code(db, KEY, code(one), HOME).invitation is not None


def test_a_right_code_does_not_count_as_a_guess(brunnenhof: SomeCompany) -> None:
    db, one = brunnenhof.db(), invited(brunnenhof)
    for _each in range(30):
        assert services.try_code(db, KEY, code(one), HOME).invitation is not None


def test_who_merged_two_entries_keeps_both_codes_until_one_is_used(brunnenhof: SomeCompany) -> None:
    one, other = invited(brunnenhof), invited(brunnenhof, "Vreni Keller")
    account, db = brunnenhof.resident("Vera Neu").account_id, brunnenhof.db()
    db.execute(update(Invitation).where(Invitation.id == other.id).values(person_id=one.person_id))
    assert services.accept(db, one.id, account)
    db.commit()
    db.expire_all()
    found = db.get_one(Invitation, (brunnenhof.id, other.id))
    assert queries.state_of(found) == "withdrawn"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("SEE-26", "short"), ("Grüezi-2026!", "letters"), ("20262026", "guessable"), ("aabbaabb", "guessable"),
        ("ABCDEFGH9", "guessable"), ("Keller2026", "guessable"), ("Brunnenhof1", "guessable"),
        ("Willkommen1", "guessable"),
    ],
)  # fmt: skip
def test_a_code_that_is_easy_to_guess_is_refused(brunnenhof: SomeCompany, typed: str, reason: str) -> None:
    one, db = invited(brunnenhof), brunnenhof.db()
    mine = db.get_one(Invitation, (brunnenhof.id, one.id))
    assert services.set_own_code(db, KEY, mine, typed, ("Verena", "Keller", "Brunnenhof")) == reason
    assert queries.by_code(db, KEY, code(one)) is not None


def test_a_company_chooses_a_code_that_nobody_ever_had(brunnenhof: SomeCompany) -> None:
    one, other, db = invited(brunnenhof), invited(brunnenhof, "Urs Meier"), brunnenhof.db()
    mine, theirs = (db.get_one(Invitation, (brunnenhof.id, each.id)) for each in (one, other))
    assert services.set_own_code(db, KEY, mine, "Lindenhof-4O7x", ()) == ""
    db.commit()
    assert queries.written_code(KEY, mine) == "Lindenhof-4O7x"
    assert queries.by_code(db, KEY, code(one)) is None
    found = queries.by_code(db, KEY, "lindenhof 407X")
    assert found is not None
    assert found.id == one.id
    assert services.set_own_code(db, KEY, theirs, "LINDENHOF407X", ()) == "taken"
    services.withdraw(db, [one.id], by="Nadja Frei")
    assert services.set_own_code(db, KEY, theirs, "LINDENHOF407X", ()) == "taken"
    assert b"inden" not in (db.row("SELECT own_code FROM invitation WHERE id = %s", (one.id,)).own_code)


def test_letters_and_reminders_carry_the_own_code(brunnenhof: SomeCompany) -> None:
    one, db = invited(brunnenhof, email="verena@post.example"), brunnenhof.db()
    services.set_own_code(db, KEY, db.get_one(Invitation, (brunnenhof.id, one.id)), "Lindenhof-4O7x", ())
    services.remind(db, [one.id], actor=NADJA)
    letters = [row.letter for row in db.rows("SELECT letter FROM mail_delivery ORDER BY id DESC")]
    assert any("Lindenhof-4O7x" in note for note in letters[0]["notes"])
