"""The catalogue as code: a file that says what is sold, read, checked as a form is, and made true."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from quartier.catalogue import services
from quartier.catalogue.models import CURRENCIES, KINDS, LIMITS
from quartier.catalogue.pictures import replace_pictures
from quartier.catalogue.pricing import Terms
from quartier.catalogue.queries import Offer, offers
from quartier.catalogue.schemas import KEY, ROWS, VersionSchema, terms_of
from quartier.catalogue.services import CatalogueError
from quartier.i18n.localized import LocalizedText
from quartier.web.forms import load_json

OF_PRODUCT: Final = ("key", "kind", "prices", "earlier", "retired", "pictures")


class CatalogueFileError(ValueError):
    """A file that cannot be used; the message names file, product and key."""


def plant(db: Session, path: Path, *, modules: Collection[str], actor: str) -> list[str]:
    """Make the catalogue say what the file says; returns the keys of what was added or has another version.

    A product that is new gets its `earlier` versions as well, so that contracts find the version that they were made
    with. What the file does not name stays as it is. Raises CatalogueFileError; then nothing is to be committed.
    """
    wanted = {one.key: one for one in _read(path)}
    there, known, changed = offers(db), {*wanted, *modules}, []
    for key, one in wanted.items():
        try:
            if _plant(db, one, there.get(key), known=known, actor=actor):
                changed.append(key)
        except CatalogueError as error:
            raise CatalogueFileError(f"{path}: {key}: {error.field}: {error}") from error
        except ValueError as error:
            raise CatalogueFileError(f"{path}: {key}: pictures: {error}") from error
    return changed


def _plant(db: Session, one: Wanted, there: Offer | None, *, known: Collection[str], actor: str) -> bool:
    if there is None:
        product = services.add_product(
            db, key=one.key, kind=one.kind, terms=one.versions[0], known=known, actor=actor, note=one.notes[0]
        )
        for seen, (terms, note) in enumerate(zip(one.versions[1:], one.notes[1:], strict=True), start=1):
            services.add_version(db, product, terms, seen=seen, known=known, actor=actor, note=note)
        replace_pictures(db, product, one.pictures)
    else:
        product, seen = there.product, there.version.number
        added = services.add_version(db, product, one.versions[-1], seen=seen, known=known, actor=actor)
        retiring = one.retired and product.retired_at is None
        if not replace_pictures(db, product, one.pictures) and not added and not retiring:
            return False
    if one.retired:
        services.retire(db, product, actor=actor)
    return True


@dataclass(frozen=True)
class Wanted:
    """A product of a file: its versions, the oldest first, with what was new in each."""

    key: str
    kind: str
    versions: tuple[Terms, ...]
    notes: tuple[str, ...]
    retired: bool
    pictures: tuple[tuple[bytes, LocalizedText], ...]


def _read(path: Path) -> Iterator[Wanted]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CatalogueFileError(f"{path}: {error}") from error
    for row in raw.get("product", ()):
        key, kind = str(row.get("key", "")), row.get("kind")
        if not KEY.match(key) or kind not in KINDS or (kind == "limit" and key not in LIMITS):
            raise CatalogueFileError(f"{path}: {key or 'a product'}: key and kind are needed, and must fit together")
        said = [_version(path, key, one) for one in (*row.get("earlier", ()), row)]
        versions, notes = zip(*said, strict=True)
        yield Wanted(key, str(kind), versions, notes, bool(row.get("retired", False)), _pictures(path, key, row))


def _pictures(path: Path, key: str, row: Mapping[str, Any]) -> tuple[tuple[bytes, LocalizedText], ...]:
    try:
        return tuple(
            ((path.parent / one["file"]).read_bytes(), LocalizedText(one["alt"])) for one in row.get("pictures", ())
        )
    except (OSError, KeyError, ValueError) as error:
        raise CatalogueFileError(f"{path}: {key}: pictures: {error}") from error


def _version(path: Path, key: str, row: Mapping[str, Any]) -> tuple[Terms, str]:
    form = load_json(VersionSchema(), _as_form(row))
    if not form.ok:
        said = "; ".join(f"{name}: {' '.join(sentences)}" for name, sentences in form.errors.items())
        raise CatalogueFileError(f"{path}: {key}: {said}")
    return terms_of(form.values), form.values["note"]


def _as_form(row: Mapping[str, Any]) -> dict[str, Any]:
    """`prices.CHF = [[1, "0.35"], [501, "0.28"]]` as the rows of a form; the rest is called the same."""
    given = {name: value for name, value in row.items() if name not in OF_PRODUCT}
    rows: list[dict[str, Any]] = [{} for _name in ROWS]
    for currency in CURRENCIES:
        for place, (start, amount) in zip(rows, row.get("prices", {}).get(currency, ()), strict=False):
            place[currency] = str(amount)
            place["from_unit"] = start if start > 1 else None
    return {**given, **dict(zip(ROWS, rows, strict=True))}
