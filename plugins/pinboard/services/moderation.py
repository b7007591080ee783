"""Reports, decisions and appeals; the word list; house rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from plugins.pinboard.manifest import HIDE_REPORTED, REASONS, SLOW
from plugins.pinboard.models import Agreed, Case, Comment, Post, Report, Rules
from plugins.pinboard.notifications import DECIDED, REPORTED
from plugins.pinboard.queries.cases import must_agree, read_rules
from plugins.pinboard.services.links import ask_about_link
from plugins.pinboard.services.placing import place
from plugins.pinboard.services.words import required, tidy, wrong_words
from quartier.sdk import (
    TEAM,
    CompanySession,
    LocalizedText,
    Subject,
    Viewer,
    Visit,
    fold,
    formats,
    new_id,
    notify,
    switch_value,
    withdraw_notifications,
)
from quartier.sdk import gettext as _

LONGEST_NOTE: Final = 1_000
EXCERPT: Final = 120


class CaseChanged(Exception):
    """Somebody decided meanwhile, or there is nothing left to decide."""


def report(visit: Visit, post_id: UUID, comment_id: UUID | None, *, reason: str, note: str = "") -> Case:
    """Say that a post or a comment should not stand there; saying it twice is saying it once. Raises ValidationError.

    Whether it is hidden until somebody decides is the company's rule.
    """
    note = tidy(note)
    if reason not in REASONS:
        raise ValidationError({"reason": [_("Please choose a reason.")]})
    if note and (wrong := wrong_words(note, LONGEST_NOTE, "")):
        raise ValidationError({"note": wrong})
    db = visit.db
    found = open_case(db, post_id, comment_id)
    made = insert(Report).values(
        id=new_id(), case_id=found.id, account_id=visit.viewer.account_id, reason=reason, note=note
    )
    if db.execute(made.on_conflict_do_nothing().returning(Report.id)).first() is None:
        return found
    if switch_value(visit.company.settings, HIDE_REPORTED):
        _put(db, found, "hidden")
    return found


def open_case(db: CompanySession, post_id: UUID, comment_id: UUID | None, found: str = "") -> Case:
    """The case that waits about this, or a new one; the post is locked, so that two reports make one case."""
    post = db.scalars(select(Post).filter_by(id=post_id).with_for_update()).one()
    comment = db.scalars(select(Comment).filter_by(id=comment_id)).one() if comment_id else None
    waiting = select(Case).filter_by(post_id=post_id, comment_id=comment_id, decision=None)
    if known := db.scalars(waiting).first():
        return known
    thing = comment or post
    words = comment.body if comment else next(iter(post.plain.values()), "")
    made = Case(
        id=new_id(), post_id=post_id, comment_id=comment_id, author_id=thing.author_id, property_id=post.property_id,
        kind="comment" if comment else "post", words=words, found=found,
    )  # fmt: skip
    db.add(made)
    db.flush()
    _tell_team(db, made)
    return made


def decide(db: CompanySession, case_id: UUID, *, by: Viewer, version: int, decision: str, reason: str) -> Case:
    """Keep it or take it down, with words for its author; after an appeal, once more. Both sides are told.

    Raises CaseChanged when somebody else was quicker, ValidationError without a reason for taking it down.
    """
    if decision not in ("kept", "removed"):
        raise ValidationError({"decision": [_("Please choose what is to happen.")]})
    reason = required(reason, LONGEST_NOTE, _("Please say why: its author reads it."), "reason") if (
        decision == "removed") else tidy(reason)[:LONGEST_NOTE]  # fmt: skip
    case = db.scalars(select(Case).filter_by(id=case_id).with_for_update()).one_or_none()
    again = case is not None and case.decision is not None and case.appealed_at is not None and not case.settled_at
    if case is None or case.version != version or not (case.decision is None or again):
        raise CaseChanged(str(case_id))
    case.decision, case.reason, case.version = decision, reason, version + 1
    case.decided_at, case.decided_by = datetime.now(UTC), by.account_id
    if again:
        case.settled_at = case.decided_at
    _put(db, case, "shown" if decision == "kept" else "removed")
    _tell_both(db, case, by)
    return case


def appeal(db: CompanySession, case_id: UUID, *, by: Viewer, words: str) -> Case:
    """The author asks for another look, once. Raises LookupError for who is not, ValidationError for no words."""
    words = required(words, LONGEST_NOTE, _("Please write something."), "appeal")
    case = db.scalars(select(Case).filter_by(id=case_id).with_for_update()).one_or_none()
    mine = case is not None and by.account_id is not None and case.author_id == by.account_id
    if case is None or not mine or case.decision != "removed" or case.appealed_at:
        raise LookupError(str(case_id))
    case.appeal, case.appealed_at, case.version = words, datetime.now(UTC), case.version + 1
    db.flush()
    _tell_team(db, case)
    return case


def listed_word(db: CompanySession, text: str) -> str:
    """The first word of the company's list that stands in a text, whatever its accents and capitals; "" for none."""
    said = f" {fold(text)} "
    return next((word for word in read_rules(db).words if f" {fold(word)} " in said), "")


