"""`docs/sdk.md`: everything that a plugin may import."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator

from quartier.docs.source import Named, find, paragraph, tree

SDK = "quartier.sdk"
HEAD = """# The SDK

Everything that a plugin may use of Quartier is imported from `quartier.sdk`, and nothing from anywhere else. This page
is written from the code by `make docs`; change the docstrings instead.
"""


def names() -> dict[str, list[Named]]:
    """Every public name by the part of the core it comes from, as the SDK imports it."""
    found: dict[str, list[Named]] = {}
    for module, name, shown in sorted(_imports(), key=lambda one: (one[0].split(".")[1], one[2].lower())):
        found.setdefault(module.split(".")[1], []).append(find(module, name, shown))
    return found


def page() -> str:
    """The page, in Markdown."""
    return "\n".join([HEAD, *(line for part, group in names().items() for line in _group(part, group))])


def undocumented() -> list[str]:
    """Names without a docstring: nobody may be sent to the source to learn what a name of the SDK means."""
    groups = names().values()
    return sorted(named.name for group in groups for named in group if not named.text)


def _imports() -> Iterator[tuple[str, str, str]]:
    public = set(importlib.import_module(SDK).__all__)
    for node in tree(SDK).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module != "__future__":
            for alias in node.names:
                shown = alias.asname or alias.name
                if shown in public:
                    yield node.module, alias.name, shown


def _group(part: str, group: list[Named]) -> Iterator[str]:
    yield f"## {part}\n"
    yield paragraph(ast.get_docstring(tree(f"quartier.{part}")) or "") + "\n"
    for named in group:
        yield f"### {named.name}\n"
        yield f"```python\n{named.signature}\n```\n"
        yield paragraph(named.text) + "\n"
        if named.members:
            yield "\n".join(f"* `{one.signature}`: {paragraph(one.text)}" for one in named.members) + "\n"
