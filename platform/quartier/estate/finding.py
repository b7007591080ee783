"""Words of a search as conditions of a list: quick for rare words and for common ones.

The database first says what contains each word (`estate_find`). A rare word becomes the few rows it was found in; a
common one is looked for while the list is read in its order, where the first page soon is full.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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
# Where words are in places and in units alike, these are the buildings that can have any of them.
THERE = """
    b.id = ANY (ARRAY(
      SELECT unnest(%(building{i})s::uuid[])
      UNION ALL SELECT x.id FROM building x WHERE x.property_id = ANY(%(property{i})s::uuid[])
      UNION ALL SELECT x.building_id FROM unit x WHERE x.id = ANY(%(unit{i})s::uuid[] || %(use{i})s::uuid[])))
"""
# Ids come as PostgreSQL writes them and go back unread: thousands of UUIDs cost Python more than finding them.
FIND = """
    SELECT word, noun, hits, CASE WHEN hits < %(most)s THEN ids::text END AS ids
      FROM estate_find(%(words)s::text[], %(nouns)s::text[], %(most)s)
"""
NONE = "{}"
ITS_BUILDING = "SELECT FROM building fb WHERE fb.company_id = p.company_id AND fb.property_id = p.id"


class Hits(NamedTuple):
    """Rows of one noun that contain a word: their ids as an array's text, or None where there are too many."""

    hits: int
    ids: str | None


@dataclass
class Condition:
    """A piece of SQL and its values. `impossible` says that nothing can fulfil it; `hits` is how many rows have the one
    word that a search consists of, or the least that there are where they are very many."""

    sql: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    impossible: bool = False
    hits: int | None = None

    def add(self, sql: str, **values: Any) -> None:
        """One more thing that must hold."""
        self.sql.append(sql)
        self.values |= values

    def copy(self) -> Condition:
        """One that can have more conditions while this one stays."""
        return Condition(list(self.sql), dict(self.values), self.impossible, self.hits)

    def __str__(self) -> str:
        return " AND ".join(self.sql) or "true"


def words_of(query: str) -> list[str]:
    """The words to look for, folded; what stands without a blank in between belongs together ("12.0.1")."""
    folded = (fold(word) for word in query.replace("\0", "")[:LONGEST].split())
    return [word for word in dict.fromkeys(folded) if word][:MOST_WORDS]


def units_with(db: CompanySession, condition: Condition, query: str, *, by_people: bool = True) -> None:
    """Units whose own, building's, property's or people's key has every word. Aliases: u, b, p.

    Words that no place has are looked for in one person; only where nobody has all of them, in several of a unit.
    """
    words = words_of(query)
    found = _found(db, words, ["property", "building", "unit", *(["person"] if by_people else [])], most=RARE)
    for i, word in enumerate(words):
        if found[i]:
            _unit_has(condition, i, _pattern(word), found[i])
        else:
            condition.impossible = True


def _unit_has(condition: Condition, i: int, pattern: str, hits: dict[str, Hits]) -> None:
    condition.values |= {f"{noun}{i}": (hits[noun].ids if noun in hits else None) or NONE
                         for noun in ("property", "building", "unit", "use")}  # fmt: skip
    condition.values[f"like{i}"] = pattern
    places = [_one_of(i, "p", "property", hits), _one_of(i, "b", "building", hits)]
    units = [_one_of(i, "u", "unit", hits)]
    if "use" in hits:
        units.append(f"u.id = ANY(%(use{i})s::uuid[])" if hits["use"].ids else OFTEN.format(USED_BY.format(i=i)))
    ways = [way for way in (*places, *units) if way]
    if any(places) and len(ways) > 1 and all(hit.ids for hit in hits.values()):
        condition.add(THERE.format(i=i))
    condition.add(f"({' OR '.join(ways)})")


def _one_of(i: int, alias: str, noun: str, hits: dict[str, Hits]) -> str:
    if noun not in hits:
        return ""
    if hits[noun].ids is None:
        return OFTEN.format(f"{alias}.search_key LIKE %(like{i})s")
    return f"{alias}.id = ANY(%({noun}{i})s::uuid[])"


def rows_with(db: CompanySession, condition: Condition, query: str, *, noun: str, alias: str) -> None:
    """Rows of one noun whose own key has every word."""
    words = words_of(query)
    found = _found(db, words, [noun], most=RARE_ALONE)
    if len(words) == 1 and noun in found[0]:
        condition.hits = found[0][noun].hits
    for i, word in enumerate(words):
        if noun in found[i]:
            condition.add(_row_has(condition, f"{noun}{i}", word, found[i][noun], alias))
        else:
            condition.impossible = True


def properties_with(db: CompanySession, condition: Condition, query: str) -> None:
    """Properties whose own key has every word, or that of one of their buildings. Alias: p."""
    words, ways = words_of(query), []
    found = _found(db, words, ["property", "building"], most=RARE_ALONE)
    for noun, alias, way in (("property", "p", "({})"), ("building", "fb", f"EXISTS ({ITS_BUILDING} AND {{}})")):
        if all(noun in found[i] for i in range(len(words))):
            parts = [_row_has(condition, f"{noun}{i}", word, found[i][noun], alias) for i, word in enumerate(words)]
            ways.append(way.format(" AND ".join(parts or ["true"])))
    condition.add(f"({' OR '.join(ways)})" if ways else "false")
    condition.impossible |= not ways


def _row_has(condition: Condition, key: str, word: str, hits: Hits, alias: str) -> str:
    """That a row has the word; `key` is the name of its value."""
    if hits.ids is None:
        condition.values[key] = _pattern(word)
        return OFTEN.format(f"{alias}.search_key LIKE %({key})s")
    condition.values[key] = hits.ids
    return f"{alias}.id = ANY(%({key})s::uuid[])"


def _found(db: CompanySession, words: list[str], nouns: list[str], *, most: int) -> dict[int, dict[str, Hits]]:
    found: dict[int, dict[str, Hits]] = defaultdict(dict)
    if words:
        for row in db.first(FIND, {"words": words, "nouns": nouns, "most": most}):
            found[row.word][row.noun] = Hits(row.hits, row.ids)
    return found


def _pattern(word: str) -> str:
    return f"% {word}%" if len(word) < 3 else f"%{word}%"
