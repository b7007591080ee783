"""Moving a company's switches."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, update

from quartier.contracts.events import record
from quartier.plugin.switches import Switch, value
from quartier.settings.portal_queries import stored_settings
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession


def change(
    db: CompanySession, switches: Mapping[str, Switch], wanted: Mapping[str, object], *, actor: str
) -> list[Switch]:
    """Put these switches where they are wanted, by key; what is not named stays. Gives back those that have moved.

    `wanted` holds values that their switches accept.
    """
    settings = stored_settings(db, lock=True)
    before = {key: value(settings, switches[key]) for key in wanted}
    moved = [key for key in wanted if wanted[key] != before[key]]
    if not moved:
        return []
    changed = {**settings, **{key: wanted[key] for key in moved}}
    statement = update(Company).where(Company.id == db.company_id)
    db.execute(statement.values(settings=changed, version=Company.version + 1, changed_at=func.now()))
    for key in moved:
        record(
            db, db.company_id, kind="switch.changed", subject=key, actor=actor, before={"value": before[key]},
            after={"value": wanted[key]},
        )  # fmt: skip
    return [switches[key] for key in moved]
