"""The facts of a plugin: what can be said of it without running it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from quartier.files.purposes import FilePurpose
from quartier.i18n.localized import LocalizedText
from quartier.mail.kinds import MailKind
from quartier.plugin.switches import Switch

SLUG = re.compile(r"[a-z][a-z0-9_]{1,30}\Z")


@dataclass(frozen=True)
class Permission:
    """Something an agent may do, in words that a team admin understands.

    Most rights can be given at a place of the estate; one that is `whole` holds for the company or not at all.
    """

    key: str
    label: Mapping[str, str]
    whole: bool = False


@dataclass(frozen=True)
class Holding:
    """Rows of a table that a module keeps for a company: counted and told before its contract changes.

    `words` are one and many by language, with `%(num)s`. With `coming`, the name of a column of moments, only rows
    count whose moment lies ahead; with `states` only those whose column `state` has one of these values.
    """

    table: str
    words: Mapping[str, tuple[str, str]]
    coming: str = ""
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """Something that a module counts (`count_usage`) for those who sell and buy it: how much, and never whose.

    `words` are what one and what many are called, by language, in the middle of a sentence. `people` counts different
    people: their numbers of several days do not add up, so the last thirty days are counted as a whole.
    """

    key: str
    words: Mapping[str, tuple[str, str]]
    people: bool = False


@dataclass(frozen=True)
class Manifest:
    """Facts about one module. Names are defaults: each company has its own words for it.

    `scoped` says that a company may have the module in some properties only. `short_name` has at most 11 characters
    in each language, for the bar at the bottom of a phone.
    """

    slug: str
    name: Mapping[str, str]
    short_name: Mapping[str, str]
    description: Mapping[str, str]
    icon: str
    category: str = "service"
    permissions: tuple[Permission, ...] = ()
    mails: tuple[MailKind, ...] = ()
    switches: tuple[Switch, ...] = ()
    files: tuple[FilePurpose, ...] = ()
    depends_on: tuple[str, ...] = ()
    holdings: tuple[Holding, ...] = ()
    measures: tuple[Measure, ...] = ()
    scoped: bool = False
    position: int = 100

    def __post_init__(self) -> None:
        if not SLUG.match(self.slug):
            raise ValueError(f"a plugin's slug is lower-case ASCII, 2 to 31 characters: {self.slug!r}")
        for what in ("name", "short_name", "description"):
            if missing := {"de", "en", "fr"} - set(getattr(self, what)):
                raise ValueError(f"{self.slug}: {what} is missing in {sorted(missing)}")
        if foreign := [p.key for p in self.permissions if not p.key.startswith(f"{self.slug}.")]:
            raise ValueError(f"{self.slug}: permissions start with the slug: {foreign}")
        if strange := [kind.key for kind in self.mails if not kind.key.startswith(f"{self.slug}.")]:
            raise ValueError(f"{self.slug}: kinds of mail start with the slug: {strange}")
        if strange := [one.key for one in self.switches if not one.key.startswith(f"{self.slug}.")]:
            raise ValueError(f"{self.slug}: keys of switches start with the slug: {strange}")
        if strange := [one.table for one in self.holdings if not one.table.startswith(f"{self.slug}_")]:
            raise ValueError(f"{self.slug}: tables start with the slug: {strange}")
        if twice := {one.key for one in self.measures if [each.key for each in self.measures].count(one.key) > 1}:
            raise ValueError(f"{self.slug}: keys of measures are there once: {sorted(twice)}")
        if strange := [one.key for one in self.files if not one.key.startswith(f"{self.slug}.")]:
            raise ValueError(f"{self.slug}: keys of purposes of files start with the slug: {strange}")

    def localized(self, what: str) -> LocalizedText:
        """One of the texts, as the rest of the product passes them around."""
        return LocalizedText(getattr(self, what))
