"""Names as their source has them: signatures with the author's own words, docstrings of constants included."""

from __future__ import annotations

import ast
import importlib
import inspect
from functools import cache
from pathlib import Path
from typing import NamedTuple

LONGEST_VALUE = 80

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Named(NamedTuple):
    """One name of a module: how it is written down, and what its docstring says (empty when there is none)."""

    name: str
    signature: str
    text: str
    members: tuple[Named, ...] = ()


@cache
def tree(module: str) -> ast.Module:
    """The parsed source of a module, by its dotted name."""
    file = importlib.import_module(module).__file__
    if file is None:
        raise LookupError(f"{module} has no source")
    return ast.parse(Path(file).read_text(encoding="utf-8"))


def find(module: str, name: str, shown: str) -> Named:
    """A name of a module, or of the one it was imported from, documented as `shown`.

    A name that is a module itself is its public functions.
    """
    statements = tree(module).body
    for position, node in enumerate(statements):
        if isinstance(node, Function) and node.name == name:
            return _function(node, shown)
        if isinstance(node, ast.ClassDef) and node.name == name:
            return _class(node, shown)
        if isinstance(node, ast.Assign | ast.AnnAssign) and name in _targets(node):
            return Named(shown, f"{shown} = {_value(node)}", _text_after(statements, position))
        if isinstance(node, ast.ImportFrom) and (elsewhere := _imported(node, name)):
            return find(elsewhere[0], elsewhere[1], shown)
    return _module(f"{module}.{name}", shown)


def paragraph(text: str) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(text.partition("\n\n")[0].split())


def signature(node: Function, shown: str, *, method: bool = False) -> str:
    """`name(arguments) -> result`, without `self`."""
    arguments = ast.unparse(node.args)
    if method:
        arguments = arguments.partition(", ")[2] if ", " in arguments else ""
    result = f" -> {ast.unparse(node.returns)}" if node.returns is not None else ""
    return f"{shown}({arguments}){result}"


def _function(node: Function, shown: str) -> Named:
    return Named(shown, signature(node, shown), ast.get_docstring(node) or "")


def _class(node: ast.ClassDef, shown: str) -> Named:
    bases = ", ".join(ast.unparse(base) for base in node.bases)
    head = f"class {shown}({bases})" if bases else f"class {shown}"
    fields = [ast.unparse(part) for part in node.body if isinstance(part, ast.AnnAssign) and _public(_targets(part)[0])]
    methods = [part for part in node.body if isinstance(part, Function)]
    made = [signature(part, shown, method=True) for part in methods if part.name == "__init__"]
    members = tuple(_member(part) for part in methods if _public(part.name) and not _is_setter(part))
    lines = [head, *(f"    {field}" for field in fields), *(f"    {line.removesuffix(' -> None')}" for line in made)]
    return Named(shown, "\n".join(lines), ast.get_docstring(node) or "", members)


def _is_setter(node: Function) -> bool:
    return any(ast.unparse(one).endswith(".setter") for one in node.decorator_list)


def _member(node: Function) -> Named:
    decorators = {ast.unparse(one) for one in node.decorator_list}
    if decorators & {"property", "cached_property"}:
        result = f": {ast.unparse(node.returns)}" if node.returns is not None else ""
        return Named(node.name, f".{node.name}{result}", ast.get_docstring(node) or "")
    return Named(node.name, "." + signature(node, node.name, method=True), ast.get_docstring(node) or "")


def _module(module: str, shown: str) -> Named:
    functions = [node for node in tree(module).body if isinstance(node, ast.FunctionDef) and _public(node.name)]
    members = tuple(
        Named(node.name, "." + signature(node, node.name), ast.get_docstring(node) or "") for node in functions
    )
    return Named(shown, f"module {shown}", inspect.cleandoc(ast.get_docstring(tree(module)) or ""), members)


def _imported(node: ast.ImportFrom, name: str) -> tuple[str, str] | None:
    found = [alias.name for alias in node.names if (alias.asname or alias.name) == name]
    return (node.module, found[0]) if node.module and found else None


def _targets(node: ast.Assign | ast.AnnAssign) -> list[str]:
    """The names that an assignment gives, those of a tuple one by one."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    single = [part for one in targets for part in (one.elts if isinstance(one, ast.Tuple) else [one])]
    return [ast.unparse(part) for part in single]


def _value(node: ast.Assign | ast.AnnAssign) -> str:
    """A short value as it is written; of a long one only that there is one."""
    value = ast.unparse(node.value) if node.value is not None else "…"
    return value if len(value) <= LONGEST_VALUE else "…"


def _text_after(statements: list[ast.stmt], position: int) -> str:
    match statements[position + 1 : position + 2]:
        case [ast.Expr(value=ast.Constant(value=str(text)))]:
            return inspect.cleandoc(text)
    return ""


def _public(name: str) -> bool:
    return not name.startswith("_")
