"""The reference says what the code says: written anew here, and compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from quartier import sdk as door
from quartier.docs import hooks, sdk
from quartier.docs.build import built_in, pages

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def anew() -> dict[str, str]:
    return pages()


@pytest.mark.parametrize("name", ["hooks.md", "openapi.json", "sdk.md"])
def test_the_reference_is_what_the_code_says(anew: dict[str, str], name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == anew[name], f"docs/{name} is stale: run `make docs` (quartier docs build) and commit it"


def test_there_is_no_other_reference(anew: dict[str, str]) -> None:
    assert anew.keys() == {"hooks.md", "openapi.json", "sdk.md"}


def test_every_name_of_the_sdk_says_what_it_is_for() -> None:
    assert sdk.undocumented() == []


def test_every_name_of_the_sdk_has_its_place() -> None:
    assert sorted(named.name for group in sdk.names().values() for named in group) == sorted(door.__all__)


def test_every_hook_says_when_it_is_called() -> None:
    assert hooks.undocumented() == []


def test_no_plugin_of_ours_is_left_out() -> None:
    plugins = built_in()
    folders = {path.parent.name for path in (DOCS.parent / "plugins").glob("*/plugin.py")}
    assert (plugins.installed.keys(), plugins.problems) == (folders, [])
