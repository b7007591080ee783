"""What readers do with an event or a poll: say that they come, take it into their calendar, vote."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, redirect, request
from marshmallow import ValidationError
from werkzeug.exceptions import BadRequest, Forbidden, NotFound

from plugins.pinboard import exchange, policies, queries, services
from plugins.pinboard.desk.area import asked_after, sent_as
from plugins.pinboard.models import ANSWERS, Event
from plugins.pinboard.queries import PostPage
from plugins.pinboard.web import found_post, own_post, page, shown_post
from quartier.sdk import SIGNED_IN, Pages, Visit, back_to, complaints
from quartier.sdk import gettext as _

pages = Pages("pinboard_joining", __name__, area="app", module="pinboard")


@pages.page("/events", needs=SIGNED_IN)
def events(visit: Visit) -> str:
    """All events that lie ahead, the next first."""
    cards, more = queries.upcoming(visit, asked_after())
    return page(visit, "events", cards=cards, more=f"/pinboard/events?after={sent_as(more)}" if more else None)


@pages.action("/<uuid:post_id>/join", needs=SIGNED_IN)
def join(visit: Visit, post_id: UUID) -> Any:
    """Say whether one comes."""
    found, said = found_post(visit, post_id), request.form.get("answer", "")
    if found.event is None or said not in ANSWERS:
        raise BadRequest
    _require_meant(visit, post_id)
    if not found.event.is_open:
        return shown_post(visit, found, errors={"answer": [_("This event is over or does not take place.")]}), 422
    services.answer(visit.db, found.event.id, by=visit.viewer, said=said)
    return _shown(visit, post_id, "event")


@pages.action("/<uuid:post_id>/vote", needs=SIGNED_IN)
def vote(visit: Visit, post_id: UUID) -> Any:
    """Vote, or vote otherwise until the end."""
    found = found_post(visit, post_id)
    if found.poll is None:
        raise NotFound
    _require_meant(visit, post_id)
    picked = [int(one) for one in request.form.getlist("picked") if one.isdecimal() and len(one) <= 2]
    try:
        services.vote(visit.db, post_id, by=visit.viewer, picked=picked)
    except ValidationError as error:
        visit.db.rollback()
        return shown_post(visit, found_post(visit, post_id), errors=complaints(error)), 422
    return _shown(visit, post_id, "poll")


@pages.page("/<uuid:post_id>/cancel", needs=SIGNED_IN, methods=("GET", "POST"))
def cancel(visit: Visit, post_id: UUID) -> Any:
    """Call one's own event off, after being asked once."""
    found = own_post(visit, post_id)
    if found.event is None or not found.event.is_open:
        raise NotFound
    if request.method == "GET":
        return page(visit, "cancel", post=found)
    services.cancel_event(visit.db, post_id, by=visit.viewer)
    return back_to(f"/pinboard/{post_id}", _("The event is called off. Whoever wanted to come is told."))


@pages.page("/events/<uuid:event_id>", needs=SIGNED_IN)
def event(visit: Visit, event_id: UUID) -> Any:
    """Its post; and for who wanted to come, when that is gone, that it does not take place."""
    known, post = _event(visit, event_id)
    if post is not None:
        return redirect(f"/pinboard/{post.id}", 303)
    return page(visit, "gone", event=known, when=services.when_of(known))


@pages.page("/events/<uuid:event_id>.ics", needs=SIGNED_IN)
def calendar(visit: Visit, event_id: UUID) -> Response:
    """For a calendar program: for whoever may read its post, or wanted to come."""
    known, post = _event(visit, event_id)
    url = f"{request.host_url}pinboard/{post.id}" if post else None
    body = exchange.calendar_of(visit, known, words=post.words if post else "", url=url)
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{known.starts:%Y-%m-%d}.ics")
    return answer


def _event(visit: Visit, event_id: UUID) -> tuple[Event, PostPage | None]:
    """An event, and its post as far as the viewer may read it; 404 for who may not, and never wanted to come."""
    known, answered = queries.known_event(visit, event_id) or (None, False)
    post = queries.post_page(visit, known.post_id) if known and known.post_id else None
    if known is None or (post is None and (known.shown or not answered)):
        raise NotFound
    return known, post


def _require_meant(visit: Visit, post_id: UUID) -> None:
    post = queries.post_for_edit(visit.db, post_id)
    if post is None or not policies.is_meant(
        visit.company, visit.viewer, post.audience, visit.today, by_staff=post.by_staff
    ):
        raise Forbidden


def _shown(visit: Visit, post_id: UUID, part: str) -> Any:
    """Back to the post; with a script, that part of it anew."""
    if "HX-Request" not in request.headers:
        return back_to(f"/pinboard/{post_id}#{part}-{post_id}")
    visit.db.flush()
    return page(visit, "_joined", post=found_post(visit, post_id), part=part)
