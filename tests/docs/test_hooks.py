"""Who asks what."""

from __future__ import annotations

from quartier.docs import hooks


def test_the_modules_that_ask_are_found_in_the_source() -> None:
    assert hooks.callers("register_api") == ["quartier.app"]
    assert hooks.callers("unheard_of") == []
