"""Who asks what."""

from __future__ import annotations

from quartier.docs import hooks


def test_the_modules_that_ask_are_found_in_the_source() -> None:
    callers = hooks.callers()
    assert callers["register_api"] == ["quartier.app"]
    assert "unheard_of" not in callers
