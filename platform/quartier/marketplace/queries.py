"""The shelves of the marketplace: each product as it stands at the company, with its price for the company."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.catalogue.expressions import Expression, Key, every, keys, parse, unmet
from quartier.catalogue.pricing import Terms
from quartier.catalogue.queries import Offer, offers
from quartier.contracts.entitlement import State, entitled, state_of
from quartier.contracts.models import Contract, ModuleTrial
from quartier.contracts.queries import LINES, SWITCHES, Standing, needs_of, standing
from quartier.contracts.sale import currency_of
from quartier.i18n.localized import LocalizedText
from quartier.marketplace.models import OPEN, ProductOrder
from quartier.plugin.manager import Plugins
from quartier.plugin.manifest import Manifest
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot
from quartier.usage.queries import ModuleUsage, usage_of

UNITS: Final = "SELECT count(*) AS number FROM unit WHERE archived_at IS NULL"


@dataclass(frozen=True)
class Price:
    """What it costs this company: for one `period` and the whole `quantity`, from one version of the catalogue."""

    version_id: UUID
    amount: Decimal
    currency: str
    period: str
    quantity: int
    model: str


@dataclass(frozen=True)
class Item:
    """One product. `works` says that people meet it; `trial` is had once; `needs` is all that it needs, or is built
    on, and `lacking` what the company does not have of it. `terms` is None for a module outside of the catalogue.

    `used` is what it did in the last thirty days; `would` what the module itself says that it could do here.
    """

    key: str
    manifest: Manifest | None
    terms: Terms | None
    version_id: UUID | None
    on_sale: bool
    state: State
    works: bool
    is_on: bool
    had: bool
    trial: ModuleTrial | None
    needs: Expression | None
    lacking: Expression | None
    price: Price | None
    order: ProductOrder | None
    used: ModuleUsage | None = None
    would: tuple[str, ...] = ()

    @property
    def lacks(self) -> tuple[str, ...]:
        """Keys of everything that could fill what is lacking."""
        return tuple(sorted(keys(self.lacking)))

    @property
    def is_sold(self) -> bool:
        """Whether a contract covers it now and no end is known."""
        return self.state.kind in ("sold", "granted") and self.state.day is None

    @property
    def may_try(self) -> bool:
        """Whether a trial can begin today: of what the company never had, for a trial does not put off an end."""
        is_new = self.state.kind == "never" and not self.had and self.trial is None
        return self.manifest is not None and self.on_sale and is_new and self.lacking is None

    @property
    def may_order(self) -> bool:
        """Whether there is a price to agree to, and nothing that covers it for good or is on its way."""
        return self.price is not None and not self.is_sold and self.order is None and self.state.kind != "denied"

    def earliest(self, today: date) -> date:
        """The first day that an order can be for: what is sold until a day goes on after it."""
        sold_until = self.state.day if self.state.kind == "sold" else None
        return max(today, sold_until + timedelta(days=1)) if sold_until is not None else today


@dataclass(frozen=True)
class Market:
    """Everything, by key, with how many units count, the contract that an order can go into, and its currency."""

    items: Mapping[str, Item]
    units: int
    contract: Contract | None
    currency: str


def market(db: CompanySession, plugins: Plugins, company: Snapshot, *, today: date) -> Market:
    """All that the company has, had or can have in its country; eight statements, however many there are."""
    these = {"companies": [company.id]}
    stands = standing(db.rows(LINES, these), db.rows(SWITCHES, these))
    units = db.rows(UNITS)[0].number
    contract = contract_on(db, company.id, today)
    currency = contract.currency if contract is not None else currency_of(company.country)
    found = offers(db)
    trials = {one.module: one for one in db.scalars(select(ModuleTrial))}
    orders = {one.product: one for one in db.scalars(select(ProductOrder).where(ProductOrder.state.in_(OPEN)))}
    used = usage_of(db, plugins, company.id, today=today)
    shelf = _Shelf(stands, plugins, company, currency, units)
    items = {}
    for key in sorted({*plugins.serving, *found}):
        item = shelf.item(key, found.get(key), trials.get(key), orders.get(key), used.get(key))
        if item is not None:
            items[key] = item
    return Market(items, units, contract, currency)


def contract_on(db: Session, company_id: UUID, day: date, currency: str | None = None) -> Contract | None:
    """The contract into which an order goes: accepted and in force on the day, the newest one first."""
    runs = select(Contract).filter_by(company_id=company_id, stage="accepted").where(Contract.starts <= day)
    runs = runs.where(Contract.currency == currency) if currency is not None else runs
    runs = runs.where((Contract.ends.is_(None)) | (Contract.ends > day))
    return db.scalars(runs.order_by(Contract.starts.desc(), Contract.id.desc()).limit(1)).first()


def orders_of(
    db: CompanySession, states: Collection[str] = (), limit: int = 20, after: UUID | None = None
) -> list[ProductOrder]:
    """Orders, the newest first; `after` is the last one of the page before."""
    query = select(ProductOrder).order_by(ProductOrder.id.desc()).limit(limit)
    query = query.where(ProductOrder.id < after) if after is not None else query
    return list(db.scalars(query.where(ProductOrder.state.in_(states)) if states else query))


class _Shelf:
    """What is the same for all products of one company."""

    def __init__(
        self, stands: Standing, plugins: Plugins, company: Snapshot, currency: str, units: int
    ) -> None:  # fmt: skip
        self._stands, self._plugins, self._company = stands, plugins, company
        self._currency, self._units = currency, units
        self._now = datetime.now(UTC)
        self._has = entitled(stands.spans, self._now)
        self._works = stands.modules(needs_of(plugins), self._now)

    def item(
        self,
        key: str,
        offer: Offer | None,
        trial: ModuleTrial | None,
        order: ProductOrder | None,
        used: ModuleUsage | None,
    ) -> Item | None:
        """The product; None where this company neither has it nor can have it."""
        plugin = self._plugins.serving.get(key)
        state = state_of(key, self._stands.spans, self._now)
        here = offer is not None and offer.on_sale and offer.version.terms.offered_in(self._company.country)
        if offer is not None and (offer.product.kind == "limit" or (offer.product.kind == "module" and plugin is None)):
            return None  # more units are asked for where they run out
        had = any(
            one.module == key and one.allows and one.edges and one.edges[0] <= self._now for one in self._stands.spans
        )
        if not here and not state.there and not had and offer is not None:
            return None
        terms = offer.version.terms if offer is not None else None
        wanted = parse(terms.needs) if terms is not None else None
        built_on = {key for key in plugin.manifest.depends_on if key not in keys(wanted)} if plugin else set()
        needs = every(wanted, *map(Key, sorted(built_on)))
        lacking = every(unmet(wanted, self._has), *map(Key, sorted(built_on - self._works)))
        switch = self._stands.switches.get(key)
        return Item(
            key, plugin.manifest if plugin else None, terms, offer.version.id if offer else None, here, state,
            key in self._works, bool(switch and switch.is_on), had, trial, needs, lacking,
            self.price(offer, None) if here else None, order, used,
        )  # fmt: skip

    def price(self, offer: Offer | None, quantity: int | None) -> Price | None:
        """For the company's own number of units, or one seat; None on request."""
        return price_of(offer, self._currency, self._units, quantity) if offer is not None else None


