"""Every switch is where people look for it, in their language, and does something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.i18n.texts import using
from quartier.i18n.voice import LANGUAGES, Voice
from quartier.plugin.switches import Switch, all_switches, core_switches
from quartier.testing import SomeCompany

ROOT = Path(__file__).parents[2]
DECLARATION = re.compile(r'^(\w+)(?:: Final)? = Switch\(\s*"([\w.]+)"', re.MULTILINE)


def sources() -> Iterator[str]:
    """All code that could read a switch: not where they are declared, and no tests."""
    for top in ("platform", "plugins"):
        for path in (ROOT / top).rglob("*.py"):
            if path.name != "switches.py" and "tests" not in path.parts and path.name != "manifest.py":
                yield path.read_text(encoding="utf-8")


def declared() -> dict[str, str]:
    """Python name by key, for every switch that stands in a file as a constant."""
    found = {}
    for top in ("platform", "plugins"):
        for path in (ROOT / top).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            found |= {
                key: name for name, key in re.findall(r'^(\w+)(?:: Final)? = Switch\(\s*"([\w.]+)"', text, re.MULTILINE)
            }
    return found


def test_every_switch_has_a_key_of_its_own(brunnenhof: SomeCompany) -> None:
    plugins = brunnenhof.platform.shell.plugins
    everything = [*core_switches(), *(one for plugin in plugins.serving.values() for one in plugin.manifest.switches)]
    assert sorted(one.key for one in everything) == sorted(all_switches(plugins))
    assert {one.key for one in core_switches() if "." in one.key} == set()


def test_every_switch_is_read_somewhere(brunnenhof: SomeCompany) -> None:
    names, texts = declared(), list(sources())
    switches = all_switches(brunnenhof.platform.shell.plugins)
    unread = {
        key
        for key in switches
        if not any(re.search(rf"\b{names.get(key, '!')}\b|'{re.escape(key)}'", text) for text in texts)
    }
    assert unread == set()


def test_what_may_be_otherwise_in_a_property_is_never_read_for_the_company_alone(brunnenhof: SomeCompany) -> None:
    """`value` knows no property: whoever reads such a switch with it ignores what staff have chosen for a house."""
    names, code = declared(), "\n".join(sources())
    placed = [key for key, one in all_switches(brunnenhof.platform.shell.plugins).items() if one.per_property]
    for key in placed:
        readers = set(re.findall(rf"\b((?:switch_)?value|others)(?:_at|_for)?\([\w.]+, {names[key]}\b", code))
        plain = re.findall(rf"\b(?:switch_)?value\([\w.]+, {names[key]}\b", code)
        assert (bool(readers), plain) == (True, []), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_switch_is_on_the_page_in_every_language(brunnenhof: SomeCompany, language: str) -> None:
    desk = brunnenhof.agent("Nadja Frei", COMPANY_SETTINGS, language=language).browser
    page = desk.get("/cockpit/settings/portal").text
    for key, switch in brunnenhof.platform.shell.switches.items():
        with using(Voice(language, "formal", "CH")):
            assert f'name="{key}"' in page, key
            for words in (str(switch.label), str(switch.help)):
                assert words in page.replace("&#39;", "'"), (key, language)
            assert len(re.findall(r"[.!?](?= |$)", str(switch.help))) == 1, (key, "one sentence of help")


def test_every_switch_says_in_numbers_what_each_of_its_places_means(brunnenhof: SomeCompany) -> None:
    """Where it can be otherwise in a property, the page counts whom it reaches; all else counts by itself."""
    silent = set()
    for key, switch in brunnenhof.platform.shell.switches.items():
        with brunnenhof.db() as db, using(Voice("de", "formal", "CH")):
            said = [switch.effect(db, place) for place in places_of(switch)] if switch.effect else []
        if not all(re.search(r"\d", words) for words in said) or not (said or switch.per_property):
            silent.add(key)
    assert silent == set()


def places_of(switch: Switch) -> list[Any]:
    """Every place of a switch, or two where there are many."""
    if switch.kind == "bool":
        return [True, False]
    several = [*switch.choices] if switch.kind == "choice" else [switch.least, switch.most]
    return several + ([None] if switch.default is None else [])
