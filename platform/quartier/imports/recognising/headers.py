"""Header → field, with how sure that is."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Final

from quartier.imports.recognising.words import folded, spelled_out

NOUNS: Final = ("property", "building", "unit", "occupancy", "person", "occupant")
CERTAIN, QUALIFIED, LIKELY, ENOUGH = 1.0, 0.9, 0.8, 0.84
CHILDREN: Final = {"building": "property", "unit": "building", "occupancy": "unit"}
SHARED: Final = "shared"
REAL: Final = {"person": {"name": "full_name"}, "occupancy": {"name": "contract_number"}}
"""What a shared word means where the noun has no such field."""
FAMILY: Final = frozenset({"shared.name", "person.full_name"})
"""Columns that hold the family name where another one holds the given name."""


@dataclass(frozen=True)
class Guess:
    """What a column seems to be. `target` is `noun.field`, "" when nothing fits; `confidence` from 0 to 1."""

    header: str
    target: str
    confidence: float


@cache
def vocabulary() -> dict[str, dict[str, list[str]]]:
    """noun (or `shared`, or `tables`) → field → words, as the data file has them."""
    return tomllib.loads(Path(__file__).with_name("headers.toml").read_text(encoding="utf-8"))


@cache
def by_word() -> dict[str, str]:
    """Comparable word → `noun.field` or `shared.field`; the field's own name is a word for it as well."""
    found: dict[str, str] = {}
    for noun in (SHARED, *NOUNS):
        for field, words in vocabulary()[noun].items():
            for word in (field, *words, f"{noun} {field}"):
                found.setdefault(folded(word), f"{noun}.{field}")
                found.setdefault(spelled_out(word), f"{noun}.{field}")
    return found


@cache
def table_words() -> dict[str, str]:
    """Comparable word → noun, for names of files and sheets."""
    tables = vocabulary()["tables"]
    return {
        form: noun for noun, words in tables.items() for word in words for form in (folded(word), spelled_out(word))
    }


def known_words(words: Iterable[str]) -> int:
    """How many of these are names of columns: tells a header from a title."""
    known = by_word()
    return sum(folded(word) in known for word in words if word)


def guess(name: str, header: Sequence[str]) -> list[Guess]:
    """One guess per column of a table; no field is given to two of them, the surer one has it."""
    first = [_match(word) for word in header]
    about = subject(name, [target for target, _sure in first])
    targets = [target for target, _sure in first]
    resolved = [(_resolve(place, about, targets), sure) for place, (_target, sure) in enumerate(first)]
    taken: dict[str, int] = {}
    for place, (target, sure) in enumerate(resolved):
        if target and (target not in taken or resolved[taken[target]][1] < sure):
            taken[target] = place
    return [
        Guess(word, target if target and taken[target] == place else "", sure if target else 0.0)
        for place, (word, (target, sure)) in enumerate(zip(header, resolved, strict=True))
    ]


def subject(name: str, targets: Sequence[str]) -> str:
    """What a table is about: the name of the file or sheet says it, or most of its columns do."""
    file, _colon, sheet = name.partition(": ")
    for word in reversed(folded(sheet or file.rsplit(".", 1)[0]).split()):
        if noun := table_words().get(word):
            return noun
    votes = Counter(target.partition(".")[0] for target in targets if target and not target.startswith(SHARED))
    return votes.most_common(1)[0][0] if votes else "unit"


def _match(header: str) -> tuple[str, float]:
    word = folded(header)
    if not word:
        return "", 0.0
    known = by_word()
    for form in (word, spelled_out(header), word.replace(" ", "")):
        if form in known:
            return known[form], CERTAIN
    return _qualified(word) or _similar(word)


def _qualified(word: str) -> tuple[str, float] | None:
    """`"mieter e mail"` is an e-mail, `"unit name"` a name: the longest known ending or beginning, if the rest is no
    other noun's."""
    known, parts = by_word(), word.split()
    for length in range(len(parts) - 1, 0, -1):
        for form in (" ".join(parts[-length:]), " ".join(parts[:length])):
            target = known.get(form, "")
            if target and not target.startswith(SHARED) and len(form) > 2:
                return target, QUALIFIED * (0.7 + 0.3 * length / len(parts))
    return None


def _similar(word: str) -> tuple[str, float]:
    """A slip of the finger. Short words have too many neighbours to be guessed."""
    if len(word) < 5:
        return "", 0.0
    best, ratio = "", 0.0
    for form, target in by_word().items():
        if abs(len(form) - len(word)) > 3 or target.startswith(SHARED):
            continue
        matcher = SequenceMatcher(None, word, form)
        if matcher.quick_ratio() > max(ENOUGH, ratio) and (found := matcher.ratio()) > max(ENOUGH, ratio):
            best, ratio = target, found
    return best, ratio * QUALIFIED


def _resolve(place: int, about: str, targets: Sequence[str]) -> str:
    """What a word means beside the other columns of the table."""
    target, left = targets[place], targets[place - 1] if place else ""
    noun, _dot, field = target.partition(".")
    if "person.given_name" in targets and target in FAMILY and "person.family_name" not in targets:
        return "person.family_name"
    if noun == SHARED and field == "external_id" and left == "building.street":
        return "building.house_number"
    if noun == SHARED:
        field = REAL.get(about, {}).get(field, field)
        return f"{about}.{field}" if f"{about}.{field}" in _fields() else ""
    if field == "name" and noun in (others := _ancestors(_deepest(about, targets))) and _alone(place, others, targets):
        return f"{noun}.external_id"  # `building` in a table of units, with nothing else above them: its number
    return target


def _deepest(about: str, targets: Sequence[str]) -> str:
    """A table of houses that has tenancies as well is a table of tenancies, as far as references go."""
    nouns = {target.partition(".")[0] for target in targets}
    below = [noun for noun in ("building", "unit", "occupancy") if noun in nouns]
    if about not in CHILDREN or not below or about == "property":
        return about
    return max(about, below[-1], key=lambda noun: len(_ancestors(noun))) if _described(about, targets) else about


def _described(noun: str, targets: Sequence[str]) -> bool:
    return sum(target.startswith(f"{noun}.") for target in targets) > 1


def _ancestors(noun: str) -> list[str]:
    found = []
    while (parent := CHILDREN.get(noun)) is not None:
        found.append(parent)
        noun = parent
    return found


def _alone(place: int, nouns: Sequence[str], targets: Sequence[str]) -> bool:
    """Whether no other column is about these nouns."""
    return not any(one.partition(".")[0] in nouns for other, one in enumerate(targets) if other != place)


@cache
def _fields() -> frozenset[str]:
    return frozenset(f"{noun}.{field}" for noun in NOUNS for field in vocabulary()[noun])
