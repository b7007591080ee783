"""How templates of a theme become code: with a meter in whatever can be repeated."""

from __future__ import annotations

from typing import Any, NoReturn

from jinja2 import TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer

WORDS = {"_": 1, "gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}
"""Functions that give a text of the catalogues, and how many of their arguments are to be found there."""


class Counted(CodeGenerator):
    """Generates templates that count what they show."""

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        self.write("environment.shown(")


class Metered(NodeTransformer):
    """Puts a meter into whatever can be repeated, and refuses what would take the meter or the escaping away."""

    def __init__(self, name: str | None, filename: str | None) -> None:
        self.name, self.filename = name, filename

    def _metered(self, node: Any) -> Any:
        node = self.generic_visit(node)
        letters = sum(len(data.data) for part in node.body for data in part.find_all(nodes.TemplateData))
        meter = nodes.Call(nodes.EnvironmentAttribute("meter"), [nodes.Const(letters)], [], None, None)
        node.body.insert(0, nodes.ExprStmt(meter).set_lineno(node.lineno))
        return node

    visit_For = visit_Macro = visit_CallBlock = visit_Block = _metered  # noqa: N815 - Jinja looks for these names

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's
        """`a ~ b`."""
        call = nodes.Call(nodes.EnvironmentAttribute("concatenated"), node.nodes, [], None, None)
        return self.generic_visit(call.set_lineno(node.lineno))

    def fail(self, why: str, node: nodes.Node) -> NoReturn:
        """Say where it stands."""
        raise TemplateSyntaxError(why, node.lineno, self.name, self.filename)

    def _refused(self, node: nodes.Node) -> nodes.Node:
        self.fail("a theme may not change how text is escaped", node)

    visit_ScopedEvalContextModifier = visit_EvalContextModifier = _refused  # noqa: N815

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's
        """Words are markup, so they are written down where they are asked for."""
        if isinstance(node.node, nodes.Name) and node.node.name in WORDS:
            if node.dyn_args or not all(isinstance(one, nodes.Const) for one in node.args[: WORDS[node.node.name]]):
                self.fail("a theme's words stand in the template, not in a variable", node)
            node.args = [self.visit(one) for one in node.args]
            node.kwargs = [self.visit(one) for one in node.kwargs]
            return node
        return self.generic_visit(node)

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - Jinja's
        """A second name for the functions of words would go round that."""
        if node.name in WORDS:
            self.fail(f"a theme may only call {node.name}", node)
        return node
