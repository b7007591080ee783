"""Writing: who was first, what is kept, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from plugins.faq import queries, services
from plugins.faq.models import Article, Category, Revision
from plugins.faq.queries import Wording
from plugins.faq.services import Changes
from plugins.faq.services.starting import TOPICS
from plugins.faq.tests.sample import EDITOR, attach, draft, live, topic
from quartier.sdk import Audience, CompanySession, LocalizedText, StoredFile, Viewer, new_id
from quartier.testing import SomeCompany

PDF = b"%PDF-1.7\n%test"


@pytest.fixture
def db(brunnenhof: SomeCompany) -> Iterator[CompanySession]:
    db = brunnenhof.db()
    yield db
    db.close()


def german(title: str = "Titel", body: str = "Text") -> Changes:
    return Changes(texts={"de": Wording(title, "", body)})


def text_of(db: CompanySession, article: Article, language: str = "de") -> str:
    return str(
        db.row("SELECT body FROM faq_article_text WHERE article_id = %s AND language = %s", (article.id, language)).body
    )


def test_an_article_begins_as_a_draft_at_the_end_of_its_topic(db: CompanySession) -> None:
    first, second = draft(db, "Heizung läuft nicht"), draft(db, "Heizung läuft nicht")
    assert (first.status, first.version, first.slug) == ("draft", 1, "heizung-laeuft-nicht")
    assert (second.slug, second.position > first.position) == ("heizung-laeuft-nicht-2", True)


@pytest.mark.parametrize(
    ("title", "slug"),
    [("L’œuvre & l’été", "l-oeuvre-l-ete"), ("Größe", "groesse"), ("日本", "article"), ("x" * 90, "x" * 60)],
)
def test_slugs_are_ascii_whatever_the_title(db: CompanySession, title: str, slug: str) -> None:
    assert draft(db, title).slug == slug


def test_a_slug_that_is_taken_is_refused_at_its_field(db: CompanySession) -> None:
    draft(db, "Eins", slug="heizung")
    with pytest.raises(ValidationError) as refusal:
        draft(db, "Zwei", slug="heizung")
    assert set(refusal.value.messages_dict) == {"slug"}


def test_saving_touches_only_the_languages_given_and_blank_ones_go(db: CompanySession) -> None:
    article = draft(db, "Titel", texts={"fr": Wording("Titre", "", "Texte"), "en": Wording("Title", "", "Text")})
    changes = Changes(texts={"fr": Wording("Nouveau", "", "Texte"), "en": Wording(" ", "", "\n")})
    services.save_article(db, article.id, by=EDITOR, version=1, changes=changes)
    titles = {row.language: row.title for row in db.rows("SELECT language, title FROM faq_article_text")}
    assert titles == {"de": "Titel", "fr": "Nouveau"}


def test_saving_what_is_there_already_is_no_new_version(db: CompanySession) -> None:
    article = draft(db, "Titel", "Text")
    services.save_article(db, article.id, by=EDITOR, version=1, changes=german(body="Text\r\n"))
    assert article.version == 1


def test_the_second_of_two_editors_is_told_who_was_first(brunnenhof: SomeCompany, db: CompanySession) -> None:
    nadja, aylin = (brunnenhof.agent(name, "faq.edit") for name in ("Nadja Frei", "Aylin Demirci"))
    article = draft(db, "Titel")
    services.save_article(db, article.id, by=nadja.viewer(db), version=1, changes=german(body="Von Nadja"))
    with pytest.raises(services.EditConflict) as conflict:
        services.save_article(db, article.id, by=aylin.viewer(db), version=1, changes=german(body="Von Aylin"))
    assert (conflict.value.version, conflict.value.author) == (2, "Nadja Frei")
    assert text_of(db, article) == "Von Nadja"
    services.save_article(db, article.id, by=aylin.viewer(db), version=2, changes=german(body="Von beiden"))
    assert text_of(db, article) == "Von beiden"


def test_two_editors_at_the_same_moment_wait_for_each_other(brunnenhof: SomeCompany, db: CompanySession) -> None:
    """The row is held: whoever comes second sees the version of whoever came first."""
    article = draft(db, "Titel")
    db.commit()
    services.save_article(db, article.id, by=EDITOR, version=1, changes=german(body="Erste"))
    other = brunnenhof.db()
    other.row("SELECT set_config('lock_timeout', '100ms', true)")
    with pytest.raises(Exception, match="lock timeout"):
        services.save_article(other, article.id, by=EDITOR, version=1, changes=german(body="Zweite"))
    other.close()


def test_history_keeps_every_version_with_its_author_and_any_can_come_back(
    brunnenhof: SomeCompany, db: CompanySession
) -> None:
    nadja = brunnenhof.agent("Nadja Frei", "faq.edit")
    visit = nadja.visit("de")
    article = draft(visit.db, "Titel", "Eins", texts={"fr": Wording("Titre", "", "Un")})
    changes = Changes(
        texts={"de": Wording("Titel", "", "Zwei"), "fr": Wording()}, audience=Audience(who=frozenset({"owners"}))
    )
    services.save_article(visit.db, article.id, by=visit.viewer, version=1, changes=changes)
    services.restore_revision(visit.db, article.id, by=visit.viewer, number=1, version=2)
    steps = [(row.number, row.event, row.author) for row in queries.history(visit, article.id)]
    assert steps == [(3, "restored", "Nadja Frei"), (2, "saved", "Nadja Frei"), (1, "created", "test")]
    assert (text_of(visit.db, article), text_of(visit.db, article, "fr")) == ("Eins", "Un")
    assert article.audience == Audience()


def test_a_restored_version_that_has_a_language_less_takes_it_away(db: CompanySession) -> None:
    article = draft(db, "Titel", "Eins")
    services.save_article(
        db, article.id, by=EDITOR, version=1, changes=Changes(texts={"fr": Wording("Titre", "", "Un")})
    )
    services.restore_revision(db, article.id, by=EDITOR, number=1, version=2)
    assert [row.language for row in db.rows("SELECT language FROM faq_article_text")] == ["de"]


def test_history_cannot_be_rewritten(db: CompanySession) -> None:
    draft(db, "Titel")
    with pytest.raises(Exception, match="permission denied"):
        db.row("UPDATE faq_revision SET event = 'saved' RETURNING 1")


def test_publishing_needs_a_text_in_the_default_language(db: CompanySession) -> None:
    article = draft(db, "", "", texts={"fr": Wording("Titre", "", "Texte")})
    with pytest.raises(ValidationError) as refusal:
        services.publish(db, article.id, by=EDITOR)
    assert {name: set(fields) for name, fields in refusal.value.messages_dict["texts"].items()} == {
        "de": {"title", "body"}
    }
    assert article.status == "draft"


def test_a_live_article_cannot_lose_its_default_language(db: CompanySession) -> None:
    article = live(db, "Titel")
    with pytest.raises(ValidationError) as refusal:
        services.save_article(db, article.id, by=EDITOR, version=2, changes=german("Titel", ""))
    assert set(refusal.value.messages_dict["texts"]["de"]) == {"body"}


def test_publishing_confirms_and_says_when_and_by_whom(brunnenhof: SomeCompany, db: CompanySession) -> None:
    nadja = brunnenhof.agent("Nadja Frei").viewer(db)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    article = services.publish(db, draft(db, "Titel").id, by=nadja, at=tomorrow)
    assert (article.status, article.publish_at, article.confirmed_by) == ("published", tomorrow, nadja.account_id)
    assert [step.event for step in db.scalars(select(Revision).order_by(Revision.number))] == ["created", "published"]


def test_unpublishing_archiving_and_back(db: CompanySession) -> None:
    article = live(db, "Titel")
    statuses = [
        services.unpublish(db, article.id, by=EDITOR).status,
        services.archive(db, article.id, by=EDITOR).status,
        services.archive(db, article.id, by=EDITOR).status,
    ]
    assert (statuses, article.version) == (["draft", "archived", "archived"], 4)


def test_confirming_is_in_nobodys_way(db: CompanySession) -> None:
    article = live(db, "Titel")
    article.confirmed_at = datetime(2020, 1, 1, tzinfo=UTC)
    services.confirm_article(db, article.id, by=EDITOR)
    assert (article.version, article.confirmed_at > datetime.now(UTC) - timedelta(minutes=1)) == (2, True)


def test_only_drafts_are_deleted(brunnenhof: SomeCompany, db: CompanySession) -> None:
    storage = brunnenhof.platform.shell.storage
    article, kept = draft(db, "Titel"), live(db, "Live")
    attach(brunnenhof, article, "a.pdf", PDF)
    key = db.scalars(select(StoredFile)).one().key
    services.delete_article(db, article.id, by=EDITOR)
    with pytest.raises(ValidationError):
        services.delete_article(db, kept.id, by=EDITOR)
    db.commit()
    brunnenhof.work()
    assert [row.slug for row in db.rows("SELECT slug FROM faq_article")] == ["live"]
    assert (storage.get(key), db.rows("SELECT id FROM stored_file")) == (None, [])


def test_unknown_articles_and_topics_are_told(db: CompanySession) -> None:
    with pytest.raises(services.NotFound):
        services.save_article(db, new_id(), by=EDITOR, version=1, changes=german())
    with pytest.raises(services.NotFound):
        services.restore_revision(db, draft(db, "Titel").id, by=EDITOR, number=7, version=1)
    with pytest.raises(ValidationError):
        draft(db, "Titel", category_id=new_id())
    with pytest.raises(ValidationError):
        draft(db, "Titel", related=[new_id()])


def test_moving_puts_an_article_at_the_end_of_the_other_topic(db: CompanySession) -> None:
    keys = topic(db, "keys", de="Schlüssel")
    there = draft(db, "Dort", category_id=keys.id)
    article = services.move_to_category(db, draft(db, "Hier").id, by=EDITOR, category_id=keys.id)
    assert (article.category_id, article.position > there.position, article.version) == (keys.id, True, 2)


def test_a_topic_with_articles_goes_only_with_a_place_for_them(db: CompanySession) -> None:
    heat, keys = topic(db), topic(db, "keys", de="Schlüssel")
    article = draft(db, "Titel", category_id=heat.id)
    with pytest.raises(services.CategoryInUse) as refusal:
        services.delete_category(db, heat.id, by=EDITOR)
    assert refusal.value.count == 1
    with pytest.raises(services.CategoryInUse):
        services.delete_category(db, heat.id, by=EDITOR, move_to=heat.id)
    services.delete_category(db, heat.id, by=EDITOR, move_to=keys.id)
    assert (article.category_id, list(db.scalars(select(Category.key)))) == (keys.id, ["keys"])


def test_topics_are_named_by_their_first_word_and_keys_stay(db: CompanySession) -> None:
    first = services.create_category(db, by=EDITOR, name=LocalizedText(de="Schlüssel & Zugang"))
    second = services.create_category(db, by=EDITOR, name=LocalizedText(de="Schlüssel & Zugang"))
    services.rename_category(db, first.id, by=EDITOR, name=LocalizedText(de="Türen"), icon="lock")
    assert (first.key, second.key, first.icon) == ("schluessel-zugang", "schluessel-zugang-2", "lock")
    with pytest.raises(ValidationError):
        services.create_category(db, by=EDITOR, name=LocalizedText(de="Anders"), key=first.key)


def test_the_usual_topics_come_to_a_company_without_any_and_in_all_languages(db: CompanySession) -> None:
    services.plant_default_topics(db, by=EDITOR)
    services.plant_default_topics(db, by=EDITOR)
    names = {category.key: category.name for category in db.scalars(select(Category))}
    assert names.keys() == {key for key, _icon, _name in TOPICS}
    assert {tuple(name) for name in names.values()} == {("de", "en", "fr")}


def test_a_company_with_topics_keeps_its_own(db: CompanySession) -> None:
    topic(db, "own", de="Eigenes")
    services.plant_default_topics(db, by=EDITOR)
    assert list(db.scalars(select(Category.key))) == ["own"]


def test_an_answer_counts_once_per_account_and_can_change(brunnenhof: SomeCompany, db: CompanySession) -> None:
    verena, luca = (brunnenhof.resident(name).viewer(db) for name in ("Verena Keller", "Luca Bianchi"))
    article = live(db, "Titel")
    services.give_feedback(db, article.id, by=verena, helpful=True)
    services.give_feedback(db, article.id, by=verena, helpful=False, comment=" Wo ist das Ventil? ")
    services.give_feedback(db, article.id, by=luca, helpful=True)
    answers = db.rows("SELECT helpful, comment FROM faq_feedback ORDER BY helpful")
    assert [tuple(row) for row in answers] == [(False, "Wo ist das Ventil?"), (True, "")]


def test_without_an_account_there_is_no_answer(db: CompanySession) -> None:
    with pytest.raises(PermissionError):
        services.give_feedback(db, live(db, "Titel").id, by=Viewer(kind="anonymous"), helpful=True)


def test_a_file_is_named_and_shown_in_the_text_and_another_one_takes_its_place(
    brunnenhof: SomeCompany, db: CompanySession
) -> None:
    article = draft(db, "Titel", "![Ventil](files/mein-ventil.png)")
    html = "SELECT html FROM faq_article_text"
    assert db.row(html).html == "<p>Ventil</p>\n"
    file = attach(brunnenhof, article, "../Mein Ventil.PNG")
    assert (file.name, article.version) == ("mein-ventil.png", 2)
    assert f'<img src="/files/{file.id}" alt="Ventil"' in db.row(html).html
    same = attach(brunnenhof, article, "Mein Ventil.png")
    assert (same.id, article.version) == (file.id, 2)
    other = attach(brunnenhof, article, "mein-ventil.png", PDF.replace(b"test", b"other"))  # what it is decides
    assert (other.name, set(services.files_in(db, article.id))) == (
        "mein-ventil.pdf", {"mein-ventil.png", "mein-ventil.pdf"},
    )  # fmt: skip
    later = attach(brunnenhof, article, "mein-ventil.pdf", PDF)
    assert (later.name, later.id != other.id, len(services.files_in(db, article.id))) == ("mein-ventil.pdf", True, 2)
    assert db.scalars(select(Revision.number).filter_by(article_id=article.id)).all() == [1, 2, 3, 4]


@pytest.mark.parametrize("body", [b"", b"MZ\x90\x00", b"PK\x03\x04"], ids=["empty", "program", "archive"])
def test_files_that_are_neither_picture_nor_document_are_refused(
    brunnenhof: SomeCompany, db: CompanySession, body: bytes
) -> None:
    article = draft(db, "Titel")
    with pytest.raises(ValidationError) as refusal:
        attach(brunnenhof, article, "x.png", body)
    assert set(refusal.value.messages_dict) == {"files"}
