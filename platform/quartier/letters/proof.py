"""Setting the proof sheet of a look: what was measured, as a document to keep."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from quartier.letters.press import FONTS, KINDS

TEMPLATE: Final = Path(__file__).parent / "proof.typ"


@dataclass(frozen=True)
class Ground:
    """A logo where it stands: bytes and media type, the colour beneath, and whether a white plate lies between."""

    caption: str
    ground: str
    plate: bool
    picture: tuple[bytes, str]


@dataclass(frozen=True)
class ProofPaper:
    """Finished words. `facts` are names, values and a colour to show or None; `groups` are titles with their lines.

    `heads` are the six heads of the table. A row of `pairs` has `ink` and `ground` as `#rrggbb`, and as words their
    `names`, the `mode`, the `ratio`, the `least` that is asked for, and the `verdict`.
    """

    language: str
    title: str
    company: str
    facts: Sequence[tuple[str, str, str | None]]
    groups: Sequence[tuple[str, Sequence[str]]]
    grounds_title: str
    pairs_title: str
    heads: Sequence[str]
    pairs: Sequence[Mapping[str, str]]
    grounds: Sequence[Ground] = field(default_factory=tuple)


def pressed_proof(paper: ProofPaper) -> bytes:
    """The sheet as a PDF on A4."""
    import typst  # thirty megabytes that only who prints needs

    with TemporaryDirectory(prefix="proof-") as folder:
        home = Path(folder)
        told: dict[str, Any] = {**asdict(paper), "grounds": [_kept(one, home) for one in paper.grounds if _known(one)]}
        told["groups"] = [{"title": title, "lines": list(lines)} for title, lines in paper.groups if lines]
        (home / "proof.json").write_text(json.dumps(told, default=str))
        (home / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        made: bytes = typst.compile(str(home / TEMPLATE.name), root=folder, font_paths=[str(FONTS)], format="pdf")
    return made


def _known(ground: Ground) -> bool:
    return ground.picture[1] in KINDS


def _kept(ground: Ground, home: Path) -> dict[str, Any]:
    name = f"{len(list(home.iterdir()))}.{KINDS[ground.picture[1]]}"
    (home / name).write_bytes(ground.picture[0])
    return {"caption": ground.caption, "ground": ground.ground, "plate": ground.plate, "file": name}
