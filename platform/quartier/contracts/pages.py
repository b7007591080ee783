"""Everything that the contract page shows, read and put into words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.catalogue.queries import offers
from quartier.contracts import wording
from quartier.contracts.desk import Desk
from quartier.contracts.entitlement import state_of
from quartier.contracts.events import events_of
from quartier.contracts.growth import open_request
from quartier.contracts.models import Contract, ContractEvent, ContractLine, EntitlementOverride, ModuleTrial
from quartier.contracts.queries import contracts_of, lines_of, needs_of, overrides_of, standings, trials_of
from quartier.contracts.services import local_today
from quartier.contracts.stages import NEXT, phase
from quartier.contracts.timeline import TimeLine, time_line
from quartier.estate.quota import UNITS
from quartier.i18n.localized import LocalizedText, Picked
from quartier.plugin.manager import Plugins

OWN_NAMES = """
    SELECT m.key AS module, coalesce(m.value -> 'name', '{}') AS name
      FROM (SELECT micro_apps FROM brand_version
             WHERE company_id = :company AND property_id IS NULL AND withdrawn_at IS NULL AND published_at <= now()
             ORDER BY published_at DESC, number DESC LIMIT 1) b, jsonb_each(b.micro_apps) m
"""
RECENT = 6
TOLD = ("company.", "contract.", "quote.", "units.", "line.", "grant.", "deny.", "trial.", "order.", "module.switched")
"""What somebody decided; that a module was set up afterwards is in the whole list only."""


@dataclass(frozen=True)
class ModuleRow:
    """A module's switch: our name for it, the company's own, how it stands, and whether people meet it."""

    slug: str
    name: str
    own: Picked | None
    badge: wording.Badge
    sentence: str
    on: bool
    works: bool
    needs: tuple[str, ...]
    places: int | None


@dataclass(frozen=True)
class Told:
    """An event in words."""

    event: ContractEvent
    title: str
    differences: list[wording.Difference]


@dataclass(frozen=True)
class Deal:
    """A contract: its lines on a time line, how it stands, what it costs now by period, and where it can be moved.

    `units` are those that it covers now, included or sold as a line; None is as many as they like.
    """

    contract: Contract
    line_up: TimeLine
    badge: wording.Badge
    costs: tuple[str, ...]
    prices: dict[UUID, str]
    steps: tuple[str, ...]
    units: int | None

    @classmethod
    def of(cls, contract: Contract, lines: list[ContractLine]) -> Self:
        """As of today, where the contract counts its days."""
        today = local_today(contract.timezone)
        prices = {
            line.id: wording.cost(line.price, line.period, line.quantity, contract.currency)
            for line in lines
            if line.price is not None
        }
        costs = tuple(wording.sums(lines, contract.currency, today))
        badge = wording.phase_badge(phase(contract, today))
        return cls(
            contract,
            time_line(lines, today),
            badge,
            costs,
            prices,
            NEXT[contract.stage],
            _units(contract, lines, today),
        )


@dataclass(frozen=True)
class ContractPage:
    """One company's contracts."""

    contracts: list[Deal]
    modules: list[ModuleRow]
    overrides: list[EntitlementOverride]
    trials: list[ModuleTrial]
    ended: frozenset[UUID]
    events: list[Told]
    names: dict[str, str]
    wish: ContractEvent | None

    @classmethod
    def read(cls, db: Session, desk: Desk, plugins: Plugins, language: str) -> Self:
        """Twelve statements, however many modules and lines there are."""
        company = desk.company
        names = product_names(db, plugins, language)
        lines = defaultdict(list)
        for line in lines_of(db, company.id):
            lines[line.contract_id].append(line)
        contracts = [Deal.of(one, lines[one.id]) for one in contracts_of(db, company.id)]
        overrides, today = overrides_of(db, company.id), local_today(company.timezone)
        trials = trials_of(db, company.id)
        ended = frozenset(one.id for one in overrides if one.ends is not None and one.ends <= today)
        ended |= frozenset(one.id for one in trials if one.ends <= today)
        events = events_of(db, company.id, about=TOLD, limit=RECENT)
        wish, modules = open_request(db, company.id), _modules(db, desk, plugins, language)
        return cls(contracts, modules, overrides, trials, ended, told(events, names), names, wish)


def _units(contract: Contract, lines: list[ContractLine], today: date) -> int | None:
    sold = [
        line.quantity
        for line in lines
        if line.module == UNITS and line.quantity and line.starts <= today and (line.ends is None or today < line.ends)
    ]
    return None if contract.unit_quota is None and not sold else (contract.unit_quota or 0) + sum(sold)


def told(events: list[ContractEvent], names: dict[str, str]) -> list[Told]:
    """Events in the reader's words."""
    return [
        Told(event, wording.title(event, names.get(event.subject, event.subject)), wording.differences(event))
        for event in events
    ]


def module_choices(plugins: Plugins, language: str, *, every: bool = False) -> list[tuple[str, str]]:
    """(slug, name) of the modules that can be sold; `every` includes those that cannot serve at the moment."""
    found = plugins.installed if every else plugins.serving
    named = [(slug, plugin.manifest.name[language]) for slug, plugin in found.items()]
    return sorted(named, key=lambda choice: choice[1].casefold())


def product_names(db: Session, plugins: Plugins, language: str) -> dict[str, str]:
    """What everything that can be in a contract is called, by key: modules as their plugins say, the rest as sold."""
    sold = {key: one.version.terms.name.pick(language).text for key, one in offers(db).items()}
    return sold | dict(module_choices(plugins, language, every=True))


def product_choices(db: Session, plugins: Plugins, language: str, country: str) -> list[tuple[str, str]]:
    """(key, name) of what can be sold to a company of this country: the catalogue, and modules that are not in it."""
    found = offers(db)
    modules = [choice for choice in module_choices(plugins, language) if choice[0] not in found]
    sold = [
        (key, offer.version.terms.name.pick(language).text)
        for key, offer in found.items()
        if offer.on_sale
        and offer.version.terms.offered_in(country)
        and (offer.product.kind != "module" or key in plugins.serving)
    ]
    return sorted([*modules, *sold], key=lambda choice: choice[1].casefold())


def _modules(db: Session, desk: Desk, plugins: Plugins, language: str) -> list[ModuleRow]:
    stands, now = standings(db, [desk.company.id])[desk.company.id], datetime.now(UTC)
    rows = db.execute(text(OWN_NAMES), {"company": desk.company.id})
    own = {row.module: LocalizedText(row.name).pick(desk.company.languages[0]) for row in rows}
    works = stands.modules(needs_of(plugins), now)
    names = dict(module_choices(plugins, language))
    found = []
    for slug, name in names.items():
        state, switch = state_of(slug, stands.spans, now), stands.switches.get(slug)
        missing = [need for need in plugins.serving[slug].manifest.depends_on if need not in works]
        found.append(
            ModuleRow(
                slug, name, own.get(slug) if own.get(slug) and own[slug].text else None, wording.badge(state),
                wording.sentence(state), bool(switch and switch.is_on), slug in works,
                tuple(names.get(need, need) for need in missing),
                len(switch.properties) if switch and switch.properties is not None else None,
            )
        )  # fmt: skip
    return found
