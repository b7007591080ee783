"""The team for programs: who is in it, what everybody may do where and until when, and all that changes it."""

from __future__ import annotations

from quartier.team import api_changing, api_roles
from quartier.team.api_reading import blueprint

__all__ = ["api_changing", "api_roles", "blueprint"]
