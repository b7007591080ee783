"""What the templates of a theme may spend on one page, so that a loop without an end is not the reader's trouble."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import thread_time

from jinja2.exceptions import SecurityError

SECONDS = 0.5  # of this thread's work; our own heaviest page takes a tenth of it
STEPS = 20_000  # turns of loops, calls, templates
LETTERS = 4_000_000  # of what is shown, all in all


class Overspent(SecurityError):
    """A template of a theme asked for more time, steps or text than a page has."""


@dataclass
class Allowance:
    """What the templates of a theme may still spend on one page."""

    steps: int = STEPS
    letters: int = LETTERS
    until: float = field(default_factory=lambda: thread_time() + SECONDS)

    def spend(self, letters: int = 0) -> None:
        """Go one step on, with so many letters. Raises Overspent."""
        self.steps -= 1
        self.letters -= letters
        if self.steps < 0 or self.letters < 0 or thread_time() > self.until:
            raise Overspent("a template of this theme does not come to an end")


ALLOWANCE: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


def spend(letters: int = 0) -> None:
    """Take from the page's allowance."""
    current = ALLOWANCE.get()
    if current is None:
        raise RuntimeError("a template of a theme is drawn within an allowance")
    current.spend(letters)


@contextmanager
def allowance() -> Iterator[None]:
    """One page's allowance for all templates of a theme that it is made of; pieces of a page share the page's."""
    if ALLOWANCE.get(None) is not None:
        yield
        return
    token = ALLOWANCE.set(Allowance())
    try:
        yield
    finally:
        ALLOWANCE.reset(token)


@contextmanager
def unpaid() -> Iterator[None]:
    """Time that is not the page's: templates are compiled once, when they are first asked for."""
    before = thread_time()
    try:
        yield
    finally:
        if (current := ALLOWANCE.get()) is not None:
            current.until += thread_time() - before
