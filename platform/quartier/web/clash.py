"""Two people at once: what somebody else saved in the meantime, beside what stands in one's own form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quartier.web.forms import Form


@dataclass(frozen=True)
class Clash:
    """One thing that is different in the database and in the form. An empty text means that there is nothing."""

    label: str
    theirs: str
    yours: str


def clashes_of(form: Form, stored: Form, words: Callable[[str, Any], str]) -> list[Clash]:
    """Both versions of every field that is different; `words` says a value, by its path, as people compare it."""
    pairs = [
        Clash(label, words(path, stored.shown(path)), words(path, form.shown(path)))
        for path, label in form.labels.items()
        if path in stored.typed or path in form.typed
    ]
    return [one for one in pairs if one.theirs != one.yours]
