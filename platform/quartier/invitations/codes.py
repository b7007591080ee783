"""Codes that people type, and tokens of links: made of the installation's key and an invitation's id.

A code has 14 letters of an alphabet of 31 without look-alikes (69 bits), read in groups: "KM7Q-4TRX2-9WBHP". A token
has 128 bits. Neither is kept anywhere, and both can be shown, printed and sent again; what is kept is a keyed hash, by
which they are found and from which nobody makes them.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from itertools import pairwise
from typing import Final
from uuid import UUID

from quartier.accounts.common_passwords import BEGINNINGS
from quartier.keys import derive, seal, unseal

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH: Final = 14
GROUPS: Final = (4, 9)  # where the blanks of a code are
TOKEN: Final = re.compile(r"[\w-]{22}\Z", re.ASCII)
SHORTEST_OWN, LONGEST_OWN = 8, 24
OWN: Final = "invitation.own-code"
ALIKE: Final = str.maketrans("OIL", "011")
SPELLED: Final = {
    "de": dict(zip("ABCDEFGHJKMNPQRSTUVWXYZ", (
        "Anton Berta Cäsar Dora Emil Friedrich Gustav Heinrich Julius Kaufmann Martha Nordpol Paula Quelle Richard "
        "Samuel Theodor Ulrich Viktor Wilhelm Xanthippe Ypsilon Zacharias").split(), strict=True)),
    "fr": dict(zip("ABCDEFGHJKMNPQRSTUVWXYZ", (
        "Anatole Berthe Célestin Désiré Eugène François Gaston Henri Joseph Kléber Marcel Nicolas Pierre Quintal Raoul "
        "Suzanne Thérèse Ursule Victor William Xavier Yvonne Zoé").split(), strict=True)),
    "en": dict(zip("ABCDEFGHJKMNPQRSTUVWXYZ", (
        "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett Kilo Mike November Papa Quebec Romeo Sierra Tango "
        "Uniform Victor Whiskey X-ray Yankee Zulu").split(), strict=True)),
}  # fmt: skip
"""For reading a code out on the phone; I, L and O are in no code of ours."""


def code_of(key: bytes, company_id: UUID, invitation_id: UUID) -> str:
    """The code of an invitation, without blanks."""
    number = int.from_bytes(derive(key, "invitation.code", company_id.bytes, invitation_id.bytes), "big")
    letters = []
    for _each in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def token_of(key: bytes, company_id: UUID, invitation_id: UUID) -> str:
    """What stands in the link of an invitation."""
    made = derive(key, "invitation.token", company_id.bytes, invitation_id.bytes)[:16]
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def normal(typed: str) -> str:
    """A code as it is compared: no blanks, dashes and dots, capitals, and what looks alike is alike (O and 0, I, l, 1).

    Empty for what is no code, whatever somebody typed.
    """
    plain = re.sub(r"[\s\-–—_.·]+", "", typed[:200]).upper().translate(ALIKE)
    return plain if plain.isascii() and plain.isalnum() and len(plain) <= LONGEST_OWN else ""


def code_hash(key: bytes, company_id: UUID, code: str) -> bytes:
    """By what a code is found again at its company."""
    return derive(key, "invitation.code-hash", company_id.bytes, normal(code))


def token_hash(key: bytes, company_id: UUID, token: str) -> bytes:
    """By what a link is found again at its company."""
    return derive(key, "invitation.token-hash", company_id.bytes, token)


def grouped(code: str) -> str:
    """A code of ours as it is written: "KM7Q-4TRX2-9WBHP". A company's own stays as it is."""
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return code
    return "-".join((code[: GROUPS[0]], code[GROUPS[0] : GROUPS[1]], code[GROUPS[1] :]))


def shown(key: bytes, company_id: UUID, invitation_id: UUID, own_code: bytes | None) -> str:
    """The code of an invitation as it is written: the company's own one, or ours in groups."""
    if own_code is None:
        return grouped(code_of(key, company_id, invitation_id))
    return unseal(key, OWN, own_code.decode(), company_id.bytes, invitation_id.bytes)


def sealed(key: bytes, company_id: UUID, invitation_id: UUID, typed: str) -> bytes:
    """A company's own code as it is kept."""
    return seal(key, OWN, typed, company_id.bytes, invitation_id.bytes).encode()


def weakness(typed: str, names: Iterable[str]) -> str:
    """Why a company's own code is none: "short", "letters", "guessable", or "" for a good one.

    What everybody tries first is guessable: figures alone, few different letters, runs, words that begin passwords, and
    the names of the person or the company with hardly anything beside them.
    """
    code = normal(typed)
    if not code:
        return "letters"
    if len(code) < SHORTEST_OWN:
        return "short"
    known = [*(normal(name) for name in names), *(normal(word) for word in BEGINNINGS)]
    named = any(len(name) >= 3 and name in code and len(code) - len(name) < 5 for name in known)
    return "guessable" if code.isdigit() or len(set(code)) < 5 or _is_run(code) or named else ""


def _is_run(code: str) -> bool:
    """Most letters follow each other, as in ABCDEFGH or 23456789A."""
    steps = [ord(after) - ord(before) for before, after in pairwise(code)]
    return max(steps.count(1), steps.count(-1)) > len(steps) / 2


def spelled(code: str, language: str) -> list[tuple[str, str]]:
    """Each letter with the word that it is spelled with on the phone; figures speak for themselves."""
    words = SPELLED.get(language, SPELLED["en"])
    return [(letter, words.get(letter.upper(), letter)) for letter in code if letter.isalnum()]
