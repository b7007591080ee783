from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from quartier.i18n.commands import i18n
from tests.i18n.entries import WritePo, entry


@pytest.fixture
def root(tmp_path: Path) -> Path:
    source = tmp_path / "plugins" / "faq" / "web.py"
    source.parent.mkdir(parents=True)
    source.write_text('_("Save")')
    return tmp_path


def run(root: Path, command: str) -> tuple[int, str]:
    result = CliRunner().invoke(i18n, [command, "--root", str(root)])
    return result.exit_code, result.output.replace(f"{root}/", "")


def test_check_lists_the_problems_and_fails(root: Path) -> None:
    code, output = run(root, "check")
    assert code == 1
    assert output.splitlines() == [
        (
            "plugins/faq/web.py:1: 'Save' is missing in de -> run `quartier i18n extract` "
            "and translate it in plugins/faq/translations/de.po"
        ),
        (
            "plugins/faq/web.py:1: 'Save' is missing in fr -> run `quartier i18n extract` "
            "and translate it in plugins/faq/translations/fr.po"
        ),
        "Error: 2 problems with translations",
    ]


def test_check_is_content_with_a_complete_repository(root: Path, po: WritePo) -> None:
    po("plugins/faq/translations", "de.po", entry("Save", "Speichern"))
    po("plugins/faq/translations", "fr.po", entry("Save", "Enregistrer"))
    assert run(root, "check") == (0, "All texts are translated.\n")


def test_extract_tells_what_it_did_and_what_was_lost(root: Path, po: WritePo) -> None:
    po("plugins/faq/translations", "de.po", entry("Old", "Alt"))
    code, output = run(root, "extract")
    assert (code, output.splitlines()) == (
        0,
        [
            "plugins/faq/translations/de.po: 1 added, 1 removed",
            "  removed 'Old' = 'Alt'",
            "plugins/faq/translations/fr.po: 1 added, 0 removed",
        ],
    )
    assert run(root, "extract") == (0, "Every catalogue is up to date.\n")


def test_extract_names_a_broken_file(root: Path, po: WritePo) -> None:
    po("plugins/faq/translations", "de.po", "nonsense")
    code, output = run(root, "extract")
    assert (code, output.split(" cannot")[0]) == (1, "Error: plugins/faq/translations/de.po:5:")
