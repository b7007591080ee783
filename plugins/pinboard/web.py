"""Pages of residents: the feed, a post, writing one, and what readers do with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from flask import abort, request
from markupsafe import Markup
from marshmallow import ValidationError
from werkzeug.exceptions import Forbidden, NotFound

from plugins.pinboard import policies, queries, services
from plugins.pinboard.manifest import FILES
from plugins.pinboard.models import REACTIONS
from plugins.pinboard.queries import Cursor, Label, PostPage, Said, Topic
from plugins.pinboard.schemas import extra_labels
from plugins.pinboard.services import LONGEST, Extra
from quartier.sdk import (
    SIGNED_IN,
    Entry,
    FileField,
    Form,
    Pages,
    Visit,
    attach_files,
    back_to,
    complaints,
    files_of,
    new_id,
    offers,
    render,
    sent_files,
    show_files,
    with_icons,
)
from quartier.sdk import gettext as _
from quartier.sdk import lazy_gettext as _l

REASON_NAMES: Mapping[str, str] = {
    "insult": _l("Insulting or hateful"), "private": _l("Private matters of others"), "advert": _l("Advertising"),
    "fraud": _l("Fraud or forbidden goods"), "false": _l("Not true"), "other": _l("Something else"),
}  # fmt: skip
INSTEAD = "pinboard.instead"
"""The place for modules that take what is for the management alone."""
NEXT = 3  # events on top of the feed

pages = Pages(
    "pinboard",
    __name__,
    area="app",
    module="pinboard",
    entries=(Entry("/pinboard/", needs=SIGNED_IN, module="pinboard"),),
)


class Blank(Form):
    """A form before anybody typed: one for all, so that it is drawn once for all."""

    def __hash__(self) -> int:
        return id(self)


class Gaps(NamedTuple):
    """What stands in a card that was drawn for many, where something of the reader's own belongs."""

    token: Markup = Markup("<!--token-->")
    files: Markup = Markup("<!--files-->")
    circle: Markup = Markup("<!--circle-->")
    fresh: Markup = Markup("<!--fresh-->")


BLANK, GAPS, KINDS = Blank(), Gaps(), ("event", "poll")


class App(NamedTuple):
    """The module as the company calls it."""

    name: str
    icon: str


@pages.page("/", needs=SIGNED_IN)
def index(visit: Visit) -> str:
    """The feed, all of it or of one category; further pages behind a link."""
    topic, mine = _asked_topic(visit), "mine" in request.args
    found = queries.feed(visit, topic=topic, mine=mine, after=_after(), ahead=NEXT)
    rules = queries.house_rules(visit)
    return page(
        visit, "feed", found=found, mine=mine, more=_more(found.next, topic, mine),
        topic=queries.labels(visit)[topic.id] if topic else None,
        house_rules=visit.text(rules.rules) if rules.number else None,
        files_by=files_of(visit, FILES, [card.id for card in found.cards if card.attached]), **_desk(visit),
    )  # fmt: skip


@pages.page("/new", needs=SIGNED_IN, methods=("GET", "POST"))
def new(visit: Visit) -> Any:
    """Write to the neighbours."""
    if not queries.ways(visit):
        raise Forbidden
    if request.method == "GET":
        return page(visit, "new", **_desk(visit))
    form, files = request.form, sent_files(visit, FILES)
    if not files.ok:
        return page(visit, "new", **_desk(visit, files=files)), 422
    try:
        made = services.write(
            visit, body=form.get("body", ""), way=form.get("way", ""), category_id=uuid_of(form.get("category_id")),
            post_id=uuid_of(form.get("id")), agrees="agree" in form, extra=Extra(form.get("with", ""), form),
        )  # fmt: skip
    except ValidationError as error:
        visit.db.rollback()
        return page(visit, "new", **_desk(visit, complaints(error), files)), 422
    attach_files(visit, files, made.id)
    if made.status != "shown":
        return back_to(f"/pinboard/{made.id}", _("Thank you. Somebody of the management looks at your post first."))
    return back_to(f"/pinboard/#post-{made.id}", _("Your post is on the board."))


@pages.page("/<uuid:post_id>", needs=SIGNED_IN)
def post(visit: Visit, post_id: UUID) -> str:
    """One post with what was said."""
    found = queries.post_and_comments(visit, post_id, _asked_language(visit), uuid_of(request.args.get("before")))
    if found is None:
        raise NotFound
    return shown_post(visit, *found)


