"""Our own and vendored front-end files, at addresses that change with their content."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from quartier.theming.themes import Theme, media_of

FOLDER = Path(__file__).parent / "static"
TYPES = {".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".css": "text/css; charset=utf-8"}
MEDIA_TYPES = {
    ".woff2": "font/woff2", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".avif": "image/avif",
}  # fmt: skip

Served = tuple[str, bytes, bytes]


@dataclass(frozen=True)
class StaticFile:
    """One file, read when it is first asked for: the API's browser alone has two megabytes, and most processes never
    show it."""

    path: Path

    @cached_property
    def body(self) -> bytes:
        """The bytes; those of the first reading, so that they stay what the address says."""
        return self.path.read_bytes()

    @cached_property
    def digest(self) -> str:
        """Twelve hex characters of the SHA-256."""
        return hashlib.sha256(self.body).hexdigest()[:12]

    @cached_property
    def served(self) -> Served:
        """Content type, bytes and gzipped bytes."""
        return {**TYPES, **MEDIA_TYPES}[self.path.suffix], self.body, gzip.compress(self.body, 9, mtime=0)


class StaticFiles:
    """Knows its folders' files by name. `url("app.js")` → `/static/app.<digest>.js`."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files: dict[str, StaticFile] = {}
        self.add(folder)

    def add(self, folder: Path, prefix: str = "") -> None:
        """Take in a folder, for example a plugin's `static/`."""
        for path in sorted(folder.rglob("*")):
            if path.suffix in TYPES:
                self._files[prefix + path.relative_to(folder).as_posix()] = StaticFile(path)

    def add_theme(self, theme: Theme) -> None:
        """Take in the faces and pictures that a theme brings, and nothing else of it."""
        for name, path in media_of(theme.folders[0]).items():
            self._files[f"themes/{theme.slug}/{name}"] = StaticFile(path)

    def url(self, name: str) -> str:
        """The address of a file; an unknown name is a programming error."""
        stem, _dot, suffix = name.rpartition(".")
        return f"/static/{stem}.{self._files[name].digest}.{suffix}"

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return self._files[name].body

    def get(self, hashed: str) -> Served | None:
        """Content type, bytes and gzipped bytes behind an address; whichever process made it."""
        before, _dot, suffix = hashed.rpartition(".")
        stem, _dot, digest = before.rpartition(".")
        file = self._files.get(f"{stem}.{suffix}")
        return file.served if file is not None and file.digest == digest else None
