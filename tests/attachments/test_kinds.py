"""What a file is, by what is in it; and names that can be saved anywhere."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest

from quartier.attachments.kinds import HEIC, OOXML, PDF, TEST_VIRUS, TEXT, clean_name, look
from quartier.attachments.pictures import refuse_huge
from quartier.attachments.refusals import FileRefused
from tests.attachments.conftest import picture

WORD = f"{OOXML}wordprocessingml.document"


def archive(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, said in parts.items():
            packed.writestr(name, said)
    return out.getvalue()


def huge_png() -> bytes:
    """Two hundred megapixels, by its own word; a few bytes for whoever believes it."""
    head = b"IHDR" + (20_000).to_bytes(4, "big") + (10_000).to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    small = picture(kind="PNG")
    return small[:12] + head + zlib.crc32(head).to_bytes(4, "big") + small[33:]


def test_a_file_is_what_it_opens_as() -> None:
    word = archive(**{"[Content_Types].xml": f'<Override ContentType="{WORD}.main+xml"/>', "word/document.xml": ""})
    opened = {
        "picture.pdf": picture(), "p.txt": picture(kind="PNG"), "p.gif": picture(kind="WEBP"),
        "plan.jpg": b"%PDF-1.7\n", "x.heic": b"\0\0\0\x18ftypheic" + bytes(40), "brief.doc": word,
        "liste.exe": "Name;Straße\r\n".encode(), "old.csv": "Müller;1\r\n".encode("cp1252"),
        "plan.odt": archive(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": ""}),
    }  # fmt: skip
    found = {name: look(io.BytesIO(body)).content_type for name, body in opened.items()}
    assert found == {
        "picture.pdf": "image/jpeg", "p.txt": "image/png", "p.gif": "image/webp", "plan.jpg": PDF, "x.heic": HEIC,
        "brief.doc": WORD, "liste.exe": TEXT, "old.csv": TEXT, "plan.odt": "application/vnd.oasis.opendocument.text",
    }  # fmt: skip


def test_what_is_none_of_the_few_kinds_is_not_taken() -> None:
    macro = f'<Override ContentType="{WORD}.main+xml"/>'
    poor = {
        "empty": b"", "wrong_type": b"MZ\x90\x00" + bytes(100), "infected": TEST_VIRUS + b"\r\n",
        "macros": archive(**{"[Content_Types].xml": macro, "word/vbaProject.bin": "Sub"}), "broken": b"PK\x03\x04zip",
    }  # fmt: skip
    reasons = {}
    for name, body in poor.items():
        with pytest.raises(FileRefused) as refusal:
            look(io.BytesIO(body))
        reasons[name] = refusal.value.reason
    assert reasons == {name: name for name in poor}
    with pytest.raises(FileRefused, match="wrong_type"):
        look(io.BytesIO(archive(**{"evil.exe": "MZ"})))


def test_too_many_pixels_are_seen_before_one_is_decoded() -> None:
    for body, reason in ((huge_png(), "too_many_pixels"), (picture()[:30], "broken")):
        with pytest.raises(FileRefused, match=reason):
            refuse_huge(io.BytesIO(body), "image/png" if reason == "too_many_pixels" else "image/jpeg")


@pytest.mark.parametrize(
    ("name", "content_type", "clean"),
    [
        ("C:\\Fotos\\Balkon 3.JPG", "image/jpeg", "Balkon 3.JPG"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("rechnung.pdf.exe", PDF, "rechnung.pdf.exe.pdf"),
        ("Zügel\u202egpj.exe\x00\n", "image/png", "Zügel gpj.exe.png"),
        ("", PDF, "file.pdf"),
        (".htaccess", TEXT, "htaccess.txt"),
        ("ä" * 300 + ".docx", WORD, "ä" * 115 + ".docx"),
    ],
)
def test_a_name_is_a_name_and_its_ending_is_true(name: str, content_type: str, clean: str) -> None:
    assert clean_name(name, content_type) == clean