@pages.page("/<uuid:post_id>/history", needs=SIGNED_IN)
def history(visit: Visit, post_id: UUID) -> str:
    """What the post was before it was edited: everybody who reads it may know."""
    found = found_post(visit, post_id)
    language = found.language
    told = [one for one in queries.editions(visit, post_id) if one.event in ("created", "edited")]
    words: list[Any] = []
    for one in reversed(told):
        text = (one.title.get(language, ""), one.body.get(language, ""), one.choices_in(language), one.event_words)
        if not words or words[-1][1:] != text:
            words.append((one.at, *text))
    return page(visit, "history", post=found, versions=list(reversed(words)))


@pages.action("/<uuid:post_id>/comments", needs=SIGNED_IN)
def comment(visit: Visit, post_id: UUID) -> Any:
    """Answer below a post."""
    found = found_post(visit, post_id)
    if not found.comments_open or not _may_answer(visit):
        raise Forbidden
    try:
        said = services.comment(
            visit.db, post_id, by=visit.viewer, body=request.form.get("comment", ""), by_staff=_as_staff(visit),
            comment_id=uuid_of(request.form.get("id")),
        )  # fmt: skip
    except ValidationError as error:
        visit.db.rollback()
        return shown_post(visit, found, errors=complaints(error)), 422
    return back_to(f"/pinboard/{post_id}#comment-{said.id}")


@pages.page("/<uuid:post_id>/report", needs=SIGNED_IN, methods=("GET", "POST"))
def report(visit: Visit, post_id: UUID) -> Any:
    """Say that a post, or a comment below it, should not stand there."""
    found = found_post(visit, post_id)
    said, _earlier = queries.comments(visit, post_id)
    wanted = uuid_of(request.values.get("comment"))
    about = next((one for one in said if one.id == wanted), None)
    author = about.author if about else found.author
    mine = about.is_mine if about else found.is_mine
    if (wanted and about is None) or author.by_staff or mine or visit.viewer.account_id is None:
        raise NotFound
    words = about.body if about else found.words
    if request.method == "GET":
        return page(visit, "report", post=found, about=about, words=words, form=Form(), reasons=REASON_NAMES)
    form = request.form
    try:
        services.report(visit, post_id, wanted, reason=form.get("reason", ""), note=form.get("note", ""))
    except ValidationError as error:
        visit.db.rollback()
        labels = {"reason": _("Reason"), "note": _("In your own words")}
        shown = Form(typed=form.to_dict(), errors=complaints(error), labels=labels)
        return page(visit, "report", post=found, about=about, words=words, form=shown, reasons=REASON_NAMES), 422
    return back_to("/pinboard/", _("Thank you. The management looks at it and tells you what it decides."))


@pages.action("/<uuid:post_id>/appeal", needs=SIGNED_IN)
def appeal(visit: Visit, post_id: UUID) -> Any:
    """Ask for another look at what was decided about one's own words."""
    found_post(visit, post_id)
    case_id = uuid_of(request.form.get("case"))
    if case_id not in {one.id for one in queries.verdicts(visit, post_id)}:
        raise NotFound
    try:
        services.appeal(visit.db, case_id, by=visit.viewer, words=request.form.get("appeal", ""))
    except LookupError as error:
        raise NotFound from error
    except ValidationError as error:
        visit.db.rollback()
        return shown_post(visit, found_post(visit, post_id), errors=complaints(error)), 422
    return back_to(f"/pinboard/{post_id}", _("The management looks at it once more and tells you."))


@pages.action("/<uuid:post_id>/react", needs=SIGNED_IN)
def react(visit: Visit, post_id: UUID) -> Any:
    """Put a sign below a post, or take it away."""
    found, kind = found_post(visit, post_id), request.form.get("kind", "")
    if kind not in REACTIONS:
        abort(400)
    if not _may_answer(visit):
        raise Forbidden
    services.react(visit.db, post_id, by=visit.viewer, kind=kind)
    visit.db.flush()
    if "HX-Request" not in request.headers:
        return back_to(f"/pinboard/{post_id}")
    counts, mine = queries.reactions_of(visit, post_id)
    return page(visit, "_reacted", post_id=found.id, counts=counts, mine=mine)


@pages.action("/<uuid:post_id>/follow", needs=SIGNED_IN)
def follow(visit: Visit, post_id: UUID) -> Any:
    """Hear of new comments, or not any more."""
    found = found_post(visit, post_id)
    if found.follows:
        services.unfollow(visit.db, post_id, by=visit.viewer)
        return back_to(f"/pinboard/{post_id}", _("You do not follow this post any more."))
    services.follow(visit.db, post_id, by=visit.viewer)
    return back_to(f"/pinboard/{post_id}", _("You follow this post."))


