"""What an article was: its history with differences, bringing a version back, and two versions at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

from flask import abort, request
from werkzeug.exceptions import Forbidden, NotFound

from plugins.faq import policies, queries, services
from plugins.faq.desk.area import found_article, page, pages, title_of
from plugins.faq.desk.drafts import PARTS, Typed, wording
from plugins.faq.manifest import EDIT, VIEW_DRAFTS
from plugins.faq.queries import EditedArticle, RevisionRow
from plugins.faq.richtext import named_files
from plugins.faq.services import EditConflict
from quartier.sdk import OWN_NAMES, FileField, Piece, Visit, back_to, differences
from quartier.sdk import gettext as _
from quartier.sdk import lazy_gettext as _l

Kind = Literal["same", "added", "removed"]
EVENTS = {
    "created": _l("First written"),
    "saved": _l("Changed"),
    "moved": _l("Moved to another topic"),
    "published": _l("Published"),
    "unpublished": _l("Made a draft again"),
    "archived": _l("Archived"),
    "restored": _l("Earlier version brought back"),
    "imported": _l("Imported"),
}


class Part(NamedTuple):
    """One field of a text in one language, and how it differs."""

    label: str
    language: str
    pieces: list[Piece]


@pages.page("/<uuid:article_id>/history", needs=VIEW_DRAFTS)
def history(visit: Visit, article_id: UUID) -> str:
    """All versions, and what the chosen one changed."""
    article, revisions = found_article(visit, article_id), queries.history(visit, article_id)
    wanted = request.args.get("version", "")
    number = int(wanted) if wanted.isdecimal() else article.version
    place = next((place for place, row in enumerate(revisions) if row.number == number), None)
    if place is None:
        raise NotFound
    return page(
        visit, "history", article=article, title=title_of(visit, article), revisions=revisions, events=EVENTS,
        shown=revisions[place], parts_changed=_changes(revisions, place),
        may_restore=policies.may_change(visit.viewer, article.status),
    )  # fmt: skip


@pages.action("/<uuid:article_id>/restore", needs=EDIT)
def restore(visit: Visit, article_id: UUID) -> Any:
    """Bring an earlier version back, as a new one."""
    article = found_article(visit, article_id)
    if not policies.may_change(visit.viewer, article.status):
        raise Forbidden
    number, version = request.form.get("number", ""), request.form.get("version", "")
    if not (number.isdecimal() and version.isdecimal()):
        abort(400)
    try:
        services.restore_revision(visit.db, article_id, by=visit.viewer, number=int(number), version=int(version))
    except EditConflict:
        visit.db.rollback()
        sorry = _("Somebody has just saved this article. Please look again.")
        return back_to(f"/cockpit/faq/{article_id}/history", sorry)
    return back_to(f"/cockpit/faq/{article_id}/edit", _back(visit, article_id))


def _back(visit: Visit, article_id: UUID) -> str:
    """That it is back, and which pictures it has lost: what was removed was removed for good."""
    bodies = (text.body for text in found_article(visit, article_id).texts.values())
    named = {one for body in bodies for one in named_files(body)}
    if gone := sorted(named - set(services.files_in(visit.db, article_id))):
        return _("The earlier version is back. It names files that were removed: %(names)s.", names=", ".join(gone))
    return _("The earlier version is back.")


def conflict_page(visit: Visit, article_id: UUID, typed: Typed, files: FileField, wish: str) -> str:
    """Both versions side by side, with everything that was typed kept in the page; files that came meanwhile stay."""
    article, there = found_article(visit, article_id), services.files_in(visit.db, article_id)
    mine = {row.name: str(row.id) for row in files.rows}
    taken_away = {str(row.id) for row in files.gone} & set(typed.getlist("files.remove"))
    mine |= {name: one for name, one in there.items() if one not in {*mine.values(), *taken_away}}
    typed.setlist("files", list(mine.values()))
    saved = queries.history(visit, article.id)[0]
    kept = [(name, value) for name, value in typed.items(multi=True) if name not in ("version", "form_token", "do")]
    return page(
        visit, "conflict", article=article, title=title_of(visit, article), saved=saved, kept=kept, wish=wish,
        both=[*_between(article, typed, visit.company.languages), *_of_files(there, mine)],
    )  # fmt: skip


def _between(article: EditedArticle, typed: Typed, languages: Sequence[str]) -> list[Part]:
    saved = {language: vars(text) for language, text in article.texts.items()}
    mine = {language: vars(wording(typed, language)) for language in languages}
    return _parts(saved, mine)


def _changes(revisions: Sequence[RevisionRow], place: int) -> list[Part]:
    before = revisions[place + 1].content if place + 1 < len(revisions) else {"texts": {}}
    after = revisions[place].content
    return [*_parts(before["texts"], after["texts"]), *_of_files(before.get("files", {}), after.get("files", {}))]


def _of_files(before: Mapping[str, str], after: Mapping[str, str]) -> list[Part]:
    """Names of files that came and went, each as a whole."""
    if before == after:
        return []
    kinds: dict[tuple[bool, bool], Kind] = {(True, True): "same", (True, False): "removed", (False, True): "added"}
    pieces = [Piece(kinds[one in before, one in after], f"{one}\n") for one in sorted({*before, *after})]
    return [Part(_("Pictures and files"), "", pieces)]


def _parts(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> list[Part]:
    """The fields that differ, language by language."""
    found = []
    for language in OWN_NAMES:
        old, new = before.get(language, {}), after.get(language, {})
        for part, label in PARTS.items():
            if old.get(part, "") != new.get(part, ""):
                pieces = differences(old.get(part, ""), new.get(part, ""))
                found.append(Part(f"{OWN_NAMES[language]}: {label}", language, pieces))
    return found
