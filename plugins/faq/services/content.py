"""The content of an article: its texts, its relations, what a revision keeps of it, and the numbers and names that it
takes from the others. Everything that changes articles goes through here."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import delete, func, select

from plugins.faq.manifest import EDIT, FILES, PUBLISH, VIEW_DRAFTS
from plugins.faq.models import Article, ArticleText, Category, Related, Revision
from plugins.faq.queries import Wording
from plugins.faq.richtext import render_markdown, with_names
from quartier.sdk import Audience, CompanySession, Viewer, account_names, company_of, fold, new_id, search_key
from quartier.sdk import gettext as _

LONGEST_SLUG = 60  # characters
STEP = 10  # between positions, so that a file may put something in between
Texts = Mapping[str, Wording]

_FILES = "SELECT name, id FROM attachment WHERE purpose = %s AND thing_id = %s ORDER BY position, id"
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class NotFound(LookupError):
    """There is no such article or topic in this company."""


class EditConflict(Exception):
    """Somebody saved in the meantime: show both. `author` is empty when the person is gone."""

    def __init__(self, version: int, author: str, at: datetime) -> None:
        super().__init__(f"the article is at version {version}")
        self.version, self.author, self.at = version, author, at


@dataclass(frozen=True)
class Changes:
    """What an editor wants changed; None leaves things as they are. Only the languages in `texts` are touched, and
    one with nothing written in it is taken away. `attach` gives the article, by its id, its files."""

    texts: Texts = field(default_factory=dict)
    slug: str | None = None
    category_id: UUID | None = None
    audience: Audience | None = None
    related: Sequence[UUID] | None = None
    attach: Callable[[UUID], object] | None = None


def changes_from(db: CompanySession, values: Mapping[str, Any]) -> Changes:
    """Changes from what `ArticleSchema` loaded: topics by key and related articles by slug become ids.

    Raises ValidationError for those that do not exist.
    """
    return Changes(
        texts={language: Wording(**text) for language, text in values.get("texts", {}).items() if text},
        slug=values.get("slug") or None,
        category_id=_category_by_key(db, values["category"]) if values.get("category") else None,
        audience=values.get("audience"),
        related=_ids_of_slugs(db, values["related"]) if "related" in values else None,
    )


def find_article(db: CompanySession, article_id: UUID) -> Article:
    """The article, held against others who write it at this moment. Raises NotFound."""
    statement = select(Article).filter_by(id=article_id).with_for_update().execution_options(populate_existing=True)
    article = db.scalars(statement).one_or_none()
    if article is None:
        raise NotFound(str(article_id))
    return article


def require_default_language(db: CompanySession, article: Article) -> None:
    """Raise ValidationError at each field that residents would miss in the company's default language."""
    language = company_of(db).languages[0]
    text = db.scalars(select(ArticleText).filter_by(article_id=article.id, language=language)).one_or_none()
    errors = {
        name: [_("Please write this in the company's default language before residents can see it.")]
        for name in ("title", "body")
        if not (text and getattr(text, name).strip())
    }
    if errors:
        raise ValidationError({"texts": {language: errors}})


def content_of(db: CompanySession, article: Article) -> dict[str, Any]:
    """What a revision keeps, and what tells whether anything has changed."""
    db.flush()
    texts = db.scalars(select(ArticleText).filter_by(article_id=article.id).order_by(ArticleText.language))
    related = db.scalars(select(Related.related_id).filter_by(article_id=article.id).order_by(Related.position))
    return {
        "slug": article.slug,
        "category": str(article.category_id),
        "audience": article.audience.to_json(),
        "texts": {text.language: {"title": text.title, "summary": text.summary, "body": text.body} for text in texts},
        "related": [str(related_id) for related_id in related],
        "files": files_in(db, article.id),
    }


def put_files(db: CompanySession, article: Article, attach: Callable[[UUID], object]) -> None:
    """Give the article its files, and render all its languages anew where that changes what they may name."""
    before = files_in(db, article.id)
    attach(article.id)
    db.flush()
    if (files := files_in(db, article.id)) != before:
        for text in db.scalars(select(ArticleText).filter_by(article_id=article.id)):
            _render(text, files)
        db.flush()


def put_texts(db: CompanySession, article: Article, texts: Texts) -> None:
    """Write the given languages and render them; the others are not touched."""
    files = files_in(db, article.id) if texts else {}
    known = {text.language: text for text in db.scalars(select(ArticleText).filter_by(article_id=article.id))}
    for language, wording in texts.items():
        text = known.get(language)
        if not any(part.strip() for part in (wording.title, wording.summary, wording.body)):
            if text is not None:
                db.delete(text)
            continue
        if text is None:
            text = ArticleText(id=new_id(), article_id=article.id, language=language)
            db.add(text)
        text.title, text.summary = wording.title.strip(), wording.summary.strip()
        text.body = with_names(wording.body.replace("\r\n", "\n").strip(), files)
        _render(text, files)
    db.flush()


