"""Polls: what is asked, what may still change once somebody has voted, and voting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from marshmallow import ValidationError
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from plugins.pinboard.models import RESULTS, Ballot, Poll, Post
from plugins.pinboard.rules import Errors
from plugins.pinboard.schemas import MOST
from plugins.pinboard.services.words import tidy, wrong_words
from quartier.sdk import CompanySession, Viewer, fold, new_id
from quartier.sdk import gettext as _

FEWEST: Final = 2
LONGEST_CHOICE: Final = 120


@dataclass(frozen=True)
class Ask:
    """A poll as somebody wants it; a choice is a text by language."""

    choices: list[dict[str, str]]
    several: bool = False
    named: bool = False
    results: str = "voted"
    ends: datetime | None = None


def poll_of(db: CompanySession, post_id: UUID) -> Poll | None:
    """The poll of a post."""
    return db.scalars(select(Poll).filter_by(post_id=post_id)).one_or_none()


def read_ask(
    db: CompanySession, typed: Mapping[str, str], zone: ZoneInfo, languages: Sequence[str], known: Poll | None
) -> Ask | Errors:
    """What was typed (`poll.<number>.<language>`, `poll.several` …), or what is wrong with it, at its field.

    Once somebody has voted, a choice can be reworded and choices can be added; all else stays as people found it.
    """
    errors: Errors = {}
    choices = _choices(typed, languages, errors)
    ends = _end(typed, zone, known, errors)
    results = typed.get("poll.results", "voted")
    if results not in RESULTS:
        errors["poll.results"] = [_("Please choose when the results are shown.")]
    ask = Ask(
        [one for one in choices if one], "poll.several" in typed, "poll.named" in typed, results, ends,
    )  # fmt: skip
    if known is not None and (votes := _votes(db, known)):
        errors |= _refused(known, ask, {f"poll.{at}.{languages[0]}": one for at, one in enumerate(choices)}, votes)
    return errors or ask


def put_poll(db: CompanySession, post: Post, ask: Ask) -> bool:
    """Make the poll of a post so; whether anything changed."""
    poll = poll_of(db, post.id)
    wanted = {
        "choices": ask.choices, "several": ask.several, "named": ask.named, "results": ask.results, "ends": ask.ends,
    }  # fmt: skip
    if poll is None:
        db.add(Poll(id=new_id(), post_id=post.id, **wanted))
        db.flush()
        return True
    changed = [name for name, value in wanted.items() if getattr(poll, name) != value]
    for name in changed:
        setattr(poll, name, wanted[name])
    db.flush()
    return bool(changed)


def vote(db: CompanySession, post_id: UUID, *, by: Viewer, picked: Sequence[int]) -> None:
    """Vote, or vote otherwise until the end. However often and however fast, a person has one vote.

    The post is held meanwhile, so that no choice changes under a vote. Raises ValidationError.
    """
    db.execute(select(Post.id).filter_by(id=post_id).with_for_update(read=True))
    poll = poll_of(db, post_id)
    if poll is None or by.account_id is None:
        raise LookupError(str(post_id))
    chosen = sorted(set(picked))
    if poll.ends is not None and poll.ends <= datetime.now(UTC):
        raise ValidationError({"picked": [_("This poll is over.")]})
    if not chosen or chosen[0] < 0 or chosen[-1] >= len(poll.choices):
        raise ValidationError({"picked": [_("Please choose an answer.")]})
    if len(chosen) > 1 and not poll.several:
        raise ValidationError({"picked": [_("Please choose one answer only.")]})
    made = insert(Ballot).values(id=new_id(), post_id=post_id, account_id=by.account_id, picked=chosen)
    keys = [Ballot.company_id, Ballot.post_id, Ballot.account_id]
    db.execute(made.on_conflict_do_update(index_elements=keys, set_={"picked": chosen}))


def _choices(typed: Mapping[str, str], languages: Sequence[str], errors: Errors) -> list[dict[str, str]]:
    """The choice at each place, {} where none stands."""
    found: list[dict[str, str]] = []
    for number in range(MOST):
        texts = {language: tidy(typed.get(f"poll.{number}.{language}", "")) for language in languages}
        for language, text in texts.items():
            if (text or (any(texts.values()) and language == languages[0])) and (
                wrong := wrong_words(text, LONGEST_CHOICE, _("Please write something."))
            ):
                errors[f"poll.{number}.{language}"] = wrong
        texts = {language: text for language, text in texts.items() if text}
        if texts and fold(next(iter(texts.values()))) in {fold(next(iter(one.values()))) for one in found if one}:
            errors[f"poll.{number}.{languages[0]}"] = [_("This answer stands there twice.")]
        found.append(texts)
    if sum(map(bool, found)) < FEWEST:
        empty = next(number for number, one in enumerate(found) if not one)
        errors.setdefault(f"poll.{empty}.{languages[0]}", [_("A poll needs two answers at least.")])
    return found


def _end(typed: Mapping[str, str], zone: ZoneInfo, known: Poll | None, errors: Errors) -> datetime | None:
    if not (text := typed.get("poll.ends", "").strip()):
        return None
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        errors["poll.ends"] = [_("Please choose a day and a time.")]
        return None
    ends = (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)
    if ends <= datetime.now(UTC) and not (known and known.ends and abs((known.ends - ends).total_seconds()) < 60):
        errors["poll.ends"] = [_("This moment is over. Please choose one that lies ahead.")]
    return known.ends if known and known.ends and abs((known.ends - ends).total_seconds()) < 60 else ends


def _refused(known: Poll, ask: Ask, typed: Mapping[str, Mapping[str, str]], votes: int) -> Errors:
    """What of these changes comes too late; `typed` are the choices by their fields."""
    if known.ends is not None and known.ends <= datetime.now(UTC):
        same = ask == Ask(known.choices, known.several, known.named, known.results, known.ends)
        return {} if same else {"poll.ends": [_("This poll is over: what was voted stays as it is.")]}
    gone = [name for name, one in list(typed.items())[: len(known.choices)] if not one]
    other = [f"poll.{name}" for name in ("several", "named", "results") if getattr(known, name) != getattr(ask, name)]
    kept = _("%(votes)s people have voted already: an answer can be reworded, but not taken away.", votes=votes)
    held = _("%(votes)s people have voted already: how is voted and what is shown stays as it is.", votes=votes)
    return {name: [kept] for name in gone} | {name: [held] for name in other}


def _votes(db: CompanySession, poll: Poll) -> int:
    return db.scalar(select(func.count()).select_from(Ballot).filter_by(post_id=poll.post_id)) or 0
