"""Writing, changing and withdrawing posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import select

from plugins.pinboard.models import Post, Revision
from plugins.pinboard.notifications import NOTICE, POST, told
from plugins.pinboard.queries.circles import Way, audience_of, ways
from plugins.pinboard.richtext import markdown, paragraphs
from plugins.pinboard.services.answers import follow
from plugins.pinboard.services.events import Plan, leave_behind
from plugins.pinboard.services.extras import Extra, Wanted, content_of_extra, put_extra, read_extra, words_in
from plugins.pinboard.services.links import ask_about_link
from plugins.pinboard.services.moderation import EXCERPT, hold, listed_word, ready_to_write
from plugins.pinboard.services.placing import place
from plugins.pinboard.services.topics import find_topic
from plugins.pinboard.services.words import tidy, wrong_words
from quartier.sdk import (
    Audience,
    CompanySession,
    LocalizedText,
    Subject,
    Viewer,
    Visit,
    account_names,
    company_of,
    new_id,
    notify,
    search_key,
    withdraw_notifications,
)
from quartier.sdk import gettext as _

LONGEST: Final = {"body": 10_000, "title": 160, "notice": 20_000}


class NotFound(LookupError):
    """No such post, or not in this viewer's reach."""


class EditConflict(Exception):
    """Somebody saved the post meanwhile: it is at `version` now."""

    def __init__(self, version: int, author: str, at: datetime) -> None:
        super().__init__(f"the post is at version {version}")
        self.version, self.author, self.at = version, author, at


@dataclass(frozen=True)
class Notice:
    """A post of the company as staff want it. A text is Markdown, by language, with a title in each."""

    category_id: UUID
    title: Mapping[str, str]
    body: Mapping[str, str]
    audience: Audience = field(default_factory=Audience)
    show_from: datetime | None = None
    show_until: datetime | None = None
    pinned: bool = False
    comments_open: bool = True


@dataclass(frozen=True)
class _Wish:
    """A post that a resident may write, with nothing wrong in it."""

    body: str
    topic_id: UUID
    way: Way
    extra: Wanted


def write(
    visit: Visit, *, category_id: UUID | None, body: str, way: str, post_id: UUID | None = None, agrees: bool = False,
    extra: Extra = Extra(),  # noqa: B008 - frozen
) -> Post:  # fmt: skip
    """A resident's post, seen at once in the circle that was chosen. Sent twice under one id, it is there once.

    Raises ValidationError: for the text, for a category of the company's own, and for a circle that is not the
    writer's, or not any more.
    """
    known = visit.db.scalars(select(Post).filter_by(id=post_id, author_id=visit.viewer.account_id)).one_or_none()
    if post_id and known is not None:
        return known
    wish = _wish(visit, category_id, tidy(body), way, extra, agrees=agrees)
    post = _put_up(visit, wish, post_id or new_id())
    follow(visit.db, post.id, by=visit.viewer)
    if word := listed_word(visit.db, f"{wish.body} {words_in(wish.extra)}"):
        hold(visit.db, post, word)
    else:
        _tell(visit.db, post, visit.viewer)
    ask_about_link(visit.db, post)
    return post


def _wish(visit: Visit, category_id: UUID | None, body: str, way: str, extra: Extra, *, agrees: bool) -> _Wish:
    """What was sent, read as a whole, so that all that is wrong is said at once."""
    errors: dict[str, list[str]] = {}
    if wrong := wrong_words(body, LONGEST["body"], _("Please write something.")):
        errors["body"] = wrong
    chosen = next((each for each in ways(visit) if each.value == way), None)
    if chosen is None:
        errors["way"] = [_("This circle is not open to you, or not any more. Please choose another one.")]
    topic = find_topic(visit.db, category_id) if category_id else None
    if topic is None or topic.staff_only:
        errors["category_id"] = [_("Please choose a category.")]
    nodes = [chosen.home.property_id] if chosen else []
    wanted, wrong_there = read_extra(visit.db, extra, None, nodes=nodes, languages=[visit.voice.language], own=True)
    errors |= wrong_there
    errors |= {name: said for name, said in ready_to_write(visit, agrees=agrees).items() if name not in errors}
    if errors or chosen is None or topic is None:
        raise ValidationError(errors)
    return _Wish(body, topic.id, chosen, wanted)


def _put_up(visit: Visit, wish: _Wish, post_id: UUID) -> Post:
    """Write it down, in the circle that was chosen."""
    home = wish.way.home
    post = Post(
        id=post_id, category_id=wish.topic_id, author_id=visit.viewer.account_id, property_id=home.property_id,
        from_where=home.address, reach=wish.way.reach, status="shown", show_from=datetime.now(UTC), version=0,
    )  # fmt: skip
    post.audience = audience_of(visit, wish.way)
    put_own_words(post, wish.body, visit.voice.language, _title_in(wish.extra))
    visit.db.add(post)
    put_extra(visit.db, post, wish.extra, by=visit.viewer)
    record(visit.db, post, visit.viewer, "created")
    place(visit.db, post)
    return post


