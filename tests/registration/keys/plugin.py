"""Keys are handed out to whoever the company knows, with an account or without; their holder sees them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from quartier.sdk import SIGNED_IN, CompanySession, Pages, Visit, hookimpl, new_id

app = Pages("keys", __name__, area="app", module="keys")
MINE = "SELECT label FROM keys_key WHERE person_id = %s ORDER BY label"
NUMBER = "SELECT number FROM keys_count WHERE person_id = %s"
FORGET = "DELETE FROM keys_count WHERE person_id = ANY(%s) RETURNING id"
COUNT = """
    INSERT INTO keys_count (id, person_id, number)
    SELECT gen_random_uuid(), person_id, count(*) FROM keys_key WHERE person_id = ANY(%s) GROUP BY person_id
    RETURNING id
"""


@app.page("/", needs=SIGNED_IN)
def mine(visit: Visit) -> str:
    """The keys that somebody holds, and how many they are."""
    person = [visit.viewer.person_id]
    number = visit.db.rows(NUMBER, person)
    return f"{number[0].number if number else 0}: {', '.join(row.label for row in visit.db.rows(MINE, person))}"


def hand_out(db: CompanySession, person_id: UUID, *labels: str) -> None:
    """Somebody gets keys."""
    for label in labels:
        given = "INSERT INTO keys_key (id, person_id, label) VALUES (%s, %s, %s) RETURNING id"
        db.rows(given, [new_id(), person_id, label])
    count_anew(db, [person_id])


def count_anew(db: CompanySession, people: Sequence[UUID]) -> None:
    """How many each of them holds."""
    db.rows(FORGET, [list(people)])
    db.rows(COUNT, [list(people)])


@hookimpl
def register_pages() -> list[Pages]:
    """The page above."""
    return [app]


@hookimpl
def people_merged(db: CompanySession, people: Sequence[UUID]) -> None:
    """Of two counts one was left; it counts the keys of both now, or of one again."""
    count_anew(db, people)
