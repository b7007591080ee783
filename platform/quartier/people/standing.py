"""How far somebody has come: known by name, addressable, invited, registered, moved out. One place says what that is.

Pieces of SQL over the alias `q` of `person`, and the words for them. Whoever has moved out is that first, registered or
not; whoever has an account needs no invitation any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from quartier.estate.finding import OFTEN
from quartier.i18n.texts import lazy_gettext as _l

ON_PERIOD = """
    EXISTS (SELECT FROM occupant o JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
             WHERE o.company_id = q.company_id AND o.person_id = q.id {more})
"""
GOES_ON = "AND (y.ends IS NULL OR y.ends > %(today)s) AND (o.ends IS NULL OR o.ends > %(today)s)"
"""Somebody's part of a period may end before the period does."""
TODAY = f"AND y.starts <= %(today)s {GOES_ON}"
Stage = Literal["name_only", "addressable", "invited", "registered", "moved_out"]
STAGES: Final[tuple[Stage, ...]] = ("registered", "invited", "addressable", "name_only", "moved_out")
"""In the order in which lists offer them."""
STAGE_NAMES: Final[Mapping[str, str]] = {
    "registered": _l("Registered"), "invited": _l("Invited"), "addressable": _l("Not invited yet"),
    "name_only": _l("Name only"), "moved_out": _l("Moved out"),
}  # fmt: skip
STAGE_LOOKS: Final[Mapping[str, str]] = {
    "registered": "success", "invited": "info", "addressable": "warning", "name_only": "line", "moved_out": "line",
}  # fmt: skip
REACH: Final = "(q.email IS NOT NULL OR q.phone IS NOT NULL OR q.mobile IS NOT NULL OR q.street <> '')"
"""The contrary is what `ix_person_silent` holds, and `unplaced_person` for who is on no period."""
REGISTERED: Final = "EXISTS (SELECT FROM account a WHERE a.company_id = q.company_id AND a.person_id = q.id)"
INVITED: Final = """
    EXISTS (SELECT FROM invitation i WHERE i.company_id = q.company_id AND i.person_id = q.id
               AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL)
"""
MOVED_IN: Final = ON_PERIOD.format(more=TODAY)
REACHED: Final = f"({REACH} OR {MOVED_IN})"
"""By mail, by phone, or by a letter; at a flat only whoever has moved in."""
LATER: Final = """
    (SELECT true FROM occupant o JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
      WHERE o.company_id = q.company_id AND o.person_id = q.id {more} LIMIT 1) IS NOT NULL
"""
"""A person's periods, asked of each row: what could be hashed would be, and that reads all people for fifty rows."""
LASTS: Final = """
    (SELECT bool_or(coalesce(least(y.ends, o.ends) > %(today)s, true))
       FROM occupant o JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
      WHERE o.company_id = q.company_id AND o.person_id = q.id)
"""
"""Whether one of a person's periods goes on; NULL for who never had any. Asked of each row as well, and once."""
STAYS: Final = f"{LASTS} IS NOT FALSE"
LOGIN: Final = """
    (SELECT true FROM account a WHERE a.company_id = q.company_id AND a.person_id = q.id LIMIT 1) IS NOT NULL
"""
OPEN: Final = """
    (SELECT true FROM invitation i WHERE i.company_id = q.company_id AND i.person_id = q.id
        AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL LIMIT 1) IS NOT NULL
"""
"""The same of accounts and invitations: all of a large company's would be hashed for a page of people."""
WITHOUT: Final = f"NOT {OPEN} AND NOT {LOGIN} AND ({REACH} OR {LATER.format(more=TODAY)}) AND {STAYS}"
FIRST: Final = "(SELECT p.* FROM person p WHERE p.id = ANY (ARRAY({ids})) ORDER BY p.sort_key, p.id OFFSET 0)"
"""Some people in the order of the list: OFFSET keeps the planner from asking more of each of them before they are
sorted, so that it is asked of the first fifty only."""
UNHEARD: Final = f"""
    SELECT w.id FROM unplaced_person w
    UNION ALL
    SELECT o.person_id FROM occupancy y
      JOIN occupant o ON o.company_id = y.company_id AND o.occupancy_id = y.id {GOES_ON}
     WHERE y.starts > %(today)s
"""  # noqa: S608
SILENT: Final = FIRST.format(ids=UNHEARD)
"""Among whom all are who are known by name only."""
ASKED: Final = FIRST.format(
    ids="SELECT i.person_id FROM invitation i WHERE i.accepted_at IS NULL AND i.withdrawn_at IS NULL"
)
"""Among whom all are who are invited."""
AMONG_FEW: Final[Mapping[str, tuple[str, str]]] = {
    "registered": ("person", f"{REGISTERED} AND {STAYS}"),
    "invited": (ASKED, OFTEN.format(f"NOT {LOGIN} AND {STAYS}")),
    "addressable": ("person", f"NOT {INVITED} AND NOT {REGISTERED} AND {OFTEN.format(WITHOUT)}"),
    "name_only": (
        SILENT, OFTEN.format(f"NOT {REACH} AND NOT {LATER.format(more=TODAY)} AND NOT {OPEN} AND NOT {LOGIN}")
    ),
    "moved_out": ("person", f"""
        q.id IN (SELECT o.person_id FROM occupancy y
                   JOIN occupant o ON o.company_id = y.company_id AND o.occupancy_id = y.id
                  WHERE y.ends <= %(today)s
                  UNION ALL SELECT o.person_id FROM occupant o WHERE o.ends <= %(today)s) AND {LASTS} IS FALSE"""),  # noqa: S608
}  # fmt: skip
"""Each where few are meant: among whom they are, by what an index or a join finds, and then more of those."""
AMONG_MANY: Final[Mapping[str, str]] = {
    "registered": OFTEN.format(f"{LOGIN} AND {STAYS}"),
    "invited": OFTEN.format(f"{OPEN} AND NOT {LOGIN} AND {STAYS}"),
    "addressable": OFTEN.format(WITHOUT),
    "moved_out": OFTEN.format(f"{LASTS} IS FALSE"),
    "name_only": f"""
        q.email IS NULL AND q.phone IS NULL AND q.mobile IS NULL AND q.street = ''
        AND {OFTEN.format(f"NOT {LATER.format(more=TODAY)} AND NOT {OPEN} AND NOT {LOGIN} AND {STAYS}")}""",
}
"""The same where many are meant: everybody is read in the order of the list, and fifty are soon found. It is also asked
of who has the words of a search: of each of them once they are found, and of nobody else."""
MANY_AT_FIRST: Final = frozenset({"addressable", "moved_out"})
"""What most are before anybody has counted: who is not invited yet, and after years, who has moved out."""
STAGE: Final = f"""
    CASE WHEN {LASTS} IS FALSE THEN 'moved_out' WHEN {LOGIN} THEN 'registered' WHEN {OPEN} THEN 'invited'
         WHEN {REACHED} THEN 'addressable' ELSE 'name_only' END
"""
RESIDENT: Final = f"""
    (q.id <> ALL (ARRAY(SELECT g.person_id FROM agent g)) OR {LATER.format(more="")})
"""  # noqa: S608
"""Not who only works here. A team is small: it is read once, and nobody else's periods are looked at."""
KNOWN_STAGE: Final = f"CASE WHEN {RESIDENT} THEN {STAGE} END"
"""The same in a list of everybody: nothing for who only works here."""


@dataclass(frozen=True)
class Badge:
    """A stage as it is shown, wherever somebody is named: word and look."""

    label: Any
    look: str


BADGES: Final[Mapping[str, Badge]] = {stage: Badge(STAGE_NAMES[stage], STAGE_LOOKS[stage]) for stage in STAGES}
