"""The module for machines, below `/api/v1/faq`. Any token reads what is published; everything else takes a scope.

A token has no home and no account: audiences do not narrow what it reads, and it cannot say that an article helped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import Schema, ValidationError, fields, validate

from plugins.faq import exchange, policies, queries, services
from plugins.faq.manifest import EDIT, FILES, PUBLISH, VIEW_DRAFTS
from plugins.faq.queries import STATES, DeskFilters, MachineArticle
from plugins.faq.schemas import (
    ArticleChangeSchema,
    ArticleFullSchema,
    ArticleLineSchema,
    ArticleSchema,
    CategoryChangeSchema,
    CategorySchema,
    HitSchema,
    OpinionSchema,
    OrderSchema,
    PublishSchema,
    ReportSchema,
    RevisionSchema,
)
from plugins.faq.services import Changes
from quartier.sdk import (
    SIGNED_IN,
    ApiBlueprint,
    PageArguments,
    Problem,
    Visit,
    claim_files,
    etag,
    file_storage,
    files_of,
    gettext,
    make_page,
    next_link,
    not_modified,
    page_of,
    read_cursor,
    require_match,
)

_ = gettext
LARGEST_ZIP = 50 * 2**20

api = ApiBlueprint("faq", __name__, module="faq", description="Questions and answers.")


class ListArguments(PageArguments):
    """Filters of the list."""

    state = fields.String(load_default="published", validate=validate.OneOf(STATES))
    category = fields.String(load_default=None)
    missing = fields.String(load_default=None, metadata={"description": "Without a text in this language."})
    stale = fields.Boolean(load_default=False, metadata={"description": "Not confirmed for a year."})


class SearchArguments(Schema):
    """A question as people type it."""

    q = fields.String(required=True, validate=validate.Length(1, 200))
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 50))


class MoveArguments(Schema):
    """Where the articles of a topic go when it is deleted."""

    move_to = fields.UUID(load_default=None)


@contextmanager
def told() -> Iterator[None]:
    """What services raise, as problem documents."""
    try:
        yield
    except services.NotFound as error:
        raise Problem(404) from error
    except ValidationError as error:
        raise Problem(422, errors=dict(error.messages_dict)) from error
    except services.EditConflict as error:
        raise Problem(412, headers={"ETag": etag(error.version)}) from error
    except services.CategoryInUse as error:
        detail = _("There are articles in this topic. Say with `move_to` where they go.")
        raise Problem(409, detail) from error


@api.operation("GET", "/topics", needs=SIGNED_IN)
@api.response(200, CategorySchema(many=True))
def topics(visit: Visit) -> Any:
    """All topics, in the company's order."""
    counts = {row.id: row.count for row in queries.categories(visit, with_empty=True)}
    return [{**facts, "count": counts[facts["id"]]} for facts in queries.topic_facts(visit.db)]


@api.operation("POST", "/topics", needs=EDIT)
@api.arguments(CategorySchema)
@api.response(201, CategorySchema)
def add_topic(visit: Visit, values: dict[str, Any]) -> Any:
    """A topic after all others."""
    with told():
        return services.create_category(visit.db, by=visit.viewer, **values)


@api.operation("PUT", "/topics/<uuid:topic_id>", needs=EDIT)
@api.arguments(CategoryChangeSchema)
@api.response(200, CategorySchema)
def change_topic(visit: Visit, values: dict[str, Any], topic_id: UUID) -> Any:
    """Another name or icon; the key stays."""
    with told():
        return services.rename_category(visit.db, topic_id, by=visit.viewer, **values)


@api.operation("DELETE", "/topics/<uuid:topic_id>", needs=EDIT)
@api.arguments(MoveArguments, location="query")
@api.response(204)
def delete_topic(visit: Visit, values: dict[str, Any], topic_id: UUID) -> None:
    """Remove a topic; 409 while articles are inside and `move_to` is missing."""
    with told():
        services.delete_category(visit.db, topic_id, by=visit.viewer, move_to=values["move_to"])


@api.operation("PUT", "/topics/order", needs=EDIT)
@api.arguments(OrderSchema)
@api.response(204)
def order_topics(visit: Visit, values: dict[str, Any]) -> None:
    """Put the topics in this order."""
    services.reorder_categories(visit.db, by=visit.viewer, ids=values["ids"])


