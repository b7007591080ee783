"""The command that writes the reference."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from quartier.docs.build import docs
from quartier.i18n import texts
from quartier.i18n.voice import Voice


def test_the_command_writes_three_files(tmp_path: Path) -> None:
    result = CliRunner().invoke(docs, ["build", "--folder", str(tmp_path / "docs")])
    assert (result.exit_code, result.exception) == (0, None)
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "docs").iterdir()}
    assert written.keys() == {"hooks.md", "openapi.json", "sdk.md"}
    assert json.loads(written["openapi.json"])["info"]["title"] == "Quartier: API"
    assert "### ApiBlueprint" in written["sdk.md"]
    assert "## register_api" in written["hooks.md"]


def test_it_is_written_in_english_whoever_runs_it(tmp_path: Path) -> None:
    texts.bind(Voice("de"))
    CliRunner().invoke(docs, ["build", "--folder", str(tmp_path)])
    assert "Too many requests" in (tmp_path / "openapi.json").read_text(encoding="utf-8")
