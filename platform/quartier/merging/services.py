"""Two entries become one. Nothing here commits; who acts is said inside, so that the history knows the merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from quartier.db.base import new_id
from quartier.deliveries.following import follow, own_addresses
from quartier.estate.history import acting
from quartier.estate.services import Edited, EstateError
from quartier.invitations.letters import KINDS
from quartier.invitations.services import call_back
from quartier.mail.addresses import address_key
from quartier.merging.journal import Journal, take_back
from quartier.merging.models import PersonMerge
from quartier.merging.planning import Plan
from quartier.merging.references import ENDING, references
from quartier.people.models import Person
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer

APART = "SELECT one_id, other_id, said_by, id FROM person_apart WHERE %(id)s IN (one_id, other_id)"
WITH_CODES = [kind.key for kind in KINDS]
TOLD_TWICE = """
    SELECT k.id, coalesce(k.read_at, t.read_at) AS read_at, coalesce(k.rung_at, t.rung_at) AS rung_at,
           coalesce(k.letter_id, t.letter_id) AS letter_id
      FROM notification_receipt t JOIN notification_receipt k
        ON k.company_id = t.company_id AND k.notification_id = t.notification_id AND k.person_id = %(to)s
     WHERE t.person_id = %(was)s
"""
"""Of two receipts one stays: what reached either entry has reached the person, who gets no second letter of it."""
OPEN = """
    SELECT id, now() AS now FROM invitation WHERE person_id = %(id)s AND accepted_at IS NULL AND withdrawn_at IS NULL
"""


def lock(db: CompanySession, versions: Mapping[UUID, int]) -> None:
    """Hold all entries as they were shown. Raises Edited when one is another by now, or gone."""
    query = select(Person).where(Person.id.in_(versions)).order_by(Person.id).with_for_update()
    held = db.scalars(query.execution_options(populate_existing=True)).all()
    if {one.id: one.version for one in held} != dict(versions):
        raise Edited


def merge(db: CompanySession, made: Plan, *, by: Viewer) -> PersonMerge:
    """Do what the plan says; all entries are locked. Raises EstateError with what is in the way."""
    if made.refused:
        raise EstateError("_schema", made.refused[0])
    journal, merge_id = Journal(db), new_id()
    known = own_addresses(db, [one.id for one in made.people])
    with acting(db, by.name, "agent", merge_id):
        _logins(db, journal, made)
        _roles(db, journal, made)
        for gone in made.gone:
            _hand_over(db, journal, gone.id, made.survivor.id)
            journal.drop("person", gone.id)
        journal.set("person", made.survivor.id, made.values)
        if made.login is not None:
            _invitations(db, journal, made.survivor.id, by.name)
        _aliases(db, journal, made)
    ended = [address_key(one.email) for one in made.ending]
    follow(db, made.survivor.id, known, kinds=WITH_CODES, ended=ended)
    row = PersonMerge(
        id=merge_id, survivor_id=made.survivor.id, gone=[one.id for one in made.gone],
        names=[one.name for one in made.gone], by=by.name, journal=journal.steps,
    )  # fmt: skip
    db.expire_all()
    db.add(row)
    db.flush()
    return row


def undo(db: CompanySession, found: PersonMerge, *, by: Viewer) -> None:
    """Take it back, the last step first; `undoing.in_the_way` was asked before.

    Mails that still wait go to whom they were for. What was called back stays so: staff see it and may send it anew.
    """
    people = [found.survivor_id, *found.gone]
    known = own_addresses(db, people)
    with acting(db, by.name, "agent", found.id):
        take_back(db, found.journal)
    known |= own_addresses(db, people)
    for one in people:
        follow(db, one, known, kinds=WITH_CODES)
    found.journal, found.undone_by = [], by.name
    found.undone_at = db.row("SELECT now() AS at").at
    db.flush()
    db.expire_all()


def accounts_of(db: CompanySession, people: Sequence[UUID]) -> list[UUID]:
    """The logins of these people: those about whom modules have to count anew."""
    return [row.id for row in db.rows("SELECT id FROM account WHERE person_id = ANY(%(ids)s)", {"ids": list(people)})]


def _logins(db: CompanySession, journal: Journal, made: Plan) -> None:
    """What was done under a login that ends is the other one's; whoever is signed in with it is not any more."""
    for ending in made.ending:
        for one in references(db, "account"):
            if one.movable and made.login is not None and one.table not in ENDING:
                journal.move(one, ending.id, made.login.id)
        journal.drop("account", ending.id)


def _roles(db: CompanySession, journal: Journal, made: Plan) -> None:
    """On a shared period the survivor stays, or the first of them who is on it."""
    order = [made.survivor.id, *(one.id for one in made.gone)]
    for shared in made.shared:
        rows = db.rows(
            "SELECT id, person_id FROM occupant WHERE occupancy_id = %(period)s AND person_id = ANY(%(ids)s)",
            {"period": shared.occupancy_id, "ids": order},
        )
        kept, *others = sorted(rows, key=lambda row: order.index(row.person_id))
        for row in others:
            journal.drop("occupant", row.id)
        journal.set("occupant", kept.id, {"role": shared.role})


def _hand_over(db: CompanySession, journal: Journal, was: UUID, to: UUID) -> None:
    """Everything that refers to the one who goes refers to the one who stays."""
    for row in db.rows(TOLD_TWICE, {"was": was, "to": to}):
        reached = {"read_at": row.read_at, "rung_at": row.rung_at, "letter_id": row.letter_id}
        journal.set("notification_receipt", row.id, reached)
    for one in references(db, "person"):
        journal.move(one, was, to)
    for row in db.rows(APART, {"id": was}):
        journal.drop("person_apart", row.id)
        other = row.other_id if row.one_id == was else row.one_id
        first, second = sorted((to, other))
        known = {"one": first, "other": second}
        if other != to and not db.rows(
            "SELECT 1 FROM person_apart WHERE one_id = %(one)s AND other_id = %(other)s", known
        ):
            journal.add("person_apart", {"id": new_id(), "one_id": first, "other_id": second, "said_by": row.said_by})


def _invitations(db: CompanySession, journal: Journal, person_id: UUID, by: str) -> None:
    """Whoever has an account needs none any more: a letter to one of the entries would open the account's person."""
    open_ones = db.rows(OPEN, {"id": person_id})
    call_back(db, [row.id for row in open_ones])
    for row in open_ones:
        journal.set("invitation", row.id, {"withdrawn_at": row.now, "withdrawn_by": by})


def _aliases(db: CompanySession, journal: Journal, made: Plan) -> None:
    """The numbers of the others go on meaning this person."""
    for number in made.aliases:
        for row in db.rows("SELECT id FROM person_alias WHERE external_id = %(number)s", {"number": number}):
            journal.drop("person_alias", row.id)
        values: dict[str, Any] = {"id": new_id(), "external_id": number, "person_id": made.survivor.id}
        journal.add("person_alias", values)
