"""The icons of a company's app: browser tab, home screen, splash screen.

A company sends one icon, or none. Systems cut it to a circle or a rounded square, so it is laid on a ground of its own
and kept inside the central 80 % (https://www.w3.org/TR/appmanifest/, "maskable"). Without an icon the initials are
drawn.
"""

from __future__ import annotations

import io
import math
import unicodedata
from html import escape

import resvg_py
from PIL import Image, ImageChops, ImageDraw, ImageFont

from quartier.theming.contrast import ratio
from quartier.theming.images import CleanImage, ImageRefused
from quartier.theming.palette import WHITE, Palette

SIDE = 512
SAFE_RADIUS = 0.4  # of the side: what no mask cuts away
FAVICON_SIDES = (16, 32, 48)
VISIBLE = 2.0  # contrast from which an icon stands out from its ground


def app_icons(icon: CleanImage | None, *, initials: str, palette: Palette) -> dict[str, bytes]:
    """File name → file: favicon.ico, favicon-32.png, icon-192.png, icon-512.png, maskable-512.png,
    apple-touch-icon-180.png.

    `favicon.svg` too, unless the icon is a raster image. `icon` comes from `clean_logo`; raises ImageRefused("broken")
    if it cannot be drawn.
    """
    drawn = _square(icon) if icon else _monogram(initials, palette)
    ground = _own_ground(drawn)
    files = {
        "favicon.ico": _ico(drawn),
        "favicon-32.png": _png(drawn, 32),
        "icon-192.png": _png(drawn, 192),
        "icon-512.png": _png(drawn, 512),
        "maskable-512.png": _png(_maskable(drawn, ground, palette), 512),
        "apple-touch-icon-180.png": _png(
            _laid_on(drawn, ground or _ground_for(drawn, palette), 1.0 if ground else 0.8), 180
        ),
    }
    if icon is None:
        files["favicon.svg"] = _monogram_svg(initials, palette)
    elif icon.is_svg:
        files["favicon.svg"] = icon.body
    return files


def rasterise(image: CleanImage, side: int) -> Image.Image:
    """The image with `side` pixels on its longer side, as RGBA: also for e-mails and letters.

    Raises ImageRefused("broken").
    """
    if not image.is_svg:
        opened = Image.open(io.BytesIO(image.body)).convert("RGBA")
        scale = side / max(opened.size)
        return opened.resize(
            (max(1, round(opened.width * scale)), max(1, round(opened.height * scale))), Image.Resampling.LANCZOS
        )
    width, height = (side, None) if image.width >= image.height else (None, side)
    try:
        png = resvg_py.svg_to_bytes(svg_string=image.body.decode(), width=width, height=height)
    except ValueError as error:
        raise ImageRefused("broken") from error
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")


def _square(icon: CleanImage) -> Image.Image:
    drawn = rasterise(icon, SIDE)
    square = Image.new("RGBA", (SIDE, SIDE))
    square.paste(drawn, ((SIDE - drawn.width) // 2, (SIDE - drawn.height) // 2))
    return square


def _own_ground(drawn: Image.Image) -> str | None:
    """The icon's own ground, if it is a tile: one solid colour in the middle of all four edges (the corners may be
    round).
    """
    near, far, middle = 8, SIDE - 9, SIDE // 2
    edges = {_pixel(drawn, at) for at in ((near, middle), (far, middle), (middle, near), (middle, far))}
    red, green, blue, alpha = edges.pop()
    return _hex(red, green, blue) if not edges and alpha == 255 else None


def _ground_for(drawn: Image.Image, palette: Palette) -> str:
    """The brand's ground, unless the icon would drown in it; then white or the brand's darkest."""
    mean = (
        drawn.convert("RGBa").resize((1, 1), Image.Resampling.BOX).convert("RGBA")
    )  # premultiplied: only what is visible counts
    colour = _hex(*_pixel(mean, (0, 0))[:3])
    brand = palette.light["block"]
    if ratio(colour, brand) >= VISIBLE:
        return brand
    return max((WHITE, palette.dark["block"]), key=lambda ground: ratio(colour, ground))


def _maskable(drawn: Image.Image, ground: str | None, palette: Palette) -> Image.Image:
    """Shrunk until the motif lies inside the safe circle; a tile's own ground goes on to the edges."""
    motif = (
        ImageChops.difference(drawn.convert("RGB"), Image.new("RGB", drawn.size, ground))
        if ground
        else drawn.getchannel("A")
    )
    left, top, right, bottom = motif.getbbox() or (0, 0, SIDE, SIDE)
    middle = SIDE / 2
    reach = max(math.hypot(x - middle, y - middle) for x in (left, right) for y in (top, bottom))
    return _laid_on(drawn, ground or _ground_for(drawn, palette), min(1.0, SAFE_RADIUS * SIDE / reach))


def _laid_on(drawn: Image.Image, ground: str, scale: float) -> Image.Image:
    tile = Image.new("RGBA", (SIDE, SIDE), ground)
    side = round(SIDE * scale)
    at = (SIDE - side) // 2
    tile.alpha_composite(drawn.resize((side, side), Image.Resampling.LANCZOS), (at, at))
    return tile.convert("RGB")


def _monogram(initials: str, palette: Palette) -> Image.Image:
    """Letters by the font that comes with Pillow, which knows ASCII only and needs none of the machine's: É is drawn
    as E.
    """
    tile = Image.new("RGBA", (SIDE, SIDE), palette.light["block"])
    ink, pen = palette.light["on-block"], ImageDraw.Draw(tile)
    letters = unicodedata.normalize("NFKD", _letters(initials)).encode("ascii", "ignore").decode()
    if letters:
        font = ImageFont.load_default(SIDE * (0.5 if len(letters) == 1 else 0.4))
        pen.text(
            (SIDE / 2, SIDE / 2), letters, font=font, anchor="mm", fill=ink, stroke_width=SIDE / 90, stroke_fill=ink
        )
    else:
        roof = [(0.5, 0.26), (0.74, 0.48), (0.74, 0.74), (0.26, 0.74), (0.26, 0.48)]
        pen.polygon([(x * SIDE, y * SIDE) for x, y in roof], fill=ink)
    return tile


def _monogram_svg(initials: str, palette: Palette) -> bytes:
    text = 'x="32" y="42.5" font-family="system-ui,sans-serif" font-size="29" font-weight="700" text-anchor="middle"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="12" fill="{palette.light["block"]}"/>'
        f'<text {text} fill="{palette.light["on-block"]}">{escape(_letters(initials))}</text></svg>'
    ).encode()


def _letters(initials: str) -> str:
    return "".join(letter for letter in initials if letter.isalnum())[:2].upper()[:2]


def _png(image: Image.Image, side: int) -> bytes:
    out = io.BytesIO()
    image.resize((side, side), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _ico(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "ICO", sizes=[(side, side) for side in FAVICON_SIDES])
    return out.getvalue()


def _pixel(image: Image.Image, at: tuple[int, int]) -> tuple[int, int, int, int]:
    red, green, blue, alpha = image.crop((*at, at[0] + 1, at[1] + 1)).tobytes()
    return red, green, blue, alpha


def _hex(red: int, green: int, blue: int) -> str:
    return f"#{red:02x}{green:02x}{blue:02x}"
