"""What a company calls its micro-apps, with which icons and in which order: as a version of its brand keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from quartier.i18n.localized import LocalizedText

NOTHING: Final = LocalizedText()
USUAL_POSITION: Final = 100


@dataclass(frozen=True)
class OwnApp:
    """The company's own words for a module, and its place in the order. What is empty is the module's own."""

    name: LocalizedText = NOTHING
    short_name: LocalizedText = NOTHING
    icon: str | None = None
    position: int = USUAL_POSITION

    def to_json(self) -> dict[str, Any]:
        """As the database keeps it: only what is said."""
        said = {"name": self.name.to_json(), "short_name": self.short_name.to_json(), "icon": self.icon}
        return {**{key: value for key, value in said.items() if value}, "position": self.position}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> OwnApp:
        """The opposite of `to_json`."""
        name, short = (LocalizedText(raw.get(key, {})) for key in ("name", "short_name"))
        return cls(name, short, raw.get("icon"), raw.get("position", USUAL_POSITION))


OwnApps = Mapping[str, OwnApp]
"""By module."""


def own_apps(raw: Mapping[str, Any] | None) -> dict[str, OwnApp]:
    """As they are kept → as they are meant."""
    return {module: OwnApp.from_json(said) for module, said in (raw or {}).items()}


class OwnAppsType(TypeDecorator[OwnApps]):
    """A JSONB column of `OwnApps`. To change one, assign a new mapping."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: OwnApps | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else {module: app.to_json() for module, app in value.items()}

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dict[str, OwnApp]:
        return own_apps(value)
