"""A subdomain out of a company's name."""

from __future__ import annotations

import re
import unicodedata

from quartier.companies.hosts import LONGEST
from quartier.companies.schemas import SHORT_NAME

UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "aa"}
LETTERS = str.maketrans({**UMLAUTS, "ł": "l", "đ": "d", "&": " "})
LEGAL_FORMS = frozenset("ag gmbh eg ev kg ohg kgaa se sa sarl sas sci scoop sagl ltd llc spa srl bv nv co cie".split())


def suggested(name: str) -> str:
    """`Régie du Lac SA` → `regie-du-lac`; empty when nothing of the name can be written in a to z."""
    words = re.findall(r"[a-z0-9]+", _latin(re.sub(r"['’.]", "", name)))
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    label = ""
    for word in words:
        longer = f"{label}-{word}" if label else word[:LONGEST]
        if len(longer) > LONGEST:
            break
        label = longer
    return label


def app_name(name: str) -> str:
    """What stands below the icon on a phone: the name without its legal form, cut between words."""
    words = name.split()
    while len(words) > 1 and suggested(words[-1]) in LEGAL_FORMS:
        words.pop()
    short = ""
    for word in words:
        longer = f"{short} {word}".strip()
        if len(longer) > SHORT_NAME:
            break
        short = longer
    return short or name[:SHORT_NAME].strip()


def _latin(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    return "".join(character for character in folded if not unicodedata.combining(character))
