"""The pages of registering, step by step."""

from __future__ import annotations

from quartier.registration import adding, arriving, confirming, entering, questions
from quartier.registration.area import app

__all__ = ["adding", "app", "arriving", "confirming", "entering", "questions"]
