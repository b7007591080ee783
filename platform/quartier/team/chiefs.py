"""Somebody always manages the whole team: what must hold after whatever is done to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.orm import Session

from quartier.accounts.permissions import TEAM_ADMIN
from quartier.i18n.texts import gettext as _
from quartier.tenancy.session import CompanySession

LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('quartier team ' || %s, 0))"
CHIEFS: Final = f"""
    SELECT count(DISTINCT g.id) AS many FROM agent g
      JOIN account a ON a.company_id = g.company_id AND a.person_id = g.person_id AND a.is_active
      JOIN agent_grant r ON r.company_id = g.company_id AND r.agent_id = g.id
     WHERE g.company_id = %s AND g.deactivated_at IS NULL AND g.ends IS NULL AND '{TEAM_ADMIN}' = ANY (r.permissions)
       AND num_nonnulls(r.property_id, r.building_id, r.unit_id) = 0 AND r.ended_at IS NULL AND r.ends IS NULL
       AND (r.starts IS NULL OR r.starts <= (SELECT (now() AT TIME ZONE c.timezone)::date FROM company c
                                              WHERE c.id = g.company_id))
"""  # noqa: S608 - our own words


class TeamError(Exception):
    """What is in the way, as a sentence, and the field that it belongs to."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def one_after_another(db: CompanySession) -> None:
    """Whatever else is done to this team waits until the transaction ends."""
    db.row(LOCK, (str(db.company_id),))


@contextmanager
def one_chief_stays(db: CompanySession) -> Iterator[None]:
    """Whatever happens inside, somebody who manages the whole team without an end is left.

    Two who remove each other at once come one after the other, and the second one is told.
    """
    one_after_another(db)
    before = has_chief(db)
    yield
    db.flush()
    if before and not has_chief(db):
        raise TeamError("_schema", _("Then nobody could manage the team any more. Give this right to somebody first."))


def has_chief(db: CompanySession) -> bool:
    """Whether somebody who can sign in manages the whole team without an end."""
    return bool(db.row(CHIEFS, (str(db.company_id),)).many)


def has_chief_in(db: Session, company_id: object) -> bool:
    """The same for one company of many, from the platform's own session; until that ends nobody else moves the team."""
    connection = db.connection()
    connection.exec_driver_sql(LOCK, (str(company_id),))
    return bool(connection.exec_driver_sql(CHIEFS, (str(company_id),)).scalar())
