"""Pictures drawn anew: upright, in the colours of the web, in sizes, with nothing else of what was in the file.

Pillow's readers are imported by name: it would otherwise import all forty, and most of them have no business here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from quartier.attachments.kinds import HEIC
from quartier.attachments.refusals import FileRefused

SIZES: Final = (320, 960, 1920)
"""Widths in pixels; a picture is at most twice as high."""
MEGA: Final = 1_000_000
MOST_PIXELS: Final = 60 * MEGA
QUALITY: Final = 82
FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF")


@dataclass(frozen=True)
class Drawn:
    """One size of a picture, as WebP; `fits` is the width that it was drawn into."""

    fits: int
    body: bytes
    width: int
    height: int


def sizes_of(width: int, height: int) -> tuple[int, ...]:
    """The sizes that there are of a picture whose largest size has these measures."""
    return (*(fits for fits in SIZES[:-1] if width > fits or height > 2 * fits), SIZES[-1])


def refuse_huge(file: BinaryIO, content_type: str) -> None:
    """Look at the measures alone, before anything is decoded; those of a HEIC are asked when it is drawn."""
    if content_type != HEIC:
        with opened(file, content_type):
            pass
    file.seek(0)


def draw(file: BinaryIO, content_type: str) -> list[Drawn]:
    """All sizes, the largest last. Raises FileRefused."""
    with opened(file, content_type) as image:
        image.draft("RGB", (2 * SIZES[-1], 4 * SIZES[-1]))  # a JPEG is decoded no larger than needed
        whole = _upright(image)
        return [_drawn(whole, fits) for fits in sizes_of(*whole.size)]


@contextmanager
def opened(file: BinaryIO, content_type: str) -> Iterator[Any]:
    """The picture, its pixels not decoded yet, and what Pillow raises in our words."""
    from PIL import Image, UnidentifiedImageError, WebPImagePlugin  # noqa: F401 - see above

    if content_type == HEIC:
        import pillow_heif  # ten megabytes of decoders, which only a worker that meets one needs

        pillow_heif.register_heif_opener()
    try:
        with Image.open(file, formats=FORMATS if content_type == HEIC else FORMATS[:-1]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise FileRefused("too_many_pixels")
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused("too_many_pixels") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:  # a file that breaks off
        raise FileRefused("broken") from error


def _upright(image: Any) -> Any:
    """As large as the largest size, as the photographer saw it, in sRGB."""
    from PIL import Image, ImageOps

    profile = image.info.get("icc_profile")
    upright: Any = ImageOps.exif_transpose(image)
    upright.thumbnail((SIZES[-1], 2 * SIZES[-1]), Image.Resampling.LANCZOS)
    kind = "RGBA" if upright.has_transparency_data else "RGB"
    plain = _in_srgb(upright, profile, kind) if profile else upright.convert(kind)
    plain.info.clear()
    return plain


def _in_srgb(image: Any, profile: bytes, kind: str) -> Any:
    """Phones write wider colours: without the profile they would look pale. A profile that is wrong is left out."""
    from PIL import ImageCms

    try:
        known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
            image = image.convert(kind)
        output = kind if image.mode == kind else "RGB"
        done: Any = ImageCms.profileToProfile(image, known, ImageCms.createProfile("sRGB"), outputMode=output)
        return done.convert(kind)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image.convert(kind)


def _drawn(whole: Any, fits: int) -> Drawn:
    from PIL import Image

    image = whole.copy()
    image.thumbnail((fits, 2 * fits), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=4)
    return Drawn(fits, out.getvalue(), image.width, image.height)
