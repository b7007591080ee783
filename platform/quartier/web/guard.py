"""Templates of themes: what somebody else's page may do in ours, and what it can not.

A theme comes from a designer whom nobody here has to trust. Its templates see what the page was given, and of that what
pages of ours ask for: an attribute that none of our templates names is not there, nor a method that none calls, nor
anything that begins with an underscore. They are given few filters and functions, cannot switch escaping off, and have
an allowance of time, steps and text, so that a loop without an end is the theme's trouble and not the reader's.

The sandbox of Jinja is the ground that this stands on; it looks at names after it has fetched a value, and knows
nothing of time. What a theme breaks is mended by `Renderer`, which draws the page without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, Template, TemplateSyntaxError, Undefined, nodes
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.filters import do_xmlattr
from jinja2.nodes import EvalContext
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference, markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace, pass_context
from markupsafe import Markup

from quartier.tenancy.snapshot import Snapshot
from quartier.viewer import Viewer
from quartier.web.allowance import Overspent, spend, unpaid
from quartier.web.compiling import Page, written
from quartier.web.metering import WORDS, Counted, Metered
from quartier.web.visit import ConsoleVisit, Staff, Visit

OURS_ALONE = ("legal/", "support/", "viewing/")
"""Templates that no theme replaces: what the law asks for, and who else is looking at this page."""
PIECE = 50_000  # letters of one text, items of one list that a theme puts together
QUOTED = re.compile(r"""(?<!\w)(?:'[^']*'|"[^"]*")""")
CODE = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
ATTRIBUTE = re.compile(r"\.([a-z]\w*)\s*(\()?", re.ASCII | re.IGNORECASE)
OWNED = re.compile(r"\b(visit|viewer|company)\.([a-z]\w*)", re.ASCII)
NUMBER = re.compile(r"%(?:\.[0-9])?[df]", re.ASCII)
OTHER_PLACEHOLDERS = re.compile(r"%(?!\(\w+\)s|%)")

TEXT = frozenset({"upper", "lower", "title", "capitalize", "strip", "startswith", "endswith", "split", "partition"})
MAPPING = frozenset({"items", "keys", "values", "get"})
JINJAS = (LoopContext, TemplateReference, TemplateModule, Macro, BlockReference, Namespace, Undefined)
KNOWING: Mapping[type, str] = {
    Visit: "visit",
    ConsoleVisit: "visit",
    Viewer: "viewer",
    Staff: "viewer",
    Snapshot: "company",
}
"""Things that know more than a page shows, and what templates call them: only what ours ask of it by that name is open.

All others are what the page is about.
"""

FILTERS = (
    "date", "default", "first", "groupby", "last", "length", "list", "localized", "map", "max", "min", "reject",
    "rejectattr", "select", "selectattr", "sum",
)  # fmt: skip
OF_TEXT = (
    "initials", "int", "lower", "paragraphs", "phone", "round", "string", "striptags", "tel", "trim", "truncate",
    "typed_phone", "upper", "urlencode",
)  # fmt: skip
FUNCTIONS = (
    "bars", "formats", "own_names", "current_voice", "drawn", "flashed", "form_token", "namespace",
)  # fmt: skip
OF_NAMES = ("icon", "static", "current")


@dataclass(frozen=True)
class Known:
    """Attributes that templates of ours read, those of them that they call, and what they read of whom."""

    read: frozenset[str]
    called: frozenset[str]
    of: Mapping[str, frozenset[str]]


@lru_cache(maxsize=1)
def known(templates: tuple[Path, ...]) -> Known:
    """What the templates in these folders name."""
    codes = [
        QUOTED.sub("''", code)
        for folder in templates
        for path in folder.rglob("*.html")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    ]
    found = {match for code in codes for match in ATTRIBUTE.findall(code)}
    of = {
        owner: {name for whose, name in OWNED.findall(" ".join(codes)) if whose == owner} for owner in KNOWING.values()
    }
    return Known(
        frozenset(name for name, _call in found),
        frozenset(name for name, call in found if call),
        {owner: frozenset(names) for owner, names in of.items()},
    )


