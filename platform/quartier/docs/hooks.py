"""`docs/hooks.md`: everything that a plugin can be asked, by whom, and who answers today."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from quartier.docs.source import signature, tree
from quartier.plugin.manager import Plugins

HOOKSPECS = "quartier.plugin.hookspecs"
CORE = Path(__file__).parents[1]
HEAD = """# Hooks

What the core asks a plugin, and when. A plugin implements in its `plugin.py` the ones it needs, with `@hookimpl` from
`quartier.sdk`; it may leave out arguments that it does not use. While a company is being served, only plugins that are
on for it are asked; one that raises is logged, counted and skipped. This page is written from the code by `make docs`.
"""


def page(plugins: Plugins) -> str:
    """The page, in Markdown."""
    asked_by = callers()
    return "\n".join([HEAD, *(line for node in _specs() for line in _hook(node, asked_by.get(node.name, ()), plugins))])


def undocumented() -> list[str]:
    """Hooks without a docstring."""
    return sorted(node.name for node in _specs() if not ast.get_docstring(node))


def callers() -> dict[str, list[str]]:
    """The core's modules by the hooks that they ask."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(CORE.rglob("*.py")):
        for hook in _asked(path.read_text(encoding="utf-8")):
            found[hook].append(f"quartier.{'.'.join(path.relative_to(CORE).with_suffix('').parts)}")
    return dict(found)


def _specs() -> Iterator[ast.FunctionDef]:
    for node in tree(HOOKSPECS).body:
        if isinstance(node, ast.FunctionDef) and "hookspec" in {ast.unparse(one) for one in node.decorator_list}:
            yield node


def _asked(source: str) -> set[str]:
    """Names of hooks in calls such as `plugins.call("search", …)` and `plugins.tell("people_merged", …)`."""
    if ".call(" not in source and ".tell(" not in source:
        return set()
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {
        str(node.args[0].value)
        for node in calls
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("call", "tell") and node.args
        if isinstance(node.args[0], ast.Constant)
    }


def _hook(node: ast.FunctionDef, asked_by: Iterable[str], plugins: Plugins) -> Iterator[str]:
    users = [slug for slug, plugin in plugins.installed.items() if hasattr(plugin.module, node.name)]
    yield f"## {node.name}\n"
    yield f"```python\n{signature(node, node.name)}\n```\n"
    yield " ".join((ast.get_docstring(node) or "").split()) + "\n"
    yield f"* Asked by: {_listed(asked_by)}"
    yield f"* Answered by: {_listed(users)}\n"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nobody yet"
