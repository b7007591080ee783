"""Places in a module's pages that other modules may fill."""

from __future__ import annotations

from itertools import chain

from quartier.plugin.things import Offer
from quartier.web.shell import shell
from quartier.web.visit import Visit


def offers(visit: Visit, slot: str) -> list[Offer]:
    """What other modules offer this person there; slots are named in `fill_slot`."""
    given = shell().plugins.call("fill_slot", on=visit.modules, visit=visit, slot=slot)
    return list(chain.from_iterable(answer for _slug, answer in given))
