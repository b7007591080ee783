"""Notices: several languages, whom they are for, from when to when, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, request
from markupsafe import Markup
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Forbidden, NotFound

from plugins.pinboard import queries, services
from plugins.pinboard.desk.area import page, pages
from plugins.pinboard.manifest import FILES, PUBLISH, VIEW
from plugins.pinboard.queries import PostForEdit
from plugins.pinboard.richtext import markdown
from plugins.pinboard.schemas import differing, extra_labels
from plugins.pinboard.services import LONGEST, EditConflict, Extra, Notice
from quartier.sdk import (
    Audience,
    FileField,
    Form,
    Visit,
    attach_files,
    audience_of,
    audience_picker,
    back_to,
    complaints,
    formats,
    may_choose,
    sent_files,
    show_files,
)
from quartier.sdk import gettext as _

Typed = MultiDict[str, str]
COMPARED = frozenset({"texts", "event", "poll"})
LOOKS = frozenset({"preview", "places", "reach"})  # buttons that show the page anew and save nothing


@pages.page("/new", needs=PUBLISH, methods=("GET", "POST"))
def new(visit: Visit) -> Any:
    """A notice that is not there yet."""
    if request.method == "GET":
        typed: Typed = MultiDict({"comments_open": "1", "with": request.args.get("with", "")})
        topics = queries.topics(visit)
        if topics:
            typed["category_id"] = str(topics[0].id)
        return _desk(visit, None, typed)
    files = sent_files(visit, FILES)
    if request.form.get("do") in LOOKS:
        return _desk(visit, None, request.form, files=files)
    if not files.ok:
        return _desk(visit, None, request.form, files=files), 422
    try:
        made = services.publish_notice(
            visit.db, _notice(visit, request.form), by=visit.viewer, extra=_extra(request.form)
        )
    except ValidationError as error:
        visit.db.rollback()
        return _desk(visit, None, request.form, complaints(error), files=files), 422
    attach_files(visit, files, made.id)
    return back_to(f"/cockpit/pinboard/{made.id}/edit", _published(visit, made.audience, made.show_from))


@pages.page("/<uuid:post_id>/edit", needs=VIEW, methods=("GET", "POST"))
def edit(visit: Visit, post_id: UUID) -> Any:
    """A notice as it is; whoever may publish where it is seen changes it. Posts of residents are theirs."""
    post = found_notice(visit, post_id)
    if request.method == "GET":
        return _desk(visit, post, _typed_of(visit, post))
    if not may_change(visit, post):
        raise Forbidden
    form, files = request.form, sent_files(visit, FILES, post_id)
    if form.get("do") in LOOKS:
        return _desk(visit, post, form, files=files)
    if not files.ok:
        return _desk(visit, post, form, files=files), 422
    version = int(form.get("version", "")) if form.get("version", "").isdecimal() else 0
    try:
        services.save_notice(
            visit.db, post_id, _notice(visit, form), by=visit.viewer, version=version, extra=_extra(form)
        )
    except ValidationError as error:
        visit.db.rollback()
        return _desk(visit, post, form, complaints(error), files=files), 422
    except EditConflict as conflict:
        visit.db.rollback()
        return _desk(
            visit, post, MultiDict([*form.items(multi=True)]), clash=_clash(visit, post, form, conflict), files=files
        ), 409
    attach_files(visit, files, post_id)
    return back_to(f"/cockpit/pinboard/{post_id}/edit", _("Saved."))


@pages.action("/<uuid:post_id>/withdraw", needs=PUBLISH)
def withdraw(visit: Visit, post_id: UUID) -> Any:
    """Take a notice from all boards."""
    return _moved(visit, post_id, services.withdraw, _("The notice is taken down. It is kept here."))


@pages.action("/<uuid:post_id>/restore", needs=PUBLISH)
def restore(visit: Visit, post_id: UUID) -> Any:
    """Show it again."""
    return _moved(visit, post_id, services.restore, _("The notice is on the board again."))


@pages.page("/<uuid:post_id>/cancel", needs=PUBLISH, methods=("GET", "POST"))
def cancel(visit: Visit, post_id: UUID) -> Any:
    """Call an event off, after being asked once."""
    post, event = found_notice(visit, post_id), services.event_of(visit.db, post_id)
    if event is None or event.cancelled_at or event.over <= visit.now:
        raise NotFound
    if not may_change(visit, post):
        raise Forbidden
    if request.method == "GET":
        return page(visit, "cancel", post=post, title=visit.text(event.title), when=services.when_of(event))
    services.cancel_event(visit.db, post_id, by=visit.viewer)
    said = _("The event is called off. Whoever wanted to come is told.")
    return back_to(f"/cockpit/pinboard/{post_id}/edit", said)


@pages.action("/audience", needs=PUBLISH)
def audience(visit: Visit) -> str:
    """The picker made anew: places that were looked for, and whom the choice reaches."""
    try:
        wanted = audience_of(request.form)
    except ValueError:
        abort(400)
    picker = audience_picker(visit, wanted, request.form.get("place_query", ""), within=visit.viewer.within(PUBLISH))
    return page(visit, "_audience", picker=picker, errors={})


def _moved(visit: Visit, post_id: UUID, deed: Any, said: str) -> Any:
    if not may_change(visit, found_notice(visit, post_id)):
        raise Forbidden
    deed(visit.db, post_id, by=visit.viewer)
    return back_to(f"/cockpit/pinboard/{post_id}/edit", said)


def found_notice(visit: Visit, post_id: UUID) -> PostForEdit:
    """A notice of the company, or 404."""
    post = queries.post_for_edit(visit.db, post_id)
    if post is None or not post.by_staff:
        raise NotFound
    return post


def may_change(visit: Visit, post: PostForEdit | None) -> bool:
    """Whoever answers for a part of the estate changes what is seen there only."""
    if not visit.viewer.may(PUBLISH):
        return False
    return post is None or may_choose(visit.db, post.audience, within=visit.viewer.within(PUBLISH))


def _notice(visit: Visit, form: Typed) -> Notice:
    """What the form wants. Raises ValidationError for what only a form can get wrong."""
    errors: dict[str, list[str]] = {}
    show_from, show_until = (_moment(visit, form, name, errors) for name in ("show_from", "show_until"))
    chosen = _audience(form)
    if chosen is None or not may_choose(visit.db, chosen, within=visit.viewer.within(PUBLISH)):
        errors["where"] = [_("Please choose places that are yours to write to.")]
    try:
        category = UUID(form.get("category_id", ""))
    except ValueError:
        errors["category_id"] = [_("Please choose a category.")]
    if errors or chosen is None:
        raise ValidationError(errors)
    texts = {part: {code: form.get(f"texts.{code}.{part}", "") for code in visit.company.languages}
             for part in ("title", "body")}  # fmt: skip
    return Notice(
        category,
        texts["title"],
        texts["body"],
        chosen,
        show_from,
        show_until,
        "pinned" in form,
        "comments_open" in form,
    )


def _extra(form: Typed) -> Extra:
    return Extra(form.get("with", ""), form)


def _moment(visit: Visit, form: Typed, name: str, errors: dict[str, list[str]]) -> datetime | None:
    if not (text := form.get(name, "").strip()):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=visit.zone)
    except ValueError:
        errors[name] = [_("Please choose a day and a time.")]
        return None


def _audience(form: Typed) -> Audience | None:
    try:
        return audience_of(form)
    except ValueError:
        return None


def _typed_of(visit: Visit, post: PostForEdit) -> Typed:
    zone, typed, extra = visit.zone, MultiDict[str, str](), services.typed_of(visit.db, post.id)
    for part in ("title", "body"):
        typed |= {f"texts.{code}.{part}": text for code, text in getattr(post, part).items()}
    typed |= {"version": str(post.version), "category_id": str(post.category_id)}
    for name in ("show_from", "show_until"):
        if moment := getattr(post, name):
            typed[name] = moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    typed |= {name: "1" for name in ("pinned", "comments_open") if getattr(post, name)}
    typed |= {"with": extra.kind, **extra.typed}
    typed.setlist("where", sorted(map(str, post.audience.where)))
    typed.setlist("who", sorted(post.audience.who))
    return typed


def _clash(visit: Visit, post: PostForEdit, form: Typed, conflict: EditConflict) -> list[dict[str, str]]:
    """What somebody else saved meanwhile, beside what is typed here; saving again then replaces it."""
    labels = {name: label for name, label in _labels(visit).items() if name.partition(".")[0] in COMPARED}
    return [{"version": str(conflict.version)}, *differing(labels, _typed_of(visit, post), form)]


def _published(visit: Visit, reached: Audience, at: datetime) -> str:
    if at > visit.now:
        return _("Scheduled for %(moment)s.", moment=formats.format_moment(at, visit.zone))
    count = audience_picker(visit, reached).reach.people
    return _("The notice is on the board, for %(count)s people.", count=formats.format_number(count))


def _desk(
    visit: Visit, post: PostForEdit | None, typed: Typed, errors: Mapping[str, list[str]] | None = None,
    *, clash: list[dict[str, str]] | None = None, files: FileField | None = None,
) -> str:  # fmt: skip
    shown = {name: values if len(values) > 1 else values[0] for name, values in typed.lists() if values}
    if clash:
        shown["version"] = clash[0]["version"]
    errors = dict(errors or {})
    language = _language(visit, typed, errors)
    body = typed.get(f"texts.{language}.body", "")[: LONGEST["notice"]]
    return page(
        visit, "editor", post=post, kind=typed.get("with", ""),
        event=services.event_of(visit.db, post.id) if post else None, clash=(clash or [])[1:],
        form=Form(typed=shown, errors=errors, labels=_labels(visit)),
        field=files or show_files(visit, FILES, post.id if post else None), writable=may_change(visit, post),
        shown=language, preview=Markup(markdown(body).html),  # noqa: S704
        written=[code for code in visit.company.languages if typed.get(f"texts.{code}.body", "").strip()],
        categories=[(str(topic.id), visit.say(topic.name)) for topic in queries.topics(visit)], longest=LONGEST,
        picker=audience_picker(
            visit, _audience(typed) or Audience(), typed.get("place_query", ""), within=visit.viewer.within(PUBLISH)
        ),
    )  # fmt: skip


def _language(visit: Visit, typed: Typed, errors: Mapping[str, Any]) -> str:
    """The language to show: the first with a mistake, the one that was open, the company's default."""
    offered = visit.company.languages
    wrong = [code for code in offered if any(path.startswith(f"texts.{code}.") for path in errors)]
    wished = (*wrong, typed.get("language", ""), visit.company.default_language)
    return next(code for code in wished if code in offered)


def _labels(visit: Visit) -> dict[str, str]:
    parts = {"title": _("Title"), "body": _("Text")}
    texts = {
        f"texts.{code}.{part}": f"{label} ({code.upper()})"
        for code in visit.company.languages
        for part, label in parts.items()
    }
    return texts | extra_labels() | {
        "category_id": _("Category"), "where": _("Where"), "show_from": _("Visible from"),
        "show_until": _("Visible until"),
    }  # fmt: skip
