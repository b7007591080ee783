"""What a product needs: read, written back, and asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartier.catalogue.expressions import (
    WORDS,
    Either,
    Every,
    Expression,
    ExpressionError,
    Key,
    holds,
    keys,
    parse,
    spelled,
    written,
)

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name not in WORDS)


@pytest.mark.parametrize(
    ("text", "kept", "enough", "too_little"),
    [
        ("pro OR kunden_plus", "pro OR kunden_plus", [{"pro"}, {"kunden_plus"}], [set(), {"bookings"}]),
        ("a or b and c", "a OR b AND c", [{"a"}, {"b", "c"}], [{"b"}, {"c"}]),
        ("(a OR b) AND c", "(a OR b) AND c", [{"a", "c"}, {"b", "c"}], [{"a", "b"}, {"c"}]),
        ("((a)) And ((b or(c)))", "a AND (b OR c)", [{"a", "b"}, {"a", "c"}], [{"a"}, {"b", "c"}]),
        ("  Pro ", "pro", [{"pro"}], [set()]),
        ("", "", [set(), {"a"}], []),
        ("   ", "", [set()], []),
        ("order AND android", "order AND android", [{"order", "android"}], [{"order"}]),
    ],
)
def test_and_binds_stronger_than_or_and_brackets_bind_strongest(
    text: str, kept: str, enough: list[set[str]], too_little: list[set[str]]
) -> None:
    found = parse(text)
    assert written(found) == kept
    assert [some for some in enough if not holds(found, some)] == []
    assert [some for some in too_little if holds(found, some)] == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("pro OR", "Something is missing at the end."),
        ("OR pro", "A product is missing before “OR”."),
        ("pro AND OR plus", "A product is missing before “OR”."),
        ("()", "A product is missing before “)”."),
        ("(pro", "A bracket is not closed."),
        ("pro)", "“)” is not expected here; AND or OR is missing before it."),
        ("pro plus", "“plus” is not expected here; AND or OR is missing before it."),
        ("pro || plus", "“|” does not belong here."),
        ("pro; DROP TABLE product", "“;” does not belong here."),
        ("größe", "“ö” does not belong here."),
        ("(" * 200 + "a" + ")" * 99, "These are too many brackets inside each other."),
        ("a OR " * 80 + "a", "At most 300 characters."),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert str(refused.value) == sentence


def test_people_read_the_names_of_products() -> None:
    found = parse("bookings AND (pro OR kunden_plus)")
    assert spelled(found, {"bookings": "Buchungen", "pro": "Pro"}) == "Buchungen and (Pro or kunden_plus)"
    assert keys(found) == {"bookings", "pro", "kunden_plus"}
    assert (spelled(None, {}), keys(None)) == ("", frozenset())


def _flat(parts: list[Expression], kind: type[Every | Either]) -> Expression:
    """The same without brackets that say nothing, as the parser gives it back."""
    inner = [one for part in parts for one in (part.parts if isinstance(part, kind) else (part,))]
    return kind(tuple(inner))


TREES = st.recursive(
    NAMES.map(Key),
    lambda below: st.tuples(st.lists(below, min_size=2, max_size=3), st.sampled_from([Every, Either])).map(
        lambda made: _flat(*made)
    ),
    max_leaves=8,
)


@given(TREES)
def test_what_is_written_is_read_again_as_the_same(tree: Expression) -> None:
    assert parse(written(tree)) == tree
