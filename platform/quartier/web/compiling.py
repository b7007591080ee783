"""How templates become code: a little faster than Jinja does it, and without leaving anything behind."""

from __future__ import annotations

from collections.abc import MutableMapping
from keyword import iskeyword
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, Template, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator
from jinja2.environment import TemplateModule
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escape_text  # type: ignore[attr-defined]


def written(value: Any) -> str:
    """What a page shows for a value. Long lists have a thousand, and most are plain text or markup already.

    `escape` makes markup of each, which costs eight times what escaping does; what goes into a page needs none.
    """
    kind = type(value)
    if kind is str:
        return escape_text(value)
    return value if kind is Markup else escape(value)


class Written(CodeGenerator):
    """Templates that ask `written` for what they show, and call functions as what they are."""

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")

    def visit_Call(self, node: nodes.Call, frame: Any, forward_caller: bool = False) -> None:  # noqa: N802 - Jinja's
        """Jinja looks at each call whether the function wants the context. None of ours does, and a list has many."""
        if node.dyn_args or node.dyn_kwargs or any(iskeyword(named.key) for named in node.kwargs):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for given in (*node.args, *node.kwargs):
            self.visit(given, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")


class Page(Template):
    """A template that leaves nothing behind for the garbage collector.

    Macros hold the variables of their template, and these hold the macros: a circle, with the rows of the page inside.
    When what they were made for is done, the variables let go.
    """

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Jinja's, without the branch for coroutines."""
        context = self.new_context(dict(*args, **kwargs))
        try:
            return self.environment.concat(self.root_render_func(context))
        except Exception:  # noqa: BLE001 - it is raised anew, with the template's lines in its trace
            self.environment.handle_exception()
        finally:
            context.vars.clear()

    def make_module(self, *args: Any, **kwargs: Any) -> TemplateModule:
        """Its macros have what they need: only blocks and pages that extend look into the variables later."""
        context = self.new_context(*args, **kwargs)
        module = TemplateModule(self, context)
        context.vars.clear()
        return module


class Compiled(BytecodeCache):
    """What templates were compiled to, shared by the environments of a process: most are the same in every theme."""

    def __init__(self) -> None:
        self._codes: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self._codes[bucket.key] = bucket.code


class Settled(Environment):
    """An environment whose globals are complete before its first template is loaded."""

    code_generator_class = Written
    template_class = Page
    written = staticmethod(written)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A plain dictionary: each page copies it, which Jinja's chain of two takes ten times as long for."""
        return {**self.globals, **(d or {})}
