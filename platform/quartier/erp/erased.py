"""What a batch still knows of people whom the company has erased wholly: it stays out, and the batch says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from quartier.erp.reading import Problem
from quartier.i18n.texts import gettext as _
from quartier.people.aliases import PARTIES
from quartier.people.erased import ErasedNumbers

NEW: Final = "SELECT line, external_id AS number FROM erp_staged WHERE id IS NULL ORDER BY line"
DROPPED: Final = "DELETE FROM erp_staged WHERE id IS NULL AND external_id = ANY(%(numbers)s) RETURNING line"
STANDING: Final = """
    SELECT s.line, s.external_id, o ->> 'person' AS number,
           o ->> 'role' = ANY(%(parties)s) AS is_party, coalesce((s.row ->> 'starts')::date, y.starts) AS starts
      FROM erp_staged s CROSS JOIN LATERAL jsonb_array_elements(s.people) o LEFT JOIN occupancy y ON y.id = s.id
     WHERE NOT EXISTS (SELECT FROM person p WHERE p.external_id = o ->> 'person')
       AND NOT EXISTS (SELECT FROM person_alias a WHERE a.external_id = o ->> 'person')
     ORDER BY s.line
"""
"""SQL: people on periods whom nobody knows."""
TAKEN_OFF: Final = """
    UPDATE erp_staged s SET people = (SELECT coalesce(jsonb_agg(o), '[]') FROM jsonb_array_elements(s.people) o
                                       WHERE o ->> 'person' <> ALL(%(numbers)s))
     WHERE s.line = ANY(%(lines)s) RETURNING s.line
"""


@dataclass
class LeftOut:
    """Who is left out of one batch, and why; `back` are numbers of whom there is a new contract since then."""

    erased: ErasedNumbers
    hints: list[Problem] = field(default_factory=list)
    back: set[str] = field(default_factory=set)

    def people(self) -> None:
        """Take the rows of erased people out of a batch of people."""
        if not self.erased.count():
            return
        rows = self.erased.db.rows(NEW)
        gone = self.erased.among([row.number for row in rows])
        self.erased.db.rows(DROPPED, {"numbers": list(gone)})
        said = _("This person was erased at their own wish and is left out.")
        self.hints += [Problem(row.line, "external_id", said, row.number) for row in rows if row.number in gone]

    def of_periods(self) -> None:
        """Take erased people off the periods of a batch; the periods stay."""
        if not self.erased.count():
            return
        rows = self.erased.db.rows(STANDING, {"parties": list(PARTIES)})
        days = self.erased.among([row.number for row in rows])
        found = [row for row in rows if row.number in days]
        self.erased.db.rows(TAKEN_OFF, {"numbers": list(days), "lines": [row.line for row in found]})
        for row in found:
            is_new = row.is_party and row.starts is not None and row.starts >= days[row.number]
            self.back |= {row.number} if is_new else set()
            self.hints.append(Problem(row.line, "persons", _again() if is_new else _off(), row.external_id))

    def take_in_again(self) -> None:
        """The next batch of people brings those with a new contract: for it they have to be reached."""
        if self.back:
            self.erased.allow(self.back)


def _off() -> str:
    return _("Somebody on this period was erased at their own wish and is left out.")


def _again() -> str:
    return _("Somebody on this period was erased at their own wish. For the new contract they are taken in again: send "
             "the person once more, then the period.")  # fmt: skip
