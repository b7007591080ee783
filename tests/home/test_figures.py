"""The numbers on the Cockpit's first page: exact in small estates, kept for a while in large ones."""

from __future__ import annotations

import pytest

from quartier.home import queries
from quartier.testing import SomeCompany


@pytest.mark.parametrize(("large", "at_once"), [(1, False), (1000, True)])
def test_figures_of_a_large_estate_are_kept(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch, large: int, at_once: bool
) -> None:
    monkeypatch.setattr(queries, "LARGE", large)
    monkeypatch.setattr(queries, "KEPT", 10**9)
    nadja = brunnenhof.agent("Nadja Frei", "estate.read", language="de")
    brunnenhof.resident("Verena Keller")
    first = nadja.browser.get("/cockpit/").text
    brunnenhof.resident("Lea Zimmermann")
    second = nadja.browser.get("/cockpit/").text
    assert (first != second) is at_once
