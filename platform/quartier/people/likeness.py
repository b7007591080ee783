"""When two entries look like one person: what imports ask before they add somebody, and the list of duplicates.

Pieces of SQL over two aliases of `person`, or of a staging table with the same columns. None of it decides anything:
a person always says whether it is so.
"""

from __future__ import annotations

NAMES = ("family_name", "given_name", "company_name")


def same_name(known: str, said: str) -> str:
    """All parts of the name, whatever their capitals; the second alias may not know some of them."""
    return f"lower({known}.family_name) = lower({said}.family_name) AND " + " AND ".join(
        f"lower({known}.{name}) = lower(coalesce({said}.{name}, ''))" for name in NAMES[1:]
    )


def same_reach(known: str, said: str) -> str:
    """One of the ways to reach somebody is the same."""
    ways = ("email", "phone", "mobile")
    return "(" + " OR ".join(f"{known}.{way} = {said}.{way}" for way in ways) + ")"


def similar_name(one: str, other: str) -> str:
    """Another spelling, a name short of a part, or a double name; spouses with one family name are not similar.

    Of whom one name alone is known stands in the books with that as the family name: whoever has it as their given
    name may be meant, however long the rest of theirs is.
    """
    first = " = ".join(f"lower(left({alias}.given_name, 1))" for alias in (one, other))
    alone = " OR ".join(
        f"{short}.given_name = '' AND lower({short}.family_name) = lower({long}.given_name)"
        for short, long in ((one, other), (other, one))
    )
    return (
        f"({one}.given_name = '' OR {other}.given_name = '' OR {first}) "
        f"AND (similarity({one}.sort_key, {other}.sort_key) >= 0.45 OR {alone})"
    )
