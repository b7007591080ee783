"""Small plugins written to disk, for tests of how the platform lives with them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

MANIFEST = """
from quartier.sdk import Manifest
words = {{"de": "Probe", "en": "Sample", "fr": "Essai"}}
manifest = Manifest(slug="{slug}", name=words, short_name=words, description=words, icon="book"{more})
"""

WritePlugin = Callable[..., EntryPoint]


@pytest.fixture
def write_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WritePlugin]:
    """`write_plugin("sample", "<source of plugin.py>")` → its entry point. `package` when two share a slug."""
    monkeypatch.syspath_prepend(str(tmp_path))
    known = set(sys.modules)

    def write(slug: str, source: str = "", *, package: str | None = None, more: str = "") -> EntryPoint:
        folder = tmp_path / (package or f"outside_{slug}")
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "manifest.py").write_text(MANIFEST.format(slug=slug, more=more))
        (folder / "plugin.py").write_text(source)
        return EntryPoint(slug, f"{folder.name}.plugin", "quartier.plugins")

    yield write
    for name in set(sys.modules) - known:
        del sys.modules[name]
