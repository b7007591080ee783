"""What a change would do, found out by doing it inside a savepoint and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import column, func, select, table, text
from sqlalchemy.orm import Session

from quartier.contracts.entitlement import Level, Span, State, state_of
from quartier.contracts.queries import Standing, needs_of, standings
from quartier.plugin.manager import Plugins
from quartier.plugin.manifest import Holding

RESIDENTS = """
    SELECT count(*) FROM account a
     WHERE a.company_id = :company AND a.is_active AND EXISTS (
        SELECT FROM occupant c JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
         WHERE c.company_id = a.company_id AND c.person_id = a.person_id AND o.starts <= :today
           AND (o.ends IS NULL OR :today < o.ends))
"""
"""Who has an account and lives somewhere. Each of them once, without looking where: with 100,000 people the tables of
homes and houses would be read as well, and the disk is what a first review waits for."""
RESIDENTS_THERE = """
    SELECT count(*) FROM account a
     WHERE a.company_id = :company AND a.is_active AND EXISTS (
        SELECT FROM occupant c JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
          JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
          JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
         WHERE c.company_id = a.company_id AND c.person_id = a.person_id AND o.starts <= :today
           AND (o.ends IS NULL OR :today < o.ends) AND b.property_id = ANY(CAST(:properties AS uuid[])))
"""
TODAY = "SELECT (now() AT TIME ZONE timezone)::date FROM company WHERE id = :company"
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
class Turn:
    """When a module begins or stops to work through a change: `at` is the moment, now or to come."""

    at: datetime
    works: bool


@dataclass(frozen=True)
class Effect:
    """One module before and after. `works` is whether people meet it: entitled, switched on, nothing missing.

    `residents` have an account and a unit where the module is on; `agents_with` of all `agents` hold a permission.
    `later` is the first day on which somebody notices, where that is not today, and `then_works` what they notice.
    `things` are what the module keeps that is concerned, with their numbers. `steps` are the days from which only grace
    or only reading is left of it, as the change has it; `reads_now` says that the latter begins today.
    """

    module: str
    worked: bool
    works: bool
    was: State
    becomes: State
    residents: int = 0
    agents: int = 0
    agents_with: int = 0
    later: date | None = None
    then_works: bool = False
    things: tuple[tuple[Holding, int], ...] = ()
    steps: tuple[tuple[Level, date], ...] = ()
    reads_now: bool = False

    @property
    def turns(self) -> bool:
        """Whether anybody notices now."""
        return self.worked is not self.works


def trial(db: Session, company_id: UUID, plugins: Plugins, change: Callable[[], Any]) -> list[Effect]:
    """Effects of a change that is then taken back. What the change raises comes through, also taken back."""
    before = standings(db, [company_id])[company_id]
    savepoint = db.begin_nested()
    try:
        change()
        db.flush()
        after = standings(db, [company_id])[company_id]
        return _effects(db, company_id, plugins, before, after)
    finally:
        savepoint.rollback()


def _effects(db: Session, company_id: UUID, plugins: Plugins, before: Standing, after: Standing) -> list[Effect]:
    needs, now = needs_of(plugins), datetime.now(UTC)
    worked, works = before.modules(needs, now), after.modules(needs, now)
    turns, left, left_after = _turns(before, after, needs, now), before.levels(needs, now), after.levels(needs, now)
    touched = {span.module for span in {*before.spans} ^ {*after.spans}} & needs.keys()
    touched |= {module for module in needs if before.switches.get(module) != after.switches.get(module)}
    people = cache(lambda where: residents_of(db, company_id, where))
    found = []
    for module in sorted(touched | turns.keys()):
        turn = turns.get(module)
        after_all = turn is not None and turn.works
        agents = db.execute(text(AGENTS), {"company": company_id, "prefix": f"{module}."}).one()
        holdings = plugins.serving[module].manifest.holdings if turn else ()
        found.append(
            Effect(
                module, module in worked, module in works, state_of(module, before.spans, now),
                state_of(module, after.spans, now), people(after.scopes.get(module)), agents.everybody,
                agents.permitted, later=_day(turn, [*after.spans, *before.spans], now), then_works=after_all,
                things=_things(db, company_id, holdings, turn.at if turn else now),
                steps=tuple(sorted(
                    {*_steps(module, after, needs, now)} - {*_steps(module, before, needs, now)}, key=itemgetter(1)
                )),
                reads_now=left_after.get(module) is Level.READ_ONLY and left.get(module) is not Level.READ_ONLY,
            )
        )  # fmt: skip
    return found


def residents_of(db: Session, company_id: UUID, where: Collection[UUID] | None) -> int:
    """Who has an account and lives in these properties, or anywhere: with 100,000 people it is asked once per scope."""
    asked = {"company": company_id, "today": db.scalar(text(TODAY), {"company": company_id})}
    if where is None:
        return db.scalar(text(RESIDENTS), asked) or 0
    return db.scalar(text(RESIDENTS_THERE), {**asked, "properties": list(where)}) or 0


def _turns(before: Standing, after: Standing, needs: Mapping[str, Sequence[str]], now: datetime) -> dict[str, Turn]:
    """The first moment, from now on, at which a module works after the change and did not before, or the other way."""
    edges = {edge for span in (*before.spans, *after.spans) for edge in span.turns if edge > now}
    found: dict[str, Turn] = {}
    for moment in (now, *sorted(edges)):
        then = after.modules(needs, moment)
        for module in then ^ before.modules(needs, moment):
            found.setdefault(module, Turn(moment, module in then))
    return found


def _steps(
    module: str, stands: Standing, needs: Mapping[str, Sequence[str]], now: datetime
) -> list[tuple[Level, date]]:  # fmt: skip
    """From which days on grace is left of a module, or reading."""
    found, level = [], stands.levels(needs, now).get(module, Level.LOCKED)
    for turn in sorted({turn for span in stands.spans for turn in span.turns if turn > now}):
        then = stands.levels(needs, turn).get(module, Level.LOCKED)
        if then is not level and Level.LOCKED < then < Level.ACTIVE:
            found.append((then, turn.astimezone(stands.spans[0].zone).date()))
        level = then
    return found


def _day(turn: Turn | None, spans: Sequence[Span], now: datetime) -> date | None:
    """The local day of a turn that is still to come."""
    return turn.at.astimezone(spans[0].zone).date() if turn is not None and turn.at != now else None


def _things(
    db: Session, company_id: UUID, holdings: Iterable[Holding], moment: datetime
) -> tuple[tuple[Holding, int], ...]:  # fmt: skip
    """What a module keeps; of what happens at a time only what is still to come then."""
    found = []
    for holding in holdings:
        names = ("company_id", *filter(None, (holding.coming, "state" if holding.states else "")))
        rows = table(holding.table, *(column(name) for name in names))
        query = select(func.count()).select_from(rows).where(rows.c.company_id == company_id)
        if holding.coming:
            query = query.where(rows.c[holding.coming] > moment)
        if holding.states:
            query = query.where(rows.c.state.in_(holding.states))
        if number := db.scalar(query):
            found.append((holding, number))
    return tuple(found)
