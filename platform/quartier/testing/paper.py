"""What is printed, as somebody meets it who holds a phone in front of it."""

from __future__ import annotations

from typing import Any

DPI = 110  # as a phone sees a page from some distance; a printer is finer


def scanned(pdf: bytes) -> list[list[str]]:
    """What a camera reads on each page: the texts of its codes, out of the pixels of the page."""
    import pypdfium2  # type: ignore[import-untyped]
    import zxingcpp

    document: Any = pypdfium2.PdfDocument(pdf)
    pages = [page.render(scale=DPI / 72).to_pil() for page in document]
    document.close()
    return [[one.text for one in zxingcpp.read_barcodes(page)] for page in pages]
