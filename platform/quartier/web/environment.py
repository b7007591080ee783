"""Pages from templates: one environment per theme, so that no company ever gets another theme's cached page."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, MutableMapping
from functools import lru_cache, partial
from keyword import iskeyword
from pathlib import Path
from types import CodeType
from typing import Any

from flask import g
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, Template, nodes, select_autoescape
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator
from jinja2.environment import TemplateModule
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escape_text  # type: ignore[attr-defined]

from quartier.i18n import formats
from quartier.i18n.texts import current_voice, prepare_jinja
from quartier.i18n.voice import OWN_NAMES, Voice
from quartier.web import contact
from quartier.web.brand import bars
from quartier.web.flash import flashed
from quartier.web.static_files import StaticFiles

CORE = Path(__file__).parent.parent
DRAWN = 200  # pieces of pages that are kept, of some 20 kB each


class Renderer:
    """All environments of one process. Templates are looked up theme → its parents → core → plugins."""

    def __init__(self, themes: Mapping[str, Iterable[Path]], plugins: Iterable[Path], static: StaticFiles) -> None:
        self._static = static
        self._compiled = Compiled()
        core = sorted(path for path in CORE.glob("*/templates") if path.is_dir())
        own = [path / "templates" for path in plugins if (path / "templates").is_dir()]
        self._environments = {
            name: self._environment(name, [*folders, *core, *own]) for name, folders in themes.items()
        }
        self._drawn = lru_cache(maxsize=DRAWN)(self._draw)

    def page(self, template: str, theme: str, context: Mapping[str, Any]) -> str:
        """Render a template as the theme has it."""
        return self._environments[theme].get_template(template).render(context)

    def drawn(self, theme: str, template: str, name: str, *values: Hashable) -> Markup:
        """A macro for these values, drawn once for all who see the same: it may look at nothing but its arguments.

        What is kept is found by the values themselves, so it is never stale and never somebody else's. A list of rows
        costs more to draw than to read; so hand over rows as they came, in a tuple.
        """
        return self._drawn(theme, current_voice(), template, name, values)

    def _draw(self, theme: str, _voice: Voice, template: str, name: str, values: tuple[Hashable, ...]) -> Markup:
        return Markup(self.macro(template, name, theme)(*values))  # noqa: S704 - a macro of ours, autoescaped

    def macro(self, template: str, name: str, theme: str) -> Any:
        """One macro of a template, for chrome that is rendered once and kept."""
        return getattr(self._environments[theme].get_template(template).module, name)

    def _environment(self, theme: str, folders: list[Path]) -> Environment:
        environment = Settled(
            loader=FileSystemLoader(folders),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=self._compiled,
            cache_size=-1,
            extensions=["jinja2.ext.do"],
        )
        prepare_jinja(environment)
        environment.globals.update(
            icon=lru_cache(maxsize=2000)(self.icon),
            bars=bars,
            static=self._static.url,
            formats=formats,
            own_names=OWN_NAMES,
            current_voice=current_voice,
            current=current,
            drawn=partial(self.drawn, theme),
            flashed=flashed,
            form_token=form_token_field,
        )
        environment.filters["date"] = formats.format_date
        environment.filters["localized"] = localized
        environment.filters["initials"] = initials
        environment.filters["paragraphs"] = paragraphs
        environment.filters["phone"] = contact.national
        environment.filters["typed_phone"] = contact.in_a_field
        environment.filters["tel"] = contact.tel
        return environment

    def icon(self, name: str, size: str = "") -> Markup:
        """An icon of the sprite; it never stands without a word beside it, so it is hidden from screen readers."""
        classes = f"icon icon-{size}" if size else "icon"
        sprite = self._static.url("vendor/icons.svg")
        return Markup('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>').format(classes, sprite, name)


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


def localized(picked: Any) -> Markup:
    """A company's text, marked with its language when it is not the reader's."""
    if not picked.is_fallback:
        return escape(picked.text)
    return Markup('<span lang="{}">{}</span>').format(picked.language, picked.text)


def current(url: str, path: str, *, exact: bool = False) -> Markup:
    """The attribute that marks the place where the reader is."""
    here = path == url or (not exact and path.startswith(url.rstrip("/") + "/"))
    return Markup(' aria-current="page"') if here else Markup("")


def paragraphs(text: str) -> list[Markup]:
    """A company's plain text as it was typed: an empty line ends a paragraph, a line end stays one."""
    blocks = (block.strip() for block in text.replace("\r\n", "\n").split("\n\n"))
    return [Markup("<br>").join(map(escape, block.split("\n"))) for block in blocks if block]


def initials(name: str) -> str:
    """Two letters for an avatar; an employer in brackets has no part in them."""
    words = [word for word in name.partition(" (")[0].split() if word[:1].isalnum()]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


def form_token_field() -> Markup:
    """The hidden field that proves a form to be ours where a browser does not say where it came from."""
    return Markup('<input type="hidden" name="form_token" value="{}">').format(g.visit.viewer.form_token)
