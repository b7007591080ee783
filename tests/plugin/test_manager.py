"""Plugins are foreign code: one that misbehaves is named, skipped, and takes nobody with it."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from quartier.plugin import hookspecs
from quartier.plugin.manager import discover
from quartier.plugin.manifest import Manifest
from tests.plugin.conftest import WritePlugin

GOOD = """
from quartier.sdk import hookimpl
@hookimpl
def tile_note(visit):
    return "fine"
"""
HOOKS = sorted(name for name, spec in vars(hookspecs).items() if hasattr(spec, "quartier_spec"))


def test_what_is_installed_is_found(write_plugin: WritePlugin) -> None:
    plugins = discover([write_plugin("sample", GOOD)])
    assert (set(plugins.serving), plugins.problems) == ({"sample"}, [])
    assert list(plugins.call("tile_note", on=["sample", "unknown"], visit=None)) == [("sample", "fine")]


def test_only_plugins_that_are_on_are_asked(write_plugin: WritePlugin) -> None:
    plugins = discover([write_plugin("one", GOOD), write_plugin("two", GOOD)])
    assert [slug for slug, _note in plugins.call("tile_note", on=["two"], visit=None)] == ["two"]


@pytest.mark.parametrize("hook", HOOKS)
def test_a_plugin_that_raises_in_a_hook_is_skipped_and_counted(hook: str, write_plugin: WritePlugin) -> None:
    arguments = ", ".join(inspect.signature(getattr(hookspecs, hook)).parameters)
    raising = (
        f"from quartier.sdk import hookimpl\n@hookimpl\ndef {hook}({arguments}):\n    raise RuntimeError('mine')\n"
    )
    answering = f"from quartier.sdk import hookimpl\n@hookimpl\ndef {hook}({arguments}):\n    return ['answer']\n"
    plugins = discover([write_plugin("bad", raising), write_plugin("good", answering)])
    values = dict.fromkeys(inspect.signature(getattr(hookspecs, hook)).parameters)
    assert list(plugins.call(hook, on=["bad", "good"], **values)) == [("good", ["answer"])]
    assert plugins.failures == {("bad", hook): 1}


def test_of_two_with_one_slug_the_first_serves(write_plugin: WritePlugin) -> None:
    plugins = discover(
        [write_plugin("sample", GOOD, package="a_first"), write_plugin("sample", GOOD, package="b_second")]
    )
    assert plugins.installed["sample"].module.__name__ == "a_first.plugin"
    assert [(problem.plugin, problem.reason) for problem in plugins.problems] == [
        ("b_second.plugin", "the slug is taken by a_first.plugin")
    ]


def test_a_hook_that_does_not_exist_is_refused(write_plugin: WritePlugin) -> None:
    misspelt = "from quartier.sdk import hookimpl\n@hookimpl\ndef tile_notes(visit): ...\n"
    plugins = discover([write_plugin("sample", misspelt), write_plugin("good", GOOD)])
    assert (set(plugins.serving), [problem.plugin for problem in plugins.problems]) == (
        {"good"},
        ["outside_sample.plugin"],
    )


def test_one_that_cannot_be_imported_is_refused(write_plugin: WritePlugin) -> None:
    plugins = discover([write_plugin("sample", "import nothing_of_this_name"), write_plugin("good", GOOD)])
    assert set(plugins.serving) == {"good"}
    assert [problem.reason for problem in plugins.problems] == ["No module named 'nothing_of_this_name'"]


def test_one_whose_prerequisite_is_missing_does_not_serve(write_plugin: WritePlugin) -> None:
    plugins = discover([write_plugin("sample", GOOD, more=', depends_on=("tickets",)')])
    assert (set(plugins.serving), set(plugins.installed)) == (set(), {"sample"})


@pytest.mark.parametrize("slug", ["Sample", "1st", "x", "with-hyphen", "a" * 32])
def test_a_slug_is_short_lower_case_ascii(slug: str) -> None:
    words = dict.fromkeys(("de", "en", "fr"), "Sample")
    with pytest.raises(ValueError, match="slug"):
        Manifest(slug=slug, name=words, short_name=words, description=words, icon="book")


def test_every_hook_is_used_by_a_plugin_of_ours() -> None:
    used = {
        hook
        for hook in HOOKS
        for path in Path("plugins").glob("*/plugin.py")
        if f"def {hook}(" in path.read_text(encoding="utf-8")
    }
    assert set(HOOKS) - used == {"fill_slot"}  # the pinboard leaves a place; test_slots has a module that fills it
