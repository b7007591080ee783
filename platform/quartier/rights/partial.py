"""Erasing of somebody what nothing asks to be kept, and keeping the rest until its day.

What hangs on a person goes, table by table as the database knows them; only the tables and fields named here stay, each
with its reason. So a new table is erased at once unless somebody has a reason against it.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.files.storage import Storage
from quartier.people.forgotten import CONTACT
from quartier.rights.emptying import empty_history
from quartier.rights.erasing import (
    ACTS,
    ADDRESSES,
    ENTRIES,
    FILES,
    MAILBOXES,
    account_of,
    drop_files,
    forget_drafts,
    forget_wishes,
)
from quartier.rights.quoted import forget_quotes
from quartier.rights.reach import EDGES, ROOT

TABLES_KEPT: Final = {
    "occupant": "the place on a period: with whom the contract was made",
    "person_alias": "what the company's own system calls this person; without it the next import adds somebody new",
}
"""What hangs on a person and stays with the books."""
FIELDS_KEPT: Final = frozenset({
    "company_id", "id", "external_id", "given_name", "family_name", "salutation", "title", "company_name", "street",
    "postal_code", "city", "country", "archived_at", "version", "created_at", "changed_at", "sort_key", "search_key",
})  # fmt: skip
"""Who the contract was made with, and where letters about it go."""
WHILE_IT_RUNS: Final = {name: "''" if name == "note" else "NULL" for name in CONTACT}
"""Needed to keep a running contract: to reach somebody, and what was agreed beside it. Afterwards as `AT_ONCE`."""
AT_ONCE: Final = {"contact_channel": "NULL", "lives_here": "NULL", "contact_confirmed_at": "NULL"}
"""Answers for the portal alone. Field → what is there afterwards."""


def erase_part(db: Session, storage: Storage, company_id: UUID, person_id: UUID, *, running: bool) -> None:
    """Erase what may go; `db` is the platform's own session, and the caller commits it.

    While a contract is `running` the person can still be reached. Modules have been asked before (`erase_person`).
    """
    these: dict[str, Any] = {"company": company_id, "person": person_id}
    these["account"] = account_of(db, these)
    these["people"] = list(db.scalars(text(ENTRIES), these))
    these["addresses"] = [] if running else list(db.scalars(text(ADDRESSES), these))
    files = list(db.scalars(text(FILES), these))
    forget_wishes(db, these)
    forget_drafts(db, storage, these)
    forget_quotes(db, these)
    db.execute(text(ACTS), these)
    for row in db.execute(text(EDGES)).all():
        if row.parent == ROOT and row.goes_along and row.table not in TABLES_KEPT:
            db.execute(
                text(f'DELETE FROM "{row.table}" WHERE company_id = :company AND "{row.column}" = :person'),  # noqa: S608
                these,
            )
    for statement in MAILBOXES:
        db.execute(text(statement), these)
    db.execute(text(_emptied(running=running)), these)
    empty_history(db, company_id, these["people"])
    drop_files(db, storage, company_id, files)


def _emptied(*, running: bool) -> str:
    """The entry without what goes; who has nothing more to do with the company is put away as well."""
    fields = AT_ONCE if running else {**AT_ONCE, **WHILE_IT_RUNS, "archived_at": "coalesce(archived_at, now())"}
    said = ", ".join(f"{name} = {value}" for name, value in fields.items())
    return f"UPDATE person SET {said} WHERE company_id = :company AND id = :person"  # noqa: S608 - our own names
