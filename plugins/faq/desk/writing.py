"""The writing desk: all languages of an article, what it will look like, whom it is for, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import abort, request
from markupsafe import Markup
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Forbidden

from plugins.faq import policies, queries, services
from plugins.faq.desk.area import found_article, page, pages, state_of, title_of
from plugins.faq.desk.drafts import (
    LONGEST,
    PARTS,
    Typed,
    changes_of,
    chosen,
    copied,
    moment_of,
    typed_of,
    wording,
)
from plugins.faq.desk.past import conflict_page
from plugins.faq.manifest import EDIT, FILES, VIEW_DRAFTS
from plugins.faq.queries import EditedArticle
from plugins.faq.richtext import render_markdown, with_pictures
from plugins.faq.services import EditConflict
from quartier.sdk import (
    AttachedFile,
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
    ngettext,
    sent_files,
    show_files,
)
from quartier.sdk import gettext as _

LOOKS = frozenset({"preview", "places", "reach"})  # buttons that show the page anew and save nothing
DEEDS = frozenset({"save", "confirm", "publish", "schedule", "archive", "unpublish"})


@dataclass(frozen=True)
class Preview:
    """What residents would see of one language."""

    language: str
    title: str
    body: Markup


@pages.page("/new", needs=EDIT, methods=("GET", "POST"))
def new(visit: Visit) -> Any:
    """An article that is not there yet."""
    if request.method == "POST":
        return _act(visit, None)
    topics = queries.topics(visit, request.args.get("category", "").replace("\0", ""))
    return _desk(visit, None, MultiDict({"category_id": str(topics[0].id)} if topics else {}))


@pages.page("/<uuid:article_id>/edit", needs=VIEW_DRAFTS, methods=("GET", "POST"))
def edit(visit: Visit, article_id: UUID) -> Any:
    """The writing desk. Who may not change the article reads here all that is known of it."""
    article = found_article(visit, article_id)
    return _desk(visit, article, typed_of(article)) if request.method == "GET" else _act(visit, article)


@pages.action("/preview", needs=VIEW_DRAFTS)
def preview(visit: Visit) -> str:
    """The text as residents will see it, while it is being written."""
    article_id, may_send = _uuid(request.form.get("id", "")), visit.viewer.may(EDIT)
    field = sent_files(visit, FILES, article_id) if may_send else show_files(visit, FILES, article_id)
    return page(visit, "_preview", preview=_preview(visit, request.form, field.files))


@pages.action("/audience", needs=EDIT)
def audience(visit: Visit) -> str:
    """The picker made anew: places that were looked for, and whom the choice reaches."""
    try:
        wanted = audience_of(request.form)
    except ValueError:
        abort(400)
    picker = audience_picker(visit, wanted, request.form.get("place_query", ""))
    return page(visit, "_audience", picker=picker, errors={})


@pages.action("/<uuid:article_id>/confirm", needs=EDIT)
def confirm(visit: Visit, article_id: UUID) -> Any:
    """Somebody has read it, and it is still true."""
    found_article(visit, article_id)
    services.confirm_article(visit.db, article_id, by=visit.viewer)
    return back_to(f"/cockpit/faq/{article_id}/edit", _("Noted: it is still true today."))


@pages.page("/<uuid:article_id>/delete", needs=EDIT, methods=("GET", "POST"))
def delete(visit: Visit, article_id: UUID) -> Any:
    """Give a draft up for good, after being asked once."""
    article = found_article(visit, article_id)
    if not policies.may_delete(visit.viewer, article.status):
        raise Forbidden
    if request.method == "GET":
        return page(visit, "delete", article=article, title=title_of(visit, article))
    services.delete_article(visit.db, article_id, by=visit.viewer)
    return back_to("/cockpit/faq/", _("The draft is deleted."))


def _act(visit: Visit, article: EditedArticle | None) -> Any:
    """Do what the button says. What only shows the page anew saves nothing."""
    files, typed, wish = _sent(visit, article), MultiDict(request.form), request.form.get("do", "preview")
    if "copy" in typed:
        return _desk(visit, article, copied(visit, typed), files=files, changed=True)
    if wish in LOOKS:
        return _desk(visit, article, typed, files=files, changed=True)
    _refuse(visit, article, wish)
    if not files.ok:
        return _desk(visit, article, typed, files=files, changed=True), 422
    try:
        article_id, message = _done(visit, article, typed, files, wish)
    except ValidationError as error:
        visit.db.rollback()
        return _desk(visit, article, typed, files=files, errors=complaints(error), changed=True), 422
    except EditConflict:
        visit.db.rollback()
        return conflict_page(visit, article.id, typed, files, wish), 409  # type: ignore[union-attr]
    return back_to(f"/cockpit/faq/{article_id}/edit?language={_language(visit, typed)}", message)


def _sent(visit: Visit, article: EditedArticle | None) -> FileField:
    """The files of the form, where this person may change the article; else those that it has."""
    article_id, status = (article.id, article.status) if article else (None, "draft")
    read = sent_files if policies.may_change(visit.viewer, status) else show_files
    return read(visit, FILES, article_id)


def _refuse(visit: Visit, article: EditedArticle | None, wish: str) -> None:
    """What this person's page has no button for is refused here as well."""
    if wish not in DEEDS:
        abort(400)
    status = article.status if article else "draft"
    allowed = {
        "save": policies.may_change(visit.viewer, status),
        "confirm": article is not None and policies.may_change(visit.viewer, "draft"),
    }.get(wish, policies.may_publish(visit.viewer))
    if not allowed or (article is None and not policies.may_change(visit.viewer, "draft")):
        raise Forbidden


