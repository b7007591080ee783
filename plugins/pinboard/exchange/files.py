"""Pictures and documents of notices, beside the file that tells of them: `files/<post>/<name>`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from plugins.pinboard.manifest import FILES
from quartier.sdk import CompanySession, Storage, Viewer, add_file

FOLDER: Final = "files"
_FILES = """
    SELECT DISTINCT ON (a.thing_id, a.position, a.id) a.thing_id, a.name, a.alt, s.id AS kept
    FROM attachment a JOIN stored_file s ON s.company_id = a.company_id AND s.attachment_id = a.id
    WHERE a.purpose = %s AND a.state = 'ready' AND a.thing_id = ANY(%s)
    ORDER BY a.thing_id, a.position, a.id, s.fits DESC
"""


def write_files(
    db: CompanySession, storage: Storage, folder: Path, posts: Collection[UUID]
) -> dict[UUID, list[dict[str, str]]]:
    """What hangs with each of them, in its order, written below the folder: names, and what is to be seen there."""
    written: dict[UUID, list[dict[str, str]]] = defaultdict(list)
    for row in db.rows(_FILES, (FILES.key, list(posts))):
        body = storage.get(f"{db.company_id}/{row.kept}")
        if body is None:
            continue
        place = folder / FOLDER / str(row.thing_id)
        place.mkdir(parents=True, exist_ok=True)
        (place / row.name).write_bytes(body)
        written[row.thing_id].append({"name": row.name} | ({"alt": row.alt} if row.alt else {}))
    return written


def hang(
    db: CompanySession, storage: Storage, folder: Path, facts: dict[str, Any], *, key: str, post_id: UUID, by: Viewer
) -> None:
    """Give a post its files: `files` are those of an export, `picture` names one beside `posts.toml`.

    Raises ValueError for a name that leads elsewhere, OSError for a file that is not there.
    """
    named = [(folder / FOLDER / key, one["name"], one.get("alt", "")) for one in facts.get("files", ())]
    if "picture" in facts:
        named.append((folder, facts["picture"], ""))
    for place, name, alt in named:
        path = place / name
        if path.resolve().parent != place.resolve():
            raise ValueError(f"{name}: not a file beside it")
        add_file(db, storage, FILES, post_id, by=by, name=path.name, body=path.read_bytes(), alt=alt)
