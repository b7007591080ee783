"""PDFs that do something by themselves are not taken: a document is to be read.

They are refused and not mended: to take the program out would change a document that somebody may have signed.
"""

from __future__ import annotations

from typing import Any, BinaryIO, Final

from quartier.attachments.refusals import FileRefused

PROGRAMS: Final = frozenset({"/JavaScript", "/Launch", "/ImportData", "/RichMediaExecute"})
"""Actions that run something, here or in another program."""
PLAYERS: Final = frozenset({"/RichMedia", "/Movie", "/3D"})
DEEPEST: Final = 100


def refuse_programs(file: BinaryIO) -> None:
    """Look through every object of the document, also those that are packed or written in disguise."""
    import pikepdf  # a library of ten megabytes, which only the worker needs

    try:
        with pikepdf.open(file) as document:
            if any(_acts(one, 0) for one in document.objects):
                raise FileRefused("pdf_program")
            if not len(document.pages):
                raise FileRefused("broken")
    except pikepdf.PasswordError as error:
        raise FileRefused("pdf_locked") from error
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise FileRefused("broken") from error


def _acts(one: Any, depth: int) -> bool:
    """Whether an object is a program or starts one; what it only refers to is asked for itself."""
    import pikepdf

    if depth > DEEPEST:
        raise FileRefused("broken")
    if isinstance(one, pikepdf.Array):
        return any(_acts(part, depth + 1) for part in one if _is_part(part))
    if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        return False
    if str(one.get("/S", "")) in PROGRAMS or str(one.get("/Subtype", "")) in PLAYERS or "/XFA" in one:
        return True
    if isinstance(one.get("/JS"), pikepdf.String | pikepdf.Stream):
        return True
    return any(_acts(part, depth + 1) for _name, part in one.items() if _is_part(part))


def _is_part(part: Any) -> bool:
    """Whether it stands here, and is not only referred to."""
    import pikepdf

    return isinstance(part, pikepdf.Array | pikepdf.Dictionary) and not part.is_indirect
