"""The style guide shows every component, and none of them breaks the page's strict content security policy."""

from __future__ import annotations

import re

import jinja2
import pytest
from markupsafe import Markup
from playwright.sync_api import Page

from quartier.config import shipped
from quartier.theming.paint import check_theme
from quartier.theming.palette import derive
from quartier.theming.sprite import all_names, read_icons
from quartier.theming.stylesheet import BrandUrls, build_stylesheet
from quartier.theming.themes import Theme
from quartier.web.environment import CORE


@pytest.fixture(scope="module")
def guide(themes: dict[str, Theme]) -> str:
    names = list(all_names(read_icons(shipped("themes") / "icons.toml")))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(CORE / "web" / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("styleguide/_components.html").render(
        icon=icon, icons=names, pairs=check_theme(themes["klar"], derive("#1f5c4a"))
    )


def icon(name: str, size: str = "") -> Markup:
    return Markup('<svg class="icon{}" aria-hidden="true"><use href="#i-{}"/></svg>').format(
        size and f" icon-{size}", name
    )


def test_nothing_in_it_is_forbidden_by_the_policy(guide: str) -> None:
    assert re.findall(r"<script|<style|\sstyle=|\son\w+=|javascript:", guide) == []


def test_it_asks_only_for_icons_that_exist(guide: str) -> None:
    names = all_names(read_icons(shipped("themes") / "icons.toml"))
    assert set(re.findall(r'href="#i-([\w-]+)"', guide)) <= set(names)


def test_each_class_in_it_is_known_to_the_sheet(guide: str) -> None:
    css = build_stylesheet("klar", derive("#1f5c4a"), BrandUrls()).body.decode()
    known = set(re.findall(r"\.([a-z][\w-]*)", css))
    used = {name for classes in re.findall(r'class="([^"]*)"', guide) for name in classes.split()}
    assert used - known == set()


def test_the_ids_in_it_are_unique(guide: str) -> None:
    ids = re.findall(r'\sid="([^"]*)"', guide)
    assert len(ids) == len(set(ids))


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["klar", "warm", "markant"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_it_never_scrolls_sideways(page: Page, guide: str, theme: str, width: int) -> None:
    css = build_stylesheet(theme, derive("#1f5c4a"), BrandUrls()).body.decode()
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(
        f'<!doctype html><html data-theme="{theme}"><head><style>{css}</style></head>'
        f'<body class="guide"><main class="guide-main">{guide}</main></body></html>'
    )
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
