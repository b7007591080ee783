"""Pages of residents: find an article, read it, say whether it helped. The Cockpit's pages are in `cockpit`."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from flask import abort, redirect, request
from werkzeug.exceptions import NotFound

from plugins.faq import queries, services
from plugins.faq.manifest import FILES
from plugins.faq.queries import ArticlePage
from plugins.faq.richtext import ADDRESS
from plugins.faq.schemas import COMMENT
from quartier.sdk import SIGNED_IN, AttachedFile, Entry, Pages, Picked, Visit, back_to, files_of, formats, render
from quartier.sdk import gettext as _
from quartier.sdk import lazy_gettext as _l

PEOPLE = "/#team"  # where the home page introduces those who look after the house
IN_LANGUAGE = {"de": _l("in German"), "en": _l("in English"), "fr": _l("in French")}
ONLY_IN = {
    "de": _l("This text is only available in German."),
    "en": _l("This text is only available in English."),
    "fr": _l("This text is only available in French."),
}

pages = Pages("faq", __name__, area="app", module="faq", entries=(Entry("/faq/", needs=SIGNED_IN, module="faq"),))


@pages.page("/", needs=SIGNED_IN)
def index(visit: Visit) -> str:
    """All topics and all articles."""
    return _page(visit, "list", found=queries.contents(visit))


@pages.page("/topic/<key>", needs=SIGNED_IN)
def topic(visit: Visit, key: str) -> str:
    """The articles of one topic; a topic without any is nobody's business."""
    topics = {row.key: row for row in queries.categories(visit)}
    if key not in topics:
        raise NotFound
    others = [row for row in topics.values() if row.key != key]
    return _page(visit, "topic", topic=topics[key], others=others, articles=queries.visible_articles(visit, key))


@pages.page("/search", needs=SIGNED_IN)
def search(visit: Visit) -> str:
    """What answers a question; asked as somebody types, or by a form."""
    query = request.args.get("q", "").strip()[:200]
    found = queries.search_articles(visit, query) if query else []
    return _page(visit, "search", query=query, articles=found)


@pages.page("/<slug>", needs=SIGNED_IN)
def article(visit: Visit, slug: str) -> str:
    """One article, with the way to a person; `?print` is the same without the portal around it."""
    found = _found(visit, slug)
    if "print" in request.args:
        address = visit.company.host + request.path
        return _page(visit, "print", article=found, files=_files(visit, found), address=address)
    return _read(visit, found)


@pages.action("/<slug>/feedback", needs=SIGNED_IN)
def feedback(visit: Visit, slug: str) -> Any:
    """Whether it helped; after a no, in what way it did not. The latest answer of an account counts."""
    found = _found(visit, slug)
    helped, comment = request.form.get("helped"), request.form.get("comment", "").replace("\0", "").strip()
    if helped not in ("yes", "no"):
        abort(400)
    if len(comment) > COMMENT:
        numbers = {"most": formats.format_number(COMMENT), "now": formats.format_number(len(comment))}
        errors = [_("At most %(most)s characters; now there are %(now)s.", **numbers)]
        return _answered(visit, found, comment=comment, errors=errors), 422
    services.give_feedback(visit.db, found.id, helpful=helped == "yes", comment=comment, by=visit.viewer)
    if "HX-Request" not in request.headers:
        return back_to(f"/faq/{found.slug}#helped")
    return _answered(visit, _found(visit, slug))


@pages.page("/files/<uuid:file_id>/<name>", needs=SIGNED_IN)
def file(visit: Visit, file_id: UUID, name: str) -> Any:  # noqa: ARG001 - the name was for whoever read it
    """Where files of articles were once, as bookmarks and printed texts still say."""
    return redirect(f"{ADDRESS}{file_id}", 302)


def _found(visit: Visit, slug: str) -> ArticlePage:
    found = queries.article_by_slug(visit, slug, drafts=True)
    if found is None:
        raise NotFound
    return found


def _answered(visit: Visit, found: ArticlePage, comment: str = "", errors: list[str] | None = None) -> str:
    if "HX-Request" not in request.headers:
        return _read(visit, found, comment, errors)
    return _page(visit, "_feedback", article=found, comment=comment, errors=errors or [], longest=COMMENT)


def _read(visit: Visit, found: ArticlePage, comment: str = "", errors: list[str] | None = None) -> str:
    files = _files(visit, found)
    return _page(visit, "article", article=found, files=files, comment=comment, errors=errors or [], longest=COMMENT)


def _files(visit: Visit, found: ArticlePage) -> list[AttachedFile]:
    return files_of(visit, FILES, [found.id])[found.id]


def _page(visit: Visit, template: str, **context: Any) -> str:
    return render(f"faq/{template}.html", **words(visit), **context)


class App(NamedTuple):
    """The module as the company calls it."""

    name: str
    icon: str


class Help(NamedTuple):
    """Whom to ask: where people are introduced, and the number for emergencies, where there is one."""

    people: str
    phone: str | None
    note: Picked | None


def words(visit: Visit) -> dict[str, Any]:
    """What every page of the module says: its name here, whom to ask, and how texts in other languages are marked."""
    here, company = visit.company.micro_apps["faq"], visit.company
    note = visit.text(company.emergency_note) if company.emergency_note else None
    return {
        "app": App(visit.say(here.name), here.icon),
        "help": Help(PEOPLE, company.emergency_phone, note),
        "language": visit.voice.language,
        "in_language": IN_LANGUAGE,
        "only_in": ONLY_IN,
    }
