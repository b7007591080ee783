"""What themes share of templates, and what they do not."""

from __future__ import annotations

from pathlib import Path

from quartier.web.environment import Renderer
from quartier.web.static_files import StaticFiles


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
