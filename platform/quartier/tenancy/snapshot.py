"""What is known of a company without asking the database, and how each process learns that it changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import structlog
from sqlalchemy.engine import URL

from quartier.i18n.localized import LocalizedText

log = structlog.get_logger(__name__)

CHANNEL = "quartier_company"
LIFETIME = 30.0
UNHEARD_LIFETIME = 0.5


@dataclass(frozen=True, slots=True)
class MicroApp:
    """A module as this company's residents see it."""

    module: str
    name: LocalizedText
    short_name: LocalizedText
    icon: str
    position: int


@dataclass(frozen=True, slots=True)
class Brand:
    """The published look. URLs are paths on the company's own host; `digest` names the style sheet."""

    app_name: LocalizedText
    theme: str
    colour: str
    second: str | None
    digest: str
    logo: str | None = None
    logo_dark: str | None = None
    logo_reverse: str | None = None
    icon: str | None = None
    cover: str | None = None
    cover_dark: str | None = None
    cover_at: int = 50
    corners: str = "theme"
    density: str = "theme"


class Looks:
    """The sub-brands of a company, by property, and the company in each of them: made once somebody asks for it."""

    def __init__(self, brands: Mapping[UUID, Brand]) -> None:
        self.brands = brands
        self._worn: dict[UUID, Snapshot] = {}

    def __bool__(self) -> bool:
        return bool(self.brands)

    def worn(self, company: Snapshot, property_id: UUID) -> Snapshot:
        """The company in the look of a property that has one."""
        found = self._worn.get(property_id)
        if found is None:
            found = replace(company, brand=self.brands[property_id], home=property_id, chrome={})
            self._worn[property_id] = found
        return found


NO_LOOKS: Final = Looks({})
"""What nearly all companies have: the same for all of them."""


@dataclass(frozen=True, slots=True)
class LegalLink:
    """A document of the company that is in force, in version `number`.

    `asked` is the version that people must have agreed to, or a later one, and `since` the moment from which that
    holds; 0 asks nobody.
    """

    id: UUID
    key: str
    title: LocalizedText
    path: str
    number: int
    asked: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lapse:
    """What is left of a module whose contract has ended: everything for a while, then reading. `until` is the last day
    on which it is so, None where nothing ends it."""

    read_only: bool
    until: date | None


# With slots: an object of more than thirty values would have a table of their names for itself, two kilobytes of it,
# and a process keeps thousands of these.
@dataclass(frozen=True, slots=True)
class Snapshot:
    """A company at one moment. `valid_until` is the next moment at which an entitlement begins or ends by date.

    `support_by` is who of platform support may see its Cockpit until `support_until`, "" where nobody may.

    `modules` are those that people meet, `lapsing` what is left of some of them; `entitled` are those that contracts
    leave at least for reading, switched on or not.

    `mail_header` is a line below its name at the head of its mails, `mail_footer` are lines at their foot.

    `deviations` are, by key of a switch, the properties in which it stands otherwise than `settings` say, and where.
    `demo_ends` is None unless the company is a sandbox.

    `brand` is what whoever looks shall see. `looks` has the sub-brands of single properties; in one of them (`at`) the
    company's `brand` is that one, and `home` the property.
    """

    id: UUID
    slug: str
    name: str
    status: str
    host: str
    country: str
    zone: ZoneInfo
    languages: tuple[str, ...]
    tone: str
    brand: Brand
    greeting: LocalizedText
    emergency_phone: str | None
    emergency_note: LocalizedText
    legal: tuple[LegalLink, ...]
    settings: Mapping[str, object]
    modules: frozenset[str]
    entitled: frozenset[str]
    scopes: Mapping[str, frozenset[UUID]]
    micro_apps: Mapping[str, MicroApp]
    version: int
    valid_until: datetime | None = None
    demo_ends: datetime | None = None
    support_by: str = ""
    support_until: datetime | None = None
    mail_header: LocalizedText = field(default_factory=LocalizedText)
    mail_footer: LocalizedText = field(default_factory=LocalizedText)
    deviations: Mapping[str, Mapping[UUID, bool]] = field(default_factory=dict)
    lapsing: Mapping[str, Lapse] = field(default_factory=dict)
    chrome: dict[tuple[object, ...], object] = field(default_factory=dict, compare=False, repr=False)
    looks: Looks = field(default=NO_LOOKS, compare=False)
    home: UUID | None = None

    def at(self, property_id: UUID | None) -> Snapshot:
        """The company as it looks to those who live in a property; as it is, where that one has no look of its own."""
        if property_id is None or property_id not in self.looks.brands:
            return self
        return self.looks.worn(self, property_id)

    @property
    def asked(self) -> str:
        """What stands behind the addresses of icons, manifest and service worker: whose they are ("" the company's)."""
        return f"?home={self.home}" if self.home else ""

    def wearing(self, digest: str) -> Brand:
        """The brand, the company's or a property's, whose style sheet is called so; the company's for any other."""
        return next((one for one in self.looks.brands.values() if one.digest == digest), self.brand)

    @property
    def agreements(self) -> tuple[LegalLink, ...]:
        """The documents that people must have agreed to."""
        return tuple(one for one in self.legal if one.asked)

    @property
    def default_language(self) -> str:
        """The language of somebody of whom nothing else is known."""
        return self.languages[0]

    def has(self, module: str) -> bool:
        """Whether the module is entitled and switched on here, for somebody at least; be it for reading only."""
        return module in self.modules

    def only_reads(self, module: str) -> bool:
        """Whether nothing of the module may be written now, by anybody."""
        return bool(self.lapsing) and module in self.lapsing and self.lapsing[module].read_only


