"""The Flask that our apps are."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from flask import Flask


class Application(Flask):
    """Serves no files by itself, and calls functions as what they are."""

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """None of ours is a coroutine. Flask looks again at each call, six times for a page."""
        return func


def new_request_id() -> str:
    """16 digits by which a log and an error page speak of the same request. Not a secret, and each page has one."""
    return f"{random.getrandbits(64):016x}"