def edit_own(
    db: CompanySession, post_id: UUID, *, by: Viewer, version: int, body: str, category_id: UUID | None = None,
    extra: Extra = Extra(),  # noqa: B008 - frozen
) -> Post:  # fmt: skip
    """Change the words of one's own post. Raises NotFound, EditConflict, ValidationError."""
    post = find_post(db, post_id)
    if post.by_staff or post.author_id is None or post.author_id != by.account_id:
        raise NotFound(str(post_id))
    refuse_outdated(db, post, version)
    body, language = tidy(body), next(iter(post.body))
    nodes = [post.property_id] if post.property_id else []
    wanted, errors = read_extra(db, extra, post, nodes=nodes, languages=[language], own=bool(extra.kind))
    if wrong := wrong_words(body, LONGEST["body"], _("Please write something.")):
        errors = {"body": wrong, **errors}
    if errors:
        raise ValidationError(errors)
    before = (post.body[language], post.title, post.category_id)
    if category_id is not None and category_id != post.category_id:
        topic = find_topic(db, category_id)
        if topic is None or topic.staff_only:
            raise ValidationError({"category_id": [_("Please choose a category.")]})
        post.category_id = category_id
    put_own_words(post, body, language, _title_in(wanted) or post.title.get(language, ""))
    changed = put_extra(db, post, wanted, by=by)
    if not changed and (post.body[language], post.title, post.category_id) == before:
        return post
    post.edited_at = datetime.now(UTC)
    record(db, post, by, "edited")
    place(db, post)
    if post.status == "shown" and (word := listed_word(db, f"{body} {words_in(wanted)}")):
        hold(db, post, word)
    ask_about_link(db, post)
    return post


def publish_notice(
    db: CompanySession, notice: Notice, *, by: Viewer, post_id: UUID | None = None,
    extra: Extra = Extra(),  # noqa: B008 - frozen
) -> Post:  # fmt: skip
    """A post in the company's name, seen now or from a moment on. Raises ValidationError."""
    wanted = _refuse(db, notice, extra, None)
    post = Post(
        id=post_id or new_id(), by_staff=True, author_id=by.account_id, reach="chosen", status="shown", version=0,
        show_from=notice.show_from or datetime.now(UTC),
    )  # fmt: skip
    _put_notice(post, notice)
    db.add(post)
    put_extra(db, post, wanted, by=by)
    record(db, post, by, "created")
    place(db, post)
    if post_id is None:
        _tell(db, post, by)
    return post


def save_notice(
    db: CompanySession, post_id: UUID, notice: Notice, *, by: Viewer, version: int,
    extra: Extra = Extra(),  # noqa: B008 - frozen
) -> Post:  # fmt: skip
    """Change a post of the company. Raises as `publish_notice` does, and EditConflict."""
    post = find_post(db, post_id)
    if not post.by_staff:
        raise NotFound(str(post_id))
    refuse_outdated(db, post, version)
    wanted = _refuse(db, notice, extra, post)
    before = content_of(post)
    _put_notice(post, notice)
    if notice.show_from is not None:
        post.show_from = notice.show_from
    after, changed = content_of(post), put_extra(db, post, wanted, by=by)
    if changed or after != before:
        if changed or (after["title"], after["body"]) != (before["title"], before["body"]):
            post.edited_at = datetime.now(UTC)
        record(db, post, by, "edited")
        place(db, post)
    return post


def withdraw(db: CompanySession, post_id: UUID, *, by: Viewer) -> Post:
    """Take a post of the company from all boards; it is kept and can come back."""
    return _become(db, post_id, by, "withdrawn", "withdrawn")


def restore(db: CompanySession, post_id: UUID, *, by: Viewer) -> Post:
    """Show a withdrawn post again."""
    return _become(db, post_id, by, "shown", "restored")


def delete_post(db: CompanySession, post_id: UUID, *, by: Viewer) -> None:
    """Delete one's own post with all that was said below it. Raises NotFound for anybody else's."""
    post = find_post(db, post_id)
    if post.by_staff or post.author_id is None or post.author_id != by.account_id:
        raise NotFound(str(post_id))
    withdraw_notifications(db, [post_id])
    leave_behind(db, post_id, by=by)
    db.delete(post)
    db.flush()


def find_post(db: CompanySession, post_id: UUID) -> Post:
    """The post, locked until the transaction ends: of two who change it the second sees what the first did."""
    post = db.scalars(select(Post).filter_by(id=post_id).with_for_update()).one_or_none()
    if post is None:
        raise NotFound(str(post_id))
    return post


