"""A company as code: `tenants/<slug>/tenant.toml` and the folders beside it, read and checked."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from quartier.i18n.localized import LocalizedText


class FactsError(ValueError):
    """A file that cannot be used; the message names file and key."""


@dataclass(frozen=True)
class CompanyFacts:
    """The content of `tenant.toml`, and where it lies. `origin` is what events name as the reason of planting."""

    folder: Path
    slug: str
    name: str
    country: str
    timezone: str
    languages: tuple[str, ...]
    tone: str
    app_name: LocalizedText
    brand: Mapping[str, str]
    texts: Mapping[str, LocalizedText]
    emergency_phone: str | None
    contracts: tuple[Mapping[str, Any], ...]
    overrides: tuple[Mapping[str, Any], ...]
    modules: Mapping[str, Mapping[str, Any]]
    team: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)
    trials: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)
    roles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    mail: Mapping[str, Any] = field(default_factory=dict)
    settings_in: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    looks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    origin: str = ""


def read_facts(folder: Path) -> CompanyFacts:
    """Read one company's folder. Raises FactsError with the file's name for whatever is missing."""
    path = folder / "tenant.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        emergency = raw.get("emergency", {})
        if "legal" in raw:
            raise ValueError("legal: these texts are files now, legal/<document>.<language>.md")
        return CompanyFacts(
            folder=folder,
            slug=raw["slug"],
            name=raw["name"],
            country=raw["country"],
            timezone=raw["timezone"],
            languages=tuple(raw["languages"]),
            tone=raw.get("tone", "formal"),
            app_name=LocalizedText(raw["app_name"]),
            brand=raw["brand"],
            texts={
                "greeting": LocalizedText(raw.get("greeting", {})),
                "emergency_note": LocalizedText(emergency.get("note", {})),
            },
            emergency_phone=emergency.get("phone"),
            contracts=_contracts(raw.get("contract", ())),
            overrides=tuple(raw.get("overrides", ())),
            modules=raw.get("modules", {}),
            team=tuple(raw.get("team", ())),
            trials=tuple(raw.get("trials", ())),
            roles=raw.get("roles", {}),
            settings=raw.get("settings", {}),
            mail=raw.get("mail", {}),
            settings_in=raw.get("settings_in", {}),
            looks=raw.get("looks", {}),
        )
    except FileNotFoundError as error:
        raise FactsError(f"{path}: there is no such file") from error
    except KeyError as error:
        raise FactsError(f"{path}: {error.args[0]} is missing") from error
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise FactsError(f"{path}: {error}") from error


def _contracts(given: Any) -> tuple[Mapping[str, Any], ...]:
    """`[contract]` for a company that has one, `[[contract]]` for several."""
    return (given,) if isinstance(given, Mapping) else tuple(given)


def rows_of(folder: Path, table: str) -> Iterator[dict[str, str]]:
    """Rows of `masterdata/<table>.csv`; none when there is no such file."""
    path = folder / "masterdata" / f"{table}.csv"
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def day(text: str) -> date | None:
    """An ISO date of a CSV cell, None for an empty one."""
    return date.fromisoformat(text) if text else None
