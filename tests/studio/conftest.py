"""The studio is tried with the same modules from outside as the settings."""

from tests.settings.conftest import company, platform

__all__ = ["company", "platform"]
