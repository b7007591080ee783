"""A theme's templates draw pages, and do nothing else: what designers need works, and what attackers try does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from structlog.testing import capture_logs

from quartier.web.allowance import Overspent, allowance
from quartier.web.environment import Renderer
from quartier.web.frame import Frame
from quartier.web.static_files import StaticFiles
from quartier.web.visit import Visit

Draw = Callable[..., str]
FRAME: Any = {"theme": "hansa", "kept": {}, "path": "/"}


@dataclass
class Person:
    """Somebody on a page of ours: `name` is shown there, `vault` is not, and nobody calls `delete`."""

    name: str = "Zoë O’Neill <b>"
    vault: str = "WX4F-22"
    deleted: list[str] = field(default_factory=list)

    @property
    def drawers(self) -> str:
        """What is read only when somebody asks for it."""
        self.deleted.append("read")
        return "all of them"

    def greet(self, word: str) -> str:
        """A method that pages call."""
        return f"{word}, {self.name}"

    def delete(self) -> str:
        """A method that none calls."""
        self.deleted.append("gone")
        return "gone"


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Templates of the product: a frame, and a page in it with a piece that others may use."""
    folder = tmp_path / "module" / "templates"
    folder.mkdir(parents=True)
    (folder / "frame.html").write_text("<main>{% block body %}{% endblock %}</main>")
    (folder / "pieces.html").write_text("{% macro line(words) %}<p>{{ words }}</p>{% endmacro %}")
    (folder / "page.html").write_text(
        """{% extends "frame.html" %}
        {% block body %}{{ person.name }} {{ person.greet("Hello") }} {{ note.delete }}{% endblock %}"""
    )
    return folder


@pytest.fixture
def draw(tmp_path: Path, ours: Path) -> Draw:
    """Draws a template's source as the theme's own, without anything that would step in for it."""
    theme = tmp_path / "theme"
    theme.mkdir()

    def drawn(source: str, **context: Any) -> str:
        (theme / "try.html").write_text(source)
        renderer = Renderer({"hansa": [theme]}, [ours.parent], StaticFiles())
        with allowance():
            return renderer.environment("hansa").get_template("try.html").render(context)

    return drawn


def test_a_page_of_a_theme_uses_what_ours_offer(draw: Draw) -> None:
    page = draw(
        """{% extends "frame.html" %}{% import "pieces.html" as pieces %}
        {%- block body %}{% set seen = namespace(n=0) -%}
        {% for person in people if person.name %}{% set seen.n = seen.n + 1 -%}
        {{ loop.index }} of {{ loop.length }} {{ pieces.line(person.greet("Hi")) }}
        {%- endfor %}{{ seen.n }} {{ people | map(attribute="name") | join(", ") }} {{ facts.size }} {{ "a" ~ (1 + 1) }}
        {%- endblock %}""",
        people=[Person("Ann"), Person("Zoë O'Neill <b>")],
        facts={"size": 7},
    )
    assert " ".join(page.split()) == (
        "<main>1 of 2 <p>Hi, Ann</p>2 of 2 <p>Hi, Zoë O&#39;Neill &lt;b&gt;</p>"
        "2 Ann, Zoë O&#39;Neill &lt;b&gt; 7 a2</main>"
    )


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ person['__class__'] }}",
        "{{ person.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ icon.__wrapped__ }}",
        "{{ form_token.__globals__ }}",
        "{{ formats.sys }}",
        "{{ formats['babel'] }}",
        "{{ person.vault }}",
        "{{ person['vault'] }}",
        "{{ person.drawers }}",
        "{{ person.delete() }}",
        "{{ [person] | map(attribute='vault') | first }}",
        "{{ person }}",
        "{{ [person] }}",
        "{{ person ~ '' }}",
        "{{ person | upper }}",
        "{{ [person] | join }}",
        "{{ _('%(who)s', who=person) }}",
        "{{ icon(person) }}",
        "{{ [person] | map(attribute='drawers') | join }}",
        "{{ [person] | selectattr('vault') | list }}",
        "{{ [person] | max(attribute='vault') }}",
        "{{ visit.db }}",
        "{{ visit.kept('faq', 'articles', icon) }}",
        "{{ visit.contents }}",
        "{{ '{0.vault}'.format(person) }}",
        "{{ 'x'.replace('x', 'y') }}",
        "{{ 'x'.center(100000000) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 999999999 }}",
        "{{ items.append(1) }}",
        "{{ _('%1000000000d') }}",
        "{% set x = facts.pop('size') %}",
        "{% do facts.update(a=1) %}",
        "{% filter upper %}{{ person.vault }}{% endfilter %}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ person.vault }}{% endcall %}",
        "{{ [person] | groupby('vault') }}",
        "{{ [person] | map(attribute='greet.__func__.__globals__') | list }}",
        "{{ person.greet.__self__ }}",
        "{{ facts.items.__self__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ formats.format_date.__globals__ }}",
        "{{ chrome._renderer }}",
        "{{ {'a': person} | xmlattr }}",
    ],
)
def test_what_reaches_for_more_than_the_page_shows_is_stopped(draw: Draw, source: str) -> None:
    person = Person()
    visit = Visit(None, None, None, None)  # type: ignore[arg-type]
    with pytest.raises((SecurityError, UndefinedError)):
        draw(source, person=person, visit=visit, items=[], facts={"size": 1}, chrome=Frame(None, {}, None, **FRAME))  # type: ignore[arg-type]
    assert person.deleted == []


