"""Which passwords will do, and how they are kept."""

from __future__ import annotations

import pytest

from quartier.accounts.passwords import (
    HASHER,
    complaint,
    hash_password,
    hashing_with,
    is_common,
    needs_rehash,
    verify_password,
)

EMAIL = "verena.keller@example.ch"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "At least 10 characters"),
        ("neun zeic", "At least 10 characters"),
        ("x" * 5 + "y" * 196, "At most 200 characters"),
        (EMAIL, "This is your e-mail address"),
        (EMAIL.upper(), "This is your e-mail address"),
        ("Verena.Keller", "This is your e-mail address"),
        ("1234567890", "on the lists"),
        ("Passwort2024!", "on the lists"),
        ("MotDePasse123", "on the lists"),
        ("qwertzuiop", "on the lists"),
        ("aaaaaaaaaaaa", "on the lists"),
        ("abcabcabcabc", "on the lists"),
    ],
)
def test_a_weak_password_is_refused_with_a_reason(password: str, said: str) -> None:
    wrong = complaint(password, EMAIL)
    assert wrong is not None
    assert said in wrong


@pytest.mark.parametrize(
    "password", ["zehn chars", "ein Garten voller Rosen", "x" * 8 + "yz" * 96, "1029384756abf", "пароль и ключ"]
)
def test_long_enough_and_not_common_is_all_we_ask(password: str) -> None:
    assert complaint(password, EMAIL) is None


def test_a_password_is_not_common_for_beginning_with_a_common_word() -> None:
    assert not is_common("sommer am zürichsee")


def test_a_hash_is_argon2id_with_todays_parameters() -> None:
    with hashing_with(HASHER):
        stored = hash_password("ein Garten voller Rosen")
        assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert not needs_rehash(stored)
        assert needs_rehash("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$4cpP7Ym3vpyvwJd2nOJTTQ")


def test_the_same_letters_are_the_same_password_however_a_keyboard_composes_them() -> None:
    assert verify_password(hash_password("Fru\u0308hstu\u0308ck um neun"), "Fr\u00fchst\u00fcck um neun")


def test_nobody_matches_no_password_and_a_broken_hash_matches_none() -> None:
    assert not verify_password(None, "nobody has this password, but checking it takes as long as any other")
    assert not verify_password("not a hash", "ein Garten voller Rosen")


def test_what_comes_after_the_longest_possible_password_is_not_ignored() -> None:
    stored = hash_password("yz" * 100)
    assert verify_password(stored, "yz" * 100)
    assert not verify_password(stored, "yz" * 100 + "y")