def shown_post(
    visit: Visit, found: PostPage, said: Said | None = None, errors: dict[str, list[str]] | None = None
) -> str:
    answers, earlier = said or queries.comments(visit, found.id, uuid_of(request.args.get("before")))
    named = found.poll is not None and found.poll.named and found.poll.shows_results
    invites = found.event is not None and (found.is_mine or (found.author.by_staff and _as_staff(visit)))
    return page(
        visit, "post", post=found, coming=queries.coming(visit, found.event.id) if found.event and invites else {},
        voters=queries.voters(visit, found.id) if named else {},
        files=files_of(visit, FILES, [found.id])[found.id] if found.attached else [], comments=answers,
        verdicts=queries.verdicts(visit, found.id) if found.has_case else [], earlier=earlier,
        instead=offers(visit, INSTEAD) if found.is_mine and not found.author.by_staff else [],
        fresh=new_id(),
        form=Form(typed=request.form.to_dict(), errors=errors or {}, labels={"comment": _("Comment")}),
    )  # fmt: skip


def _desk(visit: Visit, errors: dict[str, list[str]] | None = None, files: FileField | None = None) -> dict[str, Any]:
    """What the composer needs: circles and categories to choose from, and what was typed."""
    ways = queries.ways(visit)
    typed = request.form.to_dict() if request.method == "POST" else {}
    kind = request.values.get("with", "")
    return {
        "ways": tuple((way.value, way.label) for way in ways),
        "own_topics": own_topics(visit),
        "field": files or show_files(visit, FILES),
        "fresh": typed.get("id") or str(new_id()),
        "instead": tuple(offers(visit, INSTEAD)),
        "longest": LONGEST["body"],
        "kind": kind if kind in KINDS else "",
        "code": visit.voice.language,
        "rules": visit.text(queries.house_rules(visit).rules) if ways and queries.must_agree(visit) else None,
        "form": Form(typed=typed, errors=errors or {}, labels=post_labels()) if typed or errors else BLANK,
    }


def post_labels() -> dict[str, str]:
    own = {"body": _("Your post"), "way": _("Who sees it"), "category_id": _("Category"), "agree": _("Board rules")}
    return own | extra_labels()


def own_topics(visit: Visit) -> tuple[Label, ...]:
    known = queries.labels(visit)
    return tuple(known[topic.id] for topic in queries.topics(visit) if not topic.staff_only)


def found_post(visit: Visit, post_id: UUID) -> PostPage:
    found = queries.post_page(visit, post_id, _asked_language(visit))
    if found is None:
        raise NotFound
    return found


def own_post(visit: Visit, post_id: UUID) -> PostPage:
    found = found_post(visit, post_id)
    if not found.is_mine or found.author.by_staff:
        raise NotFound
    return found


def _asked_language(visit: Visit) -> str | None:
    language = request.args.get("language")
    return language if language in visit.company.languages else None


def _as_staff(visit: Visit) -> bool:
    return policies.may_publish(visit.viewer)


def _may_answer(visit: Visit) -> bool:
    return policies.may_answer(visit.company, visit.viewer, visit.today)


def _asked_topic(visit: Visit) -> Topic | None:
    asked = request.args.get("category", "")
    return next((topic for topic in queries.topics(visit) if topic.key == asked), None)


def _after() -> Cursor | None:
    parts = request.args.get("after", "").split("_")
    if len(parts) != len(Cursor._fields):
        return None
    try:
        at = datetime.fromtimestamp(int(parts[1]) / 1_000_000, UTC)
        return Cursor(min(int(parts[0]), 2), at, UUID(parts[2]))
    except (ValueError, OverflowError, OSError):
        abort(400)


def _more(after: Cursor | None, topic: Topic | None, mine: bool) -> str | None:
    """The address of the next page."""
    if after is None:
        return None
    asked = {"category": topic.key} if topic else {"mine": "1"} if mine else {}
    moment = round(after.at.timestamp() * 1_000_000)
    return "/pinboard/?" + urlencode({**asked, "after": f"{after.rank}_{moment}_{after.post}"})


def page(visit: Visit, template: str, **context: Any) -> str:
    here = visit.company.micro_apps["pinboard"]
    return render(
        f"pinboard/{template}.html",
        app=App(visit.say(here.name), here.icon),
        topics=tuple(queries.labels(visit).values()),
        may_answer=_may_answer(visit),
        may_join=policies.lives_here(visit.company, visit.viewer, visit.today),
        may_publish=policies.may_publish(visit.viewer),
        as_staff=_as_staff(visit),
        languages=tuple(queries.languages_for(visit)),
        gaps=GAPS,
        with_icons=with_icons,
        **context,
    )


def uuid_of(text: str | None) -> Any:
    try:
        return UUID(text or "")
    except ValueError:
        return None
