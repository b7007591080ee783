"""What a set of files says, one article after the other, checked against itself and against the company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import select

from plugins.faq import policies
from plugins.faq.exchange.documents import TEXT_ENDINGS, WEB_ENDINGS, Complaint, Document, Unreadable, read_document
from plugins.faq.exchange.topics import FILE as TOPICS
from plugins.faq.exchange.topics import Topic, read_topics
from plugins.faq.models import Article, ArticleText, Category
from plugins.faq.queries import Wording
from plugins.faq.schemas import WordingSchema
from plugins.faq.services import slug_of
from quartier.sdk import (
    Audience,
    CompanySession,
    LocalizedText,
    Viewer,
    company_of,
    complaints,
    gettext,
    may_choose,
    places_by_number,
)

_ = gettext

FOLDER = "files"
FACTS = ("category", "order", "status", "published", "confirmed", "audience", "related")
Files = Mapping[str, bytes]


@dataclass
class Bundle:
    """One article with all its files. `stated` tells which file said a fact first, and where."""

    slug: str
    documents: list[Document] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    stated: dict[str, Complaint] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def texts(self) -> dict[str, Wording]:
        """Its languages."""
        return {one.language: Wording(one.title, one.summary, one.body) for one in self.documents}

    def title_for(self, language: str | None) -> str:
        """Its title in this language, or in the one that came first."""
        return next((one for one in self.documents if one.language == language), self.documents[0]).title


class Reading:
    """Files, checked one by one and then against each other and the company."""

    def __init__(self, db: CompanySession, by: Viewer, *, category: str | None, pictures: bool) -> None:
        """`category` is for articles that name none; `pictures` tells whether there is a place to keep them."""
        self._db, self._by, self._category, self._pictures = db, by, category, pictures
        self._languages = company_of(db).languages
        self.complaints: list[Complaint] = []
        self.audiences: dict[str, Audience] = {}

    def read(self, files: Files) -> tuple[list[Bundle], list[Topic]]:
        """All articles by their slug, and the topics."""
        topics = self._topics(files.get(TOPICS))
        bundles = self._bundles(files)
        for bundle in bundles:
            self._check_facts(bundle, topics)
            self._check_audience(bundle)
            self._check_status(bundle)
        return bundles, topics

    def complain(self, bundle: Bundle, fact: str, reason: str, *, is_error: bool = True) -> None:
        """A complaint at the line that states the fact, or at the article's first file."""
        at = bundle.stated.get(fact, Complaint(bundle.documents[0].file, None, ""))
        self.complaints.append(replace(at, reason=reason, is_error=is_error))

    def _topics(self, raw: bytes | None) -> list[Topic]:
        try:
            return read_topics(raw) if raw is not None else []
        except Unreadable as error:
            self.complaints += error.complaints
            return []

    def _bundles(self, files: Files) -> list[Bundle]:
        found: dict[str, Bundle] = {}
        pictures: dict[str, dict[str, bytes]] = defaultdict(dict)
        for name, raw in files.items():
            path = PurePosixPath(name)
            if path.suffix.lower() in TEXT_ENDINGS | WEB_ENDINGS:
                self._add(found, name, raw)
            elif len(path.parts) == 3 and path.parts[0] == FOLDER:
                pictures[path.parts[1]][path.name] = raw
            elif name != TOPICS:
                reason = _("This is not an article and was left out.")
                self.complaints.append(Complaint(name, None, reason, is_error=False))
        for slug, attached in pictures.items():
            self._add_pictures(found.get(slug), attached)
        if not found and not self.complaints:
            self.complaints.append(Complaint("", None, _("There are no articles in here.")))
        return list(found.values())

    def _add(self, found: dict[str, Bundle], name: str, raw: bytes) -> None:
        try:
            document = read_document(name, raw)
        except Unreadable as error:
            self.complaints += error.complaints
            return
        self.complaints += document.notes
        slug = slug_of(document.article)
        bundle = found.setdefault(slug, Bundle(slug))
        self._check_text(document, bundle)
        bundle.documents.append(document)
        for fact in FACTS:
            if fact in document.facts:
                self._merge(bundle, document, fact)

    def _add_pictures(self, bundle: Bundle | None, attached: dict[str, bytes]) -> None:
        if bundle is None:
            names = ", ".join(sorted(attached))
            self.complaints.append(Complaint(names, None, _("These files belong to no article here."), is_error=False))
        else:
            bundle.pictures.update(attached)

    def _check_text(self, document: Document, bundle: Bundle) -> None:
        if not bundle.slug:
            self._at(document, _("The file needs a name with letters or digits."))
        if document.language not in self._languages:
            self._at(document, _("The company does not offer this language: %(language)s.", language=document.language))
        if any(known.language == document.language for known in bundle.documents):
            self._at(document, _("There is another file with this article in this language."))
        try:
            WordingSchema().load({"title": document.title, "summary": document.summary, "body": document.body})
        except ValidationError as error:
            for name, reasons in complaints(error).items():
                self._at(document, f"{name}: {reasons[0]}", document.lines.get(name))

    def _at(self, document: Document, reason: str, line: int | None = None) -> None:
        self.complaints.append(Complaint(document.file, line, reason))

    def _merge(self, bundle: Bundle, document: Document, fact: str) -> None:
        """Facts belong to the article: the first file states them, the others may only say the same."""
        if fact not in bundle.facts:
            bundle.facts[fact] = document.facts[fact]
            bundle.stated[fact] = Complaint(document.file, document.lines.get(fact), "")
        elif bundle.facts[fact] != document.facts[fact]:
            first = bundle.stated[fact].file
            reason = _("“%(fact)s” is not the same as in %(file)s.", fact=fact, file=first)
            self._at(document, reason, document.lines.get(fact))

    def _check_facts(self, bundle: Bundle, new_topics: Iterable[Topic]) -> None:
        known = self._topics_with(new_topics)
        if "category" not in bundle.facts and self._status(bundle) is None:
            if not known:
                self.complain(bundle, "category", _("There is no topic yet that the article could be put into."))
                return
            bundle.facts["category"] = self._category or next(iter(known))
            if not self._category:
                topic = known[bundle.facts["category"]].pick(self._by.language or self._languages[0], self._languages)
                note = _("No topic was named: it was put into “%(topic)s”.", topic=topic.text)
                self.complain(bundle, "category", note, is_error=False)
        if "category" in bundle.facts and bundle.facts["category"] not in known:
            self.complain(bundle, "category", _("There is no topic “%(key)s”.", key=bundle.facts["category"]))

    def _topics_with(self, new: Iterable[Topic]) -> dict[str, LocalizedText]:
        """Names of topics by key: those of the company in their order, then those that the files bring."""
        kept = self._db.scalars(select(Category).order_by(Category.position))
        brought = sorted(new, key=lambda topic: topic.key)
        return {topic.key: topic.name for topic in (*kept, *brought)}

    def _status(self, bundle: Bundle) -> str | None:
        """The status of the article that the bundle changes, None for a new one."""
        return self._db.scalar(select(Article.status).filter_by(slug=bundle.slug))

    def _check_audience(self, bundle: Bundle) -> None:
        if (given := bundle.facts.get("audience")) is None:
            return
        places = places_by_number(self._db, given["where"])
        ids = {number: places.get(number) or self._place(number) for number in given["where"]}
        for number in (number for number, place in ids.items() if place is None):
            self.complain(bundle, "audience", _("There is no place with the number “%(number)s”.", number=number))
        where = frozenset(place for place in ids.values() if place)
        self.audiences[bundle.slug] = Audience(where, frozenset(given["who"]))

    def _place(self, text: str) -> UUID | None:
        """Places that have no number are written with their id."""
        try:
            place = UUID(text)
        except ValueError:
            return None
        return place if may_choose(self._db, Audience(where=frozenset({place}))) else None

    def _check_status(self, bundle: Bundle) -> None:
        before = self._status(bundle) or "draft"
        after, default = bundle.facts.get("status", before), self._languages[0]
        if not policies.may_change(self._by, before):
            self.complain(bundle, "status", _("This article is published: changing it takes the right to publish."))
        elif after != before and not policies.may_publish(self._by):
            self.complain(bundle, "status", _("You may write articles, but not publish them. Leave “status” out."))
        text = (self._written(bundle) | bundle.texts).get(default, Wording())
        if after == "published" and not (text.title and text.body):
            reason = _(
                "A published article needs a text in the company's default language: %(language)s.", language=default
            )
            self.complain(bundle, "status", reason)
        if bundle.pictures and not self._pictures:
            self.complain(bundle, "files", _("Pictures and documents cannot be taken in this way."))

    def _written(self, bundle: Bundle) -> dict[str, Wording]:
        statement = select(ArticleText).join(Article, Article.id == ArticleText.article_id)
        known = self._db.scalars(statement.where(Article.slug == bundle.slug))
        return {text.language: Wording(text.title, text.summary, text.body) for text in known}
