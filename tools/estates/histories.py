"""Who lived where, and when: backwards from today, as far as the books go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from tools.estates.estate import TODAY, House, Period, Property, Unit
from tools.estates.people import Household, People

BOOKS = date(1986, 4, 1)  # leases that began earlier are not in the program
KEPT = date(2014, 1, 1)  # leases that ended earlier have been deleted
VACANT, NOT_LET, LEAVING, FOLLOWED, LET_BY_OWNER = 0.03, 0.04, 0.03, 0.5, 0.35
BUSINESSES = frozenset({"gastronomy", "shop", "practice", "office"})
TERMS = (1, 4, 4, 4, 7, 7, 10, 10, 10, 11)  # months in which people move


class Histories:
    """Fills one company's houses."""

    def __init__(self, rng: Random, people: People) -> None:
        self._rng, self._people, self._empty = rng, people, 0.5
        self._had_one: set[int] = set()

    def fill(self, found: Property) -> None:
        """Give every unit its periods; those who live there rent the parking."""
        opened = max(BOOKS, date(found.built, 10, 1))
        for house in found.houses:
            for unit in house.units:
                if unit.kind == "flat" and found.owned:
                    unit.periods = self._owned(opened)
                elif unit.kind == "flat":
                    unit.periods = self._rented(opened)
                elif unit.kind in BUSINESSES:
                    unit.periods = self._let_to_businesses(unit, opened)
        self._around(found)

    # ---- flats ----------------------------------------------------------------------------------------------------
    def _rented(self, opened: date) -> list[Period]:
        """Newest first while it is made: somebody now or nobody, then who was there before."""
        rng, found = self._rng, list[Period]()
        if self._vacant():
            free = self._month(TODAY, -1 - int(rng.random() * 7))
            if rng.random() < FOLLOWED:
                soon = self._month(TODAY, 1 + int(rng.random() * 3))
                found.append(Period("tenancy", soon, None, self._people.household()))
            end = free - timedelta(days=1)
        else:
            starts = self._start(TODAY, opened)
            last = self._month(TODAY, 1 + int(rng.random() * 5)) - timedelta(days=1) if rng.random() < LEAVING else None
            found.append(Period("tenancy", starts, last, self._people.household()))
            end = self._before(starts)
        while end > KEPT and end > opened + timedelta(days=400) and rng.random() < 0.66:
            starts = self._start(end, opened)
            found.append(Period("tenancy", starts, end, self._people.household()))
            end = self._before(starts)
        return found[::-1]

    def _vacant(self) -> bool:
        """Whether it is this flat's turn to be empty; in a small company as often as in a large one."""
        self._empty += 2 * VACANT * self._rng.random()
        turn = self._empty >= 1
        self._empty -= turn
        return turn

    def _owned(self, opened: date) -> list[Period]:
        """Sold when the house was built, some sold again; a third of the owners let their flat."""
        rng, found, starts = self._rng, list[Period](), opened
        while rng.random() < 0.4 and (TODAY - starts).days > 1500:
            sold = self._day(starts + timedelta(days=700), TODAY - timedelta(days=200))
            found.append(Period("ownership", starts, sold - timedelta(days=1), self._people.owners()))
            starts = sold
        found.append(Period("ownership", starts, None, self._people.owners()))
        if rng.random() < LET_BY_OWNER:
            found += [one for one in self._rented(max(opened, self._month(starts, 2)))[-2:] if one.starts >= starts]
        return found

    def _let_to_businesses(self, unit: Unit, opened: date) -> list[Period]:
        starts = self._start(TODAY, opened)
        found = [Period("tenancy", starts, None, self._people.business(unit.kind))]
        if (starts - opened).days > 1500 and self._rng.random() < 0.5:
            end = self._before(starts)
            found.insert(0, Period("tenancy", self._start(end, opened), end, self._people.business(unit.kind)))
        return found

    # ---- parking and storage --------------------------------------------------------------------------------------
    def _around(self, found: Property) -> None:
        waiting = list(self._households(found.houses))
        self._rng.shuffle(waiting)
        for unit in found.houses[0].units:
            if unit.kind == "flat" or unit.kind in BUSINESSES or not waiting or self._rng.random() < NOT_LET:
                continue
            home = waiting.pop()
            owner = home.kind == "ownership" and unit.kind != "parking_outdoor"
            starts = home.starts if owner or self._rng.random() < 0.7 else self._start(TODAY, home.starts)
            holder = ((home.people[0][0], "main"),)
            unit.periods.append(Period("ownership" if owner else "tenancy", starts, home.last, holder))
            if not owner and (starts - KEPT).days > 900 and self._rng.random() < 0.3:
                self._earlier(unit, starts, found.houses)

    def _earlier(self, unit: Unit, starts: date, houses: list[House]) -> None:
        """Who had the space before: somebody who has moved out of one of the flats."""
        gone = [
            period
            for house in houses
            for flat in house.units
            for period in flat.periods
            if flat.kind == "flat" and period.kind == "tenancy" and period.last and KEPT < period.last < starts
        ]
        if gone:
            chosen = gone[int(self._rng.random() * len(gone))]
            holder: Household = ((chosen.people[0][0], "main"),)
            if holder[0][0].number in self._had_one:
                return
            self._had_one.add(holder[0][0].number)
            unit.periods.insert(0, Period("tenancy", chosen.starts, chosen.last, holder))

    @staticmethod
    def _households(houses: list[House]) -> Iterator[Period]:
        for house in houses:
            for unit in house.units:
                if unit.kind == "flat" or unit.kind in BUSINESSES:
                    yield from (period for period in unit.periods if period.now)

    # ---- days -----------------------------------------------------------------------------------------------------
    def _start(self, end: date, opened: date) -> date:
        """A term before `end`: most people stay for a few years, some for decades."""
        months = 9 + int(self._rng.expovariate(1 / 78))
        year = (end.year * 12 + end.month - 1 - months) // 12
        starts = date(year, TERMS[int(self._rng.random() * len(TERMS))], 1)
        if starts >= end - timedelta(days=100):
            starts = date(end.year - 1, starts.month, 1)
        return max(starts, opened)

    def _before(self, starts: date) -> date:
        """The end of the tenancy before: the day before, or earlier where a kitchen was made anew."""
        gap = 0 if self._rng.random() < 0.8 else 1 + int(self._rng.random() * 3)
        return self._month(starts, -gap) - timedelta(days=1)

    @staticmethod
    def _month(day: date, months: int) -> date:
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        return date(year, month + 1, 1)

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=int(self._rng.random() * max((last - first).days, 1)))
