"""Switches: what a company decides about its portal by itself, declared by whoever reads them.

A noun of the core declares its own as `SWITCHES` in `<noun>/switches.py`, a module in its manifest. That is all: the
page of settings, its history, the API and companies kept as code know it from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

if TYPE_CHECKING:
    from quartier.plugin.manager import Plugins
    from quartier.tenancy.session import CompanySession
    from quartier.tenancy.snapshot import Snapshot
    from quartier.viewer import Viewer

NOWHERE_ELSE: Final[Mapping[UUID, bool]] = {}
GROUPS: Final = ("service", "community", "registration", "questions", "company")
CORE: Final = Path(__file__).parent.parent

Effect = Callable[["CompanySession", Any], str]
"""Says in one sentence, with numbers, what a value means for the bound company's people."""


@dataclass(frozen=True)
class Switch:
    """One decision. Its value lies in the company's settings under `key`; a module's key begins with slug and dot.

    `label` and `help` (one sentence) are lazy texts. `kind` "bool" is on or off; "days" is a whole number from `least`
    to `most`, or None where `default` is None, which then means that there is no limit; "choice" is one of `choices`
    (words by value), or None where `default` is None, which `usual` then names. `preview` is where one looks at what a
    value makes, asked with `value`. `effect` is left out only where `per_property` has whom it reaches counted.

    `per_property` says that it can be otherwise in single properties. Whoever reads such a switch asks `value_at` a
    property or `value_for` a viewer, and never `value`. It is on or off: nobody needs days by house.
    """

    key: str
    group: str
    label: str
    help: str
    default: bool | int | None
    kind: Literal["bool", "days", "choice"] = "bool"
    least: int = 0
    most: int = 366
    effect: Effect | None = None
    per_property: bool = False
    choices: Mapping[str, str] = field(default_factory=dict, hash=False)
    usual: str = ""
    preview: str = ""

    def __post_init__(self) -> None:
        if self.group not in GROUPS:
            raise ValueError(f"{self.key}: {self.group!r} is none of the groups {GROUPS}")
        if self.per_property and self.kind != "bool":
            raise ValueError(f"{self.key}: only what is on or off can be otherwise in a property")
        if self.kind == "choice" and (self.default is None) is not bool(self.usual):
            raise ValueError(f"{self.key}: what None stands for has a name, and nothing else has")
        if not self.accepts(self.default):
            raise ValueError(f"{self.key}: {self.default!r} is no value of this kind")

    def accepts(self, value: object) -> bool:
        """Whether this may stand in the company's settings."""
        if self.kind == "bool":
            return isinstance(value, bool)
        if value is None:
            return self.default is None
        if self.kind == "choice":
            return isinstance(value, str) and value in self.choices
        return type(value) is int and self.least <= value <= self.most


def value(settings: Mapping[str, object], switch: Switch) -> Any:
    """What is in force; where nothing is said, or nonsense, the default."""
    given = settings.get(switch.key, switch.default)
    return given if switch.accepts(given) else switch.default


def value_at(company: Snapshot, switch: Switch, property_id: UUID) -> Any:
    """What is in force in one property; asks nothing of the database."""
    there = company.deviations.get(switch.key, NOWHERE_ELSE).get(property_id)
    return value(company.settings, switch) if there is None else there


def value_for(company: Snapshot, switch: Switch, viewer: Viewer) -> Any:
    """What is in force for this viewer: on if it is on in one of their homes; without a home, as at the company."""
    homes = {place.property_id for place in viewer.places}
    if not homes or switch.key not in company.deviations:
        return value(company.settings, switch)
    return any(value_at(company, switch, home) for home in homes)


def others(company: Snapshot, switch: Switch) -> tuple[bool, frozenset[UUID]]:
    """The company's value, and the properties that have the other one: for who reads many with one statement."""
    on = bool(value(company.settings, switch))
    there = company.deviations.get(switch.key, NOWHERE_ELSE)
    return on, frozenset(one for one, wanted in there.items() if wanted is not on)


def all_switches(plugins: Plugins) -> dict[str, Switch]:
    """Every switch of this installation by key: the core's, then module by module."""
    own = [switch for plugin in plugins.serving.values() for switch in plugin.manifest.switches]
    return {switch.key: switch for switch in (*core_switches(), *own)}


def core_switches() -> Iterator[Switch]:
    """Those of the core's nouns, found by the name of their file, as templates and translations are."""
    for path in sorted(CORE.glob("*/switches.py")):
        if path.parent != Path(__file__).parent:
            yield from import_module(f"quartier.{path.parent.name}.switches").SWITCHES
