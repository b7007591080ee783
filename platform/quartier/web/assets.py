"""Build what is not committed: the sprite of lucide icons. Run at set-up, after other people's files were fetched."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from quartier.config import shipped
from quartier.theming.sprite import all_names, build_sprite, read_icons
from quartier.web.static_files import FOLDER


def main(lucide: Path) -> None:
    """Write `static/vendor/icons.svg` from the package of lucide's single icons."""
    names = all_names(read_icons(shipped("themes") / "icons.toml"))
    (FOLDER / "vendor").mkdir(parents=True, exist_ok=True)
    (FOLDER / "vendor" / "icons.svg").write_bytes(build_sprite(lucide, names))


@cache
def icon_choice() -> tuple[str, ...]:
    """The icons that a company may choose for a micro-app or a topic."""
    return tuple(read_icons(shipped("themes") / "icons.toml")["choice"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
