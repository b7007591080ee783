"""Binding sets of letters into one file, so that setting thousands of them takes the memory of fifty.

It knows the documents of our own press and no others: numbered objects at the places that a table at the end names, the
first of them the pages. What refers to another object gets that object's new number; what lies in streams stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Final

NUMBER: Final = re.compile(rb"\b(\d+) 0 (obj|R)\b")
TABLE: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
PAGES: Final = re.compile(rb"<</Type/Pages/Count (\d+)")
ROOT: Final = re.compile(rb"/Root (\d+) 0 R")
INFO: Final = re.compile(rb"/Info (\d+) 0 R")
METADATA: Final = re.compile(rb"/Metadata (\d+) 0 R")
STREAM: Final = b"stream\n"


def bound(documents: Iterable[bytes]) -> bytes:
    """The documents one after the other, each as soon as it comes; title and language are those of the first.

    Raises ValueError for what is no document of the press, and for none at all.
    """
    binder = _Binder()
    for document in documents:
        binder.add(document)
    return binder.finished()


class _Binder:
    def __init__(self) -> None:
        self._out = BytesIO()
        self._out.write(b"%PDF-1.7\n%\x80\x80\x80\x80\n")
        self._at: list[int] = []  # where each object begins; the first one has number 1
        self._root: bytes = b""
        self._info = 0
        self._sets: list[tuple[int, int]] = []  # the node of each document's pages, and how many they are

    def add(self, document: bytes) -> None:
        """One document more."""
        shift, objects, trailer = len(self._at), _objects(document), document[-2_000:]
        root = _named(ROOT, trailer)
        metadata, info = METADATA.search(objects[root]), _named(INFO, trailer)
        left = {root, *([int(metadata[1])] if metadata else []), *([info] if self._at else [])}
        pages = PAGES.search(objects[1])
        if pages is None:
            raise ValueError("the first object of the document is not its pages")
        if not self._at:
            self._root, self._info = METADATA.sub(b"", objects[root]), info
        self._sets.append((1 + shift, int(pages[1])))
        for number in sorted(objects):
            self._at.append(self._out.tell())
            self._out.write(b"%d 0 obj\nnull\nendobj\n" % (number + shift) if number in left
                            else _moved(objects[number], shift))  # fmt: skip

    def finished(self) -> bytes:
        """The file, with all pages under one node."""
        if not self._sets:
            raise ValueError("there is nothing to bind")
        above, root = len(self._at) + 1, len(self._at) + 2
        self._hang_under(above)
        kids = b" ".join(b"%d 0 R" % node for node, _count in self._sets)
        many = sum(count for _node, count in self._sets)
        self._write(above, b"<</Type/Pages/Count %d/Kids[%s]>>" % (many, kids))
        facts = self._root.partition(b"obj\n")[2].rpartition(b"\nendobj")[0]
        self._write(root, re.sub(rb"/Pages \d+ 0 R", b"/Pages %d 0 R" % above, facts))
        table = self._out.tell()
        rows = b"".join(b"%010d 00000 n\r\n" % place for place in self._at)
        self._out.write(b"xref\n0 %d\n0000000000 65535 f\r\n%s" % (root + 1, rows))
        facts = b"<</Size %d/Root %d 0 R/Info %d 0 R>>" % (root + 1, root, self._info)
        self._out.write(b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (facts, table))
        return self._out.getvalue()

    def _hang_under(self, above: int) -> None:
        """Each document's pages are written once more, now that it is known what they hang under."""
        for node, _count in self._sets:
            self._out.seek(self._at[node - 1])
            written = self._out.read(self._at[node] - self._at[node - 1])
            self._out.seek(0, 2)
            self._at[node - 1] = self._out.tell()
            self._out.write(written.replace(b"/Type/Pages", b"/Type/Pages/Parent %d 0 R" % above, 1))

    def _write(self, number: int, body: bytes) -> None:
        self._at.append(self._out.tell())
        self._out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))


def _objects(document: bytes) -> dict[int, bytes]:
    """The objects of a document by their numbers, as they are written there."""
    found = TABLE.search(document)
    if found is None or not document.startswith(b"%PDF-") or document[int(found[1]) :][:5] != b"xref\n":
        raise ValueError("this is no document of the press")
    end = int(found[1])
    lines = document[end:].split(b"\n")
    many = int(lines[1].split()[1])
    places = {number: int(line[:10]) for number, line in enumerate(lines[2 : 2 + many]) if number}
    ends = dict(zip(sorted(places.values()), [*sorted(places.values())[1:], end], strict=True))
    return {number: document[place : ends[place]] for number, place in places.items()}


def _moved(written: bytes, shift: int) -> bytes:
    """An object with new numbers; what lies in its stream is none of them."""
    head, stream, rest = written.partition(STREAM)
    if shift:
        head = NUMBER.sub(lambda found: b"%d 0 %s" % (int(found[1]) + shift, found[2]), head)
    return head + stream + rest


def _named(what: re.Pattern[bytes], trailer: bytes) -> int:
    found = what.search(trailer)
    if found is None:
        raise ValueError("the document does not say where it begins")
    return int(found[1])
