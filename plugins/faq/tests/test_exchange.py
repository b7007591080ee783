"""In and out as files: whole, forgiving, and without changing what is the same."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from plugins.faq import exchange, queries, services
from plugins.faq.exchange import Report, Unreadable
from plugins.faq.manifest import EDIT, PUBLISH
from plugins.faq.models import Article, ArticleText, Category, Revision
from plugins.faq.queries import Wording
from plugins.faq.tests.sample import EDITOR, attach, draft, live, topic
from quartier.sdk import Audience, CompanySession, Viewer
from quartier.testing import SomeCompany

TENANTS = Path(__file__).parents[3] / "tenants"
ZURICH = ZoneInfo("Europe/Zurich")
GOOD = """\
---
title: Mein Heizkörper bleibt kalt
summary: "Meist hilft: Entlüften."
category: heating
order: 15
status: published
published: 2026-03-02
confirmed: 2026-09-14
audience:
  where: []
  who: [tenants]
related: []
---
Drehen Sie den **Thermostat** auf 5.
"""


@pytest.fixture
def db(brunnenhof: SomeCompany) -> Iterator[CompanySession]:
    db = brunnenhof.db()
    topic(db)
    db.commit()
    yield db
    db.close()


def take(db: CompanySession, *, by: Viewer = EDITOR, **files: str | bytes) -> Report:
    """Import files given as `name__de_md`."""
    given = {_name(name): body.encode() if isinstance(body, str) else body for name, body in files.items()}
    return exchange.import_files(db, given, by=by)


def _name(key: str) -> str:
    return key.replace("__", ".").replace("_md", ".md").replace("_txt", ".txt").replace("_html", ".html")


def reasons(report: Report, *, errors: bool = True) -> list[tuple[str, int | None, str]]:
    return [(one.file, one.line, one.reason) for one in report.complaints if one.is_error is errors]


def test_a_file_says_everything_about_an_article(db: CompanySession) -> None:
    report = take(db, radiator__de_md=GOOD)
    assert (report.created, report.complaints) == (("radiator",), ())
    article = db.scalars(select(Article)).one()
    text = db.scalars(select(ArticleText)).one()
    assert (article.slug, article.position, article.status) == ("radiator", 15, "published")
    assert article.publish_at == datetime(2026, 3, 2, tzinfo=ZURICH)
    assert article.confirmed_at == datetime(2026, 9, 14, tzinfo=ZURICH)
    assert article.audience == Audience(who=frozenset({"tenants"}))
    assert (text.title, text.summary, text.language) == ("Mein Heizkörper bleibt kalt", "Meist hilft: Entlüften.", "de")
    assert text.html == "<p>Drehen Sie den <strong>Thermostat</strong> auf 5.</p>\n"


def test_importing_the_same_again_changes_nothing(db: CompanySession) -> None:
    take(db, radiator__de_md=GOOD)
    report = take(db, radiator__de_md=GOOD)
    assert (report.created, report.changed, report.unchanged) == ((), (), ("radiator",))
    assert len(db.scalars(select(Revision)).all()) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("auf 5", "auf 4"),
        ("published: 2026-03-02", "published: 2026-03-03"),
        ("order: 15", "order: 25"),
        ("status: published", "status: archived"),
        ("who: [tenants]", "who: [owners]"),
        ("summary:", "summary: Kurz #"),
    ],
)
def test_what_is_different_is_changed_and_told(db: CompanySession, before: str, after: str) -> None:
    take(db, radiator__de_md=GOOD)
    report = take(db, radiator__de_md=GOOD.replace(before, after))
    assert (report.changed, report.unchanged, report.complaints) == (("radiator",), (), ())
    assert [step.event for step in db.scalars(select(Revision))] == ["imported", "imported"]


def test_an_export_brought_back_changes_nothing(brunnenhof: SomeCompany, db: CompanySession) -> None:
    storage = brunnenhof.platform.shell.storage
    other = live(db, "Lüften: so geht’s", "- eins\n- zwei", at=datetime(2026, 5, 4, 14, 30, 15, tzinfo=UTC))
    article = draft(
        db,
        "Kalt?",
        "![Ventil](files/ventil.png)\n\n> [!TIP] Tipp\n> Text",
        related=[other.id],
        audience=Audience(frozenset({brunnenhof.building_id}), frozenset({"owners", "tenants"})),
        texts={"fr": Wording("« Froid »", "Court : oui", "Texte"), "en": Wording("# 7", "", "---\nText")},
    )
    services.archive(db, live(db, "Früher").id, by=EDITOR)
    attach(brunnenhof, article, "Ventil.png")
    db.commit()
    brunnenhof.work()
    files = exchange.export_files(db, storage=storage)
    packed = exchange.pack(files)
    report = exchange.import_files(db, exchange.read_zip(packed), by=EDITOR, storage=storage)
    assert (report.created, report.changed, report.complaints) == ((), (), ())
    assert len(report.unchanged) == 3
    assert exchange.pack(exchange.export_files(db, storage=storage)) == packed


def test_an_export_makes_the_same_articles_in_another_company(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, db: CompanySession
) -> None:
    storage = brunnenhof.platform.shell.storage
    article = live(db, "Kalt?", "![Ventil](files/ventil.png)", texts={"en": Wording("Cold?", "", "Text")})
    attach(brunnenhof, article, "Ventil.png")
    db.commit()
    brunnenhof.work()
    theirs = nordlicht.db()
    report = exchange.import_files(theirs, exchange.export_files(db, storage=storage), by=EDITOR, storage=storage)
    assert (report.created, report.complaints) == (("kalt",), ())
    html = theirs.row("SELECT html FROM faq_article_text WHERE language = 'de'").html
    assert html.startswith('<p><img src="/files/')
    assert str(article.id) not in html
    theirs.close()


def test_with_one_bad_file_nothing_is_taken_and_all_that_is_wrong_is_told(db: CompanySession) -> None:
    report = take(
        db,
        good__de_md=GOOD,
        topic__de_md=GOOD.replace("category: heating", "category: heatin"),
        status__de_md=GOOD.replace("status: published", "status: publishd"),
        date__de_md=GOOD.replace("2026-03-02", "02.03.2026"),
        group__de_md=GOOD.replace("[tenants]", "[tenants, cats]"),
        place__de_md=GOOD.replace("where: []", "where: [BRU-P9]"),
        yaml__de_md=GOOD.replace('"Meist hilft: Entlüften."', "Meist hilft: Entlüften."),
        page_html="<p>Text</p>",
        hidden__de_md="<!DOCTYPE html><html><body>Text</body></html>",
        empty__de_md="   ",
        binary__de_md=b"\x00\x01\x02\xff",
        open__de_md="---\ntitle: Ohne Ende\n",
        long__de_md=GOOD + "x" * 100_001,
        title__de_md=GOOD.replace("Mein Heizkörper", "x" * 201),
    )
    assert (report.ok, report.created) == (False, ())
    assert {(file, line) for file, line, _reason in reasons(report)} == {
        ("topic.de.md", 4),
        ("status.de.md", 6),
        ("date.de.md", 7),
        ("group.de.md", 11),
        ("place.de.md", 9),
        ("yaml.de.md", 3),
        ("page.html", None),
        ("hidden.de.md", None),
        ("empty.de.md", None),
        ("binary.de.md", None),
        ("open.de.md", 1),
        ("long.de.md", None),
        ("title.de.md", 2),
    }
    assert db.scalars(select(Article)).all() == []


def test_something_that_only_writing_finds_out_takes_everything_back(
    brunnenhof: SomeCompany, db: CompanySession
) -> None:
    files = {"good.de.md": GOOD.encode(), "files/good/ventil.png": b"\0 not a picture"}
    report = exchange.import_files(db, files, by=EDITOR, storage=brunnenhof.platform.shell.storage)
    assert [file for file, _line, _reason in reasons(report)] == ["good.de.md"]
    assert db.scalars(select(Article)).all() == []


def test_files_of_one_article_must_not_contradict_each_other(db: CompanySession) -> None:
    french = GOOD.replace("who: [tenants]", "who: [owners]")
    report = take(db, radiator__de_md=GOOD, radiator__fr_md=french)
    assert reasons(report) == [("radiator.fr.md", 9, "“audience” is not the same as in radiator.de.md.")]


def test_the_same_language_twice_is_told(db: CompanySession) -> None:
    report = exchange.import_files(db, {"a/x.de.md": GOOD.encode(), "b/x.de.md": GOOD.encode()}, by=EDITOR)
    assert reasons(report) == [("b/x.de.md", None, "There is another file with this article in this language.")]


def test_a_language_that_the_company_does_not_offer_is_told(nordlicht: SomeCompany) -> None:
    report = exchange.import_files(nordlicht.db(), {"x.fr.md": b"# Titre\n\nTexte"}, by=EDITOR, category="x")
    assert ("x.fr.md", None, "The company does not offer this language: fr.") in reasons(report)


def test_who_may_not_publish_imports_drafts_only(db: CompanySession) -> None:
    aylin = Viewer(kind="agent", name="Aylin", permissions=frozenset({EDIT}))
    assert [(file, line) for file, line, _reason in reasons(take(db, by=aylin, x__de_md=GOOD))] == [("x.de.md", 6)]
    assert take(db, by=aylin, x__de_md=GOOD.replace("status: published\n", "")).created == ("x",)


def test_a_live_article_is_not_changed_by_import_without_the_right_to_publish(db: CompanySession) -> None:
    take(db, x__de_md=GOOD)
    aylin = Viewer(kind="agent", name="Aylin", permissions=frozenset({EDIT}))
    without = GOOD.replace("status: published\n", "").replace("auf 5", "auf 4")
    assert not take(db, by=aylin, x__de_md=without).ok
    assert take(db, by=Viewer(kind="agent", permissions=frozenset({EDIT, PUBLISH})), x__de_md=without).changed == ("x",)


@pytest.mark.parametrize(
    ("name", "text", "slug", "title", "language", "body"),
    [
        ("velo.de.md", "# Velo im Hof\n\nText", "velo", "Velo im Hof", "de", "Text"),
        ("velo_fr.md", "## Vélo\n\nTexte", "velo", "Vélo", "fr", "Texte"),
        (
            "Mein Velo.md",
            "Velo im Hof\n\nDas Velo steht im Hof und nicht im Keller.",
            "velo-im-hof",
            "Velo im Hof",
            "de",
            "Das Velo steht im Hof und nicht im Keller.",
        ),
        (
            "a.md",
            "The bikes are in the yard and not in the cellar. Please lock yours.",
            "the-bikes-are-in-the-yard-and-not-in-the-cellar",
            "The bikes are in the yard and not in the cellar",
            "en",
            "The bikes are in the yard and not in the cellar. Please lock yours.",
        ),
        (
            "a.de.txt",
            "Wohin mit dem Velo? In den Keller.\n\nDer Keller ist offen.",
            "a",
            "Wohin mit dem Velo?",
            "de",
            "In den Keller.\n\nDer Keller ist offen.",
        ),
        (
            "velo-im-Hof.de.txt",
            "In diesem Text erklären wir, wo Sie Ihr Velo abstellen können und wie es sicher bleibt. Es geht los.",
            "velo-im-hof",
            "Velo im Hof",
            "de",
            "In diesem Text erklären wir, wo Sie Ihr Velo abstellen können und wie es sicher bleibt. Es geht los.",
        ),
        (
            "003_27c8.de.txt",
            "In diesem Text erklären wir, wo Sie Ihr Velo abstellen können und wie es sicher bleibt, Tag und Nacht.",
            "003-27c8",
            "In diesem Text erklären wir, wo Sie Ihr Velo abstellen können und wie es sicher bleibt, Tag und Nacht",
            "de",
            "In diesem Text erklären wir, wo Sie Ihr Velo abstellen können und wie es sicher bleibt, Tag und Nacht.",
        ),
        (
            "a.txt",
            "Les vélos\n\nLes vélos sont dans la cour et pas dans la cave.\n- un\n- deux",
            "les-velos",
            "Les vélos",
            "fr",
            "Les vélos sont dans la cour et pas dans la cave.\n\n- un\n- deux",
        ),
        (
            "a.de.md",
            "Text davor\nnoch Text.\n\n# Titel\n\nText",
            "a",
            "Titel",
            "de",
            "Text davor\nnoch Text.\n\n\n\nText",
        ),
        ("a.de.md", "[Velo](https://a.example) im **Hof**\n\nText", "a", "Velo im Hof", "de", "Text"),
        ("a.de.md", "---\n---\n# Titel\n\nText", "a", "Titel", "de", "Text"),
        ("a.de.md", "---\ntitle: 2026\n---\nText", "a", "2026", "de", "Text"),
        ("a.md", "---\ntitle: Velo\nlanguage: fr\n---\nText", "a", "Velo", "fr", "Text"),
    ],
)
def test_texts_without_facts_are_read_as_well_as_they_can_be(
    db: CompanySession, name: str, text: str, slug: str, title: str, language: str, body: str
) -> None:
    report = exchange.import_files(db, {name: text.encode()}, by=EDITOR)
    assert (report.created, reasons(report)) == ((slug,), [])
    found = db.scalars(select(ArticleText)).one()
    assert (found.title, found.language, found.body) == (title, language, body)
    assert db.scalars(select(Article)).one().status == "draft"


@pytest.mark.parametrize(
    "raw",
    [
        "Größe\n\nText".encode(),
        "\ufeffGröße\n\nText".encode(),
        "Größe\n\nText".encode("cp1252"),
        "Größe\r\n\r\nText".encode(),
        "Größe\n\nText".encode("utf-16"),
    ],
    ids=["utf-8", "bom", "windows", "crlf", "utf-16"],
)
def test_letters_arrive_whatever_program_wrote_them(db: CompanySession, raw: bytes) -> None:
    assert exchange.import_files(db, {"x.de.md": raw}, by=EDITOR).ok
    assert db.scalars(select(ArticleText)).one().title == "Größe"


def test_every_guess_is_told(db: CompanySession) -> None:
    report = take(db, notiz_txt="Das Velo steht im Hof und nicht im Keller.")
    assert report.ok
    assert [reason for _file, _line, reason in reasons(report, errors=False)] == [
        "The title was taken from the text: “Das Velo steht im Hof und nicht im Keller”.",
        "The language was guessed from the words: de.",
        "No topic was named: it was put into “Heizen”.",
    ]


def test_a_title_out_of_the_name_is_told(db: CompanySession) -> None:
    raw = "Im folgenden Artikel zeigen wir Ihnen alle Schritte, mit denen Sie die Heizung in Gang bringen. Viel Erfolg."
    report = exchange.import_files(db, {"erste-schritte.de.txt": raw.encode()}, by=EDITOR)
    said = [reason for _file, _line, reason in reasons(report, errors=False)]
    assert said[0] == "The title was taken from the name of the file: “Erste schritte”."


def test_unknown_facts_and_missing_neighbours_are_told_and_left_out(db: CompanySession) -> None:
    text = GOOD.replace("related: []", "related: [nirgends]\nlayout: page")
    report = take(db, x__de_md=text)
    assert report.created == ("x",)
    assert reasons(report, errors=False) == [
        ("x.de.md", 13, "“layout” is not known here and was left out."),
        ("x.de.md", 12, "There is no article “nirgends” to point to; it was left out."),
    ]


def test_articles_of_one_import_may_point_at_each_other(db: CompanySession) -> None:
    take(db, a__de_md=GOOD.replace("related: []", "related: [b]"), b__de_md=GOOD.replace("related: []", "related: [a]"))
    assert exchange.export_files(db)["a.de.md"].decode().split("---")[1].endswith("related: [b]\n")
    assert len(db.scalars(select(Revision)).all()) == 2


def test_topics_come_along(db: CompanySession) -> None:
    toml = '[keys]\nicon = "key"\norder = 5\nname = { de = "Schlüssel \\"alt\\"", fr = "Clés" }\n'
    files = {"categories.toml": toml.encode(), "x.de.md": GOOD.replace("heating", "keys").encode()}
    assert exchange.import_files(db, files, by=EDITOR).created == ("x",)
    assert [(row.key, row.position, row.icon) for row in db.scalars(select(Category).order_by(Category.position))] == [
        ("keys", 5, "key"),
        ("heating", 10, "help"),
    ]
    assert '"Schlüssel \\"alt\\""' in exchange.export_files(db)["categories.toml"].decode()


@pytest.mark.parametrize(
    "toml",
    [
        "[keys",
        '[keys]\nname = "Schlüssel"',
        "[Keys]\nname = {de = 'x'}",
        "keys = 7",
        "[keys]\nname={de='x'}\norder='1'",
    ],
)
def test_a_bad_file_of_topics_is_told(db: CompanySession, toml: str) -> None:
    report = exchange.import_files(db, {"categories.toml": toml.encode()}, by=EDITOR)
    assert {file for file, _line, _reason in reasons(report)} == {"categories.toml"}


def test_references_in_yaml_are_refused_before_they_grow(db: CompanySession) -> None:
    bomb = "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b]\n---\nText"
    assert [(file, line is not None) for file, line, _reason in reasons(take(db, x__de_md=bomb))] == [("x.de.md", True)]


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return packed.getvalue()


@pytest.mark.parametrize(
    "archive",
    [
        lambda: b"",
        lambda: b"PK\x03\x04kaputt",
        lambda: b"kein Archiv",
        lambda: zipped(bombe=b"0" * (101 * 1024 * 1024)),
        lambda: zipped(**{f"{n}.md": b"" for n in range(3_001)}),
    ],
    ids=["empty", "broken", "text", "bomb", "many"],
)
def test_archives_that_cannot_be_taken_are_refused(archive: Callable[[], bytes]) -> None:
    with pytest.raises(Unreadable):
        exchange.read_zip(archive())


def test_a_packed_folder_is_read_like_its_content_and_without_what_systems_leave_behind() -> None:
    archive = zipped(
        **{"faq/x.de.md": b"x", "faq/.DS_Store": b"", "faq/files/x/a.png": b"a", "__MACOSX/faq/x.de.md": b""}
    )
    assert exchange.read_zip(archive) == {"x.de.md": b"x", "files/x/a.png": b"a"}


def test_names_that_climb_out_are_names_only(db: CompanySession) -> None:
    files = exchange.read_zip(
        zipped(**{"../../x.de.md": b"x", "/etc/passwd.de.md": GOOD.encode(), "y.de.md": GOOD.encode()})
    )
    assert set(exchange.import_files(db, files, by=EDITOR).created) == {"passwd", "y"}


def test_a_folder_written_and_read_is_the_same(db: CompanySession, tmp_path: Path) -> None:
    take(db, radiator__de_md=GOOD)
    files = exchange.export_files(db)
    exchange.write_folder(files, tmp_path / "aus")
    assert exchange.read_folder(tmp_path / "aus") == files
    assert set(files) == {"categories.toml", "radiator.de.md"}


def test_an_empty_import_is_told(db: CompanySession) -> None:
    assert reasons(exchange.import_files(db, {}, by=EDITOR)) == [("", None, "There are no articles in here.")]


def test_reading_back_is_for_residents_too(brunnenhof: SomeCompany, db: CompanySession) -> None:
    take(db, radiator__de_md=GOOD)
    db.commit()
    page = queries.article_by_slug(brunnenhof.resident().visit("de"), "radiator")
    assert page is not None
    assert page.title == "Mein Heizkörper bleibt kalt"
