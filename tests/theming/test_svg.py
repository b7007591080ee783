"""A drawing that somebody sends is a drawing afterwards, and nothing else; ours look the same as before."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops

from quartier.theming.icons import rasterise
from quartier.theming.images import SVG_TYPE, CleanImage, ImageRefused
from quartier.theming.logo import clean_logo, clean_picture
from quartier.theming.svg_styles import read_rules

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">'
ROOT = Path(__file__).parents[2]
DRAWINGS = sorted([*ROOT.glob("tenants/*/brand/*.svg"), *ROOT.glob("platform/quartier/web/static/quartier/*.svg")])


def svg(inside: str) -> bytes:
    return f"{HEAD}{inside}</svg>".encode()


def cleaned(inside: str) -> str:
    return clean_logo(svg(inside)).body.decode()


def refusal(data: bytes) -> str:
    with pytest.raises(ImageRefused) as refused:
        clean_logo(data)
    return refused.value.reason


def test_a_plain_drawing_stays_what_it_is() -> None:
    clean = clean_logo(svg('<rect width="40" height="20" fill="#1f5c4a"/>'))
    assert (clean.content_type, clean.width, clean.height, clean.dark) == (SVG_TYPE, 40, 20, None)
    tags = [element.tag.rpartition("}")[2] for element in ElementTree.fromstring(clean.body).iter()]
    assert tags == ["svg", "rect"]


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect width="1" onclick="alert(1)"/>',
        '<a href="javascript:alert(1)"><rect width="1"/></a>',
        '<a xlink:href="javascript:alert(1)"><rect width="1"/></a>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></body></foreignObject>',
        '<image href="https://evil.example/x.png" width="1" height="1"/>',
        '<image xlink:href="//evil.example/x.png" width="1" height="1"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+" width="1" height="1"/>',
        '<use href="https://evil.example/x.svg#a"/>',
        '<rect width="1" fill="url(https://evil.example/x.svg#a)"/>',
        '<rect width="1" style="fill:url(//evil.example/x)"/>',
        "<style>@import url(https://evil.example/x.css);</style>",
        "<style>rect{fill:url(https://evil.example/x)}</style><rect/>",
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<set attributeName="onmouseover" to="alert(1)"/>',
        '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
        '<html:script xmlns:html="http://www.w3.org/1999/xhtml">alert(1)</html:script>',
    ],
)
def test_what_acts_or_reaches_out_is_gone(inside: str) -> None:
    body = cleaned(f'{inside}<circle r="5"/>')
    assert re.findall(r"script|alert|evil|javascript|foreign|style|animate|<set|\son\w+=", body) == []
    assert "<circle" in body


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("<text>&x;</text>"), "unsafe_svg"),
        (b'<!doctype svg SYSTEM "http://evil.example/x.dtd">' + svg(""), "unsafe_svg"),
        (b'<?xml-stylesheet href="http://evil.example/x.css"?>' + svg(""), "unsafe_svg"),
        (svg("<text>&x;</text>"), "broken"),
        (svg("<g/>" * 1_000_000), "too_large"),
        (svg("<g/>" * 20_001), "too_large"),
        (svg(f"<!--{'x' * 600_000}-->"), "too_large"),
        (svg("<g>" * 5000 + "</g>" * 5000), "unsafe_svg"),
        (svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'), "unsafe_svg"),
        (svg("<g>"), "broken"),
        (svg("")[:-3], "broken"),
        (svg("\xff").decode().encode("latin-1"), "broken"),
        (HEAD.encode("utf-16"), "not_an_image"),
        (b"<html><body>svg</body></html>", "not_an_image"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>', "broken"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 0"/>', "broken"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9" viewBox="0 0 1e9 1e9"/>', "broken"),
    ],
)
def test_what_is_no_harmless_drawing_is_refused(data: bytes, reason: str) -> None:
    assert refusal(data) == reason


def layers_of_ten(how: str) -> str:
    """Ten references to the layer below, eight layers high: a hundred million shapes for a renderer."""
    layers = [f'<g id="l{level}">{how.format(level - 1) * 10}</g>' for level in range(1, 9)]
    return '<g id="l0"><rect width="1" height="1"/></g>' + "".join(layers)


@pytest.mark.parametrize(
    "inside",
    [
        layers_of_ten('<use href="#l{}"/>'),
        layers_of_ten('<use xlink:href="#l{}"/>'),
        layers_of_ten('<rect width="1" mask="url(#l{})"/>'),
        layers_of_ten('<rect width="1" style="mask:url(#l{})"/>'),
        "<style>"
        + "".join(f".c{n}{{mask:url(#l{n})}}" for n in range(8))
        + "</style>"
        + layers_of_ten('<rect class="c{}"/>'),
        "<filter>" + "<feGaussianBlur/>" * 500 + "</filter>",
    ],
)
def test_a_drawing_that_multiplies_itself_is_refused(inside: str) -> None:
    assert refusal(svg(inside)) == "unsafe_svg"


def test_the_doctype_of_an_old_drawing_program_is_taken_off() -> None:
    doctype = b'<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert b"DOCTYPE" not in clean_logo(doctype + svg("<circle/>")).body


def test_styles_become_attributes_as_a_browser_would_decide() -> None:
    body = cleaned(
        "<style>/* c */ #c{stroke:#0c0} .a,.b{fill:#00f} rect{fill:#f00;stroke:#111;behavior:url(x)}"
        ".a.b{fill:#fff}</style>"
        '<rect class="a" id="c" fill="#123456" style="stroke-width: 2; -moz-binding: url(x)"/><rect fill="#123456"/>'
    )
    rects = [dict(one.attrib) for one in ElementTree.fromstring(body).iter("{http://www.w3.org/2000/svg}rect")]
    assert rects == [
        {"id": "c", "fill": "#00f", "stroke": "#0c0", "stroke-width": "2"},
        {"fill": "#f00", "stroke": "#111"},
    ]


def test_rules_for_dark_pages_become_a_file_of_their_own() -> None:
    clean = clean_logo(
        svg("<style>.t{fill:#111}@media (prefers-color-scheme: dark){.t{fill:#eee}}</style><rect class='t'/>")
    )
    assert b'fill="#111"' in clean.body
    assert clean.dark is not None
    assert b'fill="#eee"' in clean.dark
    assert b"prefers" not in clean.body + clean.dark


def test_references_inside_the_drawing_stay() -> None:
    body = cleaned(
        '<linearGradient id="g"><stop stop-color="red"/></linearGradient><rect fill="url(#g)"/><use xlink:href="#g"/>'
    )
    assert 'fill="url(#g)"' in body
    assert 'href="#g"' in body


def test_a_photograph_inside_a_drawing_is_encoded_anew() -> None:
    out = io.BytesIO()
    image = Image.new("RGB", (30, 20), "#8c2f39")
    image.save(out, "JPEG", comment=b"secret")
    inside = f'<image width="3" height="2" href="data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"/>'
    found = re.search(r'href="data:image/jpeg;base64,([^"]+)"', cleaned(inside))
    assert found is not None
    data = base64.b64decode(found[1])
    assert b"secret" not in data
    assert Image.open(io.BytesIO(data)).size == (30, 20)


def test_a_bomb_inside_a_drawing_is_refused_as_one_outside() -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    inside = f'<image width="3" height="2" href="data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"/>'
    assert refusal(svg(inside)) == "too_many_pixels"


def test_a_drawing_without_a_view_box_gets_one() -> None:
    clean = clean_logo(b'<svg xmlns="http://www.w3.org/2000/svg" width="120px" height="30"><rect/></svg>')
    assert (clean.width, clean.height) == (120, 30)
    assert b'viewBox="0 0 120 30"' in clean.body


def test_words_for_machines_go_as_nobody_hears_them_in_an_image() -> None:
    assert "aria" not in cleaned('<g role="img" aria-label="Régie" class="x"/>')


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_our_own_drawings_look_the_same_afterwards(path: Path) -> None:
    data = path.read_bytes()
    clean = clean_picture(data)
    before, after = (
        rasterise(CleanImage(SVG_TYPE, body, clean.width, clean.height), 400) for body in (data, clean.body)
    )
    assert ImageChops.difference(before, after).getbbox() is None
    assert (b"prefers-color-scheme" in data) == (clean.dark is not None)


def test_unfinished_style_sheets_are_read_as_far_as_they_go() -> None:
    assert [rule.name for rule in read_rules(".a{fill:red}.b{fill:blue")] == ["a"]
    assert read_rules("}}}{{{") == []
