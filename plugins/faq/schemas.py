"""What may be sent, by a form and by a machine alike, and what comes back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from plugins.faq.models import STATUSES
from quartier.sdk import GROUPS, LANGUAGES, AudienceSchema, LocalizedTextField, lazy_gettext

_l = lazy_gettext

TITLE, SUMMARY, BODY, COMMENT, NAME = 200, 500, 100_000, 2_000, 80  # characters
SLUG = validate.Regexp(
    r"[a-z0-9]+(-[a-z0-9]+)*\Z",
    error=_l("An address has small letters, digits and hyphens only, for example “lost-key”."),
)


class WordingSchema(Schema):
    """An article in one language, replaced as a whole. One with nothing in it is taken away."""

    title = fields.String(validate=validate.Length(max=TITLE), metadata={"label": _l("Title")})
    summary = fields.String(validate=validate.Length(max=SUMMARY), metadata={"label": _l("Summary")})
    body = fields.String(
        validate=validate.Length(max=BODY),
        metadata={"label": _l("Text"), "description": "Markdown with tables and call-outs `> [!WARNING] Title`."},
    )


TextsSchema = Schema.from_dict({language: fields.Nested(WordingSchema) for language in LANGUAGES}, name="TextsSchema")


class ArticleSchema(Schema):
    """An article to write. Languages that are left out stay as they are."""

    slug = fields.String(
        validate=[validate.Length(max=NAME), SLUG],
        metadata={"label": _l("Address"), "description": "Made from the title when it is left out."},
    )
    category = fields.String(required=True, metadata={"label": _l("Topic"), "description": "The key of a topic."})
    texts = fields.Nested(TextsSchema)
    audience = fields.Nested(AudienceSchema, metadata={"label": _l("Visibility")})
    related = fields.List(fields.String(), metadata={"label": _l("Related articles"), "description": "Their slugs."})
    files = fields.List(
        fields.UUID(),
        metadata={
            "label": _l("Pictures and files"),
            "description": "All that the article is to have, in this order: its own, and drafts that this token sent "
            "to `/files` for `faq.article`. A text shows one as `![What is to be seen](files/<name or id>)`.",
        },
    )


class ArticleChangeSchema(ArticleSchema):
    """What is to be different about an article."""

    category = fields.String(metadata={"description": "The key of a topic."})


class CategorySchema(Schema):
    """A topic."""

    id = fields.UUID(dump_only=True)
    key = fields.String(validate=[validate.Length(max=NAME), SLUG], metadata={"label": _l("Key")})
    name = LocalizedTextField(required=True, max_length=NAME, metadata={"label": _l("Name")})
    icon = fields.String(load_default="help", metadata={"label": _l("Icon")})
    count = fields.Integer(dump_only=True, metadata={"description": "Published articles in it."})


class CategoryChangeSchema(CategorySchema):
    """What is to be different about a topic; its key stays."""

    class Meta:
        exclude = ("key",)


class FeedbackSchema(Schema):
    """Did this help?"""

    helpful = fields.Boolean(required=True)
    comment = fields.String(
        load_default="", validate=validate.Length(max=COMMENT), metadata={"label": _l("What was missing?")}
    )


class PublishSchema(Schema):
    """When residents see it; a moment in the future plans it."""

    at = fields.AwareDateTime(load_default=None, allow_none=True, metadata={"label": _l("Visible from")})


class OrderSchema(Schema):
    """Ids in the order wanted."""

    ids = fields.List(fields.UUID(), required=True)


class Moment(fields.Field[date | datetime]):
    """A day, or a day and a time, in the company's zone: YAML knows both, and so does ISO 8601."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> date | datetime:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            reason = _l("Please write a day as 2026-03-02, or with a time as 2026-03-02 14:30.")
            raise ValidationError([reason]) from error


class FileAudienceSchema(Schema):
    """An audience as files have it: places by their numbers in the company's own system."""

    where = fields.List(fields.String(), load_default=list)
    who = fields.List(fields.String(validate=validate.OneOf(GROUPS)), load_default=list)

    @pre_load
    def _lists(self, data: Any, **_options: Any) -> Any:
        return {name: _listed(value) for name, value in data.items()} if isinstance(data, dict) else data


