"""The life of a contract: drafted, offered and accepted by people, active and ended by the calendar."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from quartier.contracts.models import Contract

Phase = Literal["draft", "offered", "accepted", "active", "ended"]

NEXT: Final[dict[str, tuple[str, ...]]] = {"draft": ("offered",), "offered": ("accepted", "draft"), "accepted": ()}
"""Where a contract can be moved from each stage. What was accepted stays: it ends, or is followed by another."""


def phase(contract: Contract, today: date) -> Phase:
    """How a contract stands on a local date of its zone."""
    if contract.stage != "accepted":
        return contract.stage  # type: ignore[return-value]
    if today < contract.starts:
        return "accepted"
    return "ended" if contract.ends is not None and contract.ends <= today else "active"
