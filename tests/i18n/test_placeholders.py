from __future__ import annotations

import pytest

from quartier.i18n.placeholders import formats_like, has_stray_percent, placeholders


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dear %(name)s, %(count)d of %(total)d", {"%(name)s", "%(count)d", "%(total)d"}),
        ("%(rent).2f", {"%(rent).2f"}),
        ("100 %% of %(name)s", {"%(name)s"}),
        ("%%(name)s", set()),
        ("nothing", set()),
    ],
)
def test_placeholders_are_found_with_their_type(text: str, found: set[str]) -> None:
    assert placeholders(text) == found


@pytest.mark.parametrize(
    ("text", "stray"),
    [("100 %", True), ("100 %%", False), ("%s", True), ("%(name)", True), ("%(name)s %", True), ("%(name)s", False)],
)
def test_a_percent_sign_must_be_doubled(text: str, stray: bool) -> None:
    assert has_stray_percent(text) is stray


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("Ein Tag", True),
        ("%(num)d Tage", True),
        ("%(num)s Tage", False),
        ("%(nummer)d Tage", False),
        ("%(num)d % Tage", False),
    ],
)
def test_a_translation_may_use_only_what_the_caller_passes(text: str, fits: bool) -> None:
    assert formats_like(text, "One day", "%(num)d days") is fits
