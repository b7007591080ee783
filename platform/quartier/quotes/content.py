"""What a quote says, as values, as JSON that is kept, and as sums. Amounts are in the main unit of its one currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from quartier.catalogue.models import PERIODS
from quartier.contracts.entitlement import day_begins
from quartier.i18n.localized import LocalizedText

CENT: Final = Decimal("0.01")
PERCENT: Final = Decimal(100)


@dataclass(frozen=True)
class Line:
    """One product. `listed` is for one `period` and the whole `quantity`, before the discount (in percent).

    `typed` says that somebody wrote the price down, `agreed_in` in which currency. `version` is the catalogue's.
    """

    key: str
    kind: str
    name: LocalizedText
    summary: LocalizedText
    model: str
    period: str
    quantity: int
    listed: Decimal
    typed: bool = False
    discount: Decimal = Decimal(0)
    version_id: UUID | None = None
    version: int = 0
    needs: str = ""

    @property
    def price(self) -> Decimal:
        """What it costs, rounded to cents as one learns it at school."""
        return (self.listed * (PERCENT - self.discount) / PERCENT).quantize(CENT, ROUND_HALF_UP)

    def as_json(self) -> dict[str, Any]:
        """For the database; amounts as text, so that nothing is rounded on the way."""
        return {
            **self.__dict__, "name": self.name.to_json(), "summary": self.summary.to_json(),
            "listed": str(self.listed), "discount": str(self.discount),
            "version_id": str(self.version_id) if self.version_id else None, "price": str(self.price),
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The opposite of `as_json`."""
        given = {name: value for name, value in kept.items() if name != "price"}
        texts = {name: LocalizedText.from_json(kept[name]) for name in ("name", "summary")}
        amounts = {name: Decimal(kept[name]) for name in ("listed", "discount")}
        version_id = UUID(kept["version_id"]) if kept["version_id"] else None
        return cls(**{**given, **texts, **amounts, "version_id": version_id})


@dataclass(frozen=True)
class Sum:
    """What all lines of a period cost together: without VAT, the VAT, and with it."""

    period: str
    net: Decimal
    vat: Decimal

    @property
    def gross(self) -> Decimal:
        """What stands on the bill."""
        return self.net + self.vat


@dataclass(frozen=True)
class Content:
    """A quote's terms. Dates are local ones of `timezone`; `ends` is the first day after the contract, or None.

    It begins on `starts` `at` a minute of the local clock. `vat` is in percent. `addressee` are lines of an address.
    `units` is for how many prices by unit are reckoned, where that is not the number that the company has here.
    """

    currency: str
    language: str
    timezone: str
    starts: date
    valid_until: date
    at: time = time.min
    ends: date | None = None
    vat: Decimal = Decimal(0)
    units: int | None = None
    recipient: str = ""
    email: str = ""
    addressee: str = ""
    intro: str = ""
    lines: tuple[Line, ...] = field(default_factory=tuple)

    @property
    def zone(self) -> ZoneInfo:
        """Where its days begin."""
        return ZoneInfo(self.timezone)

    @property
    def begins(self) -> datetime:
        """The moment at which what is bought works."""
        return day_begins(self.starts, self.zone, self.at)

    @property
    def expires(self) -> datetime:
        """The first moment at which it cannot be accepted any more."""
        return day_begins(self.valid_until + timedelta(days=1), self.zone)

    @property
    def sums(self) -> list[Sum]:
        """By period, each period once. The VAT is of the sum, not of the lines."""
        return [_sum(period, self.lines, self.vat) for period in PERIODS if any(x.period == period for x in self.lines)]

    def begun_by(self, moment: datetime) -> tuple[date, time]:
        """First day and minute for who accepts at that moment: as agreed, or right then where that is over."""
        if moment <= self.begins:
            return self.starts, self.at
        local = moment.astimezone(self.zone)
        return local.date(), local.time().replace(second=0, microsecond=0)

    def line(self, key: str) -> Line | None:
        """The line of a product."""
        return next((one for one in self.lines if one.key == key), None)

    def with_line(self, line: Line) -> Content:
        """The same with this line, in the place of an earlier one of its product."""
        there = self.line(line.key) is not None
        lines = (line if one.key == line.key else one for one in self.lines) if there else (*self.lines, line)
        return replace(self, lines=tuple(lines))

    def without(self, key: str) -> Content:
        """The same without a product."""
        return replace(self, lines=tuple(one for one in self.lines if one.key != key))

    def as_json(self) -> dict[str, Any]:
        """For the database."""
        return {
            **self.__dict__, "starts": self.starts.isoformat(), "ends": self.ends.isoformat() if self.ends else None,
            "valid_until": self.valid_until.isoformat(), "at": self.at.isoformat("minutes"), "vat": str(self.vat),
            "lines": [one.as_json() for one in self.lines],
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The opposite of `as_json`."""
        dates = {name: date.fromisoformat(kept[name]) for name in ("starts", "valid_until")}
        ends = date.fromisoformat(kept["ends"]) if kept["ends"] else None
        lines = tuple(map(Line.from_json, kept["lines"]))
        plain = {"at": time.fromisoformat(kept["at"]), "vat": Decimal(kept["vat"]), "ends": ends, "lines": lines}
        return cls(**{**kept, **dates, **plain})


def moment_now() -> datetime:
    """This moment; beginnings and ends are compared with it."""
    return datetime.now(UTC)


def _sum(period: str, lines: Iterable[Line], vat: Decimal) -> Sum:
    net = sum((line.price for line in lines if line.period == period), Decimal("0.00"))
    return Sum(period, net, (net * vat / PERCENT).quantize(CENT, ROUND_HALF_UP))
