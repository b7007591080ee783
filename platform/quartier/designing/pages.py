"""What each page is made of: the variables that it is given, its blocks and pieces. Read from our own templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, meta, nodes

from quartier.web.environment import CORE
from quartier.web.metering import WORDS

FRAME = (
    "visit", "company", "viewer", "voice", "path", "nav", "chrome", "theme", "has_flash", "stylesheet", "rehearsal",
)  # fmt: skip
"""What `web.render.render` gives to every page."""
LOOKED_UP = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


@dataclass(frozen=True)
class Piece:
    """One template as its source says: `wants` are its variables, `blocks` and `macros` (with their arguments) what
    others may fill or call, `uses` the templates that it names, `reads` the attributes, `words` its messages.
    """

    name: str
    path: Path
    wants: frozenset[str]
    blocks: tuple[str, ...]
    macros: dict[str, tuple[str, ...]]
    uses: tuple[str, ...]
    extends: str | None
    reads: dict[str, int]
    words: frozenset[str]
    has_forms: bool
    signs_forms: bool


class Book:
    """All templates in some folders, by name; the first folder that has one wins."""

    def __init__(self, folders: Iterable[Path], environment: Environment) -> None:
        self._environment = environment
        self._paths: dict[str, Path] = {}
        for folder in folders:
            for path in sorted(folder.rglob("*.html")):
                self._paths.setdefault(path.relative_to(folder).as_posix(), path)
        self._read: dict[str, Piece] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._paths))

    def __getitem__(self, name: str) -> Piece:
        if name not in self._read:
            self._read[name] = read(name, self._paths[name], self._environment)
        return self._read[name]

    @cached_property
    def filled(self) -> frozenset[tuple[str, str]]:
        """Blocks that a template fills in the one that it extends: pairs of the latter's name and the block."""
        return frozenset((above, block) for name in self for above in self.above(name) for block in self[name].blocks)

    @cached_property
    def called(self) -> frozenset[str]:
        """Templates whose macros others import."""
        return frozenset(used for name in self for used in self[name].uses if used in self)

    def above(self, name: str) -> Iterator[str]:
        """The templates that this one extends, the nearest first."""
        current = self[name].extends
        while current is not None and current in self:
            yield current
            current = self[current].extends

    def given(self, name: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        """Variables that a page has when this template is drawn, as far as its own pieces ask for them."""
        if name in seen or name not in self:
            return frozenset()
        piece = self[name]
        return piece.wants.union(*(self.given(used, seen | {name}) for used in piece.uses))


def described(book: Book, name: str) -> str:
    """A template in words: what it is given, what others fill or call, and what it is made of."""
    piece = book[name]
    lines = {
        "given": sorted(book.given(name) | frozenset(FRAME)) if piece.extends else sorted(piece.wants),
        "blocks": piece.blocks,
        "macros": [f"{macro}({', '.join(arguments)})" for macro, arguments in piece.macros.items()],
        "extends": [piece.extends] if piece.extends else [],
        "uses": [used for used in piece.uses if used != piece.extends],
        "reads": [f".{name}" for name in sorted(piece.reads)],
    }
    return "\n".join([name, *(f"  {word:<8} {', '.join(found)}" for word, found in lines.items() if found)])


def our_templates(plugins: Iterable[Path]) -> list[Path]:
    """The folders of the product's own templates."""
    own = (path / "templates" for path in plugins)
    return [
        *sorted(path for path in CORE.glob("*/templates") if path.is_dir()),
        *(path for path in own if path.is_dir()),
    ]


def read(name: str, path: Path, environment: Environment) -> Piece:
    """Parse one template. Raises TemplateSyntaxError."""
    source = path.read_text(encoding="utf-8")
    tree = environment.parse(source, name, str(path))
    extends = [above for one in tree.find_all(nodes.Extends) for above in _named(one)]
    calls = [call for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)]
    return Piece(
        name,
        path,
        frozenset(meta.find_undeclared_variables(tree)) - frozenset(environment.globals),
        tuple(dict.fromkeys(block.name for block in tree.find_all(nodes.Block))),
        {macro.name: tuple(one.name for one in macro.args) for macro in tree.body if isinstance(macro, nodes.Macro)},
        tuple(dict.fromkeys(used for node in tree.find_all(LOOKED_UP) for used in _named(node))),
        extends[-1] if extends else None,  # where it depends, the usual one comes last
        {one.attr: one.lineno for one in tree.find_all(nodes.Getattr)},
        frozenset(_words(calls)),
        "<form" in source,
        any(call.node.name == "form_token" for call in calls),  # type: ignore[attr-defined]
    )


def _named(node: nodes.Node) -> Iterator[str]:
    """The templates that a node names; there may be several of which the first is taken that exists."""
    template = getattr(node, "template", node)
    if isinstance(template, nodes.CondExpr):
        yield from (*_named(template.expr1), *(_named(template.expr2) if template.expr2 else ()))
    if isinstance(template, nodes.Const) and isinstance(template.value, str):
        yield template.value
    for one in template.items if isinstance(template, (nodes.Tuple, nodes.List)) else ():
        yield from _named(one)


def _words(calls: Iterable[nodes.Call]) -> Iterator[str]:
    for call in calls:
        if call.node.name in WORDS and call.args and isinstance(call.args[0], nodes.Const):  # type: ignore[attr-defined]
            yield str(call.args[0].value)
