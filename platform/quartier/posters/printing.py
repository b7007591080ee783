"""What a module publishes as a sheet for the stairwell, for those who look at no screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Response

from quartier.attachments.serving import disposition
from quartier.deliveries.readers import voice_for
from quartier.i18n.formats import format_date
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import using
from quartier.invitations.printing import paper_of
from quartier.letters.notice import Sheet, pressed
from quartier.tenancy.company import company_of
from quartier.tenancy.snapshot import Snapshot
from quartier.web.shell import file_storage, shell
from quartier.web.visit import Visit

UNFIT: Final = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")
LONGEST_NAME: Final = 80


@dataclass(frozen=True)
class Poster:
    """A notice in one language, as it hangs in the stairwell.

    `html` is a text of `render_markdown`, `path` what the QR code opens at the company's address, `facts` are names and
    values that stand below the title; `until` is the day after which it can come down.
    """

    title: str
    html: str
    path: str
    published: date
    facts: Sequence[tuple[str, str]] = ()
    until: date | None = None


def print_posters(visit: Visit, languages: Sequence[str], poster: Callable[[str], Poster]) -> Response:
    """A PDF on the company's paper (logo, colour, A4), named after the first title; each language begins a page.

    `poster` is asked for each of the languages, and speaks in it. Whatever its length, the text is whole. Who may print
    is for the module to ask.
    """
    company, made = company_of(visit.db), []
    for language in languages:
        with using(voice_for(company, language)):
            said = poster(language)
            made.append((said.title, _sheet(visit.company, language, said)))
    paper, title = paper_of(visit.db, file_storage(), visit.company), made[0][0]
    answer = Response(pressed(paper, [sheet for _title, sheet in made], title=title), content_type="application/pdf")
    answer.headers["Content-Disposition"] = disposition(f"{_name(title)}.pdf", inline=True)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _sheet(company: Snapshot, language: str, poster: Poster) -> Sheet:
    """Finished sentences in the voice that is bound."""
    return Sheet(
        language=language, title=poster.title, date=format_date(poster.published), html=poster.html,
        facts=poster.facts, url=shell().config.origin(company.host) + poster.path,
        invitation=_("Also on your phone: scan this code"),
        typed_at=_("or in a browser: %(address)s", address=company.host),
        pages=_("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        remark=_("To be taken down after %(date)s.", date=format_date(poster.until)) if poster.until else "",
    )  # fmt: skip


def _name(title: str) -> str:
    """A title as the name of a file on any system."""
    return UNFIT.sub(" ", title)[:LONGEST_NAME].strip(" .") or "notice"