def price_of(offer: Offer, currency: str, units: int, quantity: int | None) -> Price | None:
    """What so many cost; without a quantity the company's units where these count, and one where they do not."""
    terms = offer.version.terms
    number = max(1, units) if terms.model == "unit" else quantity or 1
    number = 1 if terms.model == "flat" else number
    amount = terms.price(currency, number)
    if amount is None:
        return None
    return Price(offer.version.id, amount, currency, terms.period, number, terms.model)


def priced(db: CompanySession, found: Market, item: Item, quantity: int | None) -> Price | None:
    """What so many seats cost; of what is not counted in seats the one price that it has."""
    if item.price is None or item.price.model != "seat":
        return item.price
    return price_of(offers(db, [item.key])[item.key], found.currency, found.units, quantity)


def names_of(found: Market, company: Snapshot, language: str) -> dict[str, str]:
    """What each product is called here, by key."""
    return {key: name_of(one, company, language) for key, one in found.items.items()}


def name_of(item: Item, company: Snapshot, language: str) -> str:
    """The company's own name of a module, ours of everything else."""
    if item.key in company.micro_apps:
        return company.micro_apps[item.key].name.pick(language, (company.default_language,)).text
    return LocalizedText(item.terms.name if item.terms else {}).pick(language).text or item.key
