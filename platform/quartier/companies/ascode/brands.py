"""A look in a folder: `[brand]` of the company, `[looks."<property>"]` of single properties, and their pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quartier.companies.ascode.description import Key, Picture, Row, Rows
from quartier.companies.branding import CLEANERS, PLAIN, WITH_DARK
from quartier.companies.facts import CompanyFacts, FactsError
from quartier.companies.models import PICTURES
from quartier.companies.subbrands import OWNABLE, TOGETHER
from quartier.i18n.localized import LocalizedText
from quartier.theming.images import ImageRefused
from quartier.theming.palette import BrandColourError, parse_colour
from quartier.theming.shape import AS_DRAWN, CHOICES


@dataclass(frozen=True)
class Said:
    """What one table of `tenant.toml` says of a look, and what to call the table when something is wrong."""

    folder: Path
    table: str
    given: Mapping[str, Any]

    def wrong(self, what: str) -> FactsError:
        """The refusal, with the place."""
        return FactsError(f"{self.folder}/tenant.toml: {what}")

    def colour(self, name: str) -> str | None:
        """A colour, or None where none is said. Raises FactsError."""
        if not (text := self.given.get(name)):
            return None
        try:
            return parse_colour(text)
        except BrandColourError as error:
            raise self.wrong(f"{text!r} is no colour ({error.reason})") from error

    def shape(self, name: str) -> str:
        """Corners or density. Raises FactsError."""
        chosen, offered = self.given.get(name, AS_DRAWN), CHOICES[name]
        if chosen not in offered:
            raise self.wrong(f"{self.table}.{name}: {chosen!r} is none of {', '.join(offered)}")
        return str(chosen)

    def pictures(self) -> Iterator[tuple[str, Picture]]:
        """Cleaned pictures; a drawing brings its variant for dark pages along unless a file of its own is named."""
        for kind, clean in CLEANERS.items():
            path, dark_path = self.given.get(kind), self.given.get(f"{kind}_dark")
            if not path:
                continue
            image = _cleaned(self.folder / path, clean)
            yield kind, Picture(Path(path).name, image.content_type, image.body)
            if kind not in WITH_DARK:
                continue
            if dark_path:
                dark = _cleaned(self.folder / dark_path, clean)
                yield f"{kind}_dark", Picture(Path(dark_path).name, dark.content_type, dark.body)
            elif image.dark:
                yield f"{kind}_dark", Picture(Path(path).name, image.content_type, image.dark)


def digest_of(pictures: Mapping[str, Picture], slot: str) -> str | None:
    """What the picture in a slot is compared by."""
    return hashlib.sha256(pictures[slot].body).hexdigest() if slot in pictures else None


def brand_row(facts: CompanyFacts, pictures: Mapping[str, Picture]) -> Row:
    """The look of the company."""
    said = Said(facts.folder, "brand", facts.brand)
    return {
        "app_name": facts.app_name,
        "theme": facts.brand["theme"],
        "colour": said.colour("colour"),
        "second": said.colour("second"),
        "cover_at": facts.brand.get("cover_at", 50),
        **{name: said.shape(name) for name in CHOICES},
        **{slot: digest_of(pictures, slot) for slot in PICTURES},
    }


def slot_there(place: str, slot: str) -> str:
    """By what a picture of a property's look is known among all pictures."""
    return f"{place}:{slot}"


def look_rows(facts: CompanyFacts) -> tuple[Rows, dict[str, Picture]]:
    """The looks of single properties, and their pictures. Raises FactsError."""
    rows, pictures = Rows(), dict[str, Picture]()
    for place, given in facts.looks.items():
        said = Said(facts.folder, f"looks.{place}", given)
        if strange := given.keys() - {*PLAIN, *PICTURES}:
            raise said.wrong(f"{said.table}.{min(strange)}: there is no such key")
        own = dict(said.pictures())
        if "theme" in given and not isinstance(given["theme"], str):
            raise said.wrong(f"{said.table}.theme: the name of a theme")
        found = {
            **{name: value for name, value in given.items() if name in {"theme", "cover_at"}},
            **{name: said.colour(name) for name in ("colour", "second") if name in given},
            **{name: said.shape(name) for name in CHOICES if name in given},
            **({"app_name": LocalizedText(given["app_name"])} if "app_name" in given else {}),
            **{slot: digest_of(own, slot) for slot in own},
        }
        rows[place,] = look_row(found, owned(found))
        pictures |= {slot_there(place, slot): picture for slot, picture in own.items()}
    return rows, pictures


def owned(names: Mapping[str, Any]) -> tuple[str, ...]:
    """The facts that are a property's own, where these are said."""
    facts = {f"{name}_id" if name in PICTURES else name for name in names}
    facts |= {one for name, companions in TOGETHER.items() if name in facts for one in companions}
    return tuple(name for name in OWNABLE if name in facts)


def look_row(found: Mapping[str, Any], own: tuple[str, ...]) -> Row:
    """A row of all that a property may have of its own, None where it has not; with what is its own by name."""
    usual = {"cover_at": 50} if "cover_at" in own else {}
    return {"own": own, **{name: {**usual, **found}.get(name) for name in (*PLAIN, *PICTURES)}}


def pictures_there(said: Mapping[str, Picture], key: Key) -> dict[str, Picture]:
    """The pictures of one property's look, by slot."""
    return {slot: said[name] for slot in PICTURES if (name := slot_there(key[0], slot)) in said}


def _cleaned(path: Path, clean: Any) -> Any:
    try:
        return clean(path.read_bytes())
    except ImageRefused as refused:
        raise FactsError(f"{path}: refused ({refused.reason})") from refused
    except OSError as error:
        raise FactsError(f"{path}: {error.strerror}") from error
