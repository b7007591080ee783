"""`quartier theme new`: a theme that can be chosen at once, and holds in every brand."""

from __future__ import annotations

from pathlib import Path
from string import Template

from quartier.theming.themes import SLUG, Theme

SKELETON = Path(__file__).parent / "skeleton"


class ScaffoldError(ValueError):
    """Why nothing was written."""


def new_theme(slug: str, parent: str, root: Path, themes: dict[str, Theme]) -> Path:
    """Write a theme that extends another, and return its folder. Existing files are never touched."""
    if not SLUG.fullmatch(slug):
        raise ScaffoldError(
            "A theme is named in small letters, digits and hyphens, at most 30, and begins with a letter."
        )
    if parent not in themes:
        raise ScaffoldError(f"There is no theme {parent!r}; there are {', '.join(sorted(themes))}.")
    folder = root / slug
    if folder.exists():
        raise ScaffoldError(f"{folder} exists already.")
    folder.mkdir(parents=True)
    words = {"slug": slug, "parent": parent, "name": slug.replace("-", " ").capitalize()}
    for source in sorted(SKELETON.glob("*.tmpl")):
        (folder / source.stem).write_text(Template(source.read_text(encoding="utf-8")).substitute(words), "utf-8")
    return folder
