"""Codes and links are made of the key and the invitation, and are read however people type them."""

from __future__ import annotations

from uuid import UUID

import pytest

from quartier.invitations import codes

KEY = b"a long secret of the operator, kept in a vault"
BRUNNENHOF, NORDLICHT = UUID(int=1), UUID(int=2)
INVITATION, ANOTHER = UUID(int=3), UUID(int=4)


def test_a_code_belongs_to_one_invitation_of_one_company_and_one_installation() -> None:
    asked = [(KEY, BRUNNENHOF, INVITATION), (KEY, NORDLICHT, INVITATION), (KEY, BRUNNENHOF, ANOTHER),
             (KEY * 2, BRUNNENHOF, INVITATION)]  # fmt: skip
    assert len({codes.code_of(*one) for one in asked}) == len({codes.token_of(*one) for one in asked}) == 4
    assert codes.code_of(*asked[0]) == codes.code_of(*asked[0])


def test_it_has_fourteen_letters_without_look_alikes() -> None:
    made = {codes.code_of(KEY, BRUNNENHOF, UUID(int=number)) for number in range(500)}
    assert {len(code) for code in made} == {14}
    assert set("".join(made)) == set(codes.ALPHABET)
    assert not set("01OIL") & set(codes.ALPHABET)


@pytest.mark.parametrize(
    "typed", ["KM7Q-4TRX2-9WBHP", "km7q4trx29wbhp", " KM7Q 4TRX2 9WBHP ", "KM7Q–4TRX2—9WBHP", "km7q.4trx2.9wbhp\n"]
)
def test_it_is_read_however_it_is_typed(typed: str) -> None:
    assert codes.normal(typed) == "KM7Q4TRX29WBHP"


def test_what_looks_alike_is_alike() -> None:
    assert codes.normal("SONNENHOF 10") == codes.normal("sonnenh0f lO") == codes.normal("SONNENHOFIO")


@pytest.mark.parametrize("typed", ["", "  - ", "KM7Q'; DROP TABLE person", "\0", "Ünderli12", "9" * 100, "٣" * 14])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert codes.normal(typed) == ""


def test_it_is_written_in_groups_and_spelled() -> None:
    assert codes.grouped("KM7Q4TRX29WBHP") == "KM7Q-4TRX2-9WBHP"
    assert codes.grouped("SONNENHOF10") == "SONNENHOF10"
    assert codes.spelled("KM7", "de") == [("K", "Kaufmann"), ("M", "Martha"), ("7", "7")]
    assert {len(words) for words in codes.SPELLED.values()} == {23}
