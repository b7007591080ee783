"""Write the demo companies' exports: `python -m tools.estates [folder]`, into `tenants/` by default."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.estates import brunnenhof, nordlicht, own, regie


@dataclass(frozen=True)
class Export:
    """What one company's program writes, and what it calls the things that the tables name."""

    name: str
    files: Callable[[], dict[str, bytes]]
    naming: own.Naming = lambda _table, name: name


EXPORTS: Mapping[str, Export] = {
    "brunnenhof": Export("brunnenhof", brunnenhof.files),
    "nordlicht": Export("nordlicht", nordlicht.files, nordlicht.naming),
    "regie-du-lac": Export("regie", regie.files),
}


def files_of(slug: str) -> dict[str, bytes]:
    """A company's `masterdata/`, file by file: its export, and whose people can sign in."""
    export = EXPORTS[slug]
    made = {f"import/{name}": body for name, body in export.files().items()}
    return {"accounts.csv": own.accounts(export.name, export.naming), **made}


def write_small(slug: str, folder: Path) -> None:
    """Instead of the export the tables themselves, into a copy of the company: few houses, and no import."""
    own.write(EXPORTS[slug].name, folder / "masterdata", EXPORTS[slug].naming)


def write(tenants: Path) -> None:
    """All files of all companies; a file that is gone from the code is gone from the folder."""
    for slug in EXPORTS:
        folder = tenants / slug / "masterdata"
        (folder / "import").mkdir(parents=True, exist_ok=True)
        made = files_of(slug)
        for name, body in made.items():
            (folder / name).write_bytes(body)
        for path in [*folder.glob("*.csv"), *folder.glob("import/*")]:
            if str(path.relative_to(folder)) not in made:
                path.unlink()


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "tenants"))
