"""What people say of themselves: which answers a company asks for, and what holds for who has given none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from quartier.people.models import Person
from quartier.people.switches import ASK_CHANNEL, ASK_RESIDENT, CHANNEL_ONLINE, CONFIRM_CONTACT
from quartier.plugin.switches import Switch, value

QUESTIONS: Final[Mapping[str, Switch]] = {
    "contact_channel": ASK_CHANNEL, "lives_here": ASK_RESIDENT, "contact_confirmed_at": CONFIRM_CONTACT,
}  # fmt: skip
"""Which switch asks for which answer; an answer is given when the column is filled."""


def questions_of(settings: Mapping[str, object]) -> list[str]:
    """The answers that the company asks for, by their columns."""
    return [column for column, switch in QUESTIONS.items() if value(settings, switch)]


def channel_of(settings: Mapping[str, object], person: Person) -> str:
    """How somebody gets serial letters: as they chose, or else as the company does."""
    return person.contact_channel or ("online" if value(settings, CHANNEL_ONLINE) else "paper")
