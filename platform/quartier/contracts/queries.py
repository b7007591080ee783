"""Reading contracts: as arithmetic for snapshots, and as rows for the console."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.contracts.entitlement import Level, Span, effective
from quartier.contracts.models import Contract, ContractLine, EntitlementOverride, ModuleTrial
from quartier.plugin.manager import Plugins

READ_AFTER: Final = 30
"""How many days what was tried or granted can be read when that is over; a contract says it itself."""
LINES = """
    SELECT l.company_id, l.module, greatest(l.starts, c.starts) AS starts, least(l.ends, c.ends) AS ends, c.timezone,
           true AS allows, 0 AS rank, l.needs, c.grace_days, c.read_only_days,
           CASE WHEN l.starts <= c.starts THEN c.begins_at ELSE '00:00' END AS begins_at
    FROM contract_line l JOIN contract c ON c.company_id = l.company_id AND c.id = l.contract_id
    WHERE l.company_id = ANY(%(companies)s) AND l.stage = 'accepted'
    UNION ALL
    SELECT t.company_id, t.module, t.starts, t.ends, company.timezone, true, 1, '', 0, NULL, time '00:00'
    FROM module_trial t JOIN company ON company.id = t.company_id
    WHERE t.company_id = ANY(%(companies)s)
    UNION ALL
    SELECT o.company_id, o.module, o.starts, o.ends, company.timezone, o.effect = 'grant',
           CASE o.effect WHEN 'deny' THEN 3 ELSE 2 END, '', 0, NULL, time '00:00'
    FROM entitlement_override o JOIN company ON company.id = o.company_id
    WHERE o.company_id = ANY(%(companies)s)
"""
SWITCHES = """
    SELECT s.company_id, s.module, s.is_on, s.everywhere, array_remove(array_agg(p.property_id), NULL) AS properties
    FROM module_switch s LEFT JOIN module_scope p ON p.company_id = s.company_id AND p.module = s.module
    WHERE s.company_id = ANY(%(companies)s)
    GROUP BY s.company_id, s.module, s.is_on, s.everywhere
"""


@dataclass(frozen=True)
class Switch:
    """A company's own choice. `properties` is None where the module is for the whole estate."""

    is_on: bool
    properties: frozenset[UUID] | None = None


@dataclass
class Standing:
    """All that decides what a company may use: what was sold, what it chose."""

    spans: list[Span] = field(default_factory=list)
    switches: dict[str, Switch] = field(default_factory=dict)

    @property
    def switched_on(self) -> frozenset[str]:
        """Modules that the company wants, sold or not."""
        return frozenset(module for module, switch in self.switches.items() if switch.is_on)

    @property
    def scopes(self) -> dict[str, frozenset[UUID]]:
        """Properties of the modules that are not for the whole estate."""
        return {module: s.properties for module, s in self.switches.items() if s.properties is not None}

    def levels(self, needs: Mapping[str, Sequence[str]], moment: datetime | None = None) -> dict[str, Level]:
        """What people meet, now or at a moment, and what is left of each; `needs` says of each installed module what
        it depends on."""
        return effective(self.spans, self.switched_on, needs, moment or datetime.now(UTC))

    def last_days(self, needs: Mapping[str, Sequence[str]], moment: datetime, zone: ZoneInfo) -> dict[str, date | None]:
        """Of what has ended and still leaves something: the last day on which it is so, None without an end."""
        now, found = self.levels(needs, moment), {}
        turns = sorted({turn for span in self.spans for turn in span.turns if turn > moment})
        for slug in (slug for slug, level in now.items() if level < Level.ACTIVE):
            turn = next((one for one in turns if self.levels(needs, one).get(slug) != now[slug]), None)
            found[slug] = None if turn is None else turn.astimezone(zone).date() - timedelta(days=1)
        return found

    def modules(self, needs: Mapping[str, Sequence[str]], moment: datetime | None = None) -> frozenset[str]:
        """What people meet, be it for reading only."""
        return frozenset(self.levels(needs, moment))


def needs_of(plugins: Plugins) -> dict[str, Sequence[str]]:
    """What each module that may serve depends on."""
    return {slug: plugin.manifest.depends_on for slug, plugin in plugins.serving.items()}


def standing(lines: Iterable[Any], switches: Iterable[Any]) -> Standing:
    """One company's rows of `LINES` and `SWITCHES`."""
    return Standing([span_of(row) for row in lines], {row.module: _switch(row) for row in switches})


def span_of(row: Any) -> Span:
    """One row of `LINES`."""
    zone, read_only = ZoneInfo(row.timezone), READ_AFTER if row.read_only_days is None else row.read_only_days
    return Span(
        row.module, row.starts, row.ends, zone, row.allows, row.rank, row.needs, row.grace_days, read_only,
        row.begins_at,
    )  # fmt: skip


def standings(db: Session, company_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """The same for several companies in two statements, for pages of the console."""
    connection, these = db.connection(), {"companies": list(company_ids)}
    lines, switches = defaultdict(list), defaultdict(list)
    for row in connection.exec_driver_sql(LINES, these):
        lines[row.company_id].append(row)
    for row in connection.exec_driver_sql(SWITCHES, these):
        switches[row.company_id].append(row)
    return {company_id: standing(lines[company_id], switches[company_id]) for company_id in company_ids}


def contracts_of(db: Session, company_id: UUID) -> list[Contract]:
    """All contracts of a company, the first one first."""
    return list(
        db.scalars(select(Contract).filter_by(company_id=company_id).order_by(Contract.starts, Contract.number))
    )


def lines_of(db: Session, company_id: UUID) -> list[ContractLine]:
    """All lines of a company, in the order of a time line."""
    query = select(ContractLine).filter_by(company_id=company_id)
    return list(db.scalars(query.order_by(ContractLine.starts, ContractLine.module)))


def overrides_of(db: Session, company_id: UUID) -> list[EntitlementOverride]:
    """Grants and denials, the newest first."""
    query = select(EntitlementOverride).filter_by(company_id=company_id)
    return list(db.scalars(query.order_by(EntitlementOverride.starts.desc(), EntitlementOverride.id.desc())))


def trials_of(db: Session, company_id: UUID) -> list[ModuleTrial]:
    """What was tried, the newest first."""
    query = select(ModuleTrial).filter_by(company_id=company_id)
    return list(db.scalars(query.order_by(ModuleTrial.starts.desc(), ModuleTrial.id.desc())))


def _switch(row: Any) -> Switch:
    return Switch(row.is_on, None if row.everywhere else frozenset(row.properties))
