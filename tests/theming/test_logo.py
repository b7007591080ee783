"""Raster images are drawn anew: what was hidden in the file does not survive, and what is no image is refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from PIL import Image

from quartier.theming.images import ImageRefused
from quartier.theming.logo import CleanImage, clean_logo, clean_picture

KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "#1f5c4a" if mode != "1" else 1).save(out, kind, **options)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        written.writestr("evil.html", "<script>alert(1)</script>")
    return out.getvalue()


def reopened(clean: CleanImage) -> Image.Image:
    return Image.open(io.BytesIO(clean.body))


def refusal(data: bytes) -> str:
    with pytest.raises(ImageRefused) as refused:
        clean_logo(data)
    return refused.value.reason


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_stays_its_kind(kind: str) -> None:
    clean = clean_logo(picture(kind))
    assert (clean.content_type, clean.width, clean.height, clean.dark) == (KINDS[kind], 60, 40, None)
    assert reopened(clean).format == kind


@pytest.mark.parametrize("kind", KINDS)
def test_the_place_where_a_photograph_was_taken_is_gone_and_it_stands_upright(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "at the lake"
    clean = clean_logo(picture(kind, exif=exif.tobytes()))
    assert (clean.width, clean.height) == (40, 60)
    assert dict(reopened(clean).getexif()) == {}
    assert b"lake" not in clean.body


def test_transparency_stays() -> None:
    for kind in ("PNG", "WEBP"):
        out = io.BytesIO()
        Image.new("RGBA", (8, 8), (31, 92, 74, 128)).save(out, kind)
        assert reopened(clean_logo(out.getvalue())).getchannel("A").getextrema() == (128, 128)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_of_png_is_understood(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, "PNG")
    assert (clean_logo(out.getvalue()).width, clean_logo(out.getvalue()).height) == (8, 8)


def test_a_jpeg_for_print_is_turned_into_one_for_screens() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (8, 8)).save(out, "JPEG")
    assert reopened(clean_logo(out.getvalue())).mode == "RGB"


def test_a_large_picture_is_made_smaller_and_keeps_its_shape() -> None:
    wide = picture(size=(4000, 1000))
    sizes = [(clean.width, clean.height) for clean in (clean_logo(wide), clean_picture(wide))]
    assert sizes == [(1200, 300), (2000, 500)]


def test_a_logo_of_60_mb_is_refused_before_anybody_looks_at_it() -> None:
    assert refusal(picture() + b"\0" * 60_000_000) == "too_large"


def test_a_cover_may_weigh_more_than_a_logo() -> None:
    heavy = picture("JPEG") + b"\0" * 6_000_000
    assert refusal(heavy) == "too_large"
    assert clean_picture(heavy).width == 60


def test_an_archive_is_no_picture_whatever_it_is_called() -> None:
    assert refusal(archive()) == "not_an_image"


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_is_an_archive_too_is_refused(kind: str) -> None:
    assert refusal(picture(kind) + archive()) == "not_an_image"


def test_what_hangs_behind_a_picture_does_not_survive() -> None:
    assert b"<script" not in clean_logo(picture() + b"<script>alert(1)</script>").body


@pytest.mark.parametrize("data", [b"", b"hello", b"GIF89a" + b"\0" * 100, b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"[:4]])
def test_what_is_no_picture_of_ours_is_refused(data: bytes) -> None:
    assert refusal(data) == "not_an_image"


def test_gif_and_tiff_are_not_among_the_kinds() -> None:
    assert {refusal(picture(kind)) for kind in ("GIF", "TIFF", "BMP", "ICO")} == {"not_an_image"}


def test_a_picture_that_breaks_off_is_called_broken() -> None:
    whole = picture(size=(400, 400), mode="RGBA")
    noisy = io.BytesIO()
    Image.effect_noise((400, 400), 80).save(noisy, "PNG")
    assert refusal(noisy.getvalue()[: len(noisy.getvalue()) // 2]) == "broken"
    assert refusal(whole[:20]) in {"broken", "not_an_image"}


def bomb(width: int, height: int) -> bytes:
    """The head of a PNG that promises more pixels than anybody has memory for."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize(("width", "height"), [(6000, 5000), (11_000, 10_000), (60_000, 60_000)])
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked(width: int, height: int) -> None:
    assert refusal(bomb(width, height)) == "too_many_pixels"
