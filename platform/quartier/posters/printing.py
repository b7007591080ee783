"""What a module publishes as a sheet for the stairwell, for those who look at no screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import structlog
from flask import Response, request
from markupsafe import Markup

from quartier.attachments import queries
from quartier.attachments.attached import LARGEST, AttachedFile
from quartier.attachments.serving import disposition
from quartier.audience.audience import Audience
from quartier.deliveries.readers import voice_for
from quartier.estate.places import property_of
from quartier.files.storage import StorageDown
from quartier.i18n.formats import format_date
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import using
from quartier.invitations.printing import paper_of
from quartier.letters.coverage import unprintable
from quartier.letters.notice import Sheet, pressed
from quartier.tenancy.company import company_of
from quartier.tenancy.snapshot import Snapshot
from quartier.web.errors import where_from
from quartier.web.render import render
from quartier.web.shell import file_storage, shell
from quartier.web.visit import Visit

UNFIT: Final = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")
LONGEST_NAME: Final = 80
MOST_PICTURES: Final = 3
AS_IT_IS: Final = "as-it-is"
EVERYBODY: Final = Audience()
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Poster:
    """A notice in one language, as it hangs in the stairwell.

    `html` is a text of `render_markdown`, `path` what the QR code opens at the company's address, `facts` are names and
    values that stand below the title; `until` is the day after which it can come down. Of `files` the first pictures
    are shown where the text leaves room. Where all whom the `audience` means are of one property, its paper is used.
    """

    title: str
    html: str
    path: str
    published: date
    facts: Sequence[tuple[str, str]] = ()
    until: date | None = None
    files: Sequence[AttachedFile] = ()
    audience: Audience = EVERYBODY


def print_posters(visit: Visit, languages: Sequence[str], poster: Callable[[str], Poster]) -> Any:
    """A PDF on the company's paper (logo, colour, A4), or that of the only property that it is for.

    It is named after the first title; each language begins a page.

    `poster` is asked for each of the languages, and speaks in it. Whatever its length, the text is whole. Who may print
    is for the module to ask. Who has written signs for which there are no letters is asked first (422).
    """
    company, made, audience = company_of(visit.db), [], EVERYBODY
    read: dict[UUID, bytes | None] = {}
    for language in languages:
        with using(voice_for(company, language)):
            said = poster(language)
            audience = said.audience
            made.append((said.title, _sheet(visit.company, language, said, _pictures(visit, said, read))))
    words = " ".join(_words(sheet) for _title, sheet in made)
    if AS_IT_IS not in request.args and (signs := unprintable(words)):
        asked = urlencode({**request.args.to_dict(), AS_IT_IS: "1"})
        here = f"{request.path}?{asked}"
        return render("posters/unfit.html", signs=signs, as_it_is=here, back=where_from() or "/cockpit/"), 422
    paper, title = paper_of(visit.db, file_storage(), _worn(visit, audience)), made[0][0]
    answer = Response(pressed(paper, [sheet for _title, sheet in made], title=title), content_type="application/pdf")
    answer.headers["Content-Disposition"] = disposition(f"{_name(title)}.pdf", inline=True)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _worn(visit: Visit, audience: Audience) -> Snapshot:
    """The company in the look of the one property that this is for, if it is for one alone."""
    company = visit.company
    return company.at(property_of(visit.db, audience.where)) if company.looks else company


def _pictures(visit: Visit, poster: Poster, read: dict[UUID, bytes | None]) -> list[tuple[bytes, str]]:
    """The first ones; without those that cannot be had now, for what is written is worth printing all the same."""
    found = []
    for file in [one for one in poster.files if one.is_ready and one.is_picture][:MOST_PICTURES]:
        if file.id not in read:
            read[file.id] = _bytes(visit, file.id)
        if body := read[file.id]:
            found.append((body, file.alt or file.name))
    return found


def _bytes(visit: Visit, file_id: UUID) -> bytes | None:
    stored = queries.stored(visit.db, file_id, LARGEST)
    try:
        return file_storage().get(stored.key) if stored else None
    except StorageDown as error:
        log.error("storage_down", error=str(error))
        return None


def _sheet(company: Snapshot, language: str, poster: Poster, pictures: Sequence[tuple[bytes, str]]) -> Sheet:
    """Finished sentences in the voice that is bound."""
    return Sheet(
        language=language, title=poster.title, date=format_date(poster.published), html=poster.html,
        facts=poster.facts, url=shell().config.origin(company.host) + poster.path,
        invitation=_("Also on your phone: scan this code"),
        typed_at=_("or in a browser: %(address)s", address=company.host),
        pages=_("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        remark=_("To be taken down after %(date)s.", date=format_date(poster.until)) if poster.until else "",
        pictures=pictures,
    )  # fmt: skip


def _words(sheet: Sheet) -> str:
    """All of it that somebody wrote, and the names around it."""
    facts = " ".join(part for fact in sheet.facts for part in fact)
    return f"{sheet.title} {facts} {Markup(sheet.html).striptags()}"  # noqa: S704 - to be read, not to be shown


def _name(title: str) -> str:
    """A title as the name of a file on any system."""
    return UNFIT.sub(" ", title)[:LONGEST_NAME].strip(" .") or "notice"
