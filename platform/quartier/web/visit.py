"""One request by one viewer at one company: everything a view needs, handed to it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from quartier.audience.meant import sight
from quartier.i18n.localized import LocalizedText, Picked
from quartier.i18n.voice import Voice
from quartier.tenancy.contents import KeptContents, Modules
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot
from quartier.viewer import Viewer

T = TypeVar("T")


def nothing_unread(_visit: Visit) -> int:
    """The bell of who is rung by nobody."""
    return 0


@dataclass(frozen=True)
class Rehearsal:
    """A page in a look that is not published: where its style sheet is, and "light" or "dark" where one is asked."""

    stylesheet: str
    mode: str = ""


@dataclass
class Visit:
    """A request at a company's host. `db` is bound to the company; the edge commits it."""

    company: Snapshot
    viewer: Viewer
    voice: Voice
    db: CompanySession
    contents: KeptContents = field(default_factory=KeptContents)
    needs: str = ""
    """What this page asked for at the gate: a thing out of the viewer's reach with this right is not found."""
    bell: Callable[[Visit], int] = nothing_unread
    rehearsal: Rehearsal | None = None

    def kept(self, of: Modules, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` finds in the tables of a module, or of several, read anew when one of them changed (`versioned`).

        The tables of the core are counted as "places" (the estate), "periods" (with who is on them), "people" (with
        their accounts, invitations and the team) and "contracts".

        It is kept for the whole company. So read what all may read, and choose afterwards what this viewer may, and
        what the moment allows; or say in the key what this viewer may and what day it is. Nobody may change the value.
        """
        version = self.db.version_of(of) if isinstance(of, str) else self.db.versions_of(of)
        return read() if version is None else self.contents.get((self.company.id, of, key), version, read)

    def kept_each(
        self, module: str, kind: Hashable, versions: Mapping[UUID, Hashable],
        read: Callable[[list[UUID]], Mapping[UUID, T]],
    ) -> Mapping[UUID, T]:  # fmt: skip
        """Things by id, each as `read` found it in the version that it has now: ids and versions are asked first.

        As with `kept`: for the whole company, so `read` finds nothing that is somebody's own, and nobody changes it.
        """
        if self.db.version_of(module) is None:
            return read(list(versions)) if versions else {}
        return self.contents.each(self.company.id, module, kind, versions, read)

    @cached_property
    def modules(self) -> frozenset[str]:
        """Modules that this viewer meets: on here, and for a resident, on where they live.

        Whoever lives nowhere here, not yet or no longer, meets none: what concerns everybody is for the people of the
        houses, and a former tenant is not one of them.
        """
        scopes = self.company.scopes
        if self.viewer.kind == "resident" and not self.viewer.places:
            return frozenset()
        if not scopes or self.viewer.kind != "resident":
            return self.company.modules
        home = {place.property_id for place in self.viewer.places}
        return frozenset(slug for slug in self.company.modules if slug not in scopes or home & scopes[slug])

    @cached_property
    def sight(self) -> dict[str, Any]:
        """Parameters by which `meant` asks what is for this viewer."""
        return sight(self.viewer, self.company.zone)

    @property
    def zone(self) -> ZoneInfo:
        """Where the clock of whoever looks is: in this zone moments are shown, and typed ones are meant.

        Days that count for everybody (`today`, the ends of periods) are the company's.
        """
        return self.voice.zone or self.company.zone

    @cached_property
    def unread(self) -> int:
        """How many notifications wait at the bell; asked for by what surrounds each page, so it is free for most."""
        return self.bell(self) if self.viewer.unread else 0

    @property
    def now(self) -> datetime:
        """This moment in the company's zone."""
        return datetime.now(self.company.zone)

    @property
    def today(self) -> date:
        """The company's local date."""
        return self.now.date()

    def text(self, localized: LocalizedText) -> Picked:
        """A company's text in the reader's language, or in the best other one."""
        return localized.pick(self.voice.language, (self.company.default_language,))

    def say(self, localized: LocalizedText) -> str:
        """The same, without knowing its language: for names in menus and titles."""
        return self.text(localized).text


@dataclass(frozen=True)
class Staff:
    """An operator at the console. `permissions` follow from the role."""

    operator_id: Any = None
    session_id: Any = None
    name: str = ""
    email: str = ""
    role: str = ""
    language: str | None = None
    formats: str | None = None
    timezone: str | None = None
    form_token: str = ""
    unread: int = 0

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.operator_id is not None

    @property
    def account_id(self) -> Any:
        """The operator's id, under the name that accounts have everywhere."""
        return self.operator_id

    def may(self, roles: Iterable[str]) -> bool:
        """Whether the operator has one of the roles; an admin has all of them."""
        return self.role == "admin" or self.role in roles


@dataclass
class ConsoleVisit:
    """A request at the console's host. `db` sees all companies; nothing a company's people do ever runs in it."""

    viewer: Staff
    voice: Voice
    db: Session
    needs: str = ""
    notices: tuple[tuple[str, LocalizedText], ...] = ()
    """Address and title of what the law asks of who runs the installation."""