class Guard(ImmutableSandboxedEnvironment):
    """The environment of a theme's templates. Those of ours that they include, extend or import come from `outer`."""

    template_class = Page
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, outer: Environment, ours: Iterable[Path], prepare: Callable[[Environment], None]) -> None:
        super().__init__(
            autoescape=outer.autoescape, undefined=outer.undefined, trim_blocks=outer.trim_blocks,
            lstrip_blocks=outer.lstrip_blocks, extensions=["jinja2.ext.do"], cache_size=0,
        )  # fmt: skip
        prepare(self)
        self.outer = outer
        self.known = known(tuple(ours))
        self.code_generator_class = Counted
        offered = cast(dict[str, Callable[..., Any]], outer.globals)
        words = {name: translated(offered[name]) for name in WORDS}
        named = {name: of_text(offered[name]) for name in OF_NAMES}
        self.globals = {name: offered[name] for name in FUNCTIONS} | named | words | {"range": short_range}
        self._functions = tuple(self.globals.values())
        self.filters = {name: self._at_home(outer.filters[name]) for name in FILTERS}
        self.filters |= {"format": formatted, "join": joined, "replace": replaced, "xmlattr": self._attributes}
        self.filters |= {name: of_text(self._at_home(outer.filters[name])) for name in OF_TEXT}

    def template(self, source: str, name: str, filename: str) -> Template:
        """Compile one. Raises TemplateSyntaxError for what a theme may not say."""
        code = self.compile(source, name, filename)
        return Page.from_code(self, code, self.make_globals(None), lambda: True)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A plain dictionary, as for our own templates."""
        return {**self.globals, **(d or {})}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Ask whether the name may be read before it is: a property can do anything."""
        if not self._shows(obj, attribute):
            return self.unsafe_undefined(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The same for `thing["name"]`, which falls back to attributes."""
        if isinstance(argument, str) and not isinstance(obj, Mapping) and not self._shows(obj, argument):
            return self.unsafe_undefined(obj, argument)
        return super().getitem(obj, argument)

    def _shows(self, obj: Any, name: str) -> bool:
        if name.startswith("_"):
            return False
        if isinstance(obj, str):
            return name in TEXT
        if isinstance(obj, Mapping):
            return name in MAPPING or name in obj
        if isinstance(obj, JINJAS):
            return True
        if isinstance(obj, ModuleType):
            return name in self.known.called and getattr(getattr(obj, name, None), "__module__", "") == obj.__name__
        owner = next((owner for kind, owner in KNOWING.items() if isinstance(obj, kind)), None)
        return name in (self.known.read if owner is None else self.known.of[owner])

    def is_safe_callable(self, obj: Any) -> bool:
        """What pages call: macros, functions that the page was given, and methods that templates of ours call."""
        if isinstance(obj, (Macro, BlockReference, LoopContext)) or getattr(obj, "__self__", None) is self:
            return True
        if isinstance(obj, type) or obj in self._functions:
            return obj is Namespace or obj in self._functions
        if (owner := getattr(obj, "__self__", None)) is None or isinstance(owner, ModuleType):
            return super().is_safe_callable(obj)
        known_names = TEXT if isinstance(owner, str) else MAPPING if isinstance(owner, Mapping) else self.known.called
        return obj.__name__ in known_names and super().is_safe_callable(obj)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805, PYI063 - Jinja's
        """A call costs a step."""
        spend()
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Numbers are reckoned with, texts and lists put together while they are small; nothing is multiplied."""
        if operator == "+":
            return small(left + right)
        if operator == "**" or not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
            raise SecurityError(f"a theme may not use {operator} here")
        return super().call_binop(context, operator, left, right)

    def meter(self, letters: int) -> None:
        """What stands at the beginning of each loop and macro."""
        spend(letters)

    def concatenated(self, *parts: Any) -> Any:
        """`~`, which could double a text with every turn."""
        return small(markup_join([plain(part) for part in parts]))

    def shown(self, value: Any) -> Any:
        """What goes into the page, as our own templates write it."""
        text = written(plain(value))
        spend(len(text))
        return text

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 - Jinja's
        spend()
        return self.outer._load_template(name, None)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > PIECE:
            raise TemplateSyntaxError(f"a template of a theme has at most {PIECE} letters", 1, name, filename)
        tree = super()._parse(source, name, filename)
        metered: nodes.Template = Metered(name, filename).visit(tree)
        metered.set_environment(self)
        return metered

    def _attributes(self, values: Mapping[str, Any]) -> Markup:
        """The filter `xmlattr`."""
        return do_xmlattr(EvalContext(self), {name: plain(value) for name, value in values.items()})  # type: ignore[return-value]

    def _at_home(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A filter that reads attributes reads them here, also in a page whose context is one of our templates'."""
        if getattr(function, "jinja_pass_arg", None) is None:
            return function

        wanted = function.jinja_pass_arg.name  # type: ignore[attr-defined]

        @pass_context
        def filtered(context: Context, *args: Any, **kwargs: Any) -> Any:
            if wanted == "eval_context":
                return function(context.eval_ctx, *args, **kwargs)
            return function(Here(self, context.eval_ctx) if wanted == "context" else self, *args, **kwargs)

        return filtered


@dataclass(frozen=True)
class Here:
    """As much of a context as a filter asks for."""

    environment: Guard
    eval_ctx: Any


class Layered(FileSystemLoader):
    """Templates of ours as they are, and under guard those in the folders of a theme."""

    def __init__(self, themes: Sequence[Path], ours: Sequence[Path], guard: Guard) -> None:
        super().__init__([*themes, *ours])
        self._themes, self._guard, self._ours = tuple(themes), guard, FileSystemLoader(ours)

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's
    ) -> Template:
        """One template. Raises TemplateNotFound, and TemplateSyntaxError for what a theme may not say."""
        with unpaid():
            source, filename, _fresh = self.get_source(environment, name)
            if filename and any(Path(filename).is_relative_to(folder) for folder in self._themes):
                if name.startswith(OURS_ALONE):
                    return self._ours.load(environment, name, globals)
                return self._guard.template(source, name, filename)
            return super().load(environment, name, globals)


def of_text(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter or a function that makes a text of what it is given."""

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        for value in args:
            if not isinstance(value, Context):
                plain(value)
        return function(*args, **kwargs)

    return checked


def translated(function: Callable[..., str]) -> Callable[..., str]:
    """A function of words that takes no placeholder but `%(name)s`: others can ask for a text of any length."""

    def words(*args: Any, **kwargs: Any) -> str:
        if any(isinstance(one, str) and OTHER_PLACEHOLDERS.search(one) for one in args):
            raise SecurityError("a theme's words have placeholders of the form %(name)s")
        return function(*args, **{name: plain(value) for name, value in kwargs.items()})

    return words


def short_range(*bounds: int) -> range:
    """Numbers to count with, as many as a page can show."""
    numbers: range = small(range(*bounds))
    return numbers


def plain(value: Any) -> Any:
    """A text, a number, a day: what can be shown as it is. Of other things Python would tell all that is in them."""
    if isinstance(value, (int, float)) or value is None or hasattr(value, "__html__"):
        return value
    told: object = type(value).__str__
    if told is object.__str__:
        raise SecurityError(f"a theme shows texts and numbers, not a whole {type(value).__name__}")
    return value


def small(thing: Any) -> Any:
    """The text, list or number if it is one that a page could need. Raises Overspent."""
    if not isinstance(thing, (int, float)) and len(thing) > PIECE:
        raise Overspent("a template of this theme puts together more than a page can show")
    return thing


def replaced(text: Any, old: str, new: str) -> Any:
    """The filter `replace`; how long the result is, is known before it is made."""
    text, old, new = written(plain(text)), str(old), written(plain(new))
    if not old or len(text) + text.count(old) * len(new) > PIECE:
        raise Overspent("a template of this theme puts together more than a page can show")
    return Markup(text).replace(Markup(old), Markup(new))  # noqa: S704 - both are escaped


def formatted(pattern: str, number: float) -> str:
    """The filter `format`, for a number with some places."""
    if not NUMBER.fullmatch(pattern):
        raise SecurityError("a theme formats numbers, with a pattern such as %.1f")
    return pattern % number


def joined(parts: Iterable[Any], between: str = "") -> Any:
    """The filter `join`, without reading attributes; what is markup stays so, and the rest is escaped beside it."""
    pieces: list[Any] = []
    for part in parts:
        text = part if isinstance(part, str) else str(plain(part))
        spend(len(text) + len(between))
        pieces += [between, text]
    return small(markup_join(pieces[1:]))