Loader = Callable[[UUID], Snapshot | None]


class SnapshotCache:
    """One snapshot per company and process; dropped when the database says so, when its time is up, or by age.

    While nobody listens (the connection is being rebuilt) a snapshot lives for half a second only: a switched-off
    module must not survive a lost connection.
    """

    def __init__(self, load: Loader, *, size: int = 6000) -> None:
        self._load, self._size = load, size
        self._kept: dict[UUID, tuple[float, Snapshot]] = {}
        self._forgotten = 0
        self.listening = False

    def __call__(self, company_id: UUID) -> Snapshot | None:
        """The company's snapshot; None when the company is gone."""
        kept = self._kept.get(company_id)
        if kept and kept[0] + self._lifetime > time.monotonic() and not _expired(kept[1]):
            return kept[1]
        asked, forgotten = time.monotonic(), self._forgotten
        snapshot = self._load(company_id)
        if snapshot is None:
            self._kept.pop(company_id, None)
            return None
        if len(self._kept) >= self._size:
            self._kept.clear()
        if forgotten == self._forgotten:  # else it may have been read just before the change that was announced
            self._kept[company_id] = (asked, snapshot)
        return snapshot

    def forget(self, company_id: UUID | None = None) -> None:
        """Drop one company, or all of them."""
        self._forgotten += 1
        if company_id is None:
            self._kept.clear()
        else:
            self._kept.pop(company_id, None)

    @property
    def _lifetime(self) -> float:
        return LIFETIME if self.listening else UNHEARD_LIFETIME


def _expired(snapshot: Snapshot) -> bool:
    return snapshot.valid_until is not None and snapshot.valid_until <= datetime.now(UTC)


class Listener(threading.Thread):
    """Hears `announce_company` for one process and passes it on."""

    def __init__(self, url: URL, *, heard: Callable[[UUID | None], None], up: Callable[[bool], None]) -> None:
        super().__init__(name="company-listener", daemon=True)
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._heard, self._up = heard, up
        self._stopping = threading.Event()

    def run(self) -> None:
        """Listen until stopped; after a lost connection everything is forgotten, for nobody knows what was missed."""
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("company_listener_lost", error=str(error))
            self._up(False)
            self._stopping.wait(0.5)

    def stop(self) -> None:
        """End within a fifth of a second."""
        self._stopping.set()
        self.join(timeout=2)

    def _listen(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._heard(None)
            self._up(True)
            while not self._stopping.is_set():
                for note in connection.notifies(timeout=0.2):
                    self._heard(UUID(note.payload) if note.payload else None)
