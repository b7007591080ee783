"""Forgetting a person: modules first, then every row of the core, and last what the histories say of it.

A history takes rows and gives none back, so this is done as the platform. What somebody wrote or did for the company
stays, without the person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from quartier.files.models import Attachment, StoredFile
from quartier.files.services import drop
from quartier.files.storage import Storage
from quartier.people.erased import leave_out
from quartier.rights.emptying import HOSTS, forget_rows
from quartier.rights.quoted import forget_quotes

FILES: Final = """
    SELECT file_id FROM person_picture WHERE company_id = :company AND person_id = :person
    UNION SELECT e.file_id FROM data_export e JOIN account a ON a.company_id = e.company_id AND a.id = e.account_id
        WHERE e.company_id = :company AND a.person_id = :person AND e.file_id IS NOT NULL
"""
DRAFTS: Final = """
    SELECT id FROM attachment WHERE company_id = :company AND account_id = :account AND thing_id IS NULL
"""
ADDRESSES: Final = """
    WITH mine AS (
        SELECT lower(email) AS key FROM person WHERE company_id = :company AND id = :person AND email IS NOT NULL
        UNION SELECT email_key FROM account WHERE company_id = :company AND person_id = :person
        UNION SELECT address_key FROM mail_delivery WHERE company_id = :company AND person_id = :person
    )
    SELECT key FROM mine WHERE NOT EXISTS (
        SELECT FROM person p WHERE p.company_id = :company AND p.id <> :person AND lower(p.email) = key
    ) AND NOT EXISTS (
        SELECT FROM account a WHERE a.company_id = :company AND a.person_id <> :person AND a.email_key = key
    )
"""
MAILS: Final = """
    DELETE FROM mail_delivery WHERE company_id = :company
        AND (person_id = :person OR (person_id IS NULL AND address_key = ANY(:addresses)))
"""
TRIES: Final = """
    DELETE FROM sign_in_failure f USING unnest(CAST(:addresses AS text[])) AS k
    WHERE f.company_id = :company AND position(k IN f.subject) > 0
"""
ENTRIES: Final = """
    SELECT CAST(:person AS uuid)
    UNION SELECT unnest(gone) FROM person_merge
        WHERE company_id = :company AND survivor_id = :person AND undone_at IS NULL
"""
"""A person is all the entries that have become one."""
NUMBERS: Final = """
    SELECT external_id FROM person WHERE company_id = :company AND id = :person AND external_id IS NOT NULL
    UNION SELECT external_id FROM person_alias WHERE company_id = :company AND person_id = :person
"""
ACTS: Final = """
    UPDATE change SET source_id = NULL, actor = CASE source_kind WHEN 'agent' THEN actor ELSE '' END
    WHERE company_id = :company AND source_id = :account
"""
HISTORY: Final = """
    DELETE FROM change WHERE company_id = :company AND (noun_id = ANY(CAST(:people AS uuid[])) OR (
        noun = 'occupant'
        AND CAST(CAST(:people AS uuid[]) AS text[]) && ARRAY[before ->> 'person_id', after ->> 'person_id']
    ))
"""
MESSAGES: Final = """
    DELETE FROM webhook_delivery WHERE company_id = :company AND position(CAST(:person AS text) IN body) > 0
"""
MAILBOXES: Final = (
    "DELETE FROM mail_address WHERE company_id = :company AND address_key = ANY(:addresses)",
    "DELETE FROM outbox_mail WHERE company_id = :company AND lower(recipient) = ANY(:addresses)",
    TRIES,
)
"""What is known of addresses that nobody else has."""
WISHES: Final = (
    "DELETE FROM correction WHERE company_id = :company AND noun_id = ANY(CAST(:people AS uuid[]))",
    "UPDATE correction SET account_id = NULL WHERE company_id = :company AND account_id = :account",
)
STEPS: Final = (
    MAILS,
    *MAILBOXES,
    "DELETE FROM person_merge WHERE company_id = :company AND :person = ANY(gone)",
    ACTS,
    "DELETE FROM person WHERE company_id = :company AND id = :person",
    HISTORY,
    HOSTS,
    MESSAGES,
)
"""In this order: deleting a person writes into the history what the person was."""


def erase(db: Session, storage: Storage, company_id: UUID, person_id: UUID) -> None:
    """Take every row of a person out, with files; `db` is the platform's own session, and the caller commits it.

    Modules have been asked before (`erase_person`).
    """
    these: dict[str, Any] = {"company": company_id, "person": person_id}
    these["account"] = account_of(db, these)
    these["addresses"] = list(db.scalars(text(ADDRESSES), these))
    these["people"] = list(db.scalars(text(ENTRIES), these))
    files = list(db.scalars(text(FILES), these))
    forget_rows(db, company_id, list(db.scalars(text(NUMBERS), these)))
    forget_wishes(db, these)
    forget_drafts(db, storage, these)
    forget_quotes(db, these)
    for step in STEPS:
        db.execute(text(step), these)
    drop_files(db, storage, company_id, files)


def leave_out_from_now_on(db: Session, key: bytes, company_id: UUID, person_id: UUID) -> None:
    """The company's own system will go on sending this person; to be called before `erase`, in one transaction."""
    leave_out(db, key, company_id, db.scalars(text(NUMBERS), {"company": company_id, "person": person_id}).all())


def account_of(db: Session, these: Mapping[str, Any]) -> UUID | None:
    """The login of the person, if there is one."""
    found: UUID | None = db.scalar(
        text("SELECT id FROM account WHERE company_id = :company AND person_id = :person"), these
    )
    return found


def forget_wishes(db: Session, these: Mapping[str, Any]) -> None:
    """Wishes to the ERP about this person go; in those about others the account goes."""
    for statement in WISHES:
        db.execute(text(statement), these)


def forget_drafts(db: Session, storage: Storage, these: Mapping[str, Any]) -> None:
    """Files that the person sent and did not use; what is a module's thing's, the module has forgotten with it."""
    for draft in db.scalars(text(DRAFTS), these).all():
        same = {"company_id": these["company"], "attachment_id": draft}
        for file in db.scalars(select(StoredFile).filter_by(**same)).all():
            drop(db, storage, file)
        db.flush()
        db.execute(delete(Attachment).filter_by(company_id=these["company"], id=draft))


def drop_files(db: Session, storage: Storage, company_id: UUID, files: Collection[UUID]) -> None:
    """The bytes, when the rows that named them are gone."""
    for file_id in files:
        if file := db.get(StoredFile, (company_id, file_id)):
            drop(db, storage, file)
    db.flush()
