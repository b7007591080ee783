"""Finding an article with the words that people have, not with those that the author chose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from plugins.faq import queries
from plugins.faq.queries import Wording
from plugins.faq.tests.sample import draft, live
from quartier.sdk import CompanySession
from quartier.testing import SomeCompany

ARTICLES = {
    "heating": {
        "de": Wording(
            "Mein Heizkörper bleibt kalt", "Meist hilft Entlüften.", "Auch die Fussbodenheizung hat ein Ventil."
        ),
        "en": Wording("My radiator stays cold", "Bleeding it mostly helps.", "Underfloor heating has a valve as well."),
        "fr": Wording(
            "Mon radiateur reste froid", "Le purger suffit souvent.", "Le chauffage au sol a aussi une vanne."
        ),
    },
    "keys": {
        "de": Wording("Wohnungsschlüssel verloren", "Was Sie jetzt tun.", "Der Zylinder wird ersetzt."),
        "en": Wording("I have lost my key", "What to do now.", "The lock is replaced."),
        "fr": Wording("J’ai perdu ma clé", "Que faire à présent.", "Le cylindre de l’entrée est remplacé."),
    },
    "deposit": {
        "de": Wording("Mietkaution zurückerhalten", "Nach dem Auszug.", "Die Bank überweist das Geld."),
        "en": Wording("Getting the deposit back", "After moving out.", "The bank transfers the money."),
        "fr": Wording("Récupérer la garantie de loyer", "Après l’état des lieux.", "La banque verse l’argent."),
    },
    "waste": {
        "de": Wording("Sperrmüll und Grünabfuhr", "Termine und Regeln.", "Stellen Sie nichts ins Treppenhaus."),
        "en": Wording("Bulky waste and green waste", "Dates and rules.", "Leave nothing in the stairwell."),
        "fr": Wording(
            "Déchets encombrants et déchets verts", "Dates et règles.", "Ne laissez rien dans la cage d’escalier."
        ),
    },
}
QUESTIONS = [
    # German: parts of compounds, umlauts in any spelling, inflection, slips, whole questions
    ("de", "heizung", {"heating"}),
    ("de", "Heizkörper", {"heating"}),
    ("de", "heizkoerper", {"heating"}),
    ("de", "HEIZKORPER", {"heating"}),
    ("de", "heizkörpr", {"heating"}),
    ("de", "heitzkörper", {"heating"}),
    ("de", "fußbodenheizung", {"heating"}),
    ("de", "kaution", {"deposit"}),
    ("de", "schluessel", {"keys"}),
    ("de", "schlüsel", {"keys"}),
    ("de", "wohnungsschlüssels", {"keys"}),
    ("de", "müll", {"waste"}),
    ("de", "muell", {"waste"}),
    ("de", "Grünabfuhr Sperrmüll", {"waste"}),
    ("de", "Wie entlüfte ich meinen Heizkörper?", {"heating"}),
    ("de", "Was muss ich tun, wenn ich den Schlüssel verloren habe?", {"keys"}),
    ("de", "zylinder", {"keys"}),
    ("de", "Raumschiff", set()),
    # English
    ("en", "radiator", {"heating"}),
    ("en", "radiatr", {"heating"}),
    ("en", "underfloor", {"heating"}),
    ("en", "lost key", {"keys"}),
    ("en", "How do I get my deposit back?", {"deposit"}),
    ("en", "deposits", {"deposit"}),
    ("en", "bulky wast", {"waste"}),
    # French: without accents, elisions, slips
    ("fr", "clé", {"keys"}),
    ("fr", "cle", {"keys"}),
    ("fr", "J'ai perdu mes clés", {"keys"}),
    ("fr", "dechets", {"waste"}),
    ("fr", "déchet", {"waste"}),
    ("fr", "radiateurs froids", {"heating"}),
    ("fr", "etat des lieux", {"deposit"}),
    ("fr", "garanti", {"deposit"}),
    ("fr", "entree", {"keys"}),
    # the reader's language is not the question's
    ("fr", "Heizkörper", {"heating"}),
    ("de", "deposit", {"deposit"}),
]


def test_questions_find_their_article(brunnenhof: SomeCompany) -> None:
    db = brunnenhof.db()
    for slug, texts in ARTICLES.items():
        live(db, "", texts=texts, slug=slug)
    db.commit()
    visits = {language: brunnenhof.agent(language=language).visit(language) for language in ("de", "en", "fr")}
    best = {
        (language, asked): queries.search_articles(visits[language], asked)[:1] for language, asked, _slugs in QUESTIONS
    }
    found = {key: {row.slug for row in rows} for key, rows in best.items()}
    assert found == {(language, asked): slugs for language, asked, slugs in QUESTIONS}
    assert {key for key, rows in best.items() if any(row.language != key[0] for row in rows)} == set()


@pytest.fixture
def db(brunnenhof: SomeCompany) -> Iterator[CompanySession]:
    db = brunnenhof.db()
    yield db
    db.close()


def found(company: SomeCompany, db: CompanySession, question: str, language: str = "de") -> list[str]:
    db.commit()
    return [row.slug for row in queries.search_articles(company.agent().visit(language), question)]


def test_title_comes_before_summary_and_summary_before_text(brunnenhof: SomeCompany, db: CompanySession) -> None:
    live(db, "", slug="text", texts={"de": Wording("Anderes", "Sonst", "Die Waschmaschine läuft.")})
    live(db, "", slug="summary", texts={"de": Wording("Anderes", "Die Waschmaschine", "Sonst")})
    live(db, "", slug="heading", texts={"de": Wording("Anderes", "Sonst", "## Waschmaschine\n\nText")})
    live(db, "", slug="compound", texts={"de": Wording("Gewerbewaschmaschine", "Sonst", "Text")})
    live(db, "", slug="title", texts={"de": Wording("Waschmaschine", "Sonst", "Text")})
    assert found(brunnenhof, db, "Waschmaschine") == ["title", "compound", "heading", "summary", "text"]


def test_what_is_written_in_the_readers_language_comes_first(brunnenhof: SomeCompany, db: CompanySession) -> None:
    live(db, "", slug="other", texts={"de": Wording("Parking", "", "Parking"), "fr": Wording("Places", "", "Voiture")})
    live(db, "", slug="own", texts={"de": Wording("Parkplatz", "", "Auto"), "fr": Wording("Auto", "", "Le parking.")})
    assert found(brunnenhof, db, "parking", "fr") == ["own", "other"]


def test_an_article_with_all_words_hides_those_with_some(brunnenhof: SomeCompany, db: CompanySession) -> None:
    live(db, "Velo im Keller", slug="both")
    live(db, "Velo auf dem Balkon", slug="one")
    assert found(brunnenhof, db, "velo keller") == ["both"]
    assert found(brunnenhof, db, "velo keller raumschiff") == ["both"]


def test_drafts_are_not_found(brunnenhof: SomeCompany, db: CompanySession) -> None:
    draft(db, "Waschmaschine")
    assert found(brunnenhof, db, "Waschmaschine") == []


@pytest.mark.parametrize(
    "question", ["", "   ", "%", "_", "'; DROP TABLE faq_article; --", "…", "\u200b", "a" * 10_000]
)
def test_odd_questions_find_nothing_and_break_nothing(
    brunnenhof: SomeCompany, db: CompanySession, question: str
) -> None:
    live(db, "Waschmaschine")
    assert found(brunnenhof, db, question) == []


def test_without_a_company_the_search_refuses(brunnenhof: SomeCompany) -> None:
    with (
        brunnenhof.platform.shell.engine.connect() as connection,
        pytest.raises(DBAPIError, match="no company is bound"),
    ):
        connection.execute(text("SELECT * FROM faq_find(ARRAY['heizung'])"))
