"""Files to articles: everything is checked first, then everything is written, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from marshmallow import ValidationError
from sqlalchemy import select

from plugins.faq.exchange.bundles import Bundle, Files, Reading
from plugins.faq.exchange.documents import Complaint
from plugins.faq.exchange.moments import moment_of, same_moment
from plugins.faq.exchange.topics import Topic, plant_topics
from plugins.faq.manifest import FILES
from plugins.faq.models import Article, Category
from plugins.faq.services import Changes, create_article, save_article
from plugins.faq.services.content import put_related, record
from quartier.sdk import CompanySession, Storage, Viewer, add_file, company_of, complaints, gettext

_ = gettext


@dataclass(frozen=True)
class Report:
    """What an import did, by slug; or why it did nothing: then only `complaints` are there."""

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the files were taken; what is left in `complaints` are guesses worth a look."""
        return not any(complaint.is_error for complaint in self.complaints)


def import_files(
    db: CompanySession, files: Files, *, by: Viewer, storage: Storage | None = None, category: str | None = None
) -> Report:
    """Take articles, topics and pictures from files. `category` is the topic of those that name none.

    The caller commits if the report is `ok`; if it is not, nothing was written.
    """
    reading = Reading(db, by, category=category, pictures=storage is not None)
    bundles, topics = reading.read(files)
    if any(complaint.is_error for complaint in reading.complaints):
        return Report(complaints=tuple(reading.complaints))
    try:
        with db.begin_nested():
            return _Writing(db, by, storage, reading).write(bundles, topics)
    except _Refused as refusal:
        return Report(complaints=(*reading.complaints, refusal.complaint))


class _Refused(Exception):
    """Something that only writing could find out; it takes back all that was written."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint)
        self.complaint = complaint


class _Writing:
    """Bundles that are in order, made true."""

    def __init__(self, db: CompanySession, by: Viewer, storage: Storage | None, reading: Reading) -> None:
        self._db, self._by, self._storage, self._reading = db, by, storage, reading
        self._zone = ZoneInfo(company_of(db).timezone)

    def write(self, bundles: Sequence[Bundle], topics: Iterable[Topic]) -> Report:
        """Write everything: articles first, then what they say of each other."""
        plant_topics(self._db, topics, by=self._by)
        outcomes = {bundle.slug: self._article(bundle) for bundle in bundles}
        for bundle in bundles:
            if self._relate(bundle, is_new=outcomes[bundle.slug] == "created") and outcomes[bundle.slug] == "unchanged":
                outcomes[bundle.slug] = "changed"
        created, changed, unchanged = (
            tuple(slug for slug, outcome in outcomes.items() if outcome == wanted)
            for wanted in ("created", "changed", "unchanged")
        )
        titles = {bundle.slug: bundle.title_for(self._by.language) for bundle in bundles}
        return Report(created, changed, unchanged, tuple(self._reading.complaints), titles)

    def _article(self, bundle: Bundle) -> str:
        changes = Changes(
            texts=bundle.texts,
            slug=bundle.slug,
            category_id=self._topic(bundle.facts.get("category")),
            audience=self._reading.audiences.get(bundle.slug),
            attach=partial(self._attach, bundle) if bundle.pictures else None,
        )
        article = self._db.scalars(select(Article).filter_by(slug=bundle.slug)).one_or_none()
        try:
            if article is None:
                made = create_article(self._db, by=self._by, changes=changes, event="imported")
                self._state(made, bundle.facts)
                return "created"
            return self._again(article, bundle, changes)
        except ValidationError as error:
            name, reasons = next(iter(complaints(error).items()))
            raise _Refused(Complaint(bundle.documents[0].file, None, f"{name}: {reasons[0]}")) from error

    def _again(self, article: Article, bundle: Bundle, changes: Changes) -> str:
        version = article.version
        save_article(self._db, article.id, by=self._by, version=version, changes=changes, event="imported")
        stated = self._state(article, bundle.facts)
        if stated and article.version == version:
            record(self._db, article, self._by, "imported")
        return "changed" if stated or article.version != version else "unchanged"

    def _topic(self, key: str | None) -> UUID | None:
        return self._db.scalar(select(Category.id).filter_by(key=key)) if key else None

    def _state(self, article: Article, facts: Mapping[str, Any]) -> bool:
        """Place, status and dates; says whether anything became different."""
        wanted: dict[str, Any] = {}
        if "order" in facts:
            wanted["position"] = facts["order"]
        for fact, column in (("published", "publish_at"), ("confirmed", "confirmed_at")):
            if fact in facts and not same_moment(getattr(article, column), facts[fact], self._zone):
                wanted[column] = moment_of(facts[fact], self._zone)
        if "status" in facts:
            wanted["status"] = facts["status"]
        if facts.get("status") == "published" and not (article.publish_at or wanted.get("publish_at")):
            wanted["publish_at"] = article.changed_at
        different = {name: value for name, value in wanted.items() if getattr(article, name) != value}
        for name, value in different.items():
            setattr(article, name, value)
        self._db.flush()
        return bool(different)

    def _attach(self, bundle: Bundle, article_id: UUID) -> None:
        if self._storage is None:
            return
        for name, body in bundle.pictures.items():
            add_file(self._db, self._storage, FILES, article_id, by=self._by, name=name, body=body)

    def _relate(self, bundle: Bundle, *, is_new: bool) -> bool:
        """Point to other articles; those that do not exist are named in the report and left out."""
        if "related" not in bundle.facts:
            return False
        article = self._db.scalars(select(Article).filter_by(slug=bundle.slug)).one()
        ids = {slug: self._db.scalar(select(Article.id).filter_by(slug=slug)) for slug in bundle.facts["related"]}
        for slug in (slug for slug, found in ids.items() if found is None):
            reason = _("There is no article “%(slug)s” to point to; it was left out.", slug=slug)
            self._reading.complain(bundle, "related", reason, is_error=False)
        version, related = article.version, [found for found in ids.values() if found]
        if is_new:
            put_related(self._db, article, related)
        else:
            changes = Changes(related=related)
            save_article(self._db, article.id, by=self._by, version=version, changes=changes, event="imported")
        return article.version != version
