"""Pages of accounts: the door, what a person manages alone, and the keys of machines."""

from __future__ import annotations

from quartier.accounts import door, habits, keyring, machines, profile
from quartier.accounts.pages import app, cockpit, console

__all__ = ["app", "cockpit", "console", "door", "habits", "keyring", "machines", "profile"]
