"""The company that a session is bound to, for code that has a session and no snapshot: commands, planting, jobs."""

from __future__ import annotations

from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession


def company_of(db: CompanySession) -> Company:
    """The company's own row; asked once per session."""
    found = db.get(Company, db.company_id)
    if found is None:
        raise LookupError(f"there is no company {db.company_id}")
    return found