def _done(visit: Visit, article: EditedArticle | None, typed: Typed, files: FileField, wish: str) -> tuple[UUID, str]:
    """Save, then publish, schedule or withdraw; the article's id and a sentence about what happened."""
    at = moment_of(visit, typed) if wish == "schedule" else None
    article_id = _saved(visit, article, typed, files)
    if wish in ("publish", "schedule"):
        published = services.publish(visit.db, article_id, by=visit.viewer, at=at)
        return article_id, _published(visit, published.audience, at)
    if wish == "archive":
        services.archive(visit.db, article_id, by=visit.viewer)
        return article_id, _("Archived. Residents do not see it any more.")
    if wish == "unpublish":
        services.unpublish(visit.db, article_id, by=visit.viewer)
        return article_id, _("It is a draft again. Residents do not see it.")
    if wish == "confirm":
        services.confirm_article(visit.db, article_id, by=visit.viewer)
        return article_id, _("Noted: it is still true today.")
    return article_id, _("Saved.")


def _saved(visit: Visit, article: EditedArticle | None, typed: Typed, files: FileField) -> UUID:
    """Who may publish but not write leaves the text as it is."""
    if article is not None and not policies.may_change(visit.viewer, article.status):
        return article.id
    changes = replace(changes_of(visit, typed), attach=partial(attach_files, visit, files))
    if article is None:
        return services.create_article(visit.db, by=visit.viewer, changes=changes).id
    version = int(typed.get("version", "0")) if typed.get("version", "").isdecimal() else 0
    return services.save_article(visit.db, article.id, by=visit.viewer, version=version, changes=changes).id


def _published(visit: Visit, reached: Audience, at: datetime | None) -> str:
    if at is not None:
        return _("Scheduled for %(moment)s.", moment=formats.format_moment(at, visit.zone))
    people = audience_picker(visit, reached).reach.people
    return ngettext("Published. %(num)s person can read it now.", "Published. %(num)s people can read it now.", people)


def _desk(
    visit: Visit,
    article: EditedArticle | None,
    typed: Typed,
    *,
    errors: Mapping[str, list[str]] | None = None,
    files: FileField | None = None,
    changed: bool = False,
) -> str:
    field = files or show_files(visit, FILES, article.id if article else None)
    errors = dict(errors or {}) | ({} if field.ok else {"files": list(field.errors)})
    related = set(typed.getlist("related"))
    others = queries.desk_articles(visit, limit=1000)
    return page(
        visit,
        "editor",
        article=article,
        title=title_of(visit, article) if article else _("New article"),
        state=state_of(visit, article) if article else "draft",
        stale=article is not None and article.id in {row.id for row in others if row.is_stale},
        form=Form(typed=typed, errors=errors, labels=_labels(visit)),
        writable=policies.may_change(visit.viewer, article.status if article else "draft"),
        languages=_languages(visit, typed, errors),
        shown=_language(visit, typed, errors),
        preview=_preview(visit, typed, field.files),
        field=field,
        picker=audience_picker(visit, chosen(typed), typed.get("place_query", "")),
        categories=[(str(row.id), row.name.text) for row in queries.categories(visit, with_empty=True)],
        others=[
            (str(row.id), row.title or row.slug, str(row.id) in related)
            for row in others
            if article is None or row.id != article.id
        ],
        longest=LONGEST,
        changed=changed,
    )


def _languages(visit: Visit, typed: Typed, errors: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tabs: which language is written, has a mistake, and from which others it can be started."""
    written = [code for code in visit.company.languages if wording(typed, code).title and wording(typed, code).body]
    return [
        {
            "code": code,
            "written": code in written,
            "wrong": any(path.startswith(f"texts.{code}.") for path in errors),
            "sources": [source for source in written if source != code] if code not in written else [],
        }
        for code in visit.company.languages
    ]


def _language(visit: Visit, typed: Typed, errors: Mapping[str, Any] | None = None) -> str:
    """The language to show: the first with a mistake, the one that was open, the company's default."""
    offered = visit.company.languages
    wrong = [code for code in offered if any(path.startswith(f"texts.{code}.") for path in errors or ())]
    asked = typed.get("language") or request.args.get("language", "")
    return next(code for code in (*wrong, asked, visit.company.default_language) if code in offered)


def _preview(visit: Visit, typed: Typed, files: Sequence[AttachedFile]) -> Preview:
    """What the text names by a name, or by its id as long as it is not saved."""
    language = _language(visit, typed)
    text, ids = wording(typed, language), {known: str(file.id) for file in files for known in (file.name, str(file.id))}
    html = render_markdown(text.body[: LONGEST["body"]], ids).html
    return Preview(language, text.title, with_pictures(html, files))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _labels(visit: Visit) -> dict[str, str]:
    """What the fields are called in the summary of what is wrong."""
    texts = {
        f"texts.{code}.{part}": f"{label} ({code.upper()})"
        for code in visit.company.languages
        for part, label in PARTS.items()
    }
    return texts | {
        "category_id": _("Topic"), "slug": _("Address"), "where": _("Where"), "publish_at": _("Day and time"),
        "related": _("Related articles"), "files": _("Pictures and files"),
    }  # fmt: skip
