"""What keeps a merge from being undone, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select

from quartier.i18n.texts import gettext as _
from quartier.merging.journal import Step
from quartier.merging.models import PersonMerge
from quartier.tenancy.session import CompanySession

LAST = """
    SELECT actor FROM change WHERE noun_id = %(id)s AND source_id IS DISTINCT FROM %(merge)s ORDER BY id DESC LIMIT 1
"""
NUMBER = """
    SELECT coalesce(nullif(trim(given_name || ' ' || family_name), ''), company_name) AS name FROM person
     WHERE external_id = %(number)s AND id <> %(survivor)s
"""
LOGIN = "SELECT 1 FROM account WHERE email_key = %(key)s"


def merges_of(db: CompanySession, person_id: UUID) -> list[PersonMerge]:
    """Merges that this person came out of, the latest first; those that were undone as well."""
    return list(db.scalars(select(PersonMerge).filter_by(survivor_id=person_id).order_by(PersonMerge.id.desc())))


def survivor_of(db: CompanySession, person_id: UUID) -> UUID | None:
    """Whom an entry that is gone has become; None where it has not become anybody."""
    query = select(PersonMerge.survivor_id).where(
        PersonMerge.gone.contains([person_id]), PersonMerge.undone_at.is_(None)
    )
    return db.scalars(query.order_by(PersonMerge.id.desc())).first()


def in_the_way(db: CompanySession, found: PersonMerge) -> list[str]:
    """What happened since and depends on the merge; nothing means that it can be undone."""
    if found.undone_at is not None:
        return [_("This merge is undone already.")]
    later = [one for one in merges_of(db, found.survivor_id) if one.id > found.id and one.undone_at is None]
    if later:
        names = ", ".join(name for one in later for name in one.names)
        return [_("Somebody else was merged since: %(names)s. Undo that first.", names=names)]
    return [*_changed(db, found), *_taken(db, found)]


def _changed(db: CompanySession, found: PersonMerge) -> Iterator[str]:
    for step in found.journal:
        if step["do"] != "set":
            continue
        query = f"SELECT to_jsonb(t) AS row FROM {step['table']} t WHERE id = %(id)s"  # noqa: S608 - our own journal
        row = db.row(query, {"id": step["id"]})
        if row is not None and any(row.row[name] != value for name, value in step["now"].items()):
            last = db.row(LAST, {"id": step["id"], "merge": found.id})
            yield _("What the merge wrote was changed since, by %(who)s.", who=last.actor if last else _("Platform"))


def _taken(db: CompanySession, found: PersonMerge) -> Iterator[str]:
    for row in _dropped(found.journal, "person"):
        number = row["external_id"]
        other = db.row(NUMBER, {"number": number, "survivor": found.survivor_id}) if number else None
        if other is not None:
            yield _("The external ID %(number)s belongs to %(name)s now.", number=number, name=other.name)
    for row in _dropped(found.journal, "account"):
        if db.row(LOGIN, {"key": row["email_key"]}) is not None:
            yield _("Somebody else signs in with %(email)s now.", email=row["email"])


def _dropped(journal: list[Step], table: str) -> list[dict[str, Any]]:
    return [step["row"] for step in journal if step["do"] == "drop" and step["table"] == table]
