"""What the facts of a look are called, for saying which of them are a property's own."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from quartier.i18n.texts import lazy_gettext as _l

NAMED: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    (_l("Name of the app"), frozenset({"app_name"})),
    (_l("Colours"), frozenset({"colour", "second"})),
    (_l("Character"), frozenset({"theme"})),
    (_l("Corners"), frozenset({"corners"})),
    (_l("Density"), frozenset({"density"})),
    (_l("Logo"), frozenset({"logo_id", "logo_dark_id", "logo_reverse_id"})),
    (_l("App icon"), frozenset({"icon_id"})),
    (_l("Background picture"), frozenset({"cover_id", "cover_dark_id", "cover_at"})),
)


def owned(names: Collection[str]) -> list[str]:
    """What of a look is somebody's own, in words."""
    return [str(word) for word, facts in NAMED if facts & set(names)]


def followed(names: Collection[str]) -> list[str]:
    """What is the company's all the same."""
    return [str(word) for word, facts in NAMED if not facts & set(names)]
