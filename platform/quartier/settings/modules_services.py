"""Where a module is on: the whole estate, or some of its properties."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from quartier.contracts.events import record
from quartier.contracts.models import ModuleScope, ModuleSwitch
from quartier.db.turns import take_turn
from quartier.estate.models import Property
from quartier.tenancy.session import CompanySession

LOCK = "scope of modules"


def lock_scopes(db: CompanySession) -> None:
    """Two people at the scopes of one company: the second one reads what the first one wrote."""
    take_turn(db, f"{LOCK} {db.company_id}")


def choose_places(db: CompanySession, module: str, places: Collection[UUID] | None, *, actor: str) -> None:
    """Limit a module to properties, or with None to none of them. The switch itself stays as it is.

    Ids that are no property of the bound company are left out.
    """
    known = db.scalars(select(Property.id).where(Property.id.in_(places or ()))).all()
    before = _in_words(db, module)
    statement = insert(ModuleSwitch).values(module=module, is_on=False, everywhere=places is None)
    chosen = {"everywhere": places is None, "changed_at": func.now()}
    db.execute(statement.on_conflict_do_update(index_elements=["company_id", "module"], set_=chosen))
    db.execute(delete(ModuleScope).where(ModuleScope.module == module))
    db.add_all(ModuleScope(module=module, property_id=one) for one in known)
    db.flush()
    after = _in_words(db, module)
    if before != after:
        record(
            db, db.company_id, kind="module.scoped", subject=module, actor=actor, before={"properties": before},
            after={"properties": after},
        )  # fmt: skip


def _in_words(db: CompanySession, module: str) -> list[str] | None:
    """Names of the properties, sorted; None for the whole estate."""
    switch = db.execute(select(ModuleSwitch.everywhere).filter_by(module=module)).first()
    if switch is None or switch.everywhere:
        return None
    scope = select(ModuleScope.property_id).filter_by(module=module)
    return list(db.scalars(select(Property.name).where(Property.id.in_(scope)).order_by(Property.name, Property.id)))