@pytest.mark.parametrize(
    "source",
    [
        "{% autoescape false %}{{ person.name }}{% endautoescape %}",
        "{{ person.name | safe }}",
        "{{ person | attr('vault') }}",
        "{{ _(person.name) }}",
        "{% set t = _ %}{{ t(person.name) }}",
        "{{ 'x' | pprint }}",
        "x" * 50_001,
    ],
)
def test_what_a_theme_may_not_say_does_not_compile(draw: Draw, source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        draw(source, person=Person())


@pytest.mark.parametrize(
    "source",
    ["{% include '../../../../../../etc/passwd' %}", "{% include ['/etc/x'] %}", "{% extends '/etc/passwd' %}"],
)
def test_no_file_but_a_template_is_read(draw: Draw, source: str) -> None:
    with pytest.raises(TemplateNotFound):
        draw(source)


@pytest.mark.parametrize("name", ["lipsum", "cycler", "joiner", "dict", "request", "config", "g", "session", "self.x"])
def test_what_flask_and_jinja_hand_to_every_template_is_not_there(draw: Draw, name: str) -> None:
    with pytest.raises((UndefinedError, SecurityError)):
        draw(f"{{{{ {name} }}}}")


def test_reading_goes_no_further_from_a_frame_that_a_page_of_ours_extends(tmp_path: Path, ours: Path) -> None:
    """The context of such a page is one of ours: filters that take their reading from it would read anything."""
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "frame.html").write_text("{{ [person] | map(attribute='vault') | first }}{% block body %}{% endblock %}")
    environment = Renderer({"hansa": [theme]}, [ours.parent], StaticFiles()).environment("hansa")
    with allowance(), pytest.raises((SecurityError, UndefinedError)):
        environment.get_template("page.html").render(person=Person(), note={"delete": ""})


LOOPS = "".join("{% for turn in range(999) %}" for _level in range(3)) + "." + "{% endfor %}" * 3
GROWING = "{%% set t = namespace(x=%s) %%}{%% for turn in range(99) %%}{%% set t.x = t.x %s t.x %%}{%% endfor %%}"
ENDLESS = {
    "loops in loops": LOOPS,
    "a macro that calls itself twice": "{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
    "a text that doubles": GROWING % ("'ab'", "~"),
    "a list that doubles": GROWING % ("[1]", "+"),
    "a text that is replaced by ever more": "{% set t = 'aaaaaaaaaa' %}" + "{% set t = t | replace('a', t) %}" * 6,
    "a range without end": "{{ range(1000000000) | list }}",
    "a template that includes itself": "{% include 'try.html' %}{% include 'try.html' %}",
    "much text": "{% for turn in range(9999) %}" + "x" * 5_000 + "{% endfor %}",
    "much that is shown": "{% set b = range(9000) | join('----') %}{% for turn in range(9999) %}{{ b }}{% endfor %}",
}


@pytest.mark.parametrize("case", ENDLESS)
def test_what_does_not_come_to_an_end_is_stopped(draw: Draw, case: str) -> None:
    with pytest.raises((Overspent, RecursionError)):
        draw(ENDLESS[case])


def test_a_page_that_a_theme_breaks_is_drawn_without_it_and_the_log_says_so(tmp_path: Path, ours: Path) -> None:
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "page.html").write_text("{{ person.vault }}")
    (theme / "pieces.html").write_text("{% macro line(words) %}" + ENDLESS["loops in loops"] + "{% endmacro %}")
    renderer = Renderer({"hansa": [theme]}, [ours.parent], StaticFiles())
    context = {"person": Person("Ann"), "note": {"delete": "!"}}
    with capture_logs() as said:
        pages = [renderer.page("page.html", "hansa", context) for _time in range(2)]
        lines = [renderer.macro("pieces.html", "line", "hansa")("x") for _time in range(2)]
    assert (pages, [str(line) for line in lines]) == (["<main>Ann Hello, Ann !</main>"] * 2, ["<p>x</p>"] * 2)
    assert [(one["event"], one["template"]) for one in said] == [("theme_failed", "page.html")] * 2 + [
        ("theme_failed", "pieces.html")
    ], "what has no end is not tried a second time"


def test_what_a_page_must_have_is_there_whatever_a_theme_leaves_out_or_replaces(tmp_path: Path, ours: Path) -> None:
    theme = tmp_path / "theme"
    for folder, name, source in (
        (ours, "support/try.html", "<b>Ida looks</b>"),
        (ours, "other.html", "<i>{% include 'support/try.html' %}</i>"),
        (theme, "support/try.html", ""),
        (theme, "other.html", "<u>{% include 'support/try.html' %}</u>"),
        (theme, "page.html", "nobody looks"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(source)
    renderer = Renderer({"hansa": [theme]}, [ours.parent], StaticFiles())
    assert renderer.page("other.html", "hansa", {}, must="<b>") == "<u><b>Ida looks</b></u>"
    context = {"person": Person("Ann"), "note": {"delete": "<b>"}}
    assert renderer.page("page.html", "hansa", context) == "nobody looks"
    with capture_logs() as said:
        assert renderer.page("page.html", "hansa", context, must="<main>") == "<main>Ann Hello, Ann &lt;b&gt;</main>"
    assert [one["error"] for one in said] == ["SecurityError: this theme leaves out <main>"]


def test_what_is_wrong_with_a_page_of_ours_is_not_hidden_behind_a_theme(tmp_path: Path, ours: Path) -> None:
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "other.html").write_text("")
    renderer = Renderer({"hansa": [theme]}, [ours.parent], StaticFiles())
    with pytest.raises(UndefinedError):
        renderer.page("page.html", "hansa", {"person": Person()})
