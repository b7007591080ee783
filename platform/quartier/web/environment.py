"""Pages from templates: one environment per theme, so that no company ever gets another theme's cached page."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import structlog
from flask import g
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.exceptions import SecurityError
from markupsafe import Markup, escape

from quartier.i18n import formats
from quartier.i18n.spelling import WIDE
from quartier.i18n.texts import current_voice, prepare_jinja
from quartier.i18n.voice import OWN_NAMES, Voice
from quartier.web import contact
from quartier.web.allowance import Overspent, allowance
from quartier.web.brand import bars
from quartier.web.compiling import Compiled, Settled
from quartier.web.flash import flashed
from quartier.web.guard import Guard, Layered
from quartier.web.static_files import StaticFiles

log = structlog.get_logger(__name__)

CORE = Path(__file__).parent.parent
DRAWN = 200  # lists that are kept, of some 20 kB each
PIECES = 2000  # and pieces, of some 2 kB each


class Renderer:
    """All environments of one process. Templates are looked up theme → its parents → core → plugins."""

    def __init__(self, themes: Mapping[str, Iterable[Path]], plugins: Iterable[Path], static: StaticFiles) -> None:
        self._static = static
        self._compiled = Compiled()
        core = sorted(path for path in CORE.glob("*/templates") if path.is_dir())
        self._ours = [*core, *(path / "templates" for path in plugins if (path / "templates").is_dir())]
        self._guards: dict[str, Guard] = {}
        self._environments = {name: self._environment(name, tuple(folders)) for name, folders in themes.items()}
        self._plain = {name: self._environment(name, ()) for name, folders in themes.items() if tuple(folders)}
        self._set_aside: set[tuple[str, str]] = set()
        self._drawn = lru_cache(maxsize=DRAWN)(self._draw)
        self._pieces = lru_cache(maxsize=PIECES)(self._draw)

    def page(self, template: str, theme: str, context: Mapping[str, Any], *, must: str = "") -> str:
        """Render a template as the theme has it; one that leaves out what a page `must` have is not drawn by it."""
        if theme not in self._plain:
            return self._environments[theme].get_template(template).render(context)

        def draw(environment: Environment) -> str:
            page: str = environment.get_template(template).render(context)
            if must not in page and environment is self._environments[theme]:
                raise SecurityError(f"this theme leaves out {must}")
            return page

        return self._sheltered(theme, template, draw)

    def drawn(self, theme: str, template: str, name: str, *values: Hashable) -> Markup:
        """A macro for these values, drawn once for all who see the same: it may look at nothing but its arguments.

        What is kept is found by the values themselves, so it is never stale and never somebody else's. A list of rows
        costs more to draw than to read; so hand over rows as they came, in a tuple.
        """
        return self._drawn(theme, current_voice(), template, name, values)

    def piece(self, theme: str, template: str, name: str, *values: Hashable) -> Markup:
        """The same for what is small and of which a page has many, such as a card: there is room for more of them."""
        return self._pieces(theme, current_voice(), template, name, values)

    def _draw(self, theme: str, _voice: Voice, template: str, name: str, values: tuple[Hashable, ...]) -> Markup:
        return Markup(self.macro(template, name, theme)(*values))  # noqa: S704 - a macro of ours, autoescaped

    def macro(self, template: str, name: str, theme: str) -> Any:
        """One macro of a template, for chrome that is rendered once and kept."""
        if theme not in self._plain:
            return _macro(self._environments[theme], template, name)
        return lambda *values, **named: self._sheltered(
            theme, template, lambda environment: _macro(environment, template, name)(*values, **named)
        )

    def environment(self, theme: str) -> Environment:
        """Where a theme's pages are drawn."""
        return self._environments[theme]

    def guard(self, theme: str) -> Environment:
        """Where a theme's own templates are compiled and drawn. Raises KeyError for a theme without templates."""
        return self._guards[theme]

    def _sheltered(self, theme: str, template: str, draw: Callable[[Environment], str]) -> str:
        """What is drawn with the templates of a theme, or without them where they fail: that costs nobody a page.

        A template that does not come to an end is not asked a second time by this process.
        """
        if (theme, template) not in self._set_aside:
            try:
                with allowance():
                    return draw(self._environments[theme])
            except Exception as error:  # noqa: BLE001 - whatever it is; if it is ours, it comes again below
                if isinstance(error, Overspent):
                    self._set_aside.add((theme, template))
                log.warning("theme_failed", theme=theme, template=template, error=f"{type(error).__name__}: {error}")
        return draw(self._plain[theme])

    def _environment(self, theme: str, folders: tuple[Path, ...]) -> Environment:
        environment = Settled(
            loader=FileSystemLoader(self._ours),
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
            piece=partial(self.piece, theme),
            flashed=flashed,
            form_token=form_token_field,
        )
        environment.filters["date"] = formats.format_date
        environment.filters["localized"] = localized
        environment.filters["initials"] = initials
        environment.filters["colon"] = colon
        environment.filters["paragraphs"] = paragraphs
        environment.filters["phone"] = contact.national
        environment.filters["typed_phone"] = contact.in_a_field
        environment.filters["tel"] = contact.tel
        if folders:
            self._guards[theme] = Guard(environment, self._ours, prepare_jinja)
            environment.loader = Layered(folders, self._ours, self._guards[theme])
        return environment

    def icon(self, name: str, size: str = "") -> Markup:
        """An icon of the sprite; it never stands without a word beside it, so it is hidden from screen readers."""
        classes = f"icon icon-{size}" if size else "icon"
        sprite = self._static.url("vendor/icons.svg")
        return Markup('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>').format(classes, sprite, name)


def _macro(environment: Environment, template: str, name: str) -> Any:
    return getattr(environment.get_template(template).module, name)


def colon(label: object) -> Markup:
    """A label with the colon that follows it: in French there is a space between, at which no line breaks."""
    return Markup("{}{}").format(label, f"{WIDE}:" if current_voice().language == "fr" else ":")


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
