"""The product's words at run time: `_()` and its kin read one context variable that holds the bound catalogue.

The catalogue is bound once per request, job, mail or command. Where nothing is bound (an import, a log line, a command)
texts are English, which is the language of the msgids. Formatting is that of Jinja's newstyle gettext, in templates and
in Python alike: named placeholders only, and a percent sign is written `%%`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Any, cast

import jinja2
from markupsafe import Markup, escape

from .catalogues import Catalogue, Catalogues
from .figures import figures
from .voice import Voice

_installed = Catalogues({})
_english = _installed.for_voice(Voice("en"))
_bound: ContextVar[Catalogue] = ContextVar("quartier_catalogue", default=_english)


def install(catalogues: Catalogues) -> Catalogues:
    """Make these the words that `bind` finds, for the whole process; returns the ones before."""
    global _installed
    before, _installed = _installed, catalogues
    return before


def bind(voice: Voice) -> Token[Catalogue]:
    """Speak with this voice from now on in this context. Threads are reused, so bind anew at each request's begin."""
    return _bound.set(_installed.for_voice(voice))


def unbind(token: Token[Catalogue]) -> None:
    """Speak again as before the `bind` that gave the token."""
    _bound.reset(token)


@contextmanager
def using(voice: Voice) -> Iterator[None]:
    """Speak with this voice inside the block, as a mail to somebody else does in the middle of a request."""
    token = bind(voice)
    try:
        yield
    finally:
        unbind(token)


def current_voice() -> Voice:
    """The bound voice, English when nothing is bound."""
    return _bound.get().voice


def gettext(message: str, /, **params: object) -> str:
    """The text in the bound voice."""
    text = _bound.get().plain.get(message, message)
    return text % params if "%" in text else text


def ngettext(one: str, many: str, num: float, /, **params: object) -> str:
    """The text for this number, which is also the parameter `num`, in the reader's figures: "1.223 Personen"."""
    text = _counted(one, one, many, num)
    return text % {**params, "num": _figures(num)} if "%" in text else text


def pgettext(context: str, message: str, /, **params: object) -> str:
    """The text for a word that means different things in different places."""
    text = _bound.get().plain.get((context, message), message)
    return text % params if "%" in text else text


def npgettext(context: str, one: str, many: str, num: float, /, **params: object) -> str:
    """`ngettext` in a context."""
    text = _counted((context, one), one, many, num)
    return text % {**params, "num": _figures(num)} if "%" in text else text


def _counted(key: str | tuple[str, str], one: str, many: str, num: float) -> str:
    catalogue = _bound.get()
    forms = catalogue.counted.get(key)
    if forms is None:
        return one if num == 1 else many
    return forms[0] if catalogue.is_one(num) else forms[1]


def _figures(num: float) -> object:
    """Most counts are small, and look the same everywhere."""
    return num if isinstance(num, int) and num < 1000 else figures(_bound.get().voice.numbers, num)


class LazyText:
    """A text that is looked up each time it is shown, for what is written at import time: labels, messages, facts.

    It passes for a str in `isinstance` (as proxies do), because marshmallow formats only messages that do; its methods
    are those of the text as it reads now. It is not a str in memory on purpose: `json.dumps` or `"".join` would take
    the English original without a word, and now raise TypeError.
    """

    __slots__ = ("_arguments", "_lookup", "_params")

    def __init__(self, lookup: Callable[..., str], *arguments: object, **params: object) -> None:
        self._lookup, self._arguments, self._params = lookup, arguments, params

    @property  # type: ignore[misc]
    def __class__(self) -> type[str]:  # type: ignore[override]
        return str

    def __str__(self) -> str:
        return self._lookup(*self._arguments, **self._params)

    def __html__(self) -> Markup:
        return escape(str(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __repr__(self) -> str:
        return f"LazyText({', '.join(map(repr, self._arguments))})"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(str(self), name)

    def __eq__(self, other: object) -> bool:
        return type(other) is LazyText and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash((self._lookup, self._arguments))

    def _identity(self) -> tuple[object, ...]:
        return self._lookup, self._arguments, self._params


def lazy_gettext(message: str, /, **params: object) -> str:
    """`gettext` for import time; see LazyText for what the result can do."""
    return cast(str, LazyText(gettext, message, **params))


def lazy_ngettext(one: str, many: str, num: float, /, **params: object) -> str:
    return cast(str, LazyText(ngettext, one, many, num, **params))


def lazy_pgettext(context: str, message: str, /, **params: object) -> str:
    return cast(str, LazyText(pgettext, context, message, **params))


_ = gettext
_l = lazy_gettext


def jinja_callables() -> dict[str, Callable[..., Markup]]:
    """The functions that templates call: as Jinja's newstyle gettext, texts are markup and parameters are escaped.

    Jinja's own wrappers format every text, parameters or not; a page has a hundred of them and few parameters.
    """
    return {
        "gettext": lambda message, **params: _marked(_bound.get().plain.get(message, message), params),
        "ngettext": lambda one, many, num, **params: _marked(
            _counted(one, one, many, num), {**params, "num": _figures(num)}
        ),
        "pgettext": lambda context, message, **params: _marked(
            _bound.get().plain.get((context, message), message), params
        ),
        "npgettext": lambda context, one, many, num, **params: _marked(
            _counted((context, one), one, many, num), {**params, "num": _figures(num)}
        ),
    }


def _marked(text: str, params: dict[str, object]) -> Markup:
    return Markup(text) % params if "%" in text else Markup(text)  # noqa: S704 - our own catalogues


def prepare_jinja(env: jinja2.Environment) -> None:
    """Give the environment `_`, `gettext`, … and `{% trans %}`, trimmed just as the catalogue tools read templates."""
    env.add_extension("jinja2.ext.i18n")
    env.policies["ext.i18n.trimmed"] = True
    install_callables = cast(Any, env).install_gettext_callables  # the extension adds it at run time
    callables = jinja_callables()
    install_callables(**callables, newstyle=True)  # tells the extension to compile `trans` blocks for newstyle
    env.globals.update(callables, _=callables["gettext"])
