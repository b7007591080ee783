"""What themes share of templates, and what they do not."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from quartier.web.environment import Renderer
from quartier.web.static_files import StaticFiles


class Row:
    """Something that a page lists."""

    name = "Verena"


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A module's folder, for templates."""
    (tmp_path / "templates").mkdir()
    return tmp_path


def test_a_themes_own_template_shows_in_that_theme_and_a_common_one_in_both(tmp_path: Path) -> None:
    sources = {
        "warm/own.html": "warm {{ name }}",
        "base/own.html": "base {{ name }}",
        "base/common.html": "{{ name }}!",
    }
    for place, source in sources.items():
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(source)
    renderer = Renderer(
        {"klar": [tmp_path / "base"], "warm": [tmp_path / "warm", tmp_path / "base"]}, [], StaticFiles()
    )
    shown = {
        (theme, template): renderer.page(template, theme, {"name": "Verena"})
        for template in ("own.html", "common.html")
        for theme in ("klar", "warm")
    }
    assert shown == {
        ("klar", "own.html"): "base Verena",
        ("warm", "own.html"): "warm Verena",
        ("klar", "common.html"): "Verena!",
        ("warm", "common.html"): "Verena!",
    }


def test_calls_in_templates_pass_what_they_are_given_and_what_macros_make_is_markup(module: Path) -> None:
    (module / "templates" / "parts.html").write_text(
        """{% macro row(name, mark="-") -%}
        <b>{{ name }}</b>{{ mark }}{{ title }}{% if caller is defined %}{{ caller(name) }}{% endif %}
        {%- endmacro %}"""
    )
    (module / "templates" / "page.html").write_text(
        """{% import "parts.html" as parts with context %}
        {% macro again(n) %}{{ n }}{% if n %}{{ again(n - 1) }}{% endif %}{% endmacro %}
        {% for name in names %}
        {{ parts.row(name, mark="&") }} {% call(who) parts.row(name) %}{{ who.upper() }}{% endcall %}
        {% endfor %}
        {{ parts.row(*names, **{"mark": "<"}) }} {{ again(2) }} {{ tell(**{"class": "x"}) }} {{ tell(class="y") }}"""
    )
    renderer = Renderer({"klar": []}, [module], StaticFiles())
    context = {"names": ["O'Neill"], "title": "<i>", "tell": lambda **words: words["class"]}
    row = "<b>O&#39;Neill</b>"
    page = " ".join(renderer.page("page.html", "klar", context).split())
    assert page == f"{row}&amp;&lt;i&gt; {row}-&lt;i&gt;O&#39;NEILL {row}&lt;&lt;i&gt; 210 x y"


def test_no_function_of_templates_wants_the_context_for_none_is_given_it() -> None:
    (environment,) = Renderer({"klar": []}, [], StaticFiles())._environments.values()
    assert {name for name, value in environment.globals.items() if hasattr(value, "jinja_pass_arg")} == set()


def test_a_page_is_gone_when_it_is_rendered_and_not_only_when_garbage_is_collected(module: Path) -> None:
    cell = "{% macro cell(row) %}{{ row.name }}{{ rows | length }}{% endmacro %}"
    (module / "templates" / "parts.html").write_text(cell)
    (module / "templates" / "page.html").write_text(
        """{% import "parts.html" as parts with context -%}
        {% macro line(row) %}{{ parts.cell(**{"row": row}) }}{% endmacro %}
        {%- for row in rows %}{{ line(row) }}{% endfor %}"""
    )
    renderer = Renderer({"klar": []}, [module], StaticFiles())
    rows = [Row()]
    one = weakref.ref(rows[0])
    gc.disable()
    try:
        assert renderer.page("page.html", "klar", {"rows": rows}) == "Verena1"
        del rows
        assert one() is None
    finally:
        gc.enable()
