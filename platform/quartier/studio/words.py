"""How the choices of a look are called on the desk."""

from __future__ import annotations

from quartier.i18n.texts import gettext as _
from quartier.theming.shape import AS_DRAWN


def shape_words(name: str) -> dict[str, str]:
    """The options of `corners` or of `density` by their codes, in the order in which they are offered."""
    if name == "corners":
        return {AS_DRAWN: _("As designed"), "square": _("Square"), "soft": _("Soft"), "round": _("Round")}
    return {AS_DRAWN: _("As designed"), "compact": _("Compact")}
