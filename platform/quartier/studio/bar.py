"""The studio: rooms in which one draft of the company's brand is worked at, and what each of them says above itself.

A version holds all of it (decision 32), so whoever publishes in one room publishes what waits in the others as well.
"""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from typing import Any, Final

import orjson
from flask import request

from quartier.companies.branding import AREAS, Standing, changed_areas, facts_of
from quartier.companies.naming import OwnApp
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import lazy_gettext as _l
from quartier.studio.look_form import Beneath, seal_of
from quartier.studio.pages import BRAND, NAMES

TONE: Final = f"{BRAND}/tone"
LETTERHEAD: Final = f"{BRAND}/mails"
LEGAL: Final = f"{BRAND}/legal"
ROOMS: Final = {
    "look": (BRAND, _l("Look")),
    "names": (NAMES, _l("Names and order")),
    "tone": (TONE, _l("Form of address")),
    "mails": (LETTERHEAD, _l("Head and foot of mails")),
    "legal": (LEGAL, _l("Legal pages")),
}
"""By the area of a version that is worked at in it: address and name. Legal pages have versions of their own."""


def bar_of(room: str, standing: Standing, *, stood: str = "", clashes: Any = (), moved: bool = False) -> dict[str, Any]:
    """What the head of a room shows: the rooms, how the brand stands, and in what the draft differs from it.

    `stood` names the state of what is worked at here, where that is less than the whole room. `moved` says that
    somebody saved in the meantime, though perhaps in another room.
    """
    draft = standing.draft
    waiting = changed_areas(draft, standing.in_force) if draft is not None else ()
    return {
        "room": room,
        "rooms": doors(room, waiting),
        "standing": standing,
        "waiting": [str(ROOMS[key][1]) for key in waiting],
        "sealed": {"seen": str(seal_of(standing.beneath)), "stood": stood or state_of(standing.beneath, room)},
        "clashes": clashes,
        "moved": moved,
    }


def doors(room: str, waiting: Collection[str] = ()) -> list[tuple[str, str, bool, bool]]:
    """The rooms' names and addresses, which one is this, and in which the draft differs from what is in force."""
    return [(str(label), path, key == room, key in waiting) for key, (path, label) in ROOMS.items()]


def state_of(beneath: Beneath, room: str) -> str:
    """Names what a room holds; another one as soon as somebody saved in it."""
    return _digest({name: value for name, value in facts_of(beneath).items() if name in AREAS[room]})


def is_as_seen(standing: Standing, wish: str, stood: str) -> bool:
    """Whether a form may be taken: nobody saved since it was filled; for a draft, nobody did in the same place.

    Who keeps a draft writes their own part of it only. Who publishes has to have seen all of it.
    """
    if request.form.get("seen") == str(seal_of(standing.beneath)):
        return True
    return wish == "draft" and request.form.get("stood") == stood


def _digest(state: Any) -> str:
    return sha256(orjson.dumps(state, default=_plain, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def _plain(value: Any) -> Any:
    return value.to_json() if isinstance(value, LocalizedText | OwnApp) else str(value)
