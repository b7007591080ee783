from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from quartier.i18n import CatalogueError, Catalogues, Voice, load_catalogues
from quartier.i18n.pofiles import Key
from tests.i18n.entries import WritePo, entry

GERMAN, SWISS, FRENCH = Voice("de", region="DE"), Voice("de", region="CH"), Voice("fr", region="CH")


def plain(catalogues: Catalogues, voice: Voice) -> dict[Key, str]:
    return dict(catalogues.for_voice(voice).plain)


def test_all_folders_are_merged_and_the_last_one_wins(po: WritePo) -> None:
    faq = po("faq", "de.po", entry("Save", "Sichern"), entry("Article", "Artikel"))
    web = po("web", "de.po", entry("Save", "Speichern"), entry("Menu", "Menü"))
    words = load_catalogues([web], plugins=[faq])
    assert plain(words, GERMAN) == {"Save": "Speichern", "Article": "Artikel", "Menu": "Menü"}
    assert plain(load_catalogues([web, faq]), GERMAN)["Save"] == "Sichern"
    assert words.problems == []


def test_context_keeps_equal_words_apart(po: WritePo) -> None:
    folder = po("web", "de.po", entry("Open", "Öffnen"), entry("Open", "Offen", context="ticket"))
    assert plain(load_catalogues([folder]), GERMAN) == {"Open": "Öffnen", ("ticket", "Open"): "Offen"}


def test_the_overlay_speaks_only_where_it_differs(po: WritePo) -> None:
    folder = po("web", "de.po", entry("Your unit", "Ihre Wohnung"), entry("Save", "Speichern"))
    po("web", "de@informal.po", entry("Your unit", "Deine Wohnung"))
    words = load_catalogues([folder])
    assert plain(words, Voice("de")) == {"Your unit": "Ihre Wohnung", "Save": "Speichern"}
    assert plain(words, Voice("de", "informal")) == {"Your unit": "Deine Wohnung", "Save": "Speichern"}


def test_a_later_base_ends_an_earlier_overlay_of_the_same_text(po: WritePo) -> None:
    plugin = po("faq", "de.po", entry("Thanks", "Wir danken Ihnen"))
    po("faq", "de@informal.po", entry("Thanks", "Wir danken dir"))
    core = po("web", "de.po", entry("Thanks", "Herzlichen Dank"))
    words = load_catalogues([core], plugins=[plugin])
    assert plain(words, Voice("de", "informal")) == {"Thanks": "Herzlichen Dank"}


def test_untranslated_and_fuzzy_entries_are_skipped(po: WritePo) -> None:
    folder = po(
        "web",
        "fr.po",
        entry("Save", ""),
        entry("Menu", "Menuet", comment="#, fuzzy"),
        entry("%(num)d day", "", "", plural="%(num)d days"),
        entry("Home", "Accueil"),
    )
    words = load_catalogues([folder])
    assert plain(words, FRENCH) == {"Home": "Accueil"}
    assert (dict(words.for_voice(FRENCH).counted), words.problems) == ({}, [])


def test_switzerland_writes_ss_and_other_quotation_marks_than_germany(po: WritePo) -> None:
    folder = po(
        "web",
        "de.po",
        entry("Street", "Straße"),
        entry("STREET", "STRAẞE"),
        entry("Words", "«Ja» oder „Nein“"),
        entry("%(num)d street", "%(num)d Straße", "%(num)d Straßen", plural="%(num)d streets"),
    )
    po("web", "fr.po", entry("Street", "Straße"))
    words = load_catalogues([folder])
    assert plain(words, SWISS)["Street"] == "Strasse"
    assert plain(words, SWISS)["STREET"] == "STRASSE"
    assert [plain(words, one)["Words"] for one in (SWISS, GERMAN)] == ["«Ja» oder «Nein»", "„Ja“ oder „Nein“"]
    assert words.for_voice(SWISS).counted["%(num)d street"] == ("%(num)d Strasse", "%(num)d Strassen")
    assert plain(words, Voice("de", "informal", "LI"))["Street"] == "Strasse"
    assert plain(words, GERMAN)["Street"] == "Straße"
    assert plain(words, FRENCH)["Street"] == "Straße"


