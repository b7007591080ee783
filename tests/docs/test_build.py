"""The command that writes the reference."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from quartier.docs.build import docs
from quartier.i18n import texts
from quartier.i18n.voice import Voice


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the command writes for somebody who reads German; once, for it looks at everything there is."""
    folder = tmp_path_factory.mktemp("reference") / "docs"
    with texts.using(Voice("de")):
        result = CliRunner().invoke(docs, ["build", "--folder", str(folder)])
    assert (result.exit_code, result.exception) == (0, None)
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_command_writes_three_files(written: dict[str, str]) -> None:
    assert written.keys() == {"hooks.md", "openapi.json", "sdk.md"}
    assert json.loads(written["openapi.json"])["info"]["title"] == "Quartier: API"
    assert "### ApiBlueprint" in written["sdk.md"]
    assert "## register_api" in written["hooks.md"]


def test_it_is_written_in_english_whoever_runs_it(written: dict[str, str]) -> None:
    assert "Too many requests" in written["openapi.json"]
