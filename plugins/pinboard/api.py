"""The module for machines, below `/api/v1/pinboard`. Only the categories are open to any token: posts are of people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import ValidationError, fields, validate

from plugins.pinboard import queries, services
from plugins.pinboard.manifest import MODERATE, PUBLISH, VIEW
from plugins.pinboard.queries.desk import STATES
from plugins.pinboard.schemas import (
    MOST,
    CaseSchema,
    CategorySchema,
    CommentSchema,
    DecisionSchema,
    NoticeSchema,
    PostLineSchema,
    PostSchema,
)
from quartier.sdk import (
    SIGNED_IN,
    ApiBlueprint,
    PageArguments,
    Problem,
    Visit,
    etag,
    gettext,
    make_page,
    may_choose,
    next_link,
    not_modified,
    page_of,
    read_cursor,
    require_match,
)

_ = gettext

api = ApiBlueprint("pinboard", __name__, module="pinboard", description="The notice board.")


class ListArguments(PageArguments):
    """Filters of the list."""

    state = fields.String(load_default=None, validate=validate.OneOf(STATES))
    category = fields.String(load_default=None, metadata={"description": "The key of a category."})
    by_staff = fields.Boolean(load_default=None)
    q = fields.String(load_default="", validate=validate.Length(0, 200), metadata={"description": "Words in it."})


class CaseArguments(PageArguments):
    """Filters of the list of reports."""

    waiting = fields.Boolean(load_default=True, metadata={"description": "Those to decide, or those decided."})


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
    except services.CaseChanged as error:
        raise Problem(409, _("This has been decided, and its author has not asked for another look.")) from error


@api.operation("GET", "/categories", needs=SIGNED_IN)
@api.response(200, CategorySchema(many=True))
def categories(visit: Visit) -> Any:
    """All categories, in the company's order."""
    return queries.topics(visit)


@api.operation("GET", "/posts", needs=VIEW)
@api.arguments(ListArguments, location="query")
@api.response(200, page_of(PostLineSchema))
def posts(visit: Visit, asked: dict[str, Any]) -> Any:
    """Posts of the company and of residents, the latest first."""
    known = {topic.key: topic.id for topic in queries.topics(visit)}
    if asked["category"] is not None and asked["category"] not in known:
        raise Problem(422, errors={"category": [_("There is no such category.")]}, location="query")
    after = read_cursor(asked["after"], datetime.fromisoformat, UUID)
    rows = queries.desk_posts(
        visit, state=asked["state"], category=known.get(asked["category"]), staff=asked["by_staff"], text=asked["q"],
        after=(after[0], after[1]) if after else None, limit=asked["limit"] + 1,
    )  # fmt: skip
    page = make_page(rows, asked["limit"], lambda row: row.cursor)
    return page, 200, next_link(page)


@api.operation("GET", "/posts/<uuid:post_id>", needs=VIEW, versioned=True)
@api.response(200, PostSchema)
def post(visit: Visit, post_id: UUID) -> Any:
    """One post with all its languages; its ETag is needed to change it."""
    found = queries.post_for_edit(visit.db, post_id)
    if found is None:
        raise Problem(404)
    if not_modified(found.version):
        return Response(status=304, headers={"ETag": etag(found.version)})
    return _full(visit, found), 200, {"ETag": etag(found.version)}


@api.operation("GET", "/posts/<uuid:post_id>/comments", needs=VIEW)
@api.response(200, CommentSchema(many=True))
def comments(visit: Visit, post_id: UUID) -> Any:
    """The latest comments, in the order in which they came."""
    if queries.post_for_edit(visit.db, post_id) is None:
        raise Problem(404)
    return queries.comments(visit, post_id)[0]


@api.operation("POST", "/posts", needs=PUBLISH)
@api.arguments(NoticeSchema)
@api.response(201, PostSchema)
def publish(visit: Visit, values: dict[str, Any]) -> Any:
    """A notice in the company's name, seen now or from a moment on."""
    with told():
        made = services.publish_notice(visit.db, _notice(visit, values), by=visit.viewer, extra=_extra(values))
    return _shown(visit, made.id, 201)


@api.operation("PUT", "/posts/<uuid:post_id>", needs=PUBLISH, versioned=True)
@api.arguments(NoticeSchema)
@api.response(200, PostSchema)
def change(visit: Visit, values: dict[str, Any], post_id: UUID) -> Any:
    """The notice as it is to be, with If-Match. What residents wrote is theirs: 404."""
    with told():
        known = services.find_post(visit.db, post_id)
        if not known.by_staff:
            raise Problem(404)
        require_match(known.version)
        notice = _notice(visit, values)
        extra = _extra(values)
        services.save_notice(visit.db, post_id, notice, by=visit.viewer, version=known.version, extra=extra)
    return _shown(visit, post_id)


@api.operation("POST", "/posts/<uuid:post_id>/withdraw", needs=PUBLISH)
@api.response(200, PostSchema)
def withdraw(visit: Visit, post_id: UUID) -> Any:
    """Take a notice from all boards; it is kept."""
    return _moved(visit, post_id, services.withdraw)


