"""A name that somebody chose is never inflected."""

from __future__ import annotations

import pytest

from quartier.i18n.grammar import bends
from quartier.i18n.voice import Language


@pytest.mark.parametrize(
    ("language", "text", "bent"),
    [
        ("de", "Neu im %(module)s", "im %(module)s"),
        ("de", "Steht in Ihrem «%(name)s»", "Ihrem «%(name)s"),
        ("de", "Zur %(app)s", "Zur %(app)s"),
        ("de", "%(company)ss Portal", "%(company)s"),
        ("de", "der %(name)s-Leser", "der %(name)s"),
        ("de", "%(name)s-Leser", "%(name)s"),
        ("fr", "Nouveau dans le %(module)s", "le %(module)s"),
        ("fr", "Au sommaire du « %(name)s »", "du « %(name)s"),
        ("fr", "L’%(app)s est prête", "L’%(app)s"),
        ("fr", "Le portail de %(company)s", "de %(company)s"),
        ("fr", "Ce qu'%(company)s sait", "qu'%(company)s"),
        ("de", "Neu in «%(name)s», von %(company)s für alle: %(module)s", None),
        ("de", "%(num)s Artikel, im %(month)s, am %(date)s", None),
        ("fr", "« %(name)s » reste lisible, par %(company)s, à %(who)s : %(module)s", None),
        ("fr", "Retour à « %(name)s », à propos de « %(name)s », jusqu’au %(date)s, de %(num)s", None),
        ("en", "in the %(name)s", None),
    ],
)
def test_what_stands_around_a_name_does_not_depend_on_it(language: Language, text: str, bent: str | None) -> None:
    assert bends(language, text) == bent
