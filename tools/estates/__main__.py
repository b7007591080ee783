"""Write the demo companies' exports: `python -m tools.estates [folder]`, into `tenants/` by default."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.estates import brunnenhof, nordlicht, regie

EXPORTS: Mapping[str, Callable[[], dict[str, bytes]]] = {
    "brunnenhof": brunnenhof.files,
    "nordlicht": nordlicht.files,
    "regie-du-lac": regie.files,
}


def write(tenants: Path) -> None:
    """All files of all companies; a file that is gone from the code is gone from the folder."""
    for slug, files in EXPORTS.items():
        folder = tenants / slug / "masterdata" / "import"
        folder.mkdir(parents=True, exist_ok=True)
        made = files()
        for name, body in made.items():
            (folder / name).write_bytes(body)
        for path in folder.iterdir():
            if path.name not in made:
                path.unlink()


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "tenants"))
