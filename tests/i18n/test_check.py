from __future__ import annotations

from pathlib import Path

import pytest

from quartier.i18n.check import check_catalogues
from tests.i18n.entries import WritePo, entry

FAQ = "plugins/faq/translations"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A plugin with one module; a test writes what the module asks for."""
    path = tmp_path / "plugins" / "faq" / "web.py"
    path.parent.mkdir(parents=True)
    path.write_text("")
    return path


def found(root: Path) -> list[str]:
    """The problems without their cures, with paths from the root."""
    problems = check_catalogues(root)
    assert all(problem.cure for problem in problems)
    return [f"{problem.file.relative_to(root).as_posix()}:{problem.line}: {problem.what}" for problem in problems]


def test_a_complete_translation_has_no_problems(source: Path, po: WritePo, tmp_path: Path) -> None:
    source.write_text(
        '_("Street %(name)s")\nngettext("%(num)d day", "%(num)d days", n)\n_("Your unit")\n_("100 %% sure")'
    )
    days = {"plural": "%(num)d days"}
    po(
        FAQ,
        "de.po",
        entry("Street %(name)s", "Straße %(name)s"),
        entry("%(num)d day", "%(num)d Tag", "%(num)d Tage", **days),
        entry("Your unit", "Ihre Wohnung"),
        entry("100 %% sure", "100 %% sicher"),
    )
    po(
        FAQ,
        "fr.po",
        entry("Street %(name)s", "Rue %(name)s"),
        entry("%(num)d day", "%(num)d jour", "%(num)d jours", **days),
        entry("Your unit", "Votre logement"),
        entry("100 %% sure", "sûr à 100 %%"),
    )
    po(FAQ, "de@informal.po", entry("Your unit", "Deine Wohnung"))
    po(FAQ, "fr@informal.po", entry("Your unit", "Ton logement"))
    assert found(tmp_path) == []


def test_what_is_missing_is_shown_where_the_source_asks_for_it(source: Path, tmp_path: Path) -> None:
    source.write_text('\n\n_("Save")\n_("Save")')
    assert found(tmp_path) == [
        "plugins/faq/web.py:3: 'Save' is missing in de",
        "plugins/faq/web.py:3: 'Save' is missing in fr",
    ]
    assert str(check_catalogues(tmp_path)[0]).startswith(f"{source}:3: 'Save' is missing in de -> run `quartier i18n ")


@pytest.mark.parametrize(
    ("asked", "written", "what"),
    [
        ('_("Save")', entry("Save", ""), "is empty"),
        ('_("Save")', entry("Save", "  "), "is empty"),
        ('_("Save")', entry("Save", "Sauf", comment="#, fuzzy"), "is fuzzy"),
        ('_("%(a)s")', entry("%(a)s", "%(b)s"), "has unequal placeholders: %(a)s, %(b)s"),
        ('_("%(a)s")', entry("%(a)s", "%(a)d"), "has unequal placeholders: %(a)d, %(a)s"),
        ('_("%(a)s")', entry("%(a)s", "nichts"), "has unequal placeholders: %(a)s"),
        ('_("%(a)s")', entry("%(a)s", "%(a)s %"), "has a % that is no placeholder"),
        ('_("In %(name)s")', entry("In %(name)s", "Im %(name)s"), "bends a name to its sentence: Im %(name)s"),
        (
            'ngettext("One day", "%(num)d days", n)',
            entry("One day", "Ein Tag", "viele Tage", plural="%(num)d days"),
            "has unequal placeholders: %(num)d",
        ),
        (
            'ngettext("One day", "%(num)d days", n)',
            entry("One day", "Ein Tag", plural="%(num)d days"),
            "has the wrong number of plural forms",
        ),
        (
            'ngettext("One day", "%(num)d days", n)',
            entry("One day", "Ein Tag"),
            "has other plural forms than the source: ('One day', '%(num)d days')",
        ),
        (
            'ngettext("One day", "%(num)d days", n)',
            entry("One day", "Ein Tag", "%(num)d Tage", plural="%(num)d dayz"),
            "has other plural forms than the source: ('One day', '%(num)d days')",
        ),
        ('_("Day")', entry("Day", "Tag", "Tage", plural="Days"), "has other plural forms than the source: 'Day'"),
        ('_("Save")', entry("Save", "Retten") + "\n\n" + entry("Save", "Retten"), "stands here twice"),
        ('_("Save")', entry("Save", "Retten") + '\n\n#~ msgid "Old"\n#~ msgstr "Alt"', "is obsolete and commented out"),
        ('_("Save")', entry("Save", "Retten") + "\n\n" + entry("Old", "Alt"), "is obsolete: no source asks for it"),
    ],
)
def test_faults_of_an_entry(source: Path, po: WritePo, tmp_path: Path, asked: str, written: str, what: str) -> None:
    source.write_text(asked)
    po(FAQ, "de.po", written)
    [problem] = [line for line in found(tmp_path) if line.startswith(FAQ)]
    assert what in problem
    assert problem.startswith(f"{FAQ}/de.po:")
    assert int(problem.split(":")[1]) >= 5


def test_three_plural_forms_are_too_many(source: Path, po: WritePo, tmp_path: Path) -> None:
    source.write_text('ngettext("day", "days", n)')
    header = '"Plural-Forms: nplurals=3; plural=(n != 1);\\n"\n'
    po(FAQ, "de.po", entry("day", "Tag", "Tage", "Tagen", plural="days"), header=header)
    assert found(tmp_path)[0].endswith("'day' has the wrong number of plural forms")


def test_a_singular_may_leave_out_a_number_that_the_source_leaves_out(
    source: Path, po: WritePo, tmp_path: Path
) -> None:
    source.write_text('ngettext("One day", "%(num)d days", n)')
    po(FAQ, "de.po", entry("One day", "Ein Tag", "%(num)d Tage", plural="%(num)d days"))
    po(FAQ, "fr.po", entry("One day", "%(num)d jour", "%(num)d jours", plural="%(num)d days"))
    assert found(tmp_path) == []


def test_formal_texts_need_an_overlay(source: Path, po: WritePo, tmp_path: Path) -> None:
    source.write_text('_("Your unit")\n_("Choose")\n_("They")\n# tone: neutral\n_("You")')
    words = [entry("Your unit", "Ihre Wohnung"), entry("Choose", "Wählen Sie")]
    po(FAQ, "de.po", *words, entry("They", "Sie kommen", comment="#. tone: neutral"), entry("You", "Sie"))
    french = [entry("Your unit", "Le logement"), entry("Choose", "Choisir"), entry("They", "Ils"), entry("You", "vous")]
    po(FAQ, "fr.po", *french)
    po(FAQ, "de@informal.po", entry("Your unit", "Deine Wohnung"))
    assert found(tmp_path) == [f"{FAQ}/de.po:8: 'Choose' addresses the reader formally (Sie)"]


@pytest.mark.parametrize(
    ("overlay", "what"),
    [
        (entry("Old", "Dein altes"), "'Old' is unknown to de.po"),
        (entry("Your unit", ""), "'Your unit' is empty"),
        (entry("Your unit", "Ihre neue Wohnung"), "'Your unit' still addresses the reader formally (Ihre)"),
        (entry("Your unit", "Deine %(x)s"), "'Your unit' has unequal placeholders: %(x)s"),
        (entry("Your unit", "Deine", comment="#, fuzzy"), "'Your unit' is fuzzy"),
        (entry("Your unit", "Deine") + "\n\n" + entry("Menu", "Menü"), "'Menu' says the same as the base"),
    ],
)
def test_faults_of_an_overlay(source: Path, po: WritePo, tmp_path: Path, overlay: str, what: str) -> None:
    source.write_text('_("Your unit")\n_("Menu")')
    po(FAQ, "de.po", entry("Your unit", "Ihre Wohnung"), entry("Menu", "Menü"))
    po(FAQ, "fr.po", entry("Your unit", "Le logement"), entry("Menu", "Menu"))
    po(FAQ, "de@informal.po", overlay)
    problems = [line for line in found(tmp_path) if "de@informal.po:" in line]
    assert [line.split(": ", 1)[1] for line in problems] == [what]


def test_areas_that_disagree_are_told_since_only_one_of_them_is_heard(
    source: Path, po: WritePo, tmp_path: Path
) -> None:
    source.write_text('_("Open")\n_("Save")\npgettext("door", "Close")')
    web = tmp_path / "platform/quartier/web/pages.py"
    web.parent.mkdir(parents=True)
    web.write_text('_("Open")\n_("Save")\n_("Close")')
    french = [entry("Open", "Ouvrir"), entry("Save", "Enregistrer")]
    for folder, opened, closed in ((FAQ, "Offen", "door"), ("translations/web", "Öffnen", "")):
        close = entry("Close", f"Schließen {closed}".strip(), context=closed)
        po(folder, "de.po", entry("Open", opened), entry("Save", "Speichern"), close)
        po(folder, "fr.po", *french, entry("Close", "Fermer", context=closed))
    assert found(tmp_path) == [
        f"{FAQ}/de.po:5: 'Open' is 'Offen' here and 'Öffnen' in {tmp_path}/translations/web/de.po"
    ]


def test_a_percent_sign_in_the_source_must_be_doubled(source: Path, po: WritePo, tmp_path: Path) -> None:
    source.write_text('\n_("100 % sure")')
    for name in ("de.po", "fr.po"):
        po(FAQ, name, entry("100 % sure", "100 %%"))
    assert found(tmp_path) == ["plugins/faq/web.py:2: '100 % sure' has a % that is no placeholder"]


def test_a_broken_catalogue_a_strange_file_and_a_broken_source_are_named(
    source: Path, po: WritePo, tmp_path: Path
) -> None:
    source.write_text("def (")
    po(FAQ, "de.po", "<<<<<<< HEAD")
    po(FAQ, "it.po", entry("Save", "Salvare"))
    assert [line.split(": ")[0] for line in found(tmp_path)] == [
        "plugins/faq/web.py:1",
        f"{FAQ}/it.po:0",
        f"{FAQ}/de.po:5",
    ]


def test_words_of_a_package_that_is_gone_are_obsolete(po: WritePo, tmp_path: Path) -> None:
    po("translations/letters", "de.po", entry("Save", "Speichern"))
    assert found(tmp_path) == ["translations/letters/de.po:5: 'Save' is obsolete: no source asks for it"]
