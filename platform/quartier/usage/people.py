"""What the portal itself counts, as a module does: who came, who is active. Nothing is noted for it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from quartier.plugin.manifest import Measure
from quartier.tenancy.session import CompanySession

PEOPLE: Final = "people"
"""Stands for the portal where a module stands for what it has counted."""
MEASURES: Final = (
    Measure(
        "active",
        {
            "de": ("aktive Person", "aktive Personen"),
            "en": ("active person", "active people"),
            "fr": ("personne active", "personnes actives"),
        },
        people=True,
    ),
    Measure(
        "registered",
        {
            "de": ("neue Registrierung", "neue Registrierungen"),
            "en": ("new registration", "new registrations"),
            "fr": ("nouvelle inscription", "nouvelles inscriptions"),
        },
    ),
    Measure(
        "invited",
        {
            "de": ("Einladung", "Einladungen"),
            "en": ("invitation", "invitations"),
            "fr": ("invitation", "invitations"),
        },
    ),
)
# Of a session only its last use is known, of an origin only the last time that somebody signed in from there: so who
# was active can be asked of a time that has just ended, and of no other.
CAME: Final = """
    SELECT (SELECT count(*) FROM account a WHERE created_at >= %(since)s AND created_at < %(until)s AND {resident})
               AS registered,
           (SELECT count(*) FROM invitation WHERE created_at >= %(since)s AND created_at < %(until)s) AS invited
"""
RESIDENT: Final = """
    NOT EXISTS (SELECT FROM agent g WHERE g.company_id = a.company_id AND g.person_id = a.person_id)
"""
ACTIVE: Final = f"""
    SELECT count(*) AS active FROM account a
     WHERE {RESIDENT} AND a.id IN (
        SELECT account_id FROM account_session WHERE seen_at >= %(since)s AND created_at < %(until)s
        UNION ALL SELECT account_id FROM account_origin WHERE seen_at >= %(since)s) AND a.created_at < %(until)s
"""  # noqa: S608


def came(db: CompanySession, since: datetime, until: datetime) -> dict[str, int]:
    """Residents who got an account in a time, and invitations that were made."""
    row = db.row(CAME.format(resident=RESIDENT), {"since": since, "until": until})
    return {"registered": row.registered, "invited": row.invited}


def active(db: CompanySession, since: datetime, until: datetime) -> dict[str, int]:
    """Residents who used the portal in a time that has ended today."""
    return {"active": db.row(ACTIVE, {"since": since, "until": until}).active}
