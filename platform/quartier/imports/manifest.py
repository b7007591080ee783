"""The manifest of an exchange set: what its sender wants done with it, option by option."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from quartier.imports.problems import Problem, Report, shown
from quartier.imports.reading.contents import opened
from quartier.imports.reading.sources import Source
from quartier.imports.values.emails import parse_email
from quartier.imports.values.kinds import parse_language

MANIFEST: Final = "manifest.json"
KINDS: Final[Mapping[str, str]] = {"owned": "ownership", "rented": "tenancy"}
LEVELS: Final = ("error", "success")
MOST: Final = 20  # addresses and permissions: a manifest is no mailing list
LONGEST: Final = 200
LARGEST: Final = 2**20  # bytes


@dataclass(frozen=True)
class Manifest:
    """What the set's manifest asks for.

    `reports`: address → outcomes that it wants to hear of. `permissions` and `notifications` are what the sender wants
    for the people of the team in the set. A file gives nobody a right: they are shown to the team's admin.
    """

    kind: str = "tenancy"
    language: str | None = None
    auto: bool = False
    reports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    permissions: tuple[str, ...] = ()
    notifications: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """For the database."""
        return asdict(self)


def manifest_of(sources: Sequence[Source], report: Report) -> Manifest:
    """Read manifest.json where there is one; an empty object is as good as none.

    An option that cannot be used is said and left out, but for the kind of the periods: a guess at that would make
    tenants of owners, so the whole manifest counts as unreadable.
    """
    for source in sources:
        if PurePosixPath(source.name).name == MANIFEST:
            try:
                with opened(source.content) as file:
                    said = json.loads(file.read(LARGEST).decode("utf-8-sig") or "{}")
                kind = KINDS[said.get("unitType") or "rented"]
            except (ValueError, KeyError, AttributeError, TypeError) as error:
                report(Problem("bad_manifest", source.name, details={"why": shown(error)}))
                return Manifest()
            return _Options(said, source.name, report).manifest(kind)
    return Manifest()


class _Options:
    def __init__(self, said: dict[str, Any], name: str, report: Report) -> None:
        self._said, self._name, self._report = said, name, report

    def manifest(self, kind: str) -> Manifest:
        for key in self._said.keys() - READ - {"unitType"}:
            self._report(Problem("unknown_option", self._name, 0, shown(key)))
        return Manifest(
            kind,
            self._take("locale", lambda value: parse_language(_text(value)), None),
            self._take("autoImport", _switch, False),
            self._take("reportEmails", self._reports, {}),
            self._take("agentPermissions", _names, ()),
            self._take("receiveAdminNotifications", _switch, None),
        )

    def _take(self, key: str, read: Callable[[Any], Any], otherwise: Any) -> Any:
        value = self._said.get(key)
        if value is None:
            return otherwise
        try:
            return read(value)
        except (ValueError, TypeError):
            self._report(Problem("bad_option", self._name, 0, key, shown(value)))
            return otherwise

    def _reports(self, value: Any) -> dict[str, tuple[str, ...]]:
        """Addresses in a list want to hear of everything."""
        wanted = {_text(one): LEVELS for one in value} if isinstance(value, list) else value
        if not isinstance(wanted, dict) or len(wanted) > MOST:
            raise ValueError
        found: dict[str, tuple[str, ...]] = {}
        for address, levels in wanted.items():
            try:
                if not isinstance(levels, (list, tuple)) or set(levels) - set(LEVELS):
                    raise ValueError
                found[parse_email(address)] = tuple(levels)
            except (ValueError, TypeError):
                self._report(Problem("bad_option", self._name, 0, "reportEmails", shown(f"{address}: {levels}")))
        return found


READ: Final = frozenset({"locale", "autoImport", "reportEmails", "agentPermissions", "receiveAdminNotifications"})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST:
        raise ValueError
    return tuple(dict.fromkeys(_text(one).strip()[:LONGEST] for one in value))
