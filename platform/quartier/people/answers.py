"""What people say of themselves: which answers a company asks for, and what holds for who has given none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from quartier.people.models import Person
from quartier.people.switches import ASK_CHANNEL, ASK_RESIDENT, CHANNEL_ONLINE, CONFIRM_CONTACT
from quartier.plugin.switches import Switch, value
from quartier.viewer import Viewer

QUESTIONS: Final[Mapping[str, Switch]] = {
    "contact_channel": ASK_CHANNEL, "lives_here": ASK_RESIDENT, "contact_confirmed_at": CONFIRM_CONTACT,
}  # fmt: skip
"""Which switch asks for which answer; an answer is given when the column is filled."""


OF_GUESTS: Final = ("contact_confirmed_at",)
"""A child or a carer gets no letters about the contract, and says nothing of who lives in the home."""


def questions_of(settings: Mapping[str, object], viewer: Viewer) -> list[str]:
    """The answers that the company asks of this viewer, by their columns: whoever has no home here, not yet or not any
    more, is asked nothing."""
    if not viewer.places:
        return []
    is_party = any(place.is_party for place in viewer.places)
    columns = QUESTIONS if is_party else OF_GUESTS
    return [column for column in columns if value(settings, QUESTIONS[column])]


def channel_of(settings: Mapping[str, object], person: Person) -> str:
    """How somebody gets serial letters: as they chose, or else as the company does."""
    return person.contact_channel or ("online" if value(settings, CHANNEL_ONLINE) else "paper")