@api.operation("PUT", "/topics/<uuid:topic_id>/order", needs=EDIT)
@api.arguments(OrderSchema)
@api.response(204)
def order_articles(visit: Visit, values: dict[str, Any], topic_id: UUID) -> None:
    """Put the articles of a topic in this order."""
    with told():
        services.find_category(visit.db, topic_id)
        services.reorder(visit.db, by=visit.viewer, category_id=topic_id, ids=values["ids"])


@api.operation("GET", "/articles", needs=SIGNED_IN)
@api.arguments(ListArguments, location="query")
@api.response(200, page_of(ArticleLineSchema))
def articles(visit: Visit, asked: dict[str, Any]) -> Any:
    """Articles in the order of topics; states other than `published` take a scope that may see drafts."""
    if asked["state"] != "published" and not policies.may_see_drafts(visit.viewer):
        raise Problem(403)
    filters = DeskFilters(asked["state"], asked["category"], asked["missing"], asked["stale"])
    after = read_cursor(asked["after"], int, UUID, int, UUID)
    rows = queries.desk_articles(visit, filters, after, limit=asked["limit"] + 1)
    page = make_page(rows, asked["limit"], lambda row: row.cursor, lambda row: row)
    return page, 200, next_link(page)


@api.operation("GET", "/search", needs=SIGNED_IN)
@api.arguments(SearchArguments, location="query")
@api.response(200, HitSchema(many=True))
def search(visit: Visit, asked: dict[str, Any]) -> Any:
    """Published articles that answer a question, best first; forgives typing errors, finds parts of compounds."""
    return queries.search_articles(visit, asked["q"], limit=asked["limit"])


@api.operation("GET", "/articles/<uuid:article_id>", needs=SIGNED_IN, versioned=True)
@api.response(200, ArticleFullSchema)
def article(visit: Visit, article_id: UUID) -> Any:
    """One article with all its languages; its ETag is needed to change it."""
    drafts = policies.may_see_drafts(visit.viewer)
    found = _full(visit, queries.article_for_machine(visit, article_id, drafts=drafts))
    if not_modified(found.version):
        return Response(status=304, headers={"ETag": etag(found.version)})
    return _shown(found)


@api.operation("POST", "/articles", needs=EDIT)
@api.arguments(ArticleSchema)
@api.response(201, ArticleFullSchema)
def add_article(visit: Visit, values: dict[str, Any]) -> Any:
    """A draft at the end of its topic."""
    with told():
        changes = _changes(visit, values)
        made = services.create_article(visit.db, by=visit.viewer, changes=changes)
    return _shown(_again(visit, made.id), 201)


@api.operation("PUT", "/articles/<uuid:article_id>", needs=EDIT, versioned=True)
@api.arguments(ArticleChangeSchema)
@api.response(200, ArticleFullSchema)
def change_article(visit: Visit, values: dict[str, Any], article_id: UUID) -> Any:
    """Change what is given, with If-Match; a live article takes the scope to publish as well."""
    with told():
        known = services.find_article(visit.db, article_id)
        require_match(known.version)
        if not policies.may_change(visit.viewer, known.status):
            raise Problem(403)
        changes = _changes(visit, values)
        services.save_article(visit.db, article_id, by=visit.viewer, version=known.version, changes=changes)
    return _shown(_again(visit, article_id))


@api.operation("DELETE", "/articles/<uuid:article_id>", needs=EDIT)
@api.response(204)
def delete_article(visit: Visit, article_id: UUID) -> None:
    """Delete a draft; anything else is archived."""
    with told():
        services.delete_article(visit.db, article_id, by=visit.viewer)


@api.operation("POST", "/articles/<uuid:article_id>/publish", needs=PUBLISH)
@api.arguments(PublishSchema)
@api.response(200, ArticleFullSchema)
def publish(visit: Visit, values: dict[str, Any], article_id: UUID) -> Any:
    """Show it to its audience, now or from a moment on."""
    with told():
        services.publish(visit.db, article_id, by=visit.viewer, at=values["at"])
    return _shown(_again(visit, article_id))


