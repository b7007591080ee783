"""Words of a search as conditions of a list: quick for rare words and for common ones.

The database first says what contains each word (`estate_find`). A rare word becomes the few rows it was found in; a
common one is looked for while the list is read in its order, where the first page soon is full.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from quartier.i18n.search import fold
from quartier.tenancy.session import CompanySession

MOST_WORDS, LONGEST = 6, 100
RARE = 1_500
"""So many rows of a noun at most, and a word counts as rare there. Where more have a word,
reading fifty of them in the order of the list takes less time than fetching all of them."""
RARE_ALONE = 2_000
"""The same where a list is of this noun alone."""
OFTEN = "CASE WHEN {} THEN true ELSE false END"
"""Says to the planner, who thinks that few rows have a word, that many do: it reads in order and stops early then."""
# Not EXISTS: that could be hashed, which means to look at all people once more for a list that stops after fifty rows.
USED_BY = """
    (SELECT true FROM occupancy fy JOIN occupant fo ON fo.company_id = fy.company_id AND fo.occupancy_id = fy.id
       JOIN person fq ON fq.company_id = fo.company_id AND fq.id = fo.person_id
      WHERE fy.company_id = u.company_id AND fy.unit_id = u.id AND fq.search_key LIKE %(like{i})s LIMIT 1)
"""
FIND = "SELECT word, noun, id FROM estate_find(%(words)s::text[], %(nouns)s::text[], %(most)s)"


@dataclass
class Condition:
    """A piece of SQL and its values. `impossible` says that nothing can fulfil it."""

    sql: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    impossible: bool = False

    def add(self, sql: str, **values: Any) -> None:
        """One more thing that must hold."""
        self.sql.append(sql)
        self.values |= values

    def __str__(self) -> str:
        return " AND ".join(self.sql) or "true"


def words_of(query: str) -> list[str]:
    """The words to look for, folded; what stands without a blank in between belongs together ("12.0.1")."""
    folded = (fold(word) for word in query.replace("\0", "")[:LONGEST].split())
    return [word for word in dict.fromkeys(folded) if word][:MOST_WORDS]


def units_with(db: CompanySession, condition: Condition, query: str, *, by_people: bool = True) -> None:
    """Units whose own, building's, property's or people's key has every word. Aliases: u, b, p.

    Conditions stand on buildings where they can: a list in the order of the tree skips whole buildings then, and looks
    at units only in those that may have some.
    """
    words = words_of(query)
    found = _found(db, words, ["property", "building", "unit", *(["person"] if by_people else [])])
    for i, word in enumerate(words):
        if found[i]:
            _unit_has(condition, i, _pattern(word), found[i])
        else:
            condition.impossible = True


def _unit_has(condition: Condition, i: int, pattern: str, hits: dict[str, list[UUID]]) -> None:
    common = {noun for noun, ids in hits.items() if len(ids) >= RARE}
    common |= {"use"} if "person" in common else set()  # there are more people than those whose units were looked up
    condition.values |= {
        f"homes{i}": hits["property"], f"houses{i}": hits["building"], f"like{i}": pattern,
        f"units{i}": [one for noun in ("unit", "use") if noun not in common for one in hits[noun]],
    }  # fmt: skip
    by_place = [
        _place(i, "p", "homes", common="property" in common, there=bool(hits["property"])),
        _place(i, "b", "houses", common="building" in common, there=bool(hits["building"])),
    ]
    by_unit = [f"u.id = ANY(%(units{i})s)" if condition.values[f"units{i}"] else ""]
    if "unit" in common:
        by_unit.append(OFTEN.format(f"u.search_key LIKE %(like{i})s"))
    if "use" in common:
        by_unit.append(OFTEN.format(USED_BY.format(i=i)))
    places, units = list(filter(None, by_place)), list(filter(None, by_unit))
    if units and not common & {"unit", "use"}:
        inside = f"b.id IN (SELECT x.building_id FROM unit x WHERE x.id = ANY(%(units{i})s))"  # noqa: S608
        condition.add(f"({' OR '.join([*places, inside])})")
    condition.add(f"({' OR '.join([*places, *units])})")


def _place(i: int, alias: str, name: str, *, common: bool, there: bool) -> str:
    if not there:
        return ""
    return OFTEN.format(f"{alias}.search_key LIKE %(like{i})s") if common else f"{alias}.id = ANY(%({name}{i})s)"


def rows_with(db: CompanySession, condition: Condition, query: str, *, noun: str, alias: str) -> None:
    """Rows of one noun whose own key has every word."""
    words = words_of(query)
    found = _found(db, words, [noun], most=RARE_ALONE)
    for i, word in enumerate(words):
        hits = found[i][noun]
        if not hits:
            condition.impossible = True
        elif len(hits) < RARE_ALONE:
            condition.add(f"{alias}.id = ANY(%(hits{i})s)", **{f"hits{i}": hits})
        else:
            condition.add(OFTEN.format(f"{alias}.search_key LIKE %(like{i})s"), **{f"like{i}": _pattern(word)})


def _found(
    db: CompanySession, words: list[str], nouns: list[str], *, most: int = RARE
) -> dict[int, dict[str, list[UUID]]]:
    found: dict[int, dict[str, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    if words:
        for row in db.rows(FIND, {"words": words, "nouns": nouns, "most": most}):
            found[row.word][row.noun].append(row.id)
    return found


def _pattern(word: str) -> str:
    return f"% {word}%" if len(word) < 3 else f"%{word}%"
