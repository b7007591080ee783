"""The catalogue as code: a file that says what is sold, read, checked as a form is, and made true."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from quartier.catalogue import services
from quartier.catalogue.models import CURRENCIES, KINDS, LIMITS
from quartier.catalogue.pricing import Terms
from quartier.catalogue.queries import offers
from quartier.catalogue.schemas import KEY, ROWS, VersionSchema, terms_of
from quartier.catalogue.services import CatalogueError
from quartier.web.forms import load_json


class CatalogueFileError(ValueError):
    """A file that cannot be used; the message names file, product and key."""


def plant(db: Session, path: Path, *, modules: Collection[str], actor: str) -> list[str]:
    """Make the catalogue say what the file says; returns the keys of what was added or has another version.

    What the file does not name stays as it is. Raises CatalogueFileError; then nothing is to be committed.
    """
    wanted = dict(_read(path))
    there, known, changed = offers(db), {*wanted, *modules}, []
    for key, (kind, terms) in wanted.items():
        try:
            if key not in there:
                services.add_product(db, key=key, kind=kind, terms=terms, known=known, actor=actor)
                changed.append(key)
                continue
            seen = there[key].version.number
            if services.add_version(db, there[key].product, terms, seen=seen, known=known, actor=actor):
                changed.append(key)
        except CatalogueError as error:
            raise CatalogueFileError(f"{path}: {key}: {error.field}: {error}") from error
    return changed


def _read(path: Path) -> Iterator[tuple[str, tuple[str, Terms]]]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CatalogueFileError(f"{path}: {error}") from error
    for row in raw.get("product", ()):
        key, kind = str(row.get("key", "")), row.get("kind")
        if not KEY.match(key) or kind not in KINDS or (kind == "limit" and key not in LIMITS):
            raise CatalogueFileError(f"{path}: {key or 'a product'}: key and kind are needed, and must fit together")
        form = load_json(VersionSchema(), _as_form(row))
        if not form.ok:
            said = "; ".join(f"{name}: {' '.join(sentences)}" for name, sentences in form.errors.items())
            raise CatalogueFileError(f"{path}: {key}: {said}")
        yield key, (kind, terms_of(form.values))


def _as_form(row: Mapping[str, Any]) -> dict[str, Any]:
    """`prices.CHF = [[1, "0.35"], [501, "0.28"]]` as the rows of a form; the rest is called the same."""
    given = {name: value for name, value in row.items() if name not in ("key", "kind", "prices")}
    rows: list[dict[str, Any]] = [{} for _name in ROWS]
    for currency in CURRENCIES:
        for place, (start, amount) in zip(rows, row.get("prices", {}).get(currency, ()), strict=False):
            place[currency] = str(amount)
            place["from_unit"] = start if start > 1 else None
    return {**given, **dict(zip(ROWS, rows, strict=True))}