@api.operation("POST", "/articles/<uuid:article_id>/unpublish", needs=PUBLISH)
@api.response(200, ArticleFullSchema)
def unpublish(visit: Visit, article_id: UUID) -> Any:
    """Back to a draft."""
    with told():
        services.unpublish(visit.db, article_id, by=visit.viewer)
    return _shown(_again(visit, article_id))


@api.operation("POST", "/articles/<uuid:article_id>/archive", needs=PUBLISH)
@api.response(200, ArticleFullSchema)
def archive(visit: Visit, article_id: UUID) -> Any:
    """Out of sight, kept with its history."""
    with told():
        services.archive(visit.db, article_id, by=visit.viewer)
    return _shown(_again(visit, article_id))


@api.operation("POST", "/articles/<uuid:article_id>/confirm", needs=PUBLISH)
@api.response(200, ArticleFullSchema)
def confirm(visit: Visit, article_id: UUID) -> Any:
    """Still true as of now."""
    with told():
        services.confirm_article(visit.db, article_id, by=visit.viewer)
    visit.db.flush()
    return _shown(_again(visit, article_id))


@api.operation("GET", "/articles/<uuid:article_id>/revisions", needs=VIEW_DRAFTS)
@api.response(200, RevisionSchema(many=True))
def revisions(visit: Visit, article_id: UUID) -> Any:
    """Every version, the latest first."""
    return queries.history(visit, _again(visit, article_id).id)


@api.operation("GET", "/articles/<uuid:article_id>/feedback", needs=VIEW_DRAFTS)
@api.response(200, OpinionSchema)
def feedback(visit: Visit, article_id: UUID) -> Any:
    """Whether it helped, and what residents remarked."""
    article_id = _again(visit, article_id).id
    said = next((opinion for opinion in queries.feedback_report(visit) if opinion.id == article_id), None)
    counts = {"helpful": said.helpful, "unhelpful": said.unhelpful} if said else {"helpful": 0, "unhelpful": 0}
    return {**counts, "comments": queries.feedback_comments(visit, article_id)}


@api.operation("GET", "/export", needs=VIEW_DRAFTS)
@api.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def export(visit: Visit) -> Response:
    """All topics and articles as files in a ZIP."""
    files = exchange.export_files(visit.db, storage=file_storage())
    return Response(exchange.pack(files), content_type="application/zip")


@api.operation("POST", "/import", needs=PUBLISH, largest=LARGEST_ZIP)
@api.response(200, ReportSchema)
def import_(visit: Visit) -> Any:
    """Take a ZIP as `export` makes it (the request's body): all of it, or nothing and status 422 with what is wrong."""
    if not visit.viewer.may(EDIT):
        raise Problem(403)
    try:
        files = exchange.read_zip(request.get_data())
    except exchange.Unreadable as error:
        raise _refused(error.complaints) from error
    report = exchange.import_files(visit.db, files, by=visit.viewer, storage=file_storage())
    if not report.ok:
        raise _refused(report.complaints)
    return report


def _refused(complaints: Iterable[exchange.Complaint]) -> Problem:
    """One entry for each file and line that cannot be taken: `heating.de.md:3`."""
    errors: dict[str, list[str]] = {}
    for one in complaints:
        if one.is_error:
            errors.setdefault(f"{one.file}:{one.line}" if one.line else one.file, []).append(one.reason)
    return Problem(422, errors=errors, location="files")


def _again(visit: Visit, article_id: UUID) -> MachineArticle:
    return _full(visit, queries.article_for_machine(visit, article_id, drafts=True))


def _changes(visit: Visit, values: dict[str, Any]) -> Changes:
    changes = services.changes_from(visit.db, values)
    return (
        replace(changes, attach=partial(claim_files, visit, FILES, values["files"])) if "files" in values else changes
    )


def _full(visit: Visit, article: MachineArticle | None) -> MachineArticle:
    """With its files, and where a program gets them."""
    if article is None:
        raise Problem(404)
    return replace(article, files=files_of(visit, FILES, [article.id])[article.id])


def _shown(article: MachineArticle, status: int = 200) -> tuple[MachineArticle, int, dict[str, str]]:
    return article, status, {"ETag": etag(article.version)}
