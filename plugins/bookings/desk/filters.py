"""What lists, calendar, figures and tables are narrowed to: all of it stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from flask import request

from plugins.bookings import queries
from plugins.bookings.queries import AssetFacts, BookingFilters
from quartier.sdk import Visit, fold

STATES: Final = ("requested", "confirmed", "cancelled", "declined", "missed", "block")
MANY: Final = 200
"""So many properties or things to book are looked for by words: a list of more would be longer than the page."""
NAMES: Final = ("property", "asset", "state", "since", "until")


@dataclass(frozen=True)
class Narrowed:
    """What was asked for, as the address has it, and what somebody of the team can choose from.

    `reach` are all assets that the right of the page holds for, `assets` those that the filters leave.
    """

    asked: dict[str, str]
    reach: list[AssetFacts]
    assets: list[AssetFacts]
    limited: bool
    zone_start: datetime | None
    zone_end: datetime | None

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """What was asked for, to be kept by: always in one order."""
        return tuple(self.asked.items())

    @property
    def state(self) -> str | None:
        """The state that was chosen."""
        return self.asked.get("state")

    @property
    def properties(self) -> list[tuple[str, str]]:
        """The properties of what is in reach, to choose from."""
        found = {str(one.property_id): one.property or "" for one in self.reach if one.property_id}
        return sorted(found.items(), key=lambda item: item[1])

    def choice(self, visit: Visit) -> list[tuple[str, str]] | None:
        """The assets of the chosen property, to choose from; None where there are too many for a list, or where words
        of a name were given."""
        found = _at(self.reach, self.asked.get("property"))
        asked = self.asked.get("asset")
        if len(found) > MANY or (asked is not None and id_of(asked) is None):
            return None
        return [(str(one.id), visit.say(one.name)) for one in found]

    def thing(self, visit: Visit) -> str:
        """The asset as a field for words has it: its name, where it was chosen by its id."""
        asked = self.asked.get("asset", "")
        return next((visit.say(one.name) for one in self.reach if str(one.id) == asked), asked)

    @property
    def home(self) -> str:
        """The property as a field for words has it: its name, where it was chosen by its id."""
        asked = self.asked.get("property", "")
        return dict(self.properties).get(asked, asked)

    def bookings(self, since: datetime | None = None) -> BookingFilters:
        """The same for a list of bookings, from a moment on where no day was chosen."""
        whole = not self.limited and not (self.asked.keys() & {"property", "asset"})
        ids = None if whole else [one.id for one in self.assets]
        return BookingFilters(self.state, ids, self.zone_start or since, self.zone_end)

    def before(self, *without: str) -> str:
        """The filters, but for some, as the beginning of an address of which a page has hundreds."""
        asked = urlencode({name: given for name, given in self.asked.items() if name not in without})
        return f"?{asked}&" if asked else "?"

    def query(self, **other: object) -> str:
        """The filters as an address has them, with something else beside."""
        return urlencode(self.asked | {name: str(value) for name, value in other.items() if value is not None})


def narrowed(visit: Visit, states: tuple[str, ...] = STATES) -> Narrowed:
    """Read the address; what it cannot mean is left out, and what is out of reach leaves nothing."""
    asked = {name: given for name in NAMES if (given := request.args.get(name, "")[:40])}
    reach = queries.staff_assets(visit)
    since, until = day_of(asked.get("since")), day_of(asked.get("until"))
    for name, understood in (("since", since), ("until", until), ("state", asked.get("state") in states)):
        if not understood:
            asked.pop(name, None)
    home = asked.get("property")
    left = _at(reach, home)
    if (chosen := asked.get("asset")) is not None and id_of(chosen) is None:
        left = [one for one in left if _has(chosen, *one.name.values())]
    elif chosen is not None:
        meant = [one for one in reach if str(one.id) == chosen]
        if meant and meant[0] not in left:
            del asked["asset"]  # the property was chosen anew
        else:
            left = meant
    zone = visit.company.zone
    start = datetime.combine(since, datetime.min.time(), zone) if since else None
    end = datetime.combine(until + timedelta(days=1), datetime.min.time(), zone) if until else None
    return Narrowed(asked, reach, left, queries.limit_of(visit) is not None, start, end)


def _at(assets: list[AssetFacts], home: str | None) -> list[AssetFacts]:
    """Those of a property: by its id, or by words of its name."""
    if home is None:
        return assets
    if id_of(home) is not None:
        return [one for one in assets if str(one.property_id) == home]
    return [one for one in assets if _has(home, one.property or "")]


def _has(asked: str, *names: str) -> bool:
    """Whether one of the names has all words that were asked for."""
    words = fold(asked).split()
    return bool(words) and any(all(word in name for word in words) for name in map(fold, names))


def day_of(text: str | None) -> date | None:
    """A day of an address, or of a form."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 1971 <= found.year <= 2200 else None


def id_of(text: str | None) -> UUID | None:
    """An id of an address, or of a form."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
