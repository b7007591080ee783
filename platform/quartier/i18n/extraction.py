"""Which texts the source asks for: read from Python and Jinja files, area by area, for the catalogue tools."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from babel.messages.extract import extract
from jinja2 import TemplateSyntaxError

from .catalogues import Problem
from .pofiles import Key

_PLAIN: Final = (1,)
_COUNTED: Final = (1, 2)
_IN_CONTEXT: Final = ((1, "c"), 2)
KEYWORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext"), _PLAIN),
    **dict.fromkeys(("ngettext", "lazy_ngettext"), _COUNTED),
    **dict.fromkeys(("pgettext", "lazy_pgettext"), _IN_CONTEXT),
    "npgettext": ((1, "c"), 2, 3),
}
_COMMENT_TAGS: Final = ("tone:", "Translators:")
_JINJA_OPTIONS: Final = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "silent": "false",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols",
}
_TEMPLATE_SUFFIXES: Final = frozenset({".html", ".txt", ".xml", ".svg", ".jinja", ".j2", ".md", ".webmanifest"})
_NOT_SOURCE: Final = frozenset({"tests", "migrations", "static", "templates", "translations", "node_modules"})


Found = tuple[int, str | tuple[str, ...], list[str], str | None]
"""Babel's result: line, msgid or msgids, comments, context."""


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the repository that owns its words: folders with sources, and the folder of its .po files."""

    name: str
    words: Path
    packages: tuple[Path, ...] = ()
    templates: tuple[Path, ...] = ()
    modules: tuple[Path, ...] = ()

    def python_files(self) -> Iterator[Path]:
        yield from self.modules
        for package in self.packages:
            for path in package.rglob("*.py"):
                if not _NOT_SOURCE & set(path.relative_to(package).parts):
                    yield path

    def template_files(self) -> Iterator[Path]:
        for folder in self.templates:
            yield from (path for path in folder.rglob("*") if path.suffix in _TEMPLATE_SUFFIXES)


@dataclass(slots=True)
class SourceText:
    """A msgid with every place that asks for it, in reading order."""

    singular: str
    plural: str | None
    context: str | None
    places: list[tuple[Path, int]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return (self.context, self.singular) if self.context else self.singular

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.singular, self.plural) if self.plural else self.singular


@dataclass(slots=True)
class Extraction:
    """The texts of an area, ordered by file and line, and the files that could not be read."""

    texts: dict[Key, SourceText] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: Path, found: Found) -> None:
        line, ids, comments, context = found
        singular, plural = (ids, None) if isinstance(ids, str) else (ids[0], ids[1])
        new = SourceText(singular, plural, context)
        text = self.texts.setdefault(new.key, new)
        text.plural = text.plural or plural
        text.places.append((path, line))
        text.comments.extend(comment for comment in comments if comment not in text.comments)


def areas(root: Path) -> list[Area]:
    """Core packages, the modules beside them, themes and plugins; and folders with words that belong to nothing."""
    core, themes = root / "platform" / "quartier", root / "themes"
    found = {
        package.name: Area(package.name, root / "translations" / package.name, (package,), (package / "templates",))
        for package in _folders(core)
    }
    found["quartier"] = Area("quartier", root / "translations" / "quartier", modules=tuple(sorted(core.glob("*.py"))))
    found["themes"] = Area(
        "themes", root / "translations" / "themes", templates=tuple(theme / "templates" for theme in _folders(themes))
    )
    for orphan in _folders(root / "translations"):
        found.setdefault(orphan.name, Area(orphan.name, orphan))
    plugins = [
        Area(plugin.name, plugin / "translations", (plugin,), (plugin / "templates",))
        for plugin in _folders(root / "plugins")
    ]
    return [*found.values(), *plugins]


def read_area(area: Area) -> Extraction:
    """All texts that the area's files ask for."""
    extraction = Extraction()
    templates = set(area.template_files())
    for path in sorted({*area.python_files(), *templates}):
        try:
            if path in templates:
                _read_template(path, extraction)
            else:
                _read_python(path, extraction)
        except (SyntaxError, ValueError, TemplateSyntaxError) as error:
            line = getattr(error, "lineno", None) or 0
            extraction.problems.append(Problem(path, line, f"cannot be read for its texts: {error}", "mend the file"))
    return extraction


def _read_python(path: Path, extraction: Extraction) -> None:
    built = list(_built_texts(ast.parse(path.read_bytes())))  # first, since its errors know their line
    with path.open("rb") as source:
        for found in extract("babel.messages.extract:extract_python", source, KEYWORDS, _COMMENT_TAGS):
            extraction.add(path, found)
    for line in built:
        extraction.problems.append(
            Problem(path, line, "this text is put together before it is looked up", "use %(name)s and pass name=…")
        )


def _read_template(path: Path, extraction: Extraction) -> None:
    with path.open("rb") as source:
        for found in extract("jinja2.ext:babel_extract", source, KEYWORDS, _COMMENT_TAGS, _JINJA_OPTIONS):
            extraction.add(path, found)


def _built_texts(tree: ast.AST) -> Iterator[int]:
    """Lines where gettext is handed an f-string, a concatenation or `.format()`: no catalogue can have such a text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            places = (place for place in KEYWORDS.get(_name(node.func), ()) if isinstance(place, int))
            if any(_is_built(node.args[place - 1]) for place in places if place <= len(node.args)):
                yield node.lineno


def _is_built(text: ast.expr) -> bool:
    formatted = isinstance(text, ast.Call) and _name(text.func) == "format"
    return formatted or isinstance(text, ast.JoinedStr | ast.BinOp)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted(path for path in parent.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))
