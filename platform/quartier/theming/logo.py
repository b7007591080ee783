"""Pictures that a company sends, made safe to serve: drawn anew by us, without what else was in the file."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from quartier.theming.images import CleanImage, ImageRefused
from quartier.theming.svg import clean_svg, looks_like_svg

__all__ = ["CleanImage", "ImageRefused", "clean_logo", "clean_picture"]
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
MEGA = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What a file may weigh (bytes), hold (pixels), and how long its longer side is afterwards (pixels)."""

    max_bytes: int
    max_pixels: int
    side: int


LOGO = Limits(max_bytes=5 * 1024 * 1024, max_pixels=25 * MEGA, side=1200)
PICTURE = Limits(max_bytes=15 * 1024 * 1024, max_pixels=60 * MEGA, side=2000)


def clean_logo(data: bytes) -> CleanImage:
    """A logo or an icon: PNG, JPEG, WebP (at most 5 MB) or SVG (at most 512 kB). Raises ImageRefused."""
    return _clean(data, LOGO)


def clean_picture(data: bytes) -> CleanImage:
    """A cover or a background: the same kinds, photographs of a phone included, scaled to 2000 px.

    Raises ImageRefused.
    """
    return _clean(data, PICTURE)


def _clean(data: bytes, limits: Limits) -> CleanImage:
    if len(data) > limits.max_bytes:
        raise ImageRefused("too_large")
    if zipfile.is_zipfile(io.BytesIO(data)):  # an archive, also one that hides behind a picture
        raise ImageRefused("not_an_image")
    if looks_like_svg(data):
        return clean_svg(data, lambda embedded: _reencode(embedded, limits))
    return _reencode(data, limits)


def _reencode(data: bytes, limits: Limits) -> CleanImage:
    try:
        with Image.open(io.BytesIO(data), formats=tuple(FORMATS)) as opened:
            if opened.width * opened.height > limits.max_pixels:
                raise ImageRefused("too_many_pixels")
            return _written(opened, limits.side)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageRefused("too_many_pixels") from error
    except UnidentifiedImageError as error:
        raise ImageRefused("not_an_image") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # what Pillow raises for a file that breaks off
        if isinstance(error, ImageRefused):
            raise
        raise ImageRefused("broken") from error


def _written(opened: Image.Image, side: int) -> CleanImage:
    """Upright, in plain RGB, no larger than needed, and with nothing but pixels: no EXIF, no place, no profile, no
    comment.
    """
    kind = (
        opened.format if opened.format in FORMATS else "JPEG"
    )  # phones write JPEGs that hold several pictures ("MPO")
    upright = ImageOps.exif_transpose(opened)
    see_through = kind != "JPEG" and upright.has_transparency_data
    image = upright.convert("RGBA" if see_through else "RGB")
    image.info.clear()
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    match kind:
        case "PNG":
            image.save(out, "PNG", optimize=True)
        case "WEBP":
            image.save(out, "WEBP", quality=90, method=4)
        case _:
            image.save(out, "JPEG", quality=88, optimize=True, progressive=True)
    return CleanImage(FORMATS[kind], out.getvalue(), image.width, image.height)
