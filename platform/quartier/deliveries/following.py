"""Mails that have not left when entries become one, or one becomes two: they go where their reader is reached now."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from quartier.deliveries.readers import readers_of
from quartier.deliveries.services import address_of
from quartier.jobs.queue import begin
from quartier.mail.addresses import address_key
from quartier.mail.letters import one_line
from quartier.tenancy.session import CompanySession

OWN: Final = """
    SELECT email FROM person WHERE id = ANY(%(people)s) AND email <> ''
    UNION SELECT email FROM account WHERE person_id = ANY(%(people)s)
"""
STILL: Final = """
    d.person_id = %(person)s AND d.state IN ('waiting', 'collected') AND d.address_key = ANY(%(known)s)
    AND d.address_key <> %(key)s
"""
FOLLOW: Final = f"""
    UPDATE mail_delivery d SET address = %(address)s, address_key = %(key)s, name = %(name)s
     WHERE {STILL} AND (NOT d.secret OR d.kind = ANY(%(kinds)s))
       AND NOT EXISTS (SELECT FROM mail_delivery o WHERE o.event = d.event AND o.person_id = d.person_id
                          AND (o.address_key = %(key)s OR o.address_key = ANY(%(known)s) AND CASE
                               WHEN o.state IN ('waiting', 'collected') THEN o.id < d.id
                               ELSE o.state IN ('sent', 'summed_up', 'kept') END))
    RETURNING d.id
"""  # noqa: S608
STOP: Final = f"""
    UPDATE mail_delivery d SET state = 'withheld', reason = 'merged', ended_at = now(),
           letter = CASE WHEN d.secret THEN NULL ELSE d.letter END
     WHERE {STILL} AND (NOT d.secret OR d.kind = ANY(%(kinds)s) OR d.address_key = ANY(%(ended)s))
    RETURNING d.id
"""  # noqa: S608


def own_addresses(db: CompanySession, people: Collection[UUID]) -> set[str]:
    """The addresses at which these people are written to, as keys: those of their entries and of their logins."""
    return {address_key(row.email) for row in db.rows(OWN, {"people": list(people)})}


def follow(
    db: CompanySession, person_id: UUID, known: Collection[str], *, kinds: Collection[str], ended: Collection[str] = ()
) -> None:
    """Have what waits for somebody at one of the `known` addresses go to the one that holds for them now.

    Nobody is told of an event twice: what has gone there already stops here, as does everything while no address is
    known. Secret mails stay where they were asked for, because they prove a mailbox; those of `kinds` follow as well,
    and those to the login at an `ended` address stop.
    """
    begin(db)
    reader = next(iter(readers_of(db, [person_id])), None)
    terms: dict[str, object] = {"person": person_id, "known": list(known), "kinds": list(kinds), "ended": list(ended)}
    terms["key"] = address_key(reader.address) if reader else ""
    if db.row(f"SELECT FROM mail_delivery d WHERE {STILL} LIMIT 1", terms) is None:
        return
    if reader is not None:
        address_of(db, reader.address, make=True)
        db.rows(FOLLOW, {**terms, "address": one_line(reader.address), "name": one_line(reader.name)})
    db.rows(STOP, terms)
