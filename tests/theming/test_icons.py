"""The app's icons: right sizes, right grounds, nothing of the motif where a phone cuts."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from quartier.theming.icons import app_icons
from quartier.theming.images import SVG_TYPE, CleanImage
from quartier.theming.logo import clean_logo
from quartier.theming.palette import derive

GREEN = derive("#1f5c4a")
RASTER = {
    "favicon.ico", "favicon-32.png", "icon-192.png", "icon-512.png", "maskable-512.png", "apple-touch-icon-180.png",
}  # fmt: skip
TILE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="#8C2F39"/>%b</svg>'
)
MARK = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="20" fill="%b"/></svg>'


def opened(files: dict[str, bytes], name: str) -> Image.Image:
    return Image.open(io.BytesIO(files[name]))


def at(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    pixel = image.convert("RGBA").getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(pixel, tuple)
    return pixel


def logo(width: int, height: int, colour: str) -> CleanImage:
    """A wide mark on nothing, as most logos are."""
    image = Image.new("RGBA", (width, height))
    ImageDraw.Draw(image).rectangle((0, 0, width, height), fill=colour)
    out = io.BytesIO()
    image.save(out, "PNG")
    return clean_logo(out.getvalue())


@pytest.mark.parametrize("icon", [None, clean_logo(TILE % b""), logo(300, 100, "#8c2f39")], ids=["none", "svg", "png"])
def test_all_files_are_there_in_the_sizes_that_their_names_say(icon: CleanImage | None) -> None:
    files = app_icons(icon, initials="BI", palette=GREEN)
    assert set(files) == (RASTER if icon and not icon.is_svg else {*RASTER, "favicon.svg"})
    sizes = {name: opened(files, name).size[0] for name in RASTER if name.endswith(".png")}
    assert sizes == {
        "favicon-32.png": 32,
        "icon-192.png": 192,
        "icon-512.png": 512,
        "maskable-512.png": 512,
        "apple-touch-icon-180.png": 180,
    }
    assert opened(files, "favicon.ico").info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_the_tab_shows_the_drawing_itself() -> None:
    icon = clean_logo(TILE % b"")
    assert app_icons(icon, initials="BI", palette=GREEN)["favicon.svg"] == icon.body


def test_the_ground_of_a_tile_goes_on_to_the_edges() -> None:
    dot = b'<circle cx="20" cy="20" r="19" fill="#fff"/>'
    maskable = opened(app_icons(clean_logo(TILE % dot), initials="", palette=GREEN), "maskable-512.png")
    assert at(maskable, 0, 0) == at(maskable, 0.99, 0.5) == (0x8C, 0x2F, 0x39, 255)
    assert at(maskable, 0.5, 0.5) == (255, 255, 255, 255)


def test_nothing_of_the_motif_lies_outside_the_central_80_percent() -> None:
    for icon in (
        logo(500, 100, "#efd88b"),
        clean_logo(TILE % b'<rect x="1" y="1" width="38" height="38" fill="#fff"/>'),
    ):
        maskable = opened(app_icons(icon, initials="", palette=GREEN), "maskable-512.png").convert("RGB")
        ground = maskable.getpixel((0, 0))
        outside = [
            (x, y)
            for x in range(0, 512, 4)
            for y in range(0, 512, 4)
            if (x - 256) ** 2 + (y - 256) ** 2 > (0.41 * 512) ** 2 and maskable.getpixel((x, y)) != ground
        ]
        assert outside == []


@pytest.mark.parametrize(("colour", "ground"), [("#efd88b", "#1f5c4a"), ("#1f5c4a", "#ffffff"), ("#ffffff", "#1f5c4a")])
def test_a_mark_never_drowns_in_its_ground(colour: str, ground: str) -> None:
    touch = opened(app_icons(logo(300, 100, colour), initials="", palette=GREEN), "apple-touch-icon-180.png")
    assert "#{:02x}{:02x}{:02x}".format(*at(touch, 0.02, 0.02)[:3]) == ground


def test_apple_gets_no_transparency_and_the_others_keep_it() -> None:
    files = app_icons(logo(300, 100, "#8c2f39"), initials="", palette=GREEN)
    assert opened(files, "apple-touch-icon-180.png").mode == "RGB"
    assert at(opened(files, "icon-512.png"), 0.5, 0.02)[3] == 0


def test_a_round_icon_keeps_its_colour_as_ground() -> None:
    maskable = opened(app_icons(clean_logo(MARK % b"#0b4f8a"), initials="", palette=GREEN), "maskable-512.png")
    assert at(maskable, 0, 0) == (0x0B, 0x4F, 0x8A, 255)


def test_without_an_icon_the_initials_stand_on_the_brand() -> None:
    files = app_icons(None, initials="bi", palette=derive("#ffff00"))
    drawn = opened(files, "icon-512.png").convert("RGB")
    assert drawn.getpixel((4, 4)) == (255, 255, 0)
    colours = {colour for _, colour in drawn.getcolors(maxcolors=1 << 20) or []}
    assert (0x1C, 0x1C, 0x00) in colours
    assert b">BI</text>" in files["favicon.svg"]


@pytest.mark.parametrize("initials", ["", "北京", "<script>", "ß", "É"])
def test_any_initials_make_an_icon(initials: str) -> None:
    files = app_icons(None, initials=initials, palette=GREEN)
    assert len(opened(files, "icon-512.png").convert("RGB").getcolors(maxcolors=1 << 20) or []) > 1
    assert b"<script" not in files["favicon.svg"]


def test_a_drawing_as_thin_as_a_thread_does_not_eat_the_memory() -> None:
    thread = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 90000"><rect width="1" height="90000"/></svg>'
    assert opened(app_icons(clean_logo(thread), initials="", palette=GREEN), "icon-512.png").size == (512, 512)


def test_the_svg_of_a_monogram_is_one_that_we_would_take_ourselves() -> None:
    favicon = app_icons(None, initials="BI", palette=GREEN)["favicon.svg"]
    assert clean_logo(favicon).content_type == SVG_TYPE
