"""Who may import."""

from __future__ import annotations

from quartier.accounts.permissions import ESTATE_IMPORT
from quartier.viewer import COMPANY, Viewer


def may_import(viewer: Viewer) -> bool:
    """An import is about the whole company: nobody whose work is limited to some properties can make or read one."""
    return viewer.may(ESTATE_IMPORT, at=COMPANY)