class FrontMatterSchema(Schema):
    """The facts on top of an article's file."""

    class Meta:
        unknown = EXCLUDE

    title = fields.String(validate=validate.Length(max=TITLE))
    summary = fields.String(validate=validate.Length(max=SUMMARY))
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    category = fields.String()
    order = fields.Integer(strict=True, validate=validate.Range(0, 100_000))
    status = fields.String(validate=validate.OneOf(STATUSES))
    published = Moment()
    confirmed = Moment()
    audience = fields.Nested(FileAudienceSchema)
    related = fields.List(fields.String())

    @pre_load
    def _as_people_write(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """A number is a fine title, one name is a list of one, and nothing after the colon says nothing."""
        said = {name: value for name, value in data.items() if value is not None}
        for name in ("title", "summary", "category", "language"):
            if isinstance(said.get(name), int | float | date):
                said[name] = str(said[name])
        if "related" in said:
            said["related"] = _listed(said["related"])
        return said


def _listed(value: Any) -> Any:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


class WrittenSchema(WordingSchema):
    """An article in one language, with its HTML."""

    html = fields.String(
        dump_only=True,
        metadata={"description": "Safe to show; rendered when it was saved. Pictures are at `/files/{id}`."},
    )


class ArticleLineSchema(Schema):
    """An article in a list. `title` is in `language`, the best one for the caller."""

    id = fields.UUID()
    slug = fields.String()
    title = fields.String()
    language = fields.String()
    state = fields.String(metadata={"description": "draft, scheduled, published or archived"})
    category = fields.String()
    missing = fields.List(fields.String(), metadata={"description": "Languages in which it cannot be read yet."})
    publish_at = fields.AwareDateTime(allow_none=True)
    confirmed_at = fields.AwareDateTime(allow_none=True)
    is_stale = fields.Boolean(metadata={"description": "Nobody has confirmed it for a year."})
    helpful = fields.Integer()
    unhelpful = fields.Integer()
    changed_at = fields.AwareDateTime()
    version = fields.Integer()


class ArticleFullSchema(Schema):
    """An article with all its languages."""

    id = fields.UUID()
    slug = fields.String()
    category = fields.String()
    status = fields.String()
    publish_at = fields.AwareDateTime(allow_none=True)
    confirmed_at = fields.AwareDateTime(allow_none=True)
    changed_at = fields.AwareDateTime()
    version = fields.Integer()
    audience = fields.Function(lambda article: article.audience.to_json(), metadata={"type": "object"})
    related = fields.List(fields.String())
    texts = fields.Dict(keys=fields.String(), values=fields.Nested(WrittenSchema))
    files = fields.List(fields.Nested(Schema.from_dict(
        {
            "id": fields.UUID(metadata={"description": "Its bytes are at `/files/{id}/content`."}),
            "name": fields.String(metadata={"description": "As the texts name it."}),
            "content_type": fields.String(), "size": fields.Integer(),
            "state": fields.String(metadata={"description": "`waiting`, `ready`, `refused` or `failed`."}),
            "message": fields.String(metadata={"description": "Why it is not ready, in the caller's language."}),
        },
        name="FileSchema",
    )))  # fmt: skip


class HitSchema(Schema):
    """An article that answers a question."""

    id = fields.UUID()
    slug = fields.String()
    title = fields.String()
    summary = fields.String()
    language = fields.String()
    category = fields.String()


class RevisionSchema(Schema):
    """One step of an article's history."""

    number = fields.Integer()
    event = fields.String()
    at = fields.AwareDateTime()
    author = fields.String(metadata={"description": "Empty when the person is gone."})
    content = fields.Dict()


class OpinionSchema(Schema):
    """What residents said about an article; remarks carry no names."""

    helpful = fields.Integer()
    unhelpful = fields.Integer()
    comments = fields.List(fields.Nested(Schema.from_dict(
        {"helpful": fields.Boolean(), "comment": fields.String(), "at": fields.AwareDateTime()}, name="CommentSchema"
    )))  # fmt: skip


class ComplaintSchema(Schema):
    """A line of an import's report."""

    file = fields.String()
    line = fields.Integer(allow_none=True)
    reason = fields.String()
    is_error = fields.Boolean()


class ReportSchema(Schema):
    """What an import did, by slug."""

    created = fields.List(fields.String())
    changed = fields.List(fields.String())
    unchanged = fields.List(fields.String())
    complaints = fields.List(fields.Nested(ComplaintSchema))
