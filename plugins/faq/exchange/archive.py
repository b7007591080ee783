"""Files as a mapping of path → bytes, from a folder or from a ZIP. Paths are names, never opened as such."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from plugins.faq.exchange.documents import Complaint, Unreadable
from quartier.sdk import gettext

_ = gettext

MOST_FILES, MOST_BYTES = 3_000, 100 * 1024 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)  # so that the same articles make the same archive

Files = Mapping[str, bytes]


def read_folder(folder: Path) -> Files:
    """All files below a folder, by their path in it."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: found[name].read_bytes() for name in _wanted(found)}


def read_zip(body: bytes, name: str = "ZIP") -> Files:
    """All files of an archive. Raises Unreadable for one that is damaged, locked, or far too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise Unreadable(Complaint(name, None, _("This archive is too large: at most 3,000 files and 100 MB.")))
            return _without_top({path: archive.read(path) for path in _wanted(e.filename for e in entries)})
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise Unreadable(Complaint(name, None, _("This is not a ZIP archive that can be read."))) from error


def pack(files: Files) -> bytes:
    """The files as a ZIP."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def write_folder(files: Files, folder: Path) -> None:
    """The files below a folder; what else lies there stays."""
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def _wanted(names: Iterable[str]) -> list[str]:
    """Without what systems leave behind: hidden files, and folders that only some of them understand."""
    return [
        name
        for name in names
        if not any(part.startswith((".", "__")) or part == "Thumbs.db" for part in PurePosixPath(name).parts)
    ]


def _without_top(files: dict[str, bytes]) -> Files:
    """People pack the folder rather than its content."""
    tops = {name.partition("/")[0] for name in files}
    if len(tops) != 1 or not all("/" in name for name in files):
        return files
    return {name.partition("/")[2]: body for name, body in files.items()}
