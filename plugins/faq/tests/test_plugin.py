"""What the module does to the portal, and what it leaves when somebody goes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from plugins.faq import plugin, services
from plugins.faq.commands import faq
from plugins.faq.manifest import manifest
from plugins.faq.queries import Wording
from plugins.faq.tests.sample import draft, live, topic
from quartier.sdk import CompanySession
from quartier.testing import SomeCompany

ARTICLE = "---\ntitle: Kalt?\ncategory: heating\nstatus: published\npublished: 2026-01-01\n---\nEntlüften.\n"
TOPICS = '[heating]\nname = { de = "Heizen" }\n'


def test_the_portals_search_finds_articles_with_their_language(brunnenhof: SomeCompany) -> None:
    visit = brunnenhof.resident().visit("fr")
    live(visit.db, "Heizkörper", texts={"fr": Wording("Radiateur froid", "Purger aide.", "Texte")})
    live(visit.db, "Waschküche")
    (hit,) = plugin.search(visit, "radiateur")
    assert (hit.title, hit.url, hit.text, hit.language) == ("Radiateur froid", "/faq/heizkoerper", "Purger aide.", "fr")
    (other,) = plugin.search(visit, "waschkueche")
    assert (other.title, other.language) == ("Waschküche", "de")


@pytest.mark.parametrize(("count", "note"), [(0, None), (1, "1 article"), (2, "2 articles")])
def test_the_tile_counts_what_can_be_read(brunnenhof: SomeCompany, count: int, note: str | None) -> None:
    visit = brunnenhof.resident().visit("en")
    draft(visit.db, "Entwurf")
    for number in range(count):
        live(visit.db, f"Artikel {number}")
    assert plugin.tile_note(visit) == note


def test_the_home_page_has_a_card_under_the_companys_own_name_for_the_module(brunnenhof: SomeCompany) -> None:
    visit = brunnenhof.resident().visit("fr")
    assert plugin.dashboard_cards(visit) == []
    live(visit.db, "Heizen & <Lüften>")
    (card,) = plugin.dashboard_cards(visit)
    assert (card.title, card.url) == ("Bon à savoir", "/faq/")
    assert '<a class="row" href="/faq/heizen-lueften" lang="de">' in card.body
    assert "Heizen &amp; &lt;Lüften&gt;" in card.body


def test_the_teams_first_page_says_what_waits_to_those_who_write(brunnenhof: SomeCompany) -> None:
    visit = brunnenhof.agent("Nadja Frei", "faq.edit").visit("en")
    live(visit.db, "Neu")
    assert [card.desk for card in plugin.dashboard_cards(visit)] == [False]
    draft(visit.db, "Entwurf")
    old = live(visit.db, "Alt", at=datetime(2020, 1, 1, tzinfo=UTC))
    old.confirmed_at = None
    visit.db.commit()
    card = next(card for card in plugin.dashboard_cards(visit) if card.desk)
    assert re.findall(r'href="([^"]+)".*?row-title">([^<]+)<.*?row-sub">([^<]+)<', card.body) == [
        ("/cockpit/faq/?stale=1", "Not confirmed for a year", "1 article"),
        ("/cockpit/faq/?state=draft", "Drafts", "1 article"),
    ]
    caretaker = brunnenhof.agent("Dragan Petrović").visit("en")
    assert [card.desk for card in plugin.dashboard_cards(caretaker)] == [False]


def test_files_of_a_company_as_code_are_planted_and_planting_again_changes_nothing(
    brunnenhof: SomeCompany, tmp_path: Path
) -> None:
    (tmp_path / "categories.toml").write_text(TOPICS)
    (tmp_path / "radiator.de.md").write_text(ARTICLE)
    db = brunnenhof.db()
    plugin.plant_files(db, tmp_path, "apply", brunnenhof.platform.shell.storage)
    plugin.plant_files(db, tmp_path, "apply", brunnenhof.platform.shell.storage)
    assert [tuple(row) for row in db.rows("SELECT slug, status, version FROM faq_article")] == [
        ("radiator", "published", 1)
    ]
    assert db.row("SELECT machine FROM faq_revision").machine == "apply"


def test_planting_tells_file_and_line_of_what_is_wrong(brunnenhof: SomeCompany, tmp_path: Path) -> None:
    (tmp_path / "radiator.de.md").write_text(ARTICLE)
    with pytest.raises(ValueError, match=r"radiator\.de\.md:3: There is no topic “heating”\."):
        plugin.plant_files(brunnenhof.db(), tmp_path, "apply", brunnenhof.platform.shell.storage)


def test_switching_on_plants_topics_once(brunnenhof: SomeCompany) -> None:
    db = brunnenhof.db()
    for _time in range(2):
        plugin.module_switched_on(db, "sales")
    assert len(db.rows("SELECT 1 FROM faq_category")) == 7
    assert db.rows("SELECT 1 FROM faq_article") == []


def test_a_person_takes_home_and_takes_back_what_the_person_said(brunnenhof: SomeCompany) -> None:
    verena, luca = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Luca Bianchi")
    db = brunnenhof.db()
    article = live(db, "Heizen")
    for body in (verena, luca):
        services.give_feedback(db, article.id, by=body.viewer(db), helpful=False, comment=f"Von {body.name}")
    exported = plugin.export_person(db, verena.person_id)
    assert [(one["article"], one["comment"]) for one in exported["answers"]] == [("heizen", "Von Verena Keller")]  # type: ignore[attr-defined]
    plugin.erase_person(db, verena.person_id)
    assert [row.comment for row in db.rows("SELECT comment FROM faq_feedback")] == ["Von Luca Bianchi"]


def test_somebody_without_an_account_has_nothing_here(brunnenhof: SomeCompany) -> None:
    person = brunnenhof.person("Herr Niemand")
    db = brunnenhof.db()
    assert plugin.export_person(db, person.id) == {}
    plugin.erase_person(db, person.id)


def test_an_author_who_goes_takes_the_name_along_and_leaves_the_text(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", "faq.edit")
    db = brunnenhof.db()
    changes = services.Changes(texts={"de": Wording("Titel", "", "Text")}, category_id=topic(db).id)
    services.create_article(db, by=nadja.viewer(db), changes=changes)
    db.commit()
    db.row("DELETE FROM account WHERE id = %s RETURNING 1", (nadja.account_id,))
    revision = db.row("SELECT author_id, machine, content FROM faq_revision")
    assert (revision.author_id, revision.machine, revision.content["texts"]["de"]["body"]) == (None, "", "Text")
    assert "Nadja" not in str(revision)


def test_the_manifest_speaks_three_languages_and_short_names_fit_a_phone() -> None:
    assert all(len(name) <= 11 for name in manifest.short_name.values())
    assert {key for permission in manifest.permissions for key in permission.label} == {"de", "en", "fr"}
    assert (manifest.scoped, {p.key for p in manifest.permissions}) == (
        True,
        {"faq.view_drafts", "faq.edit", "faq.publish"},
    )


class Terminal:
    """The commands, at a company."""

    def __init__(self, company: SomeCompany) -> None:
        self._company = company

    def __call__(self, verb: str, *arguments: str | Path) -> tuple[int, str]:
        config = self._company.platform.shell.config
        result = CliRunner().invoke(faq, [verb, self._company.slug, *map(str, arguments)], obj=config)
        return result.exit_code, result.output


def test_a_folder_goes_in_and_out_from_a_terminal(brunnenhof: SomeCompany, tmp_path: Path) -> None:
    source, quartier = tmp_path / "ein", Terminal(brunnenhof)
    source.mkdir()
    (source / "categories.toml").write_text(TOPICS)
    (source / "radiator.de.md").write_text(ARTICLE)
    assert quartier("import", source) == (0, "1 new, 0 changed, 0 as they were.\n")
    assert quartier("export", tmp_path / "aus") == (0, f"2 files written to {tmp_path / 'aus'}.\n")
    assert quartier("export", tmp_path / "aus.zip")[0] == 0
    assert quartier("import", tmp_path / "aus.zip") == (0, "0 new, 0 changed, 1 as they were.\n")
    (tmp_path / "notiz.txt").write_text("Das Velo steht im Hof und nicht im Keller.")
    code, said = quartier("import", tmp_path / "notiz.txt", "--category", "heating")
    assert (code, said.splitlines()[-1]) == (0, "1 new, 0 changed, 0 as they were.")


def test_a_terminal_tells_what_is_wrong_and_writes_nothing(brunnenhof: SomeCompany, tmp_path: Path) -> None:
    (tmp_path / "radiator.de.md").write_text(ARTICLE)
    (tmp_path / "kaputt.zip").write_bytes(b"nonsense")
    quartier = Terminal(brunnenhof)
    code, said = quartier("import", tmp_path / "radiator.de.md")
    assert (code, said) == (1, "radiator.de.md:3: There is no topic “heating”.\nError: Nothing was imported.\n")
    assert quartier("import", tmp_path / "kaputt.zip")[0] == 1
    nobody = SomeCompany(
        brunnenhof.platform, brunnenhof.id, "nobody", (), brunnenhof.property_id, brunnenhof.building_id
    )
    assert Terminal(nobody)("export", tmp_path)[1] == "Error: there is no company 'nobody'\n"
    assert isinstance(brunnenhof.db(), CompanySession)
    assert brunnenhof.db().rows("SELECT 1 FROM faq_article") == []
