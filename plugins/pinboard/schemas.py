"""What may be sent, by a form and by a machine alike, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, fields, validate

from plugins.pinboard.manifest import DECISIONS, REASONS
from quartier.sdk import LANGUAGES, Audience, AudienceSchema, LocalizedTextField, lazy_gettext
from quartier.sdk import gettext as _

_l = lazy_gettext

NAME = 60  # characters
MOST = 10  # choices of a poll
KEPT = "Without it, what is there stays as it is."


def extra_labels() -> dict[str, str]:
    """What the fields of an event and of a poll are called, in the reader's language."""
    labels = {
        "event.title": _("Name of the event"), "event.day": _("Day"), "event.from": _("From"),
        "event.last": _("Last day"), "event.to": _("Until"), "event.place": _("Place"),
        "poll.results": _("Results are shown"),
        "poll.ends": _("End of the poll"), "poll.several": _("Several answers"), "poll.named": _("With names"),
        "picked": _("Your vote"),
    }  # fmt: skip
    choices = {
        f"poll.{place}.{code}": _("Answer %(number)s", number=place + 1) for place in range(MOST) for code in LANGUAGES
    }
    return labels | choices


def differing(labels: Mapping[str, str], theirs: Mapping[str, str], yours: Mapping[str, str]) -> list[dict[str, str]]:
    """The fields in which two versions of a form differ: `label`, and what is `theirs` and `yours` in words."""
    words = {
        "poll.results": {"voted": _("to who has voted"), "always": _("always"), "end": _("when the poll is over")},
        "poll.several": {"": _("no"), "1": _("yes")}, "poll.named": {"": _("no"), "1": _("yes")},
    }  # fmt: skip

    def said(sent: Mapping[str, str], name: str) -> str:
        typed = sent.get(name, "").replace("\r\n", "\n").strip()
        return words.get(name, {}).get(typed, typed.replace("T", " ") if name == "poll.ends" else typed)

    both = ((label, said(theirs, name), said(yours, name)) for name, label in labels.items())
    return [{"label": label, "theirs": old, "yours": new} for label, old, new in both if old != new]


class WordingSchema(Schema):
    """A notice in one language; the text is Markdown."""

    title = fields.String(required=True, metadata={"label": _l("Title")})
    body = fields.String(required=True, metadata={"label": _l("Text")})


TextsSchema = Schema.from_dict({code: fields.Nested(WordingSchema) for code in LANGUAGES}, name="PinboardTextsSchema")


EventSchema = Schema.from_dict(
    {
        "day": fields.String(required=True, metadata={"description": "YYYY-MM-DD, on the clock of its property."}),
        "from": fields.String(metadata={"description": "HH:MM; without it, whole days."}),
        "last": fields.String(metadata={"description": "The last day, where it is another one."}),
        "to": fields.String(metadata={"description": "HH:MM; without it, an open end."}),
        "place": fields.String(),
    },
    name="PinboardEventSchema",
)


class PollSchema(Schema):
    """A poll. Once somebody has voted, choices can be reworded and added; all else stays."""

    choices = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)
    several = fields.Boolean(load_default=False)
    named = fields.Boolean(load_default=False)
    results = fields.String(load_default="voted", metadata={"description": "Shown: always, voted (who has), end."})
    ends = fields.AwareDateTime(load_default=None, allow_none=True)
    people = fields.Integer(dump_only=True, metadata={"description": "How many have voted."})
    counts = fields.List(fields.Integer(), dump_only=True, metadata={"description": "Votes of each choice."})


class NoticeSchema(Schema):
    """A notice to publish, or as it is to be from now on."""

    category = fields.String(required=True, metadata={"label": _l("Category"), "description": "The key of a category."})
    texts = fields.Nested(TextsSchema, required=True)
    audience = fields.Nested(AudienceSchema, load_default=Audience, metadata={"label": _l("Visibility")})
    show_from = fields.AwareDateTime(load_default=None, allow_none=True, metadata={"label": _l("Visible from")})
    show_until = fields.AwareDateTime(load_default=None, allow_none=True, metadata={"label": _l("Visible until")})
    pinned = fields.Boolean(load_default=False, metadata={"label": _l("Pinned")})
    comments_open = fields.Boolean(load_default=True, metadata={"label": _l("Comments")})
    event = fields.Nested(EventSchema, load_default=None, allow_none=True, metadata={"description": KEPT})
    poll = fields.Nested(PollSchema, load_default=None, allow_none=True, metadata={"description": KEPT})


