from __future__ import annotations

from pathlib import Path

import pytest

from quartier.i18n import CatalogueError
from quartier.i18n.check import check_catalogues
from quartier.i18n.update import Change, update_catalogues
from tests.i18n.entries import WritePo, entry

FAQ = "plugins/faq/translations"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "plugins" / "faq" / "web.py"
    path.parent.mkdir(parents=True)
    path.write_text("")
    return path


def read(root: Path, name: str) -> str:
    return (root / FAQ / name).read_text("utf-8")


FRESH = """\
msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n >= 2);\\n"

#. Translators: the button
#: plugins/faq/a.py plugins/faq/web.py
msgid "Save"
msgstr ""

#: plugins/faq/web.py
msgctxt "ticket"
msgid "Open"
msgstr ""

#: plugins/faq/web.py
#, python-format
msgid "%(num)d day"
msgid_plural "%(num)d days"
msgstr[0] ""
msgstr[1] ""
"""


def test_a_new_file_has_the_order_of_the_source_and_nothing_that_makes_merges_hard(
    source: Path, tmp_path: Path
) -> None:
    source.write_text('pgettext("ticket", "Open")\n_("Save")\nngettext("%(num)d day", "%(num)d days", 2)')
    (source.parent / "a.py").write_text('# Translators: the button\n_("Save")')
    changes = update_catalogues(tmp_path)
    added = ("Save", "ticket: Open", "%(num)d day")
    assert changes == [Change(tmp_path / FAQ / name, added, ()) for name in ("de.po", "fr.po")]
    assert read(tmp_path, "fr.po") == FRESH
    assert not (tmp_path / FAQ / "de@informal.po").exists()


def test_a_second_run_changes_nothing_even_if_lines_move(source: Path, tmp_path: Path) -> None:
    source.write_text('_("Save")')
    update_catalogues(tmp_path)
    before = read(tmp_path, "de.po")
    source.write_text('\n\n\n_("Save")')
    assert (update_catalogues(tmp_path), read(tmp_path, "de.po")) == ([], before)


def test_translations_comments_and_flags_are_kept(source: Path, po: WritePo, tmp_path: Path) -> None:
    source.write_text('_("New")\n_("They")\n_("Save")\nngettext("%(num)d day", "%(num)d days", 2)')
    po(
        FAQ,
        "de.po",
        entry("%(num)d day", "%(num)d Tag", "%(num)d Tage", plural="%(num)d days"),
        entry("Save", "Retten", comment="# asked Nadja\n#, fuzzy"),
        entry("They", "Sie kommen", comment="#. tone: neutral"),
        entry("Old", "Alt"),
    )
    german = update_catalogues(tmp_path)[0]
    assert german == Change(tmp_path / FAQ / "de.po", ("New",), (("Old", "Alt"),))
    body = read(tmp_path, "de.po").split("\n\n", 1)[1]
    location = "#: plugins/faq/web.py\n"
    assert body.split("\n\n") == [
        f'{location}msgid "New"\nmsgstr ""',
        f'#. tone: neutral\n{location}msgid "They"\nmsgstr "Sie kommen"',
        f'# asked Nadja\n{location}#, fuzzy\nmsgid "Save"\nmsgstr "Retten"',
        (
            f'{location}#, python-format\nmsgid "%(num)d day"\nmsgid_plural "%(num)d days"\n'
            'msgstr[0] "%(num)d Tag"\nmsgstr[1] "%(num)d Tage"\n'
        ),
    ]


def test_long_and_multi_line_texts_survive(source: Path, po: WritePo, tmp_path: Path) -> None:
    source.write_text(f'_("{"word " * 40}")\n_("one\\ntwo \\"three\\"")')
    po(FAQ, "de.po", entry("word " * 40, "Wort " * 40), entry('one\\ntwo \\"three\\"', 'eins\\nzwei „drei“ \\"\\"'))
    update_catalogues(tmp_path)
    first = read(tmp_path, "de.po")
    assert f'msgstr "{"Wort " * 40}"' in first
    assert 'msgstr ""\n"eins\\n"\n"zwei „drei“ \\"\\""' in first
    assert (update_catalogues(tmp_path), read(tmp_path, "de.po")) == ([], first)


