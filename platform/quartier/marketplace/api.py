"""The marketplace for programs: what there is and costs, trying, ordering, answering orders, asking sales."""

from __future__ import annotations

from quartier.marketplace import api_buying
from quartier.marketplace.api_reading import blueprint

__all__ = ["api_buying", "blueprint"]