def refuse_outdated(db: CompanySession, post: Post, version: int) -> None:
    """Raise EditConflict unless the post is still at the version that the editor saw."""
    if post.version == version:
        return
    latest = db.scalars(select(Revision).filter_by(post_id=post.id, number=post.version)).one()
    names = account_names(db, [latest.author_id] if latest.author_id else [])
    raise EditConflict(post.version, next(iter(names.values()), latest.machine), latest.at)


def content_of(post: Post) -> dict[str, Any]:
    """What of a post its versions are about."""
    return {
        "title": post.title.to_json(),
        "body": post.body.to_json(),
        "audience": post.audience.to_json(),
        "category": str(post.category_id),
        "show_from": post.show_from.isoformat(),
        "show_until": post.show_until.isoformat() if post.show_until else None,
        "pinned": post.pinned,
        "comments_open": post.comments_open,
        "status": post.status,
    }


def _tell(db: CompanySession, post: Post, by: Viewer) -> None:
    """Tell those whom it is for, when it can be seen."""
    event, path = f"pinboard.post:{post.id}", f"/pinboard/{post.id}"
    if post.by_staff:
        about = Subject(path, post.id, {"title": post.title})
        notify(db, NOTICE, to=told(post), about=about, by=by.person_id, when=post.show_from, event=event)
    else:
        about = Subject(path, post.id, {"words": next(iter(post.plain.values()))[:EXCERPT]})
        notify(db, POST, to=told(post), about=about, by=by.person_id, event=event)


def _refuse(db: CompanySession, notice: Notice, extra: Extra, post: Post | None) -> Wanted:
    """What is wanted beside the words, where nothing is wrong with it nor with them."""
    errors: dict[str, list[str]] = {}
    default = company_of(db).languages[0]
    if find_topic(db, notice.category_id) is None:
        errors["category_id"] = [_("Please choose a category.")]
    for language in dict.fromkeys((default, *notice.title, *notice.body)):
        title, body = tidy(notice.title.get(language, "")), tidy(notice.body.get(language, ""))
        if not title and not body and language != default:
            continue
        if wrong := wrong_words(title, LONGEST["title"], _("Please give it a title.")):
            errors[f"texts.{language}.title"] = wrong
        if wrong := wrong_words(body, LONGEST["notice"], _("Please write something.")):
            errors[f"texts.{language}.body"] = wrong
    if notice.show_until and notice.show_until <= (notice.show_from or datetime.now(UTC)):
        errors["show_until"] = [_("The end has to be after the beginning.")]
    languages = dict.fromkeys((default, *(code for code, text in notice.body.items() if tidy(text))))
    wanted, wrong_there = read_extra(db, extra, post, nodes=notice.audience.where, languages=list(languages))
    if errors | wrong_there:
        raise ValidationError(errors | wrong_there)
    return wanted


def _put_notice(post: Post, notice: Notice) -> None:
    written = {language: tidy(body) for language, body in notice.body.items() if tidy(body)}
    rich = {language: markdown(body) for language, body in written.items()}
    post.title = LocalizedText({language: tidy(notice.title.get(language, "")) for language in written})
    post.body = LocalizedText(written)
    post.html = LocalizedText({language: one.html for language, one in rich.items()})
    post.plain = LocalizedText({language: one.plain for language, one in rich.items()})
    post.search_key = search_key(" ".join([*post.title.values(), *post.plain.values()]))
    post.category_id, post.audience = notice.category_id, notice.audience
    post.show_until, post.pinned, post.comments_open = notice.show_until, notice.pinned, notice.comments_open


def put_own_words(post: Post, body: str, language: str, title: str = "") -> None:
    post.title = LocalizedText({language: title} if title else {})
    post.body = post.plain = LocalizedText({language: body})
    post.html = LocalizedText({language: str(paragraphs(body))})
    post.search_key = search_key(body)


def _title_in(wanted: Wanted) -> str:
    return wanted.title if isinstance(wanted, Plan) else ""


def _become(db: CompanySession, post_id: UUID, by: Viewer, status: str, event: str) -> Post:
    post = find_post(db, post_id)
    if post.status != status:
        post.status = status
        record(db, post, by, event)
        place(db, post)
        if status != "shown":
            withdraw_notifications(db, [post.id])
    return post


def record(db: CompanySession, post: Post, by: Viewer, event: str) -> None:
    """One version more, and what the post is in it."""
    post.version += 1
    db.flush()
    db.add(
        Revision(
            post_id=post.id, number=post.version, event=event, author_id=by.account_id,
            machine="" if by.account_id else by.name, content=content_of(post) | content_of_extra(db, post),
        )
    )  # fmt: skip
    db.flush()
