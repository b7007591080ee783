"""Names of companies as subdomains."""

from __future__ import annotations

import pytest

from quartier.companies.hosts import refusal
from quartier.companies.slugs import suggested


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Brunnenhof Immobilien AG", "brunnenhof-immobilien"),
        ("Régie du Lac SA", "regie-du-lac"),
        ("Nordlicht Wohnen eG", "nordlicht-wohnen"),
        ("Größe & Straße GmbH & Co. KG", "groesse-strasse"),
        ("L'Œuvre d'Été Sàrl", "loeuvre-dete"),
        ("Łódź Dom", "lodz-dom"),
        ("AG", "ag"),
        ("Wohnbaugenossenschaft der Eisenbahnerinnen und Eisenbahner", "wohnbaugenossenschaft-der"),
        ("Donaudampfschifffahrtsgesellschaftskapitaenswohnungen", "donaudampfschifffahrtsgesellschaftskapit"),
        ("東京", ""),
        ("  ", ""),
    ],
)
def test_a_name_becomes_a_label(name: str, label: str) -> None:
    assert suggested(name) == label
    assert label == "" or refusal(label) is None