class CategorySchema(Schema):
    """A category."""

    id = fields.UUID()
    key = fields.String()
    name = LocalizedTextField()
    icon = fields.String()
    staff_only = fields.Boolean(metadata={"description": "Only the company posts in it."})


class PostLineSchema(Schema):
    """A post in a list. `heading` and `words` are in the best language for the caller."""

    id = fields.UUID()
    state = fields.String(metadata={"description": "shown, scheduled, ended or withdrawn"})
    category = fields.Function(lambda row: row.topic.key if row.topic else None)
    by_staff = fields.Function(lambda row: row.author.by_staff, metadata={"type": "boolean"})
    author = fields.Function(lambda row: row.author.name, metadata={"description": "Empty when the person is gone."})
    heading = fields.String()
    words = fields.String(metadata={"description": "The beginning of the text, without markup."})
    reach = fields.String(metadata={"description": "address, property, area, all; chosen for a notice"})
    languages = fields.List(fields.String())
    pinned = fields.Boolean()
    show_from = fields.AwareDateTime()
    show_until = fields.AwareDateTime(allow_none=True)
    comments = fields.Integer()
    version = fields.Integer()


class PostSchema(Schema):
    """A post with all its languages, as it was written."""

    id = fields.UUID()
    category_id = fields.UUID()
    by_staff = fields.Boolean()
    reach = fields.String()
    status = fields.String()
    title = fields.Dict(keys=fields.String(), values=fields.String())
    body = fields.Dict(keys=fields.String(), values=fields.String())
    audience = fields.Function(lambda post: post.audience.to_json(), metadata={"type": "object"})
    show_from = fields.AwareDateTime()
    show_until = fields.AwareDateTime(allow_none=True)
    pinned = fields.Boolean()
    comments_open = fields.Boolean()
    version = fields.Integer()
    event = fields.Nested(EventSchema, allow_none=True)
    poll = fields.Nested(PollSchema, allow_none=True)


class CommentSchema(Schema):
    """An answer below a post."""

    id = fields.UUID()
    author = fields.Function(lambda row: row.author.name)
    by_staff = fields.Function(lambda row: row.author.by_staff, metadata={"type": "boolean"})
    body = fields.String()
    at = fields.AwareDateTime()
    edited_at = fields.AwareDateTime(allow_none=True)


class ReportSchema(Schema):
    """Why somebody reported it; who it was is not said."""

    reason = fields.String(metadata={"description": ", ".join(REASONS)})
    note = fields.String(metadata={"description": "In their own words."})


class CaseSchema(Schema):
    """A post or a comment about which the team decides, as it stood when the first report came."""

    id = fields.UUID()
    kind = fields.String(metadata={"description": "post or comment"})
    post_id = fields.UUID(allow_none=True)
    comment_id = fields.UUID(allow_none=True)
    author = fields.String(metadata={"description": "Empty when the person is gone."})
    words = fields.String()
    found = fields.String(metadata={"description": "The listed word for which it was held back, else empty."})
    reports = fields.List(fields.Nested(ReportSchema))
    opened = fields.AwareDateTime()
    waits = fields.Boolean(metadata={"description": "Whether there is something to decide."})
    gone = fields.Boolean(metadata={"description": "Whether its author has deleted it meanwhile."})
    decision = fields.String(allow_none=True, metadata={"description": "kept or removed"})
    reason = fields.String()
    decided_at = fields.AwareDateTime(allow_none=True)
    decided_by = fields.String()
    appeal = fields.String(metadata={"description": "Why the author asks for another look, else empty."})
    appealed_at = fields.AwareDateTime(allow_none=True)
    settled_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was decided once more."})
    version = fields.Integer()


class DecisionSchema(Schema):
    """What is to happen to it. Its author reads the reason, which taking it down needs."""

    decision = fields.String(required=True, validate=validate.OneOf(DECISIONS), metadata={"label": _l("Decision")})
    reason = fields.String(load_default="", metadata={"label": _l("Reason")})
