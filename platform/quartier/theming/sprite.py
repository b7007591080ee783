"""One file with all icons.

The drawings are Lucide's and come from its package at set-up; which ones, and how we call them, is ours.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

NAMESPACE = "{http://www.w3.org/2000/svg}"
NAME = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
NOTICE = "<!-- Icons: Lucide (lucide.dev), ISC licence. -->"


class SpriteError(ValueError):
    """A name in the table that cannot be used, or a drawing that the package does not have."""


def read_icons(table: Path) -> dict[str, dict[str, str]]:
    """`icons.toml`: group → our name → Lucide's file name.

    The group `choice` is what a company may pick for a micro-app.
    """
    return {group: dict(names) for group, names in tomllib.loads(table.read_text(encoding="utf-8")).items()}


def all_names(groups: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The groups as one table, as `build_sprite` wants it. Raises SpriteError if one name means two drawings."""
    names: dict[str, str] = {}
    for group in groups.values():
        for name, file in group.items():
            if names.setdefault(name, file) != file:
                raise SpriteError(f"icon {name!r} stands for both {names[name]!r} and {file!r}")
    return names


def build_sprite(lucide_dir: Path, names: Mapping[str, str]) -> bytes:
    """An SVG with a `<symbol id="i-…">` per name.

    `lucide_dir` is the folder of the package `lucide-static`. Raises SpriteError.
    """
    symbols = "".join(_symbol(lucide_dir / "icons", name, file) for name, file in sorted(names.items()))
    return f'{NOTICE}<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()


def _symbol(icons: Path, name: str, file: str) -> str:
    if not NAME.fullmatch(name) or not NAME.fullmatch(file):
        raise SpriteError(f"{name!r} = {file!r}: names have small letters, digits and hyphens")
    try:
        text = (icons / f"{file}.svg").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SpriteError(f"icon {name!r}: the package has no drawing {file!r}") from error
    drawing = ElementTree.fromstring(text)  # noqa: S314 - a pinned package, at set-up
    shapes = "".join(_shape(shape) for shape in drawing)
    return f'<symbol id="i-{name}" viewBox="{drawing.get("viewBox")}">{shapes}</symbol>'


def _shape(shape: ElementTree.Element) -> str:
    """Line, colour and ends come from the class `icon` of the page, so only the geometry is kept."""
    tag = shape.tag.removeprefix(NAMESPACE)
    if tag not in SHAPES:
        raise SpriteError(f"a drawing holds a <{tag}>")
    attributes = "".join(f' {key}="{value}"' for key, value in shape.attrib.items() if key != "class")
    return f"<{tag}{attributes}/>"