@api.operation("POST", "/posts/<uuid:post_id>/restore", needs=PUBLISH)
@api.response(200, PostSchema)
def restore(visit: Visit, post_id: UUID) -> Any:
    """Show a withdrawn notice again."""
    return _moved(visit, post_id, services.restore)


@api.operation("GET", "/cases", needs=MODERATE)
@api.arguments(CaseArguments, location="query")
@api.response(200, page_of(CaseSchema))
def cases(visit: Visit, asked: dict[str, Any]) -> Any:
    """What was reported, held back for a listed word or appealed against; the latest first."""
    after = read_cursor(asked["after"], datetime.fromisoformat, UUID)
    rows = queries.cases(
        visit, waiting=asked["waiting"], after=(after[0], after[1]) if after else None, limit=asked["limit"] + 1
    )
    page = make_page(rows, asked["limit"], lambda row: row.cursor)
    return page, 200, next_link(page)


@api.operation("GET", "/cases/<uuid:case_id>", needs=MODERATE, versioned=True)
@api.response(200, CaseSchema)
def case(visit: Visit, case_id: UUID) -> Any:
    """One of them, with its reports and what was decided; its ETag is needed to decide."""
    found = _case(visit, case_id)
    if not_modified(found.version):
        return Response(status=304, headers={"ETag": etag(found.version)})
    return found, 200, {"ETag": etag(found.version)}


@api.operation("POST", "/cases/<uuid:case_id>/decide", needs=MODERATE, versioned=True)
@api.arguments(DecisionSchema)
@api.response(200, CaseSchema)
def decide(visit: Visit, values: dict[str, Any], case_id: UUID) -> Any:
    """Keep it on the board or take it down, with If-Match; after an appeal once more. Both sides are told."""
    known = _case(visit, case_id)
    require_match(known.version)
    with told():
        services.decide(visit.db, case_id, by=visit.viewer, version=known.version, **values)
    visit.db.flush()
    found = _case(visit, case_id)
    return found, 200, {"ETag": etag(found.version)}


def _case(visit: Visit, case_id: UUID) -> queries.CaseRow:
    """A case of this caller's part of the estate."""
    found = queries.case(visit, case_id)
    if found is None:
        raise Problem(404)
    return found


@api.operation("POST", "/posts/<uuid:post_id>/cancel", needs=PUBLISH)
@api.response(200, PostSchema)
def cancel(visit: Visit, post_id: UUID) -> Any:
    """Call the event of a notice off, for good; whoever wanted to come is told."""
    return _moved(visit, post_id, services.cancel_event)


def _moved(visit: Visit, post_id: UUID, deed: Any) -> Any:
    with told():
        if not services.find_post(visit.db, post_id).by_staff:
            raise Problem(404)
        deed(visit.db, post_id, by=visit.viewer)
    return _shown(visit, post_id)


def _notice(visit: Visit, values: dict[str, Any]) -> services.Notice:
    topics = {topic.key: topic.id for topic in queries.topics(visit)}
    if values["category"] not in topics:
        raise ValidationError({"category": [_("There is no such category.")]})
    if not may_choose(visit.db, values["audience"]):
        raise ValidationError({"audience": [_("There is no such place.")]})
    texts = {code: text for code, text in values["texts"].items() if text}
    titles, bodies = ({code: text[part] for code, text in texts.items()} for part in ("title", "body"))
    facts = {name: values[name] for name in ("audience", "show_from", "show_until", "pinned", "comments_open")}
    return services.Notice(topics[values["category"]], titles, bodies, **facts)


def _extra(values: dict[str, Any]) -> services.Extra:
    event, poll = values["event"], values["poll"]
    if event and poll:
        raise ValidationError({"poll": [_("A post is an event or a poll, not both.")]})
    if event:
        return services.Extra("event", {f"event.{name}": text for name, text in event.items()})
    if not poll:
        return services.Extra()
    if len(poll["choices"]) > MOST:
        raise ValidationError({"poll": [_("At most %(most)s answers.", most=MOST)]})
    typed = {f"poll.{at}.{code}": text for at, one in enumerate(poll["choices"]) for code, text in one.items()}
    typed |= {f"poll.{name}": "1" for name in ("several", "named") if poll[name]}
    ends = poll["ends"].isoformat() if poll["ends"] else ""
    return services.Extra("poll", {**typed, "poll.ends": ends, "poll.results": poll["results"]})


def _full(visit: Visit, post: queries.PostForEdit) -> queries.PostForEdit:
    """The post with its event, as it is written, or with its poll and the votes."""
    extra, poll = services.typed_of(visit.db, post.id), services.poll_of(visit.db, post.id)
    if extra.kind == "event":
        event = {name.removeprefix("event."): text for name, text in extra.typed.items() if name != "event.title"}
        return replace(post, event=event)
    if poll is None:
        return post
    people, counts = queries.poll_counts(visit.db, post.id, len(poll.choices))
    facts = {name: getattr(poll, name) for name in ("choices", "several", "named", "results", "ends")}
    return replace(post, poll={**facts, "people": people, "counts": counts})


def _shown(visit: Visit, post_id: UUID, status: int = 200) -> Any:
    visit.db.flush()
    found = queries.post_for_edit(visit.db, post_id)
    if found is None:
        raise Problem(404)
    return _full(visit, found), status, {"ETag": etag(found.version)}
