"""What a check has to say about a theme."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One sentence about one place, for which the theme must not be used."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"