def hold(db: CompanySession, post: Post, word: str) -> None:
    """Nobody but the author sees it until somebody has decided."""
    post.status = "held"
    place(db, post)
    open_case(db, post.id, None, word)


def ready_to_write(visit: Visit, *, agrees: bool) -> Mapping[str, list[str]]:
    """What stands against a new post: house rules that were not agreed to, and slow days. What is agreed is noted."""
    errors: dict[str, list[str]] = {}
    if must_agree(visit):
        if agrees:
            _note_agreement(visit)
        else:
            errors["agree"] = [_("Please agree to the house rules first.")]
    minutes = switch_value(visit.company.settings, SLOW)
    last = visit.db.scalar(select(func.max(Post.created_at)).filter_by(author_id=visit.viewer.account_id))
    if minutes and last and (free := last + timedelta(minutes=int(minutes))) > visit.now:
        when = formats.format_relative(free, visit.zone)
        errors["body"] = [_("There is some time between two posts here. You can post again: %(when)s.", when=when)]
    return errors


def set_rules(db: CompanySession, *, by: Viewer, words: Sequence[str], rules: LocalizedText) -> None:  # noqa: ARG001
    """The company's word list and house rules; who agreed to other rules is asked again."""
    row = db.scalars(select(Rules).with_for_update()).one_or_none()
    if row is None:
        row = Rules(id=new_id(), number=0, rules=LocalizedText(), words=[])
        db.add(row)
    if row.rules != rules:
        row.number = row.number + 1 if rules else 0
    row.words, row.rules = list(dict.fromkeys(word.strip() for word in words if fold(word))), rules
    db.flush()


def _note_agreement(visit: Visit) -> None:
    number = read_rules(visit.db).number
    made = insert(Agreed).values(id=new_id(), account_id=visit.viewer.account_id, number=number)
    keys = [Agreed.company_id, Agreed.account_id]
    visit.db.execute(made.on_conflict_do_update(index_elements=keys, set_={"number": number, "created_at": func.now()}))


def _put(db: CompanySession, case: Case, status: str) -> None:
    """Show, hide or remove what the case is about, if it is still there."""
    if case.kind == "comment":
        if comment := db.scalars(select(Comment).filter_by(id=case.comment_id)).one_or_none():
            comment.status = status
    elif post := db.scalars(select(Post).filter_by(id=case.post_id)).one_or_none():
        post.status = status
        ask_about_link(db, post)
        place(db, post)
        if status != "shown":
            withdraw_notifications(db, [post.id])
    db.flush()


def _tell_team(db: CompanySession, case: Case) -> None:
    about = Subject(f"/cockpit/pinboard/cases/{case.id}", None, {"words": case.words[:EXCERPT]})
    at = [case.property_id] if case.property_id else []
    notify(
        db, REPORTED, to=TEAM, about=about, by=case.author_id, at=at, event=f"pinboard.case:{case.id}:{case.version}"
    )


def _tell_both(db: CompanySession, case: Case, by: Viewer) -> None:
    path = f"/pinboard/{case.post_id}" if case.post_id else "/pinboard/"
    event = f"pinboard.case:{case.id}:decided:{case.version}"
    if case.author_id and case.decision:
        about = Subject(path, None, {"what": case.decision, "reason": case.reason})
        notify(db, DECIDED, to=[case.author_id], about=about, by=by.account_id, event=event)
    others = list(db.scalars(select(Report.account_id).filter_by(case_id=case.id)))
    if others:
        facts: dict[str, Any] = {"what": "upheld" if case.decision == "removed" else "rejected", "reason": ""}
        notify(
            db, DECIDED, to=others, about=Subject("/pinboard/", None, facts), by=by.account_id, event=f"{event}:told"
        )
