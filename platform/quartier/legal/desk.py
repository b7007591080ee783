"""The Cockpit's list of documents, and those that a company adds."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import LEGAL_EDIT, LEGAL_PUBLISH
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.legal import services
from quartier.legal.kinds import EXTRA, NOTICES, TITLES
from quartier.legal.queries import Standing, standing_of, standings
from quartier.legal.services import Refused
from quartier.legal.showing import shown
from quartier.viewer import COMPANY
from quartier.web.flash import back_to
from quartier.web.forms import Form
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

LIST = "/cockpit/legal"
ROOM = "/cockpit/settings/brand/legal"
"""The studio's, which is built upon this desk."""
LONGEST_TITLE = 80
cockpit = Pages(
    "legal_cockpit",
    __name__,
    area="cockpit",
    entries=(Entry(LIST, "scale", _l("Legal texts"), LEGAL_EDIT, group=_l("Company"), order=915),),
)


@cockpit.page(LIST, needs=LEGAL_EDIT)
def documents(visit: Visit) -> str:
    """What there is, what is missing, and what is being written."""
    found = standings(visit.db, visit.today)
    return show(visit, "list", standings=found, notices=NOTICES, room=len(found) - len(TITLES) < EXTRA)


@cockpit.page(f"{LIST}/new", needs=LEGAL_EDIT, methods=("GET", "POST"))
def add(visit: Visit) -> Any:
    """A document of the company's own: its title first, then it is written like the others."""
    if request.method != "POST":
        return show(visit, "new", form=Form())
    form = title_form(visit)
    if form.ok:
        try:
            made = services.add_document(
                visit.db, form.values["title"], by=visit.viewer.name, default=visit.company.default_language
            )
            return done(visit, f"{LIST}/{made.key}/edit")
        except Refused as refused:
            visit.db.rollback()
            form = form.wrong(*next((path, *said) for path, said in refused.problems.items()))
    return show(visit, "new", form=form), 422


@cockpit.page(f"{LIST}/<key>/title", needs=LEGAL_EDIT, methods=("GET", "POST"))
def rename(visit: Visit, key: str) -> Any:
    """Another title for a document of the company's own."""
    standing = found(visit, key)
    if standing.document is None or key in TITLES:
        raise NotFound
    if request.method != "POST":
        typed = {f"title.{language}": text for language, text in standing.title.items()}
        return show(visit, "new", form=Form(typed=typed), standing=standing)
    form = title_form(visit)
    default = visit.company.default_language
    if form.ok and not form.values["title"].get(default):
        form = form.wrong(f"title.{default}", _("Please fill this in."))
    if not form.ok:
        return show(visit, "new", form=form, standing=standing), 422
    services.rename_document(visit.db, standing.document, form.values["title"])
    return done(visit, f"{LIST}/{key}/edit", _("Saved."))


@cockpit.action(f"{LIST}/<key>/discard", needs=LEGAL_EDIT)
def discard(visit: Visit, key: str) -> Any:
    """Give a draft up. What was published stays."""
    services.discard_draft(visit.db, found(visit, key))
    return done(visit, home(), _("The draft is deleted."))


@cockpit.action(f"{LIST}/<key>/end", needs=LEGAL_PUBLISH)
def end(visit: Visit, key: str) -> Any:
    """Take a document of the company's own out of force."""
    standing = found(visit, key)
    if key in TITLES:
        raise NotFound
    services.end_document(visit.db, standing)
    return done(visit, LIST, _("The document is not in force any more. Its versions stay readable."))


def tail() -> str:
    """What addresses of one document end with for who came from the studio's room of legal pages, to go back there."""
    return "?from=studio" if request.values.get("from") == "studio" else ""


def home() -> str:
    """Where one came from: the studio's room, or the list."""
    return ROOM if tail() else LIST


def title_form(visit: Visit) -> Form:
    """The title in each of the company's languages."""
    languages = visit.company.languages
    typed = {f"title.{one}": request.form.get(f"title.{one}", "").replace("\0", "").strip() for one in languages}
    long = [path for path, text in typed.items() if len(text) > LONGEST_TITLE]
    errors = {path: [_("At most %(num)s characters.", num=LONGEST_TITLE)] for path in long}
    title = LocalizedText({language: " ".join(typed[f"title.{language}"].split()) for language in languages})
    labels = {f"title.{one}": f"{_('Title')} ({one.upper()})" for one in languages}
    return Form({"title": title}, typed, errors, labels)


def found(visit: Visit, key: str) -> Standing:
    """The document, or 404."""
    standing = standing_of(visit.db, key, visit.today)
    if standing is None:
        raise NotFound
    return standing


def show(visit: Visit, template: str, **context: Any) -> str:
    """A page of this desk."""
    facts = {
        "standing": None,
        "list_url": LIST,
        "tail": tail(),
        "drawn_text": shown,
        "may_publish": visit.viewer.may(LEGAL_PUBLISH, at=COMPANY),
    }
    return render(f"legal/desk/{template}.html", **{**facts, **context})


def done(visit: Visit, path: str, message: str = "") -> Any:
    """Make it true at once: the next page shows the company's links already."""
    visit.db.commit()
    shell().snapshots.forget(visit.company.id)
    return back_to(path, message)
