"""The server that takes messages is the one of webhooks."""

from __future__ import annotations

from tests.webhooks.conftest import receiver

__all__ = ["receiver"]
