"""Our own and vendored front-end files, at addresses that change with their content."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
TYPES = {".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".css": "text/css; charset=utf-8"}

Served = tuple[str, bytes, bytes]


class StaticFiles:
    """Reads its folders once. `url("app.js")` → `/static/app.<digest>.js`."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._names: dict[str, str] = {}
        self._served: dict[str, Served] = {}
        self.add(folder)

    def add(self, folder: Path, prefix: str = "") -> None:
        """Take in a folder, for example a plugin's `static/`."""
        for path in sorted(folder.rglob("*")):
            if path.suffix in TYPES:
                self._add(prefix + path.relative_to(folder).as_posix(), path.read_bytes())

    def url(self, name: str) -> str:
        """The address of a file; an unknown name is a programming error."""
        return f"/static/{self._names[name]}"

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return self._served[self._names[name]][1]

    def get(self, hashed: str) -> Served | None:
        """Content type, bytes and gzipped bytes behind an address."""
        return self._served.get(hashed)

    def _add(self, name: str, body: bytes) -> None:
        stem, suffix = name.rsplit(".", 1)
        hashed = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{suffix}"
        self._names[name] = hashed
        self._served[hashed] = (TYPES[f".{suffix}"], body, gzip.compress(body, 9, mtime=0))
