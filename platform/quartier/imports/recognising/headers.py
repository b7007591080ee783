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
CALLED: Final = frozenset(
    {"property.name", "building.name", "unit.name", "person.full_name", "occupancy.contract_number"}
)
"""What columns fill that are called after the thing itself: "Wohnung", "Mieter", "Vertrag"."""
LINKS: Final = frozenset("d de der des du l la le of the".split())
UNIT_KEYS: Final = frozenset({"unit.name", "unit.external_id"})
UNIT_FACTS: Final = frozenset({"unit.kind", "unit.floor", "unit.rooms", "unit.area_m2"})


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
    first = _meant(header, [_match(word) for word in header])
    targets = [target for target, _sure in first]
    named, about = subject(name, targets)
    resolved = [(_resolve(place, named, about, targets), sure) for place, (_target, sure) in enumerate(first)]
    resolved = _numbered(resolved)
    taken: dict[str, int] = {}
    for place, (target, sure) in enumerate(resolved):
        if target and (target not in taken or resolved[taken[target]][1] < sure):
            taken[target] = place
    return [
        Guess(word, target if target and taken[target] == place else "", sure if target else 0.0)
        for place, (word, (target, sure)) in enumerate(zip(header, resolved, strict=True))
    ]


def subject(name: str, targets: Sequence[str]) -> tuple[str, str]:
    """What a table is about: as the name of its file or sheet says, "" where it does not, and as its columns do.

    In a rent roll most columns are about houses and people, and yet each row is a unit.
    """
    votes = Counter(target.partition(".")[0] for target in targets if target and not target.startswith(SHARED))
    most = votes.most_common(1)[0][0] if votes else "unit"
    by_columns = "unit" if UNIT_KEYS & set(targets) or UNIT_FACTS & set(targets) else most
    file, _colon, sheet = name.partition(": ")
    for word in reversed(folded(sheet or file.rsplit(".", 1)[0]).split()):
        if noun := table_words().get(word):
            is_other = twofold().get(word) == "unit" and by_columns == "unit"
            return (by_columns, by_columns) if is_other else (noun, noun)
    return "", by_columns


@cache
def twofold() -> dict[str, str]:
    """Comparable word → what it may mean as well."""
    return {form: meaning for meaning, words in vocabulary()["twofold"].items() for word in words
            for form in (folded(word), spelled_out(word))}  # fmt: skip


def is_owned(header: Sequence[str], targets: Sequence[str]) -> bool:
    """Whether the periods of a table are ownerships as far as its headers say: its people are owners."""
    said = {twofold().get(folded(word)) for word, target in zip(header, targets, strict=True) if target}
    return "occupancy.kind" not in targets and bool(said & {"owner", "owned"})


def _meant(header: Sequence[str], first: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Words of two meanings have the one that fits the other columns; somebody should look at it."""
    words = [folded(word) for word in header]
    others = {target for word, (target, _sure) in zip(words, first, strict=True) if word not in twofold()}
    nouns = {target.partition(".")[0] for target in others}
    has_no_unit = not UNIT_KEYS & others and bool(UNIT_FACTS & others or nouns & {"occupancy", "person"})
    found = list(first)
    for place, word in enumerate(words):
        match twofold().get(word):
            case "unit" if "property" in nouns or has_no_unit:
                found[place] = first[place][0].replace("property.", "unit."), LIKELY
            case "starts" if "occupancy.ends" in others and "occupancy.starts" not in others:
                found[place] = "occupancy.starts", LIKELY
            case "owner" if "person.full_name" in others:
                found[place] = "", 0.0
    return found


def _numbered(found: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Of two columns with a unit's name, where none has its number, the first is the number in the house."""
    names = [place for place, (target, _sure) in enumerate(found) if target == "unit.name"]
    if len(names) < 2 or any(target == "unit.external_id" for target, _sure in found):
        return found
    return [("unit.number", LIKELY) if place == names[0] else one for place, one in enumerate(found)]


def _match(header: str) -> tuple[str, float]:
    word = folded(header)
    if not word:
        return "", 0.0
    known = by_word()
    for form in (word, spelled_out(header), word.replace(" ", "")):
        if form in known:
            return known[form], CERTAIN
    return _composed(word) or _qualified(word) or _similar(word)


def _composed(word: str) -> tuple[str, float] | None:
    """`"ref objet"`, `"flat no"`, `"n de lot"`: a word for numbers, names or kinds beside what a thing is called."""
    known, parts = by_word(), [part for part in word.split() if part not in LINKS]
    for one, others in ((parts[0], parts[1:]), (parts[-1], parts[:-1])) if len(parts) > 1 else ():
        of, what = known.get(" ".join(others), ""), known.get(one, "").partition(".")
        if of in CALLED and what[0] == SHARED:
            return _field(of, what[2]), CERTAIN
    return None


def _field(of: str, what: str) -> str:
    """The field that a shared word means of a thing; a contract has a number and no other name."""
    noun = of.partition(".")[0]
    if noun == "occupancy":
        return "occupancy.kind" if what == "kind" else of
    if what in {"name", "label"}:
        return of
    return f"{noun}.{what}" if f"{noun}.{what}" in _fields() else of


def _qualified(word: str) -> tuple[str, float] | None:
    """`"mieter e mail"` is an e-mail, `"unit name"` a name: the longest known ending or beginning. What a column says
    of something counts before what that is called. Where people have their post sent is not where a house stands."""
    known, parts = by_word(), word.split()
    found: list[tuple[str, float]] = []
    for length in range(len(parts) - 1, 0, -1):
        for form in (" ".join(parts[-length:]), " ".join(parts[:length])):
            target = known.get(form, "")
            if target and not target.startswith(SHARED) and len(form) > 2:
                found.append((target, QUALIFIED * (0.7 + 0.3 * length / len(parts))))
    said = [one for one in found if one[0] not in CALLED]
    if said and said[0][0].startswith("building.") and any(target.startswith("person.") for target, _sure in found):
        return "", 0.0
    return next(iter(said or found), None)


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


def _resolve(place: int, named: str, about: str, targets: Sequence[str]) -> str:
    """What a word means beside the other columns of the table."""
    target, left = targets[place], targets[place - 1] if place else ""
    noun, _dot, field = target.partition(".")
    if "person.given_name" in targets and target in FAMILY and "person.family_name" not in targets:
        return "person.family_name"
    if noun == SHARED and field == "external_id" and left == "building.street":
        return "building.house_number"
    if noun == SHARED:
        return _of_noun(field, [named] if named else [left.partition(".")[0], about])
    if field == "name" and noun in (others := _ancestors(_deepest(about, targets))) and _alone(place, others, targets):
        return f"{noun}.external_id"  # `building` in a table of units, with nothing else above them: its number
    return target


def _of_noun(shared: str, nouns: Sequence[str]) -> str:
    """The field that a shared word means of the first noun that has such a field."""
    for noun in nouns:
        name = "name" if shared == "label" else shared
        if (target := f"{noun}.{REAL.get(noun, {}).get(name, name)}") in _fields():
            return target
    return ""


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
