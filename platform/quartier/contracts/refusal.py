"""A change of a contract that cannot be made."""

from __future__ import annotations


class ContractError(ValueError):
    """`field` is the input it stands at, "_schema" for the change as a whole; the message a sentence for the reader."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
