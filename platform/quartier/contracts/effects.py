"""What a change would do, found out by doing it inside a savepoint and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.contracts.entitlement import State, state_of
from quartier.contracts.queries import Standing, standings

RESIDENTS = """
    SELECT count(DISTINCT c.person_id)
    FROM account a
    JOIN occupant c ON c.company_id = a.company_id AND c.person_id = a.person_id
    JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
    JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
    JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
    CROSS JOIN (SELECT (now() AT TIME ZONE timezone)::date AS today FROM company WHERE id = :company) k
    WHERE a.company_id = :company AND a.is_active AND o.starts <= k.today AND (o.ends IS NULL OR k.today < o.ends)
        AND (CAST(:properties AS uuid[]) IS NULL OR b.property_id = ANY(CAST(:properties AS uuid[])))
"""
AGENTS = """
    SELECT count(*) AS everybody,
           count(*) FILTER (WHERE EXISTS (
               SELECT FROM agent_grant g, unnest(g.permissions) AS permission
                WHERE g.company_id = a.company_id AND g.agent_id = a.id AND g.ended_at IS NULL
                  AND (g.starts IS NULL OR g.starts <= k.today) AND (g.ends IS NULL OR k.today < g.ends)
                  AND starts_with(permission, :prefix))) AS permitted
      FROM agent a
      CROSS JOIN (SELECT (now() AT TIME ZONE timezone)::date AS today FROM company WHERE id = :company) k
     WHERE a.company_id = :company AND a.deactivated_at IS NULL AND (a.ends IS NULL OR k.today < a.ends)
"""


@dataclass(frozen=True)
class Effect:
    """One module before and after. `works` is whether people meet it: entitled, switched on, nothing missing.

    `residents` have an account and a unit where the module is on; `agents_with` of all `agents` hold a permission.
    """

    module: str
    worked: bool
    works: bool
    was: State
    becomes: State
    residents: int = 0
    agents: int = 0
    agents_with: int = 0

    @property
    def turns(self) -> bool:
        """Whether anybody notices now."""
        return self.worked is not self.works


def trial(db: Session, company_id: UUID, needs: Mapping[str, Sequence[str]], change: Callable[[], Any]) -> list[Effect]:
    """Effects of a change that is then taken back. What the change raises comes through, also taken back."""
    before = standings(db, [company_id])[company_id]
    savepoint = db.begin_nested()
    try:
        change()
        db.flush()
        after = standings(db, [company_id])[company_id]
        return _effects(db, company_id, needs, before, after)
    finally:
        savepoint.rollback()


def _effects(
    db: Session, company_id: UUID, needs: Mapping[str, Sequence[str]], before: Standing, after: Standing
) -> list[Effect]:
    now = datetime.now(UTC)
    worked, works = before.modules(needs, now), after.modules(needs, now)
    touched = {span.module for span in {*before.spans} ^ {*after.spans}}
    touched |= {module for module in needs if before.switches.get(module) != after.switches.get(module)}
    return [
        _with_people(
            db, company_id, after,
            Effect(
                module, module in worked, module in works, state_of(module, before.spans, now),
                state_of(module, after.spans, now),
            ),
        )
        for module in sorted((touched & needs.keys()) | (worked ^ works))
    ]  # fmt: skip


def _with_people(db: Session, company_id: UUID, after: Standing, effect: Effect) -> Effect:
    where = after.scopes.get(effect.module)
    residents = db.scalar(
        text(RESIDENTS), {"company": company_id, "properties": list(where) if where is not None else None}
    )
    agents = db.execute(text(AGENTS), {"company": company_id, "prefix": f"{effect.module}."}).one()
    return Effect(
        effect.module, effect.worked, effect.works, effect.was, effect.becomes, residents or 0, agents.everybody,
        agents.permitted,
    )  # fmt: skip
