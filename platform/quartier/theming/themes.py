"""Themes are folders: `theme.toml`, style sheets, templates. A theme extends another and says only what differs.

A third party adds a theme by adding a folder; nothing here knows the names of ours.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LANGUAGES = ("de", "en", "fr")
MEDIA = frozenset({".woff2", ".png", ".jpg", ".webp", ".avif"})
"""What a theme may bring in `static/`: faces and pictures. Nothing that a browser would run, or open as a page."""
SLUG = re.compile(r"[a-z][a-z0-9-]{0,29}", re.ASCII)


class ThemeError(ValueError):
    """A theme folder that cannot be used; the message names the folder and what is wrong with it."""


@dataclass(frozen=True)
class Theme:
    """One theme as its pages see it. `name` and `character` (one sentence) are texts by language.

    `folders` starts with the theme's own and ends with the base; `colours` are recipes (see `paint`) by token, light
    and dark, those of the parents included. `selectable` is false for a theme that only exists to be extended.
    `suits` says for what brands it is made, in words that `proposal.theme_for` knows; a theme without any suits all.
    """

    slug: str
    name: Mapping[str, str]
    character: Mapping[str, str]
    folders: tuple[Path, ...]
    colours: Mapping[str, tuple[str, str]]
    selectable: bool = True
    suits: tuple[str, ...] = ()

    @property
    def attribute(self) -> str:
        """The value of `data-theme`: parents first, so that their tokens (`[data-theme~="…"]`) apply too."""
        return " ".join(folder.name for folder in reversed(self.folders[:-1])) or self.slug


def load_themes(root: Path) -> dict[str, Theme]:
    """All themes under a folder, by slug. Raises ThemeError for an unknown parent, a cycle, or a broken file."""
    facts = {path.parent.name: _facts(path) for path in sorted(root.glob("*/theme.toml"))}
    return {slug: _theme(slug, facts, root) for slug in facts}


def standing_in(themes: Mapping[str, Theme], slug: str) -> str:
    """The theme itself, or the first one that can be chosen, where it is not installed any more."""
    return slug if slug in themes else min(one for one, theme in themes.items() if theme.selectable)


def templates_of(theme: Theme) -> list[Path]:
    """Template folders in the order in which a template is looked up."""
    return [path for folder in theme.folders if (path := folder / "templates").is_dir()]


def sheets_of(theme: Theme) -> list[Path]:
    """Style sheets in the order of the cascade: `layers.css` before all, the base, the theme's own last; inside a
    folder by name.
    """
    sheets = [sheet for folder in reversed(theme.folders) for sheet in sorted(folder.rglob("*.css"))]
    return sorted(sheets, key=lambda sheet: sheet.name != "layers.css")


def media_of(folder: Path) -> dict[str, Path]:
    """The faces and pictures of a theme's folder, by their names below `static/`."""
    static = folder / "static"
    return {path.relative_to(static).as_posix(): path for path in sorted(static.rglob("*")) if path.suffix in MEDIA}


def media_address(folder: Path, name: str) -> str | None:
    """Where a file of a theme's `static/` is served: an address that changes with its content. None if it is not."""
    path = media_of(folder).get(name)
    if path is None:
        return None
    stem, _dot, suffix = name.rpartition(".")
    return f"/static/themes/{folder.name}/{stem}.{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}.{suffix}"


def _facts(path: Path) -> dict[str, Any]:
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThemeError(f"{path}: {error}") from error
    if not SLUG.fullmatch(path.parent.name):
        raise ThemeError(f"{path.parent}: a theme's folder is named in small letters, digits and hyphens")
    for key in ("name", "character"):
        if missing := [language for language in LANGUAGES if not facts.get(key, {}).get(language)]:
            raise ThemeError(f"{path}: [{key}] lacks {', '.join(missing)}")
    return facts


def _theme(slug: str, facts: Mapping[str, dict[str, Any]], root: Path) -> Theme:
    line = tuple(_lineage(slug, facts))
    colours = {
        token: _both(value)
        for ancestor in reversed(line)
        for token, value in facts[ancestor].get("colours", {}).items()
    }
    own = facts[slug]
    folders = tuple(root / ancestor for ancestor in line)
    return Theme(
        slug, own["name"], own["character"], folders, colours, own.get("selectable", True), tuple(own.get("suits", ()))
    )


def _lineage(slug: str, facts: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    seen: list[str] = []
    current: str | None = slug
    while current is not None:
        if current in seen:
            raise ThemeError(f"theme {slug!r} extends itself: {' → '.join([*seen, current])}")
        if current not in facts:
            raise ThemeError(
                f"theme {seen[-1]!r} extends {current!r}, which does not exist; there are {', '.join(sorted(facts))}"
            )
        seen.append(current)
        yield current
        current = facts[current].get("extends")


def _both(value: str | list[str]) -> tuple[str, str]:
    """One recipe for both modes, or a list of two: light, dark."""
    return (value, value) if isinstance(value, str) else (value[0], value[1])
