"""A company's whole estate."""

from __future__ import annotations

from functools import cache
from random import Random

from tools.estates import own
from tools.estates.estate import Property
from tools.estates.histories import Histories
from tools.estates.houses import catalogue, properties
from tools.estates.people import People


@cache
def estate(name: str) -> tuple[Property, ...]:
    """The estate of the company whose list has this name, houses of the tables first; always the same one."""
    rng, facts = Random(name), catalogue(name)  # noqa: S311 - it is meant to be foreseen
    histories = Histories(rng, People(rng, facts["people"], facts["businesses"], own.emails(name)))
    found = tuple(properties(facts, rng))
    for one in found:
        histories.fill(one)
    return (*own.properties(name), *found)
