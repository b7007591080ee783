"""A notice of the company on paper, for the stairwell."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import NotFound

from plugins.pinboard import services
from plugins.pinboard.desk.area import pages
from plugins.pinboard.desk.writing import found_notice
from plugins.pinboard.manifest import FILES, VIEW
from plugins.pinboard.richtext import markdown
from quartier.sdk import LocalizedText, Poster, Visit, files_of, formats, print_posters
from quartier.sdk import gettext as _


@pages.page("/<uuid:post_id>/print.pdf", needs=VIEW)
def printed(visit: Visit, post_id: UUID) -> Any:
    """The notice in one of its languages, or in each, with when and where of its event, or what its poll asks."""
    post = found_notice(visit, post_id)
    event, poll = services.event_of(visit.db, post_id), services.poll_of(visit.db, post_id)
    asked = request.args.get("language")
    languages = [code for code in visit.company.languages if code in post.body and asked in (None, code)]
    if not languages:
        raise NotFound

    files = files_of(visit, FILES, [post_id])[post_id]

    def poster(language: str) -> Poster:
        facts = []
        if event is not None:
            facts = [(_("When"), services.when_of(event).words), (_("Where"), event.place)]
        if poll is not None:
            choices = (LocalizedText(one).pick(language).text for one in poll.choices)
            facts = [(_("Poll"), " · ".join(choices)), (_("Until"), _end(visit, poll.ends))]
        return Poster(
            post.title.get(language, ""), markdown(post.body[language]).html, f"/pinboard/{post_id}",
            post.show_from.astimezone(visit.company.zone).date(), [fact for fact in facts if fact[1]],
            post.show_until.astimezone(visit.company.zone).date() if post.show_until else None, files,
            post.audience,
        )  # fmt: skip

    return print_posters(visit, languages, poster)


def _end(visit: Visit, moment: Any) -> str:
    return formats.format_moment(moment, visit.company.zone) if moment else ""