def test_a_text_that_becomes_counted_keeps_what_carries_over(source: Path, po: WritePo, tmp_path: Path) -> None:
    source.write_text('ngettext("Key", "Keys", n)')
    po(FAQ, "de.po", entry("Key", "Schlüssel"))
    update_catalogues(tmp_path)
    assert 'msgid_plural "Keys"\nmsgstr[0] "Schlüssel"\nmsgstr[1] ""\n' in read(tmp_path, "de.po")


def test_what_another_area_has_translated_is_filled_in(source: Path, po: WritePo, tmp_path: Path) -> None:
    source.write_text('_("Save")')
    web = tmp_path / "platform/quartier/web/pages.py"
    web.parent.mkdir(parents=True)
    web.write_text('_("Save")')
    po("translations/web", "de.po", entry("Save", "Speichern"))
    po("translations/web", "fr.po", entry("Save", "Sauf", comment="#, fuzzy"))
    update_catalogues(tmp_path)
    assert 'msgstr "Speichern"' in read(tmp_path, "de.po")
    assert "Sauf" not in read(tmp_path, "fr.po")


def test_the_overlay_gets_what_addresses_the_reader_and_nothing_else(source: Path, po: WritePo, tmp_path: Path) -> None:
    source.write_text('_("Your unit")\n_("Your key")\n_("Save")\n_("They")')
    they = entry("They", "Sie kommen", comment="#. tone: neutral")
    po(
        FAQ,
        "de.po",
        entry("Your unit", "Ihre Wohnung"),
        entry("Your key", "Ihr Schlüssel"),
        entry("Save", "Sichern"),
        they,
    )
    po(FAQ, "de@informal.po", entry("Your key", "Dein Schlüssel"), entry("Old", "Dein Alter"))
    changes = {change.path.name: change for change in update_catalogues(tmp_path)}
    assert set(changes) == {"de.po", "fr.po", "de@informal.po"}
    overlay = changes["de@informal.po"]
    assert (overlay.added, overlay.removed) == (("Your unit",), (("Old", "Dein Alter"),))
    assert read(tmp_path, "de@informal.po").split("\n\n", 1)[1] == (
        '#: plugins/faq/web.py\nmsgid "Your unit"\nmsgstr ""\n\n'
        '#: plugins/faq/web.py\nmsgid "Your key"\nmsgstr "Dein Schlüssel"\n'
    )
    assert "Language: de\\n" in read(tmp_path, "de@informal.po")


@pytest.mark.usefixtures("source")
def test_a_file_without_texts_goes_away(po: WritePo, tmp_path: Path) -> None:
    po(FAQ, "de.po", entry("Save", "Speichern"))
    po(FAQ, "de@informal.po", entry("Save", "Speicher"))
    assert [change.removed for change in update_catalogues(tmp_path)] == [
        (("Save", "Speichern"),),
        (("Save", "Speicher"),),
    ]
    assert list((tmp_path / FAQ).iterdir()) == []


def test_after_translation_all_is_well(source: Path, tmp_path: Path) -> None:
    source.write_text('_("Save")')
    update_catalogues(tmp_path)
    for name, word in (("de.po", "Speichern"), ("fr.po", "Enregistrer")):
        path = tmp_path / FAQ / name
        path.write_text(path.read_text().replace('msgid "Save"\nmsgstr ""', f'msgid "Save"\nmsgstr "{word}"'))
    assert check_catalogues(tmp_path) == []
    assert update_catalogues(tmp_path) == []


def test_nothing_is_written_when_something_cannot_be_read(source: Path, po: WritePo, tmp_path: Path) -> None:
    source.write_text('_("Save")')
    broken = po("plugins/faq/translations", "fr.po", "<<<<<<< HEAD") / "fr.po"
    with pytest.raises(CatalogueError, match=r"fr\.po:5"):
        update_catalogues(tmp_path)
    assert {path.name for path in broken.parent.iterdir()} == {"fr.po"}
    broken.unlink()
    source.write_text("def (")
    with pytest.raises(ValueError, match=r"web\.py"):
        update_catalogues(tmp_path)
    assert list(broken.parent.iterdir()) == []
