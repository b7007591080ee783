"""Whose portal somebody may look at."""

from __future__ import annotations

from quartier.people.policies import VIEW_AS
from quartier.viewer import COMPANY, Viewer


def may_view(agent: Viewer, resident: Viewer) -> bool:
    """Whether the agent has the right at every place that this resident has; who has none is for the whole company.

    One place too many would show what somebody else looks after.
    """
    if not agent.is_agent or resident.is_agent:
        return False
    places = [(place.property_id, place.building_id, place.unit_id) for place in resident.places]
    return all(agent.may(VIEW_AS, at=place) for place in places) if places else agent.may(VIEW_AS, at=COMPANY)