def _render(text: ArticleText, files: Mapping[str, str]) -> None:
    rich = render_markdown(text.body, files)
    headings = " ".join(heading.text for heading in rich.headings)
    text.html = rich.html
    text.headings = [[heading.level, heading.anchor, heading.text] for heading in rich.headings]
    text.title_key = search_key(text.title)
    text.head_key = search_key(f"{text.title} {text.summary} {headings}")
    text.body_key = search_key(f"{text.title} {text.summary} {rich.plain}")


def put_related(db: CompanySession, article: Article, related: Sequence[UUID]) -> None:
    """Point to these articles, in this order. Raises ValidationError for one that does not exist."""
    db.execute(delete(Related).filter_by(article_id=article.id))
    wanted = [related_id for related_id in dict.fromkeys(related) if related_id != article.id]
    known = set(db.scalars(select(Article.id).where(Article.id.in_(wanted))))
    if unknown := [related_id for related_id in wanted if related_id not in known]:
        raise ValidationError({"related": [_("There is no such article.") for _each in unknown]})
    for position, related_id in enumerate(wanted):
        db.add(Related(article_id=article.id, related_id=related_id, position=position))
    db.flush()


def record(db: CompanySession, article: Article, by: Viewer, event: str) -> None:
    """One version more, and what the article is in it."""
    article.version += 1
    article.changed_at = datetime.now(UTC)
    name = "" if by.account_id else by.name
    db.add(
        Revision(
            article_id=article.id, number=article.version, event=event, at=article.changed_at, author_id=by.account_id,
            machine=name, content=content_of(db, article),
        )
    )  # fmt: skip
    db.flush()


def refuse_outdated(db: CompanySession, article: Article, version: int) -> None:
    """Raise EditConflict unless the article is still at the version that the editor saw."""
    if article.version == version:
        return
    latest = db.scalars(select(Revision).filter_by(article_id=article.id, number=article.version)).one()
    names = account_names(db, [latest.author_id] if latest.author_id else [])
    raise EditConflict(article.version, next(iter(names.values()), latest.machine), latest.at)


def slug_of(text: str) -> str:
    """ASCII words joined by hyphens, for addresses and file names; empty when nothing of the text is left."""
    spelt = text.casefold().translate(_SPELT_OUT)
    ascii_only = "".join(character if character.isascii() else " " for character in fold(spelt))
    short = textwrap.shorten(ascii_only, LONGEST_SLUG, placeholder="") or ascii_only.strip()[:LONGEST_SLUG]
    return short.replace(" ", "-")


def free_slug(db: CompanySession, title: str) -> str:
    """A slug made of a title that no article has."""
    return free(slug_of(title) or "article", set(db.scalars(select(Article.slug))))


def claim_slug(db: CompanySession, slug: str) -> str:
    """The slug, if no other article has it. Raises ValidationError."""
    if db.scalar(select(Article.id).filter_by(slug=slug)):
        raise ValidationError({"slug": [_("Another article has this address already.")]})
    return slug


def free(wanted: str, taken: set[str]) -> str:
    """The name, or the first of name-2, name-3, … that nobody has."""
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    return found


def find_category(db: CompanySession, category_id: UUID) -> Category:
    """The topic; raises ValidationError, for topics are chosen in forms."""
    category = db.scalars(select(Category).filter_by(id=category_id)).one_or_none()
    if category is None:
        raise ValidationError({"category": [_("There is no such topic.")]})
    return category


def last_position(db: CompanySession, category_id: UUID) -> int:
    """The place of the last article of a topic, 0 in an empty one."""
    return db.scalar(select(func.max(Article.position)).filter_by(category_id=category_id)) or 0


def number_rows(rows: Sequence[Any]) -> None:
    """Give articles or topics their places as they stand here; those that stand right are not touched."""
    for place, row in enumerate(rows, start=1):
        if row.position != place * STEP:
            row.position = place * STEP


def by_wish(ids: Sequence[UUID]) -> Callable[[Any], int]:
    """A sort key: the wished order first, all others behind it as they were."""
    wish = {wanted: place for place, wanted in enumerate(ids)}
    return lambda row: wish.get(row.id, len(wish))


def files_in(db: CompanySession, article_id: UUID) -> dict[str, str]:
    """Names of the article's files, and the id of each."""
    return {row.name: str(row.id) for row in db.rows(_FILES, (FILES.key, article_id))}


def machine(name: str) -> Viewer:
    """Who acts when it is not a person, with every right here: a command, or files being planted."""
    return Viewer(kind="agent", name=name, permissions=frozenset({VIEW_DRAFTS, EDIT, PUBLISH}))


def _category_by_key(db: CompanySession, key: str) -> UUID:
    found = db.scalar(select(Category.id).filter_by(key=key))
    if found is None:
        raise ValidationError({"category": [_("There is no such topic.")]})
    return found


def _ids_of_slugs(db: CompanySession, slugs: Sequence[str]) -> list[UUID]:
    found = db.execute(select(Article.slug, Article.id).where(Article.slug.in_(slugs)))
    ids = {row.slug: row.id for row in found}
    if unknown := [slug for slug in slugs if slug not in ids]:
        raise ValidationError({"related": [_("There is no article “%(slug)s”.", slug=slug) for slug in unknown]})
    return [ids[slug] for slug in slugs]
