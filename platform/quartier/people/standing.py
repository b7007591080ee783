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
WAS: Final = ON_PERIOD.format(more="")
LIVES: Final = ON_PERIOD.format(more=GOES_ON)
"""On a period that runs or will begin."""
REACH: Final = "(q.email IS NOT NULL OR q.phone IS NOT NULL OR q.mobile IS NOT NULL OR q.street <> '')"
"""The contrary is what `ix_person_silent` holds."""
REGISTERED: Final = "EXISTS (SELECT FROM account a WHERE a.company_id = q.company_id AND a.person_id = q.id)"
INVITED: Final = """
    EXISTS (SELECT FROM invitation i WHERE i.company_id = q.company_id AND i.person_id = q.id
               AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL)
"""
MOVED_IN: Final = ON_PERIOD.format(more=TODAY)
REACHED: Final = f"({REACH} OR {MOVED_IN})"
"""By mail, by phone, or by a letter; at a flat only whoever has moved in."""
PRESENT: Final = f"NOT ({WAS} AND NOT {LIVES})"
LATER: Final = """
    (SELECT true FROM occupant o JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
      WHERE o.company_id = q.company_id AND o.person_id = q.id {more} LIMIT 1) IS NOT NULL
"""
"""A person's periods, asked of each row: what could be hashed would be, and that reads all people for fifty rows."""
STILL: Final = LATER.format(more=GOES_ON)
LOGIN: Final = """
    (SELECT true FROM account a WHERE a.company_id = q.company_id AND a.person_id = q.id LIMIT 1) IS NOT NULL
"""
OPEN: Final = """
    (SELECT true FROM invitation i WHERE i.company_id = q.company_id AND i.person_id = q.id
        AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL LIMIT 1) IS NOT NULL
"""
"""The same of accounts and invitations: all of a large company's would be hashed for a page of people."""
COMMON: Final = OFTEN.format(f"""
    ({REACH} OR {LATER.format(more=TODAY)}) AND (NOT {LATER.format(more="")} OR {STILL})
""")
NOT_HERE_YET: Final = f"""
    ((SELECT true FROM occupant o WHERE o.company_id = q.company_id AND o.person_id = q.id LIMIT 1) IS NULL
     OR q.id = ANY (ARRAY(SELECT o.person_id FROM occupancy y
          JOIN occupant o ON o.company_id = y.company_id AND o.occupancy_id = y.id {GOES_ON}
         WHERE y.starts > %(today)s)) AND NOT {LATER.format(more=TODAY)})
"""  # noqa: S608
"""Nobody has moved in: few periods begin later, so they are found first and not everybody's periods looked at."""
CONDITIONS: Final[dict[Stage, str]] = {
    "registered": f"{REGISTERED} AND {PRESENT}",
    "invited": f"{INVITED} AND NOT {REGISTERED} AND {PRESENT}",
    "addressable": f"NOT {INVITED} AND NOT {REGISTERED} AND {COMMON}",
    "name_only": f"NOT {REACH} AND {NOT_HERE_YET} AND NOT {INVITED} AND NOT {REGISTERED}",
    "moved_out": f"{WAS} AND NOT {LIVES}",
}
"""Each as conditions that an index or a join can answer."""
HERE: Final = f"(NOT {LATER.format(more='')} OR {STILL})"
AMONG_MANY: Final[Mapping[str, str]] = {
    "registered": OFTEN.format(f"{LOGIN} AND {HERE}"),
    "invited": OFTEN.format(f"{OPEN} AND NOT {LOGIN} AND {HERE}"),
}
"""The same where many are meant: everybody is read in the order of the list, and fifty are soon found."""
FOUND: Final[Mapping[str, str]] = {
    **AMONG_MANY,
    "addressable": f"NOT {OPEN} AND NOT {LOGIN} AND {COMMON}",
    "moved_out": OFTEN.format(f"{LATER.format(more='')} AND NOT {STILL}"),
}
"""The same of who has the words of a search: of each of them it is asked once they are found, and of nobody else."""
SILENT: Final = f"""
    (SELECT p.* FROM person p WHERE p.id = ANY (ARRAY(
        SELECT s.id FROM person s LEFT JOIN occupant o ON o.company_id = s.company_id AND o.person_id = s.id
         WHERE s.email IS NULL AND s.phone IS NULL AND s.mobile IS NULL AND s.street = '' AND o.id IS NULL
        UNION ALL
        SELECT o.person_id FROM occupancy y
          JOIN occupant o ON o.company_id = y.company_id AND o.occupancy_id = y.id {GOES_ON}
         WHERE y.starts > %(today)s)) ORDER BY p.sort_key, p.id OFFSET 0)
"""  # noqa: S608
"""Among whom all are who are known by name only, in the order of the list: OFFSET keeps the planner from asking more of
each of them before they are sorted, so that it is asked of the first fifty only."""
NAME_ONLY: Final = OFTEN.format(f"NOT {REACH} AND NOT {LATER.format(more=TODAY)} AND NOT {OPEN} AND NOT {LOGIN}")
"""The same of those in `SILENT`, where nothing else narrows the list: nobody's periods are looked up one by one."""
STAGE: Final = f"""
    CASE WHEN {WAS} AND NOT {LIVES} THEN 'moved_out' WHEN {LOGIN} THEN 'registered' WHEN {OPEN} THEN 'invited'
         WHEN {REACHED} THEN 'addressable' ELSE 'name_only' END
"""
RESIDENT: Final = f"""
    (NOT EXISTS (SELECT FROM agent g WHERE g.company_id = q.company_id AND g.person_id = q.id) OR {WAS})
"""
"""Not who only works here."""
KNOWN_STAGE: Final = f"CASE WHEN {RESIDENT} THEN {STAGE} END"
"""The same in a list of everybody: nothing for who only works here."""


@dataclass(frozen=True)
class Badge:
    """A stage as it is shown, wherever somebody is named: word and look."""

    label: Any
    look: str


BADGES: Final[Mapping[str, Badge]] = {stage: Badge(STAGE_NAMES[stage], STAGE_LOOKS[stage]) for stage in STAGES}