def test_french_signs_stay_with_their_word(po: WritePo) -> None:
    folder = po(
        "web",
        "fr.po",
        entry("Quit?", "Quitter ?"),
        entry("Name: %(name)s", "Nom : %(name)s"),
        entry("%(num)d of “%(name)s”", "« %(name)s » ; %(num)d", "« %(name)s » ; %(num)d !", plural="%(num)d"),
        entry("Full: %(num)d %%", "Plein : %(num)d %%"),
        entry("A time 9:30", "https://rue.example:80 à 9:30"),
    )
    po("web", "de.po", entry("Quit?", "Gehen ?"))
    words = load_catalogues([folder])
    assert plain(words, FRENCH) == {
        "Quit?": "Quitter\u202f?",
        "Name: %(name)s": "Nom\u00a0: %(name)s",
        "%(num)d of “%(name)s”": "«\u00a0%(name)s\u00a0»\u202f; %(num)d",
        "Full: %(num)d %%": "Plein\u00a0: %(num)d\u202f%%",
        "A time 9:30": "https://rue.example:80 à 9:30",
    }
    forms = words.for_voice(Voice("fr", "informal")).counted["%(num)d of “%(name)s”"]
    assert forms[1] == "«\u00a0%(name)s\u00a0»\u202f; %(num)d\u202f!"
    assert plain(words, GERMAN) == {"Quit?": "Gehen ?"}


def test_plural_rules_come_from_the_language_not_from_a_file(po: WritePo) -> None:
    strange = 'msgstr "Plural-Forms: nplurals=2; plural=(n != 7);\\n"'.removeprefix("msgstr ")
    folder = po("web", "fr.po", entry("%(num)d day", "%(num)d jour", "%(num)d jours", plural="x"), header=strange)
    french, german = (load_catalogues([folder]).for_voice(voice).is_one for voice in (FRENCH, GERMAN))
    assert [french(count) for count in (0, 1, 1.5, 2, 7)] == [True, True, True, False, False]
    assert [german(count) for count in (0, 1, 1.5, 2, 7)] == [False, True, False, False, False]


def test_a_voice_always_gets_the_same_catalogue(po: WritePo) -> None:
    words = load_catalogues([po("web", "de.po", entry("Save", "Speichern"))])
    assert words.for_voice(Voice("de")) is words.for_voice(Voice("de"))


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b'msgid "Save"\nmsgstr "Speichern"\n<<<<<<< HEAD\n', "misformatted"),
        (b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "A"\nmsgstr "\xff"\n', "codec"),
        (b'msgid "A"\nmsgstr ""\n# \n"lost"\n', "line"),
        (b'msgid "Save"\n', "missing msgstr"),
        (b'msgid "A"\nmsgid_plural "B"\nmsgstr[x] "C"\n', "invalid literal"),
    ],
)
def test_a_broken_file_names_itself_and_stops_the_core(tmp_path: Path, broken: bytes, reason: str) -> None:
    (tmp_path / "de.po").write_bytes(broken)
    with pytest.raises(CatalogueError, match=reason) as caught:
        load_catalogues([tmp_path])
    assert str(tmp_path / "de.po") in str(caught.value)


def test_a_plugins_broken_file_is_reported_and_left_out(po: WritePo, tmp_path: Path) -> None:
    core = po("web", "de.po", entry("Save", "Speichern"))
    plugin = po("faq", "fr.po", entry("Article", "Article FR"))
    (plugin / "de.po").write_text('msgid "Article"\nmsgstr "Artikel"\nnonsense\n')
    with capture_logs() as logs:
        words = load_catalogues([core], plugins=[plugin, tmp_path / "without translations"])
    assert (plain(words, GERMAN), plain(words, FRENCH)) == ({"Save": "Speichern"}, {"Article": "Article FR"})
    assert [(problem.file, problem.line) for problem in words.problems] == [(plugin / "de.po", 3)]
    assert [(log["event"], log["file"], log["log_level"]) for log in logs] == [
        ("catalogue_problem", str(plugin / "de.po"), "warning")
    ]


def test_an_entry_that_could_not_be_shown_is_left_out_and_reported(po: WritePo) -> None:
    folder = po(
        "faq",
        "de.po",
        entry("Hello %(name)s", "Guten Tag %(nmae)s"),
        entry("full", "100 %"),
        entry("%(num)d day", "%(num)d Tag", plural="%(num)d days"),
        entry("Save", "Speichern"),
    )
    words = load_catalogues([folder])
    assert plain(words, GERMAN) == {"Save": "Speichern"}
    assert [problem.what for problem in words.problems] == [
        "'Hello %(name)s' has other placeholders than its translation",
        "'full' has other placeholders than its translation",
        "'%(num)d day' needs 2 plural forms",
    ]
    assert [problem.line for problem in words.problems] == [5, 8, 11]
