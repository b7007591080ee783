"""Switches: what a company decides about its portal by itself, declared by whoever reads them.

A noun of the core declares its own as `SWITCHES` in `<noun>/switches.py`, a module in its manifest. That is all: the
page of settings, its history, the API and companies kept as code know it from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from quartier.plugin.manager import Plugins
    from quartier.tenancy.session import CompanySession

GROUPS: Final = ("service", "community", "registration", "questions", "company")
CORE: Final = Path(__file__).parent.parent

Effect = Callable[["CompanySession", Any], str]
"""Says in one sentence, with numbers, what a value means for the bound company's people."""


@dataclass(frozen=True)
class Switch:
    """One decision. Its value lies in the company's settings under `key`; a module's key begins with slug and dot.

    `label` and `help` (one sentence) are lazy texts. `kind` "bool" is on or off; "days" is a whole number from 0 to
    `most`, or None where `default` is None, which then means that there is no limit.
    """

    key: str
    group: str
    label: str
    help: str
    default: bool | int | None
    kind: Literal["bool", "days"] = "bool"
    most: int = 366
    effect: Effect | None = None

    def __post_init__(self) -> None:
        if self.group not in GROUPS:
            raise ValueError(f"{self.key}: {self.group!r} is none of the groups {GROUPS}")
        if not self.accepts(self.default):
            raise ValueError(f"{self.key}: {self.default!r} is no value of this kind")

    def accepts(self, value: object) -> bool:
        """Whether this may stand in the company's settings."""
        if self.kind == "bool":
            return isinstance(value, bool)
        if value is None:
            return self.default is None
        return type(value) is int and 0 <= value <= self.most


def value(settings: Mapping[str, object], switch: Switch) -> Any:
    """What is in force; where nothing is said, or nonsense, the default."""
    given = settings.get(switch.key, switch.default)
    return given if switch.accepts(given) else switch.default


def all_switches(plugins: Plugins) -> dict[str, Switch]:
    """Every switch of this installation by key: the core's, then module by module."""
    own = [switch for plugin in plugins.serving.values() for switch in plugin.manifest.switches]
    return {switch.key: switch for switch in (*core_switches(), *own)}


def core_switches() -> Iterator[Switch]:
    """Those of the core's nouns, found by the name of their file, as templates and translations are."""
    for path in sorted(CORE.glob("*/switches.py")):
        if path.parent != Path(__file__).parent:
            yield from import_module(f"quartier.{path.parent.name}.switches").SWITCHES
